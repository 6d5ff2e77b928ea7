//! Single boxes of a draft tried by themselves: an answer to a question, a call of an External API, what the webhook would get.
use super::previews::{CallView, PreviewUser};
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ViewBots};
use crate::body::{Json, WithDocument};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_app::turns::Said;
use smartbot_app::turns::api_test::ApiTest;
use smartbot_app::turns::try_reply::TryReply;
use smartbot_app::{App, Error};
use smartbot_flow::notes::Understood;
use smartbot_flow::trace::TriedLink;
use smartbot_model::Time;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(try_reply))
        .routes(routes!(test_external_api))
        .routes(routes!(box_payload))
}

/// An answer to try: exactly one of `text`, `choice` and `choices`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "document": {
        "format": "smartbot/1", "function_id": "Hello", "name": "Hello", "type": "flow", "language": "en", "fields": [],
        "start": "when", "boxes": [{"id": "when", "type": "date_time", "text": "When?"}, {"id": "end", "type": "end"}],
        "links": [{"from": "when", "to": "end"}]
    },
    "box_id": "when", "text": "tomorrow at 10"
}))]
struct TryReplyBody {
    /// The draft.
    #[schema(value_type = Object)]
    document: Value,
    /// The box that asks.
    #[schema(example = "when")]
    box_id: String,
    /// What the user writes.
    text: Option<String>,
    /// The choice that the user picks, by its value.
    choice: Option<String>,
    /// The choices that the user picks, by their values.
    choices: Option<Vec<String>>,
    /// The session's variables.
    #[serde(default)]
    variables: Map<String, Value>,
    /// The user.
    #[serde(default)]
    user: PreviewUser,
    /// When it happens; now unless given.
    now: Option<Time>,
}

/// Something that the bot says.
#[derive(Debug, Serialize, ToSchema)]
struct SaysView {
    /// The box that speaks.
    #[schema(example = "end")]
    box_id: String,
    /// The words.
    #[schema(example = "See you!")]
    text: String,
}

/// What came of an answer.
#[derive(Debug, Serialize, ToSchema)]
struct TriedReplyView {
    /// What was understood; null when the answer does not fit.
    extracted: Option<Understood>,
    /// The conditions of the box's links, in their order, up to the first that held.
    conditions: Vec<TriedLink>,
    /// The link that wins: its index in the document's `links`; null when the bot asks again.
    #[schema(example = 0)]
    winner: Option<usize>,
    /// The box that it leads to.
    #[schema(example = "end")]
    to: Option<String>,
    /// What the bot says then.
    says: Vec<SaysView>,
}

/// Try an answer on a box that asks: what is understood of it, which conditions hold, and where it leads.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/try_reply",
    tag = "Admin",
    operation_id = "try_reply",
    request_body = TryReplyBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = TriedReplyView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn try_reply(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    WithDocument(body): WithDocument<TryReplyBody>,
) -> Result<axum::Json<TriedReplyView>, Problem> {
    let said = match (body.text, body.choice, body.choices) {
        (Some(text), None, None) => Said::Text(text),
        (None, Some(one), None) => Said::Choices(vec![one]),
        (None, None, Some(many)) => Said::Choices(many),
        _ => {
            let message = "Give exactly one of text, choice and choices.";
            return Err(Error::invalid("/text", "invalid_value", message).into());
        }
    };
    let wish = TryReply {
        document: body.document,
        box_id: body.box_id,
        said,
        variables: body.variables,
        fields: body.user.fields,
        flags: body.user.flags,
        now: body.now,
    };
    let tried = app.try_reply(agent.caller().workspace, wish).await?;
    let says = tried.says.into_iter().map(|it| SaysView {
        box_id: it.box_id.to_string(),
        text: it.text,
    });
    Ok(axum::Json(TriedReplyView {
        extracted: tried.extracted,
        conditions: tried.conditions,
        winner: tried.winner,
        to: tried.to,
        says: says.collect(),
    }))
}

