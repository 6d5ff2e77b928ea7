use super::{Answer, BoxInfo, BoxType, Check, Example, FlowBox, Group, Heard, Said, Use};
use crate::{Context, run::Run};
use serde::Deserialize;
use serde_json::json;
use smartbot_model::field::FieldType;
use std::sync::Arc;
use utoipa::ToSchema;

/// Answers questions from a FAQ bot. After each answer the links are tried; where none holds, the next question is taken. What does not fit any question goes the default link, or is asked again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaqBox {
    /// The FAQ bot.
    #[schema(value_type = String, extensions(("x-widget" = json!("bot"))))]
    function_id: Arc<str>,
    /// How well a question must fit, from 0 to 1; as the FAQ bot says unless given.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    threshold: Option<f32>,
    /// The questions of the very bot that the box belongs to.
    #[serde(skip)]
    #[schema(ignore)]
    own: Option<Arc<crate::faq::Faq>>,
}

impl FaqBox {
    /// The box of a FAQ bot.
    pub(crate) fn of_bot(faq: Arc<crate::faq::Faq>) -> Self {
        Self { function_id: "".into(), threshold: None, own: Some(faq) }
    }

    fn faq(&self, cx: &Context<'_>) -> Option<Arc<crate::faq::Faq>> {
        let other = || cx.library.flow(&self.function_id, None)?.faq().cloned();
        self.own.clone().or_else(other)
    }
}

impl BoxType for FaqBox {
    fn info() -> BoxInfo {
        BoxInfo { title: "FAQ", group: Group::Answer, icon: "messages-square", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if !crate::document::is_function_id(&self.function_id) {
            check.bad("function_id", "Name the FAQ bot by its function id.");
        }
        if self.threshold.is_some_and(|it| !(0.0..=1.0).contains(&it)) {
            check.bad("threshold", "The threshold is a number from 0 to 1.");
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if self.own.is_none() {
            visit(Use::Faq(&self.function_id));
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Json)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let faq = self.faq(cx)?;
        let hit = faq.find(said.text, cx.language, self.threshold)?;
        let score = f64::from((hit.score * 100.0).round()) / 100.0;
        let value = json!({"entry": &*hit.entry.id, "question": hit.entry.question, "confidence": score, "text": said.text});
        let heard = Heard { span: 0..said.text.len(), confidence: hit.score };
        Some(Answer::new(value).heard(Some(heard)))
    }

    fn speak(&self, run: &mut Run<'_>, here: &FlowBox, answer: &Answer) {
        let Some(faq) = self.faq(run.cx) else { return };
        let entry = answer.value["entry"].as_str().and_then(|it| faq.entry(it));
        if let Some(entry) = entry {
            run.say(here, &entry.answer);
        }
    }

    fn stays(&self) -> bool {
        true
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Asks again while there is no such FAQ bot",
            json!({"id": "it", "type": "faq", "function_id": "ClinicFaq", "text": "What would you like to know?", "retry_text": "I do not know that."}),
            json!([{"from": "it", "to": "bye", "when": {"op": "exhausted"}}]),
            json!([{"bot": "What would you like to know?"}, {"awaiting": "faq"}, {"user": "Where can I park?"}, {"bot": "I do not know that."}]),
        )]
    }
}
