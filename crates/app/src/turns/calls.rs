//! External API calls: made after the turn that asked for them was committed; what comes of one is the input of a new turn.
//!
//! Every try of a call, also one after a crash, carries the same `Idempotency-Key`.
use crate::delivery::{send, sign};
use crate::{App, Error, Result};
use http::{HeaderValue, Method, header};
use serde::{Deserialize, Serialize};
use smartbot_egress::{Answer, OverLimit, Request};
use smartbot_flow::effect::ApiCall;
use smartbot_flow::{ApiOutcome, Input};
use smartbot_model::{JobId, WorkspaceId};
use smartbot_store::JobRow;
use std::time::Duration;

/// How long a claim of any job holds: the longest that a call may take, four tries of 30 seconds and the pauses between them, and time to
/// commit.
pub(crate) const LEASE: Duration = Duration::from_secs(150);

/// How long it may take to make a call up and to commit what came of it.
const MARGIN: Duration = Duration::from_secs(10);

/// The largest answer that is read.
const MAX_ANSWER: usize = 1024 * 1024;

/// What a secret in a header begins with.
const OPEN: &str = "{{secret:";

/// The pause before each retry.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// The pause after so many retries.
fn pause(retries: usize) -> Duration {
    PAUSES[retries.min(PAUSES.len() - 1)]
}

/// A call as its job keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredCall {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    timeout_ms: u32,
    retries: u8,
}

impl StoredCall {
    pub(super) fn from_effect(call: &ApiCall) -> Result<Self> {
        let body = call
            .body
            .clone()
            .map(String::from_utf8)
            .transpose()
            .map_err(Error::internal)?;
        Ok(Self {
            method: call.method.to_owned(),
            url: call.url.clone(),
            headers: call.headers.clone(),
            body,
            timeout_ms: call.timeout_ms,
            retries: call.retries,
        })
    }

    /// How long the claim of the node that asked for this call holds.
    pub(super) fn lease(&self) -> Duration {
        let tries = u32::from(self.retries) + 1;
        let sending = Duration::from_millis(u64::from(self.timeout_ms)) * tries;
        let pauses: Duration = (0..usize::from(self.retries)).map(pause).sum();
        (sending + pauses + MARGIN).min(LEASE)
    }
}

/// Makes the call and goes on with the session.
pub(crate) async fn perform(app: App, workspace: WorkspaceId, job: JobRow) {
    let started = app.now();
    let outcome = match serde_json::from_value(job.payload.expose().clone()) {
        Ok(call) => tokio::select! {
            biased;
            outcome = call_with_retries(&app, workspace, job.id, &call) => outcome,
            () = app.tasks.giving_back().cancelled_owned() => {
                // The next start makes it again, under the same key.
                if let Err(error) = app.store.give_back_jobs(&[(workspace, job.id, job.attempt)]).await {
                    tracing::warn!(%error, job.id = %job.id, "a call could not be given back; its lease will end");
                }
                return;
            }
        },
        Err(error) => {
            tracing::error!(%error, job.id = %job.id, "a stored call cannot be read");
            ApiOutcome::Failed {
                reason: "internal".into(),
            }
        }
    };
    let label = match &outcome {
        ApiOutcome::Answer { status, .. } if (200..300).contains(status) => "succeeded",
        _ => "failed",
    };
    metrics::histogram!("smartbot_external_api_seconds", "outcome" => label)
        .record(app.now().since(started).as_secs_f64());
    if let Err(error) = app
        .resume(
            workspace,
            &job,
            Some(Input::ApiReply {
                call: job.number,
                outcome,
            }),
        )
        .await
    {
        // Its lease ends, and the call is made again under the same key.
        tracing::error!(%error, job.id = %job.id, "the answer of an external API could not be carried on");
    }
}

/// Makes the call once, and tells what came of it.
pub(super) async fn call_once(
    app: &App,
    workspace: WorkspaceId,
    id: JobId,
    call: &StoredCall,
) -> ApiOutcome {
    outcome(send(app, workspace, id, call).await)
}

