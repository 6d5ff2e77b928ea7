use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Said, yes_no};
use crate::{Context, value};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Asks for consent to a document. Consent is kept with the document, its version and the time. A refusal is no valid value and nothing is kept; the link `{"op":"choice_is","value":"no"}` sees it, else the default link is followed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    /// The document that is consented to: a name or an address.
    document: String,
    /// Its version.
    version: String,
}

impl BoxType for Consent {
    fn info() -> BoxInfo {
        BoxInfo { title: "Consent", group: Group::Ask, icon: "file-check", asks: true }
    }

    fn check(&self, check: &mut Check) {
        for (key, value) in [("document", &self.document), ("version", &self.version)] {
            if value.trim().is_empty() {
                check.bad(key, format!("`{key}` is empty, so nobody could tell later what was consented to."));
            }
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Boolean)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let (agreed, heard) = yes_no::understand(said, cx)?;
        let mut answer = Answer::new(agreed).heard(heard);
        answer.valid = agreed;
        if agreed {
            let at = value::instant(&cx.now.to_zoned(cx.zone.clone()));
            answer.saved = Some(json!({"document": self.document, "version": self.version, "at": at}));
        }
        Some(answer)
    }

    fn choices(&self) -> Option<Vec<Cow<'_, str>>> {
        Some(vec!["yes".into(), "no".into(), "true".into(), "false".into()])
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        details.insert("document".into(), self.document.as_str().into());
        details.insert("version".into(), self.version.as_str().into());
        yes_no::draw_choices(details);
    }

    fn examples() -> Vec<Example> {
        let settings = json!({"id": "it", "type": "consent", "text": "May we keep your answers?", "document": "privacy notice", "version": "2026-05", "save_to": "consent"});
        let links = json!([{"from": "it", "to": "thanks", "when": {"op": "has_valid_value"}},
                           {"from": "it", "to": "no problem", "when": {"op": "choice_is", "value": "no"}}]);
        vec![
            Example::new(
                "Consent is kept with its time",
                settings.clone(),
                links.clone(),
                json!([{"bot": "May we keep your answers?"}, {"user": "yes"},
                       {"field": {"name": "consent", "value": {"document": "privacy notice", "version": "2026-05", "at": "2026-11-23T09:00:00+00:00"}}},
                       {"bot": "thanks"}]),
            )
            .given(json!({"now": "2026-11-23T09:00:00Z", "time_zone": "UTC"})),
            Example::new(
                "A refusal keeps nothing",
                settings,
                links,
                json!([{"bot": "May we keep your answers?"}, {"user": "no"}, {"field": {"name": "consent", "value": null}}, {"bot": "no problem"}]),
            ),
        ]
    }
}
