//! Bots, contexts and short ways to step.
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};
use smartbot_flow::{
    ApiOutcome, Context, Effect, Flow, Identity, Input, Library, NoLibrary, State, Stepped, parse,
    step,
};
use std::{collections::BTreeSet, sync::Arc};

/// A bot of these boxes and links; it starts at the first box.
pub(crate) fn bot(boxes: &Value, links: &Value) -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Test", "name": "Test", "type": "flow", "language": "en", "fields": [],
        "start": boxes[0]["id"], "boxes": boxes, "links": links,
    })
}

pub(crate) fn compile(bot: &Value) -> Flow {
    Flow::compile(&parse(bot).0).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// What surrounds a session in tests.
pub(crate) struct Around {
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    pub(crate) profile: Map<String, Value>,
    pub(crate) flags: BTreeSet<String>,
    pub(crate) identity: Identity,
    pub(crate) agents_available: bool,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            now: "2026-11-23T09:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
            profile: Map::new(),
            flags: BTreeSet::new(),
            identity: Identity {
                user_id: "usr_1".into(),
                external_id: Some("p-17".into()),
                session_id: "ses_1".into(),
                function_id: "Test".into(),
            },
            agents_available: false,
        }
    }
}

impl Around {
    pub(crate) fn cx<'a>(&'a self, library: &'a dyn Library) -> Context<'a> {
        Context {
            now: self.now,
            zone: &self.zone,
            language: "en",
            region: "US",
            seed: 7,
            profile: &self.profile,
            flags: &self.flags,
            identity: &self.identity,
            agents_available: self.agents_available,
            within_hours: true,
            small_talk: None,
            library,
        }
    }

    pub(crate) fn step(&self, flow: &Flow, state: State, input: Input) -> Stepped {
        self.step_in(&NoLibrary, flow, state, input)
    }

    pub(crate) fn step_in(
        &self,
        library: &dyn Library,
        flow: &Flow,
        state: State,
        input: Input,
    ) -> Stepped {
        step(flow, state, input, &self.cx(library))
    }
}

pub(crate) fn text(text: &str) -> Input {
    Input::Text { text: text.into() }
}

pub(crate) fn reply(call: u64, status: u16, content_type: &str, body: &[u8]) -> Input {
    let outcome = ApiOutcome::Answer {
        status,
        content_type: Some(content_type.into()),
        body: body.to_vec(),
    };
    Input::ApiReply { call, outcome }
}

/// Effects as lines: short enough to compare.
pub(crate) fn lines(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .map(|it| match it {
            Effect::Say(it) => format!("say {}", it.text),
            Effect::SetProfileField { name, value, .. } => format!("profile {name}={value}"),
            Effect::AssignFlag { flag, .. } => format!("flag +{flag}"),
            Effect::RemoveFlag { flag, .. } => format!("flag -{flag}"),
            Effect::PushProfile { variables, .. } => {
                format!("push {}", Value::Object(variables.clone()))
            }
            Effect::CallApi(it) => format!("call {} {} {}", it.call, it.method, it.url),
            Effect::ApiFailed { reason, status, .. } => format!("api_failed {reason} {status:?}"),
            Effect::HandOff { flag, .. } => format!("hand_off {flag:?}"),
            Effect::Notify { roles, media, .. } => format!("notify {roles:?} {media:?}"),
            Effect::ReachGoal { goal, .. } => format!("goal {goal}"),
            Effect::StartTimer { id, at, .. } => format!("timer {id} at {at}"),
            Effect::CancelTimer { id } => format!("cancel {id}"),
            Effect::VisitBox {
                box_id,
                function_id,
                version: _,
                link,
            } => match (function_id, link) {
                (Some(bot), _) => format!("box {bot}/{box_id}"),
                (None, Some(link)) => format!("box {box_id} by {link}"),
                (None, None) => format!("box {box_id}"),
            },
            Effect::MaskInput => "mask".into(),
            Effect::Problem { detail, .. } => format!("problem {detail}"),
            Effect::Failed { reason, .. } => format!("failed {reason:?}"),
            Effect::End { reason } => format!("end {reason:?}"),
        })
        .collect()
}

/// Published bots by function id.
pub(crate) struct Shelf(pub(crate) Vec<(u32, Arc<Flow>)>);

impl Library for Shelf {
    fn flow(&self, function_id: &str, version: Option<u32>) -> Option<Arc<Flow>> {
        let fits = |(number, flow): &&(u32, Arc<Flow>)| {
            flow.function_id() == function_id && version.is_none_or(|it| it == *number)
        };
        self.0.iter().rev().find(fits).map(|(_, flow)| flow.clone())
    }
}
