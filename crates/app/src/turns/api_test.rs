//! An External API box tried by itself: what it sends, what comes back, and what would be saved of it. Nothing is kept.
use super::calls::{self, StoredCall};
use super::preview::PreviewCall;
use crate::mask::Mask;
use crate::{App, Caller, Error, Result};
use http::HeaderMap;
use serde_json::{Map, Value, json};
use smartbot_flow::document::FORMAT;
use smartbot_flow::{
    ApiOutcome, Context, Effect, Finding, Flow, Identity, Input, NoLibrary, State,
};
use smartbot_model::{JobId, SessionId, UserId, WorkspaceId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How much of an answer's body is shown, in bytes.
const MAX_SHOWN: usize = 64 * 1024;

/// What came of a call.
#[derive(Debug)]
pub struct ApiTest {
    /// What was sent, or would have been.
    pub request: PreviewCall,
    /// What came back; none when nothing did.
    pub answer: Option<ApiTestAnswer>,
    /// Why nothing came back, or why it cannot be used: a stable word.
    pub error: Option<String>,
    /// The fields that the box would set.
    pub saved: Map<String, Value>,
}

/// What came back.
#[derive(Debug)]
pub struct ApiTestAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body, as far as it is shown.
    pub body: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// A bot of this one box, which knows the sample values as its session's variables.
struct Sample {
    flow: Flow,
    state: State,
    identity: Identity,
}

impl Sample {
    fn new(app: &App, it: &Value, values: &Map<String, Value>) -> Result<Self> {
        if it["type"] != "external_api" {
            let message = "Only boxes of the type external_api call anything.";
            return Err(Error::invalid("/box/type", "invalid_value", message));
        }
        let document = json!({
            "format": FORMAT, "function_id": "Test", "name": "Test", "type": "flow", "language": "en",
            "start": it["id"], "fields": [], "boxes": [it], "links": []
        });
        let (bot, findings) = smartbot_flow::parse(&document);
        let flow = Flow::compile_draft(&bot);
        let (Some(flow), false) = (flow, findings.iter().any(Finding::is_error)) else {
            return Err(Error::BotInvalid(findings));
        };
        let mut state = State::new();
        for (name, value) in values {
            state.set_variable(name, value.clone()).map_err(|error| {
                let message = format!("Shorten the values: {error}.");
                Error::invalid("/values", "too_large", message)
            })?;
        }
        let now = app.now();
        let identity = Identity {
            user_id: UserId::new(now, &*app.random).to_string(),
            external_id: None,
            session_id: SessionId::new(now, &*app.random).to_string(),
            function_id: "Test".into(),
        };
        Ok(Self {
            flow,
            state,
            identity,
        })
    }

    async fn step(
        &mut self,
        app: &App,
        workspace: WorkspaceId,
        input: Input,
    ) -> Result<Vec<Effect>> {
        let known = app.workspace(workspace).await?;
        let context = Context {
            now: app.now().to_jiff(),
            zone: &known.zone,
            language: "en",
            region: &known.settings.region,
            seed: 0,
            profile: &Map::new(),
            flags: &BTreeSet::new(),
            identity: &self.identity,
            agents_available: false,
            within_hours: true,
            small_talk: None,
            library: &NoLibrary,
        };
        let state = std::mem::take(&mut self.state);
        let stepped = smartbot_flow::step(&self.flow, state, input, &context);
        self.state = stepped.state;
        Ok(stepped.effects)
    }

    /// What was saved since: variables and profile fields.
    fn saved(&self, before: &Map<String, Value>, effects: &[Effect]) -> Map<String, Value> {
        let variables = self.state.variables().iter();
        let mut saved: Map<String, Value> = variables
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for effect in effects {
            if let Effect::SetProfileField { name, value, .. } = effect {
                saved.insert(name.clone(), value.clone());
            }
        }
        saved
    }
}

impl App {
    /// Makes the call of an External API box with these values, and tells what would be saved of the answer.
    pub async fn test_external_api(
        &self,
        caller: &Caller,
        it: &Value,
        values: &Map<String, Value>,
    ) -> Result<ApiTest> {
        let workspace = caller.workspace;
        let mut sample = Sample::new(self, it, values)?;
        let effects = sample.step(self, workspace, Input::Start).await?;
        let call = effects.iter().find_map(|it| match it {
            Effect::CallApi(call) => Some(call),
            _ => None,
        });
        let Some(call) = call else {
            return Err(unsent(&effects));
        };
        let (number, call) = (call.call, StoredCall::from_effect(call)?);
        let id = JobId::new(self.now(), &*self.random);
        let begun = self.now();
        let sent = calls::send(self, workspace, id, &call).await;
        let duration_ms = milliseconds(self.now().since(begun));
        let headers = match &sent {
            Ok(Ok(answer)) => answer.headers.clone(),
            _ => HeaderMap::new(),
        };
        let outcome = calls::outcome(sent);
        let secrets = self.secrets_in(workspace, &call).await?;
        let mask = Mask::new(secrets.iter().map(String::as_str));
        let answer = shown_answer(&outcome, &headers, duration_ms, &mask);
        let before = sample.state.variables().clone();
        let reply = Input::ApiReply {
            call: number,
            outcome,
        };
        let effects = sample.step(self, workspace, reply).await?;
        let error = effects.iter().find_map(|it| match it {
            Effect::ApiFailed { reason, .. } => Some(reason.clone()),
            _ => None,
        });
        let mut saved = Value::Object(sample.saved(&before, &effects));
        mask.json(&mut saved);
        Ok(ApiTest {
            request: super::preview::shown_call(&call),
            answer,
            error,
            saved: match saved {
                Value::Object(saved) => saved,
                _ => Map::new(),
            },
        })
    }

    /// The values of the secrets that a call names.
    async fn secrets_in(&self, workspace: WorkspaceId, call: &StoredCall) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (_, text) in &call.headers {
            for name in calls::secret_names(text) {
                let secret = self.store.secret(workspace, name).await?;
                found.extend(secret.map(smartbot_model::Phi::into_inner));
            }
        }
        Ok(found)
    }
}

/// Why a box sends nothing.
fn unsent(effects: &[Effect]) -> Error {
    let reason = effects.iter().find_map(|it| match it {
        Effect::ApiFailed { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    let message = match reason {
        Some("bad_url") => "With these values the address leaves its folder.",
        _ => "With these values the box calls nothing.",
    };
    Error::invalid("/values", "invalid_value", message)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn shown_answer(
    outcome: &ApiOutcome,
    headers: &HeaderMap,
    duration_ms: u64,
    mask: &Mask,
) -> Option<ApiTestAnswer> {
    let ApiOutcome::Answer { status, body, .. } = outcome else {
        return None;
    };
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), mask.of(&value))
    });
    Some(ApiTestAnswer {
        status: *status,
        headers: headers.collect(),
        body: mask.start_of(&String::from_utf8_lossy(body), MAX_SHOWN),
        duration_ms,
    })
}