/// An External API box and values for the fields that it names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "box": {"id": "book", "type": "external_api", "url": "https://portal.example/api/book"}, "values": {"user_fname": "Ana"}
}))]
struct TestExternalApiBody {
    /// The box, as it stands in the document.
    #[schema(value_type = Object)]
    r#box: Value,
    /// Values by field.
    #[serde(default)]
    #[schema(example = json!({"user_fname": "Ana"}))]
    values: Map<String, Value>,
}

/// What an External API answered.
#[derive(Debug, Serialize, ToSchema)]
struct ApiAnswerView {
    /// The HTTP status.
    #[schema(example = 200)]
    status: u16,
    /// The headers.
    #[schema(example = json!({"content-type": "application/json"}))]
    headers: BTreeMap<String, String>,
    /// The body, at most 64 KiB of it.
    #[schema(example = "{\"booked\": true}")]
    body: String,
    /// How long it took, in milliseconds.
    #[schema(example = 84)]
    duration_ms: u64,
}

/// What came of a call.
#[derive(Debug, Serialize, ToSchema)]
struct ApiTestView {
    /// What was sent. Secrets stand as `{{secret:name}}`.
    request: CallView,
    /// What came back; null when nothing did.
    answer: Option<ApiAnswerView>,
    /// Why nothing came back, or why it cannot be used, in a stable word; null when all went well.
    #[schema(example = "timeout")]
    error: Option<String>,
    /// The fields that the box would set.
    #[schema(example = json!({"booked": true}))]
    saved: Map<String, Value>,
}

impl From<ApiTest> for ApiTestView {
    fn from(test: ApiTest) -> Self {
        Self {
            request: test.request.into(),
            answer: test.answer.map(|it| ApiAnswerView {
                status: it.status,
                headers: it.headers,
                body: it.body,
                duration_ms: it.duration_ms,
            }),
            error: test.error,
            saved: test.saved,
        }
    }
}

/// Make the call of an External API box once, for real, and see what comes back and what would be saved of it.
///
/// It goes through the same guard as always. Nothing is kept, and secrets are masked wherever the answer repeats them.
#[utoipa::path(
    post,
    path = "/api/v1/admin/external_api/test",
    tag = "Admin",
    operation_id = "test_external_api",
    request_body = TestExternalApiBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = ApiTestView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn test_external_api(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    json: Json<TestExternalApiBody>,
) -> Result<axum::Json<ApiTestView>, Problem> {
    let body = json.value;
    let test = app
        .test_external_api(agent.caller(), &body.r#box, &body.values)
        .await?;
    Ok(axum::Json(test.into()))
}

/// A box of a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "document": {
        "format": "smartbot/1", "function_id": "Hello", "name": "Hello", "type": "flow", "language": "en", "fields": [],
        "start": "end", "boxes": [{"id": "end", "type": "end", "advanced": {"push_to_webhook": true}}], "links": []
    },
    "box_id": "end"
}))]
struct BoxPayloadBody {
    /// The draft.
    #[schema(value_type = Object)]
    document: Value,
    /// The box.
    #[schema(example = "end")]
    box_id: String,
}

/// What the webhook would get.
#[derive(Debug, Serialize, ToSchema)]
struct BoxPayloadView {
    /// The payload of `box.reached`, with sample values.
    #[schema(value_type = Object)]
    payload: Value,
}

/// See what a box would send to the webhook, with sample values of the fields that the workspace and the bot declare.
#[utoipa::path(
    post,
    path = "/api/v1/admin/box_payload",
    tag = "Admin",
    operation_id = "box_payload",
    request_body = BoxPayloadBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = BoxPayloadView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn box_payload(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    WithDocument(body): WithDocument<BoxPayloadBody>,
) -> Result<axum::Json<BoxPayloadView>, Problem> {
    let workspace = agent.caller().workspace;
    let payload = app
        .box_payload(workspace, &body.document, &body.box_id)
        .await?;
    Ok(axum::Json(BoxPayloadView { payload }))
}
