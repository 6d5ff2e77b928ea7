//! What all boxes have in common.
use super::{Check, Settings};
use crate::{condition::Condition, effect::BoxId, moment::Length, template::Template};
use serde::Deserialize;
use smartbot_model::{agent::Role, field::FieldType, user::is_valid_flag};
use std::sync::Arc;
use utoipa::ToSchema;

/// What happens whenever the session enters the box, before it speaks or acts.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advanced {
    /// Send user profile variables and flags to the webhook when this box is reached.
    #[serde(default)]
    pub(crate) push_to_webhook: bool,
    /// Flags that the user gets.
    #[serde(default)]
    #[schema(value_type = Vec<String>, extensions(("x-widget" = json!("flags"))))]
    pub(crate) assign_flags: Vec<Arc<str>>,
    /// Flags that the user loses.
    #[serde(default)]
    #[schema(value_type = Vec<String>, extensions(("x-widget" = json!("flags"))))]
    pub(crate) remove_flags: Vec<Arc<str>>,
    /// The goal that is fulfilled here.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("goal"))))]
    pub(crate) goal: Option<Arc<str>>,
    /// Whom to notify.
    #[serde(default)]
    pub(crate) notify: Option<Notify>,
    /// How long the bot seems to type before it speaks, in milliseconds.
    #[serde(default)]
    #[schema(maximum = 30000)]
    pub(crate) typing_delay_ms: Option<u32>,
}

/// Whom to notify, and how.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    /// Everybody with one of these roles.
    #[serde(default = "nobody")]
    #[schema(value_type = Vec<Role>)]
    pub(crate) roles: Arc<[Role]>,
    /// These agents, by id or e-mail.
    #[serde(default = "nobody")]
    #[schema(value_type = Vec<String>, extensions(("x-widget" = json!("agents"))))]
    pub(crate) agents: Arc<[String]>,
    /// Over which media.
    #[serde(default = "desktop")]
    #[schema(value_type = Vec<NotifyMedium>, default = json!(["desktop"]))]
    pub(crate) media: Arc<[String]>,
}

impl Notify {
    /// What the schema cannot say.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        if self.roles.is_empty() && self.agents.is_empty() {
            return Some("Say whom to notify: `roles` or `agents`.");
        }
        let is_known = |it: &String| matches!(&**it, "desktop" | "email" | "sms");
        if self.media.is_empty() || !self.media.iter().all(is_known) {
            return Some("`media` is a list of `desktop`, `email`, `sms`.");
        }
        None
    }
}

/// A medium of a notification.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used: media travel as texts")]
pub(crate) enum NotifyMedium {
    Desktop,
    Email,
    Sms,
}

fn nobody<T>() -> Arc<[T]> {
    Arc::from([])
}

fn desktop() -> Arc<[String]> {
    Arc::from(["desktop".to_owned()])
}

impl Advanced {
    /// What the schema cannot say.
    pub(crate) fn check(&self, check: &mut Check) {
        for (key, flags) in [
            ("assign_flags", &self.assign_flags),
            ("remove_flags", &self.remove_flags),
        ] {
            if let Some(flag) = flags.iter().find(|it| !is_valid_flag(it)) {
                check.bad(key, format!("`{flag}` cannot name a flag: letters, digits, `-`, `_`, `.`, `:`, at most 64."));
            }
        }
        if self.goal.as_ref().is_some_and(|it| it.trim().is_empty()) {
            check.bad("goal", "The goal needs a name.");
        }
        if let Some(why) = self.notify.as_ref().and_then(Notify::mistake) {
            check.bad("notify", why);
        }
        if self.typing_delay_ms.is_some_and(|it| it > 30_000) {
            check.bad(
                "typing_delay_ms",
                "The bot may seem to type for at most 30,000 ms.",
            );
        }
    }
}

/// What every box has that asks.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// What the bot asks.
    #[schema(value_type = String, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    pub(crate) text: Template,
    /// The field that keeps the answer.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("field"))))]
    pub(crate) save_to: Option<Arc<str>>,
    /// What the bot says instead of the question when the answer did not fit.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    pub(crate) retry_text: Option<Template>,
    /// How often the bot asks again before the link `exhausted` is followed.
    #[serde(default = "three")]
    #[schema(default = 3, maximum = 100)]
    pub(crate) max_retries: u32,
    /// The answer is masked in logs, traces and exports and never part of an event.
    #[serde(default)]
    pub(crate) sensitive: bool,
}

const fn three() -> u32 {
    3
}

/// A box, ready to run.
#[derive(Debug)]
pub(crate) struct FlowBox {
    pub(crate) id: BoxId,
    pub(crate) settings: Arc<Settings>,
    pub(crate) question: Option<Question>,
    pub(crate) advanced: Advanced,
    /// Links with a condition, in their order.
    pub(crate) links: Vec<FlowLink>,
    /// The link without one.
    pub(crate) default: Option<Route>,
    pub(crate) exhausted: Option<Route>,
    pub(crate) no_reply: Vec<(Length, Route)>,
    /// Where the answer goes.
    pub(crate) save: Option<SaveTo>,
    /// Whether a link waits for nobody being there.
    pub(crate) has_no_agent: bool,
    /// Whether it is a box of a draft that cannot be run: it has errors, or is not even there.
    pub(crate) broken: bool,
}

/// A link with a condition.
#[derive(Debug)]
pub(crate) struct FlowLink {
    pub(crate) when: Arc<Condition>,
    pub(crate) route: Route,
}

/// A way to another box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    /// The index of the link in the document.
    pub(crate) link: usize,
    /// The index of the box.
    pub(crate) to: u32,
}

/// Where an answer goes.
#[derive(Debug, Clone)]
pub(crate) struct SaveTo {
    pub(crate) name: Arc<str>,
    /// The type that the field is declared with or built in as.
    pub(crate) declared: Option<FieldType>,
}