/// What a try came to, as the engine takes it.
pub(super) fn outcome(sent: Result<Result<Answer, smartbot_egress::Error>, String>) -> ApiOutcome {
    match sent {
        Ok(Ok(answer)) => ApiOutcome::Answer {
            status: answer.status.as_u16(),
            content_type: answer
                .headers
                .get(header::CONTENT_TYPE)
                .and_then(|it| it.to_str().ok())
                .map(str::to_owned),
            body: answer.body.to_vec(),
        },
        Ok(Err(error)) => ApiOutcome::Failed {
            reason: error.code().to_owned(),
        },
        Err(reason) => ApiOutcome::Failed { reason },
    }
}

async fn call_with_retries(
    app: &App,
    workspace: WorkspaceId,
    id: JobId,
    call: &StoredCall,
) -> ApiOutcome {
    let mut tries = 0;
    loop {
        let sent = send(app, workspace, id, call).await;
        let worth_a_retry = match &sent {
            Ok(Ok(answer)) => answer.status.is_server_error() || answer.status.as_u16() == 429,
            Ok(Err(error)) => error.is_network(),
            Err(_) => false,
        };
        if worth_a_retry && tries < usize::from(call.retries) {
            tokio::time::sleep(pause(tries)).await;
            tries += 1;
            continue;
        }
        return outcome(sent);
    }
}

/// One try. The outer error is a reason why there was none.
pub(super) async fn send(
    app: &App,
    workspace: WorkspaceId,
    id: JobId,
    call: &StoredCall,
) -> Result<Result<Answer, smartbot_egress::Error>, String> {
    let request = request(app, workspace, id, call).await?;
    Ok(app.egress.send(request).await)
}

async fn request(
    app: &App,
    workspace: WorkspaceId,
    id: JobId,
    call: &StoredCall,
) -> Result<Request, String> {
    let internal = |error: Error| {
        tracing::error!(%error, "an external API call could not be made up");
        "internal".to_owned()
    };
    let id = id.to_string();
    let at = app.now();
    let body = call.body.clone().unwrap_or_default();
    let secret = app.call_signing_secret(workspace).await.map_err(internal)?;
    let signature = sign::sign(secret.expose(), &id, at, body.as_bytes());
    let mut headers = send::headers(&id, at, &signature).map_err(internal)?;
    if call.body.is_none() {
        headers.remove(header::CONTENT_TYPE);
    }
    for (name, value) in &call.headers {
        let name = smartbot_egress::check_header_name(name).map_err(|_| "bad_header".to_owned())?;
        let value = with_secrets(app, workspace, value).await?;
        let mut value =
            smartbot_egress::check_header_value(&value).map_err(|_| "bad_header".to_owned())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers.insert(
        "idempotency-key",
        HeaderValue::from_str(&id).map_err(|_| "internal".to_owned())?,
    );
    Ok(Request {
        method: Method::from_bytes(call.method.as_bytes()).map_err(|_| "internal".to_owned())?,
        url: call.url.clone(),
        headers,
        body: body.into(),
        deadline: Duration::from_millis(u64::from(call.timeout_ms)),
        max_body: MAX_ANSWER,
        over_limit: OverLimit::Fail,
    })
}

/// The names in `{{secret:name}}`.
pub(super) fn secret_names(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(OPEN).skip(1);
    parts.filter_map(|it| Some(it.split_once("}}")?.0.trim()))
}

/// Puts secrets in the place of `{{secret:name}}`.
async fn with_secrets(app: &App, workspace: WorkspaceId, text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let (before, after) = rest.split_at(start);
        let Some(end) = after.find("}}") else { break };
        out.push_str(before);
        let name = after[OPEN.len()..end].trim();
        let secret = app.store.secret(workspace, name).await.map_err(|error| {
            tracing::error!(%error, "a secret could not be read");
            "internal".to_owned()
        })?;
        out.push_str(secret.ok_or_else(|| "unknown_secret".to_owned())?.expose());
        rest = &after[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}
