//! Canned replies: what agents say again and again.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::AnswerChats;
use crate::body::{Json, Path};
use crate::list::Page;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use smartbot_app::App;
use smartbot_app::desk::{CannedReply, CannedReplyPatch, NewCannedReply};
use smartbot_model::CannedReplyId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_canned_replies, create_canned_reply))
        .routes(routes!(update_canned_reply, delete_canned_reply))
}

/// A canned reply.
#[derive(Debug, Serialize, ToSchema)]
struct CannedReplyView {
    /// Its id.
    id: CannedReplyId,
    /// What it is found by.
    #[schema(example = "opening hours")]
    name: String,
    /// What it says.
    #[schema(example = "We are here on weekdays from 8 to 17.")]
    text: String,
    /// BCP 47; null for every language.
    #[schema(example = "en")]
    language: Option<String>,
    /// Whether it is one's own; else everybody who answers chats has it.
    is_personal: bool,
}

impl From<CannedReply> for CannedReplyView {
    fn from(it: CannedReply) -> Self {
        Self {
            id: it.id,
            name: it.name,
            text: it.text,
            language: it.language,
            is_personal: it.is_personal,
        }
    }
}

/// A canned reply to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CannedReplyBody {
    /// What it is found by: 1 to 64 characters.
    #[schema(example = "opening hours", max_length = 64)]
    name: String,
    /// What it says: 1 to 4,000 characters.
    #[schema(example = "We are here on weekdays from 8 to 17.", max_length = 4000)]
    text: String,
    /// BCP 47; for every language unless given.
    #[schema(example = "en")]
    language: Option<String>,
    /// Whether it is one's own; everybody who answers chats has it unless given.
    #[serde(default)]
    is_personal: bool,
}

/// Tells null, which means every language, from nothing at all.
fn some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What changes in a canned reply; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CannedReplyPatchBody {
    /// What it is found by: 1 to 64 characters.
    #[schema(example = "hours", max_length = 64)]
    name: Option<String>,
    /// What it says: 1 to 4,000 characters.
    #[schema(max_length = 4000)]
    text: Option<String>,
    /// BCP 47, or null for every language.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// Whether it is one's own.
    is_personal: Option<bool>,
}

/// List the canned replies that one can choose from: everybody's and one's own, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/desk/canned_replies",
    tag = "Desk",
    operation_id = "list_canned_replies",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = Page<CannedReplyView>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_canned_replies(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
) -> Result<axum::Json<Page<CannedReplyView>>, Problem> {
    let replies = app.canned_replies(&agent.access).await?;
    Ok(axum::Json(Page {
        data: replies.into_iter().map(Into::into).collect(),
        next_cursor: None,
        searched_until: None,
    }))
}

/// Make a canned reply.
#[utoipa::path(
    post,
    path = "/api/v1/desk/canned_replies",
    tag = "Desk",
    operation_id = "create_canned_reply",
    request_body = CannedReplyBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 201, body = CannedReplyView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_canned_reply(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    json: Json<CannedReplyBody>,
) -> Result<(StatusCode, axum::Json<CannedReplyView>), Problem> {
    let body = json.value;
    let new = NewCannedReply {
        name: body.name,
        text: body.text,
        language: body.language,
        is_personal: body.is_personal,
    };
    let made = app.add_canned_reply(&agent.access, new).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}

/// Change a canned reply: everybody's, or one's own.
#[utoipa::path(
    patch,
    path = "/api/v1/desk/canned_replies/{id}",
    tag = "Desk",
    operation_id = "update_canned_reply",
    params(("id" = CannedReplyId, Path, description = "The canned reply.")),
    request_body = CannedReplyPatchBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = CannedReplyView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_canned_reply(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<CannedReplyId>,
    json: Json<CannedReplyPatchBody>,
) -> Result<axum::Json<CannedReplyView>, Problem> {
    let body = json.value;
    let patch = CannedReplyPatch {
        name: body.name,
        text: body.text,
        language: body.language,
        is_personal: body.is_personal,
    };
    let changed = app.update_canned_reply(&agent.access, id, patch).await?;
    Ok(axum::Json(changed.into()))
}

/// Remove a canned reply: everybody's, or one's own.
#[utoipa::path(
    delete,
    path = "/api/v1/desk/canned_replies/{id}",
    tag = "Desk",
    operation_id = "delete_canned_reply",
    params(("id" = CannedReplyId, Path, description = "The canned reply.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204, description = "It is gone."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_canned_reply(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<CannedReplyId>,
) -> Result<StatusCode, Problem> {
    app.remove_canned_reply(&agent.access, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
