//! Bots as the Bot Builder has them: listed, made, edited, put away, removed. Publishing is in `versions`.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ViewBots};
use crate::body::{Json, NothingBody, Path, Query, WithDocument};
use crate::etag::{RequiredIfMatch, etag};
use crate::list::{List, Page, wrong};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_app::bots::{BotDraft, BotFilter, BotPosition, NewBot, Saved, position};
use smartbot_app::{App, Error};
use smartbot_flow::Finding;
use smartbot_model::bot::{BotStatus, BotSummary};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest text that is looked for, in characters.
const MAX_SEARCH_CHARS: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_bot_summaries, create_bot))
        .routes(routes!(get_bot_draft, delete_bot))
        .routes(routes!(save_bot_draft))
        .routes(routes!(archive_bot))
        .routes(routes!(restore_bot))
        .routes(routes!(validate_bot))
}

/// A bot with the document that is being edited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BotDraftView {
    /// The bot.
    bot: BotSummary,
    /// Counts the saves of the draft, as the `ETag` does.
    #[schema(example = 12)]
    revision: u32,
    /// The document, as `/schemas/bot.json` tells.
    #[schema(value_type = Object, example = json!({
        "format": "smartbot/1", "function_id": "DoctorAppointment", "name": "Doctor appointment", "type": "flow", "language": "en",
        "fields": [], "start": "start",
        "boxes": [{"id": "start", "type": "message", "text": "Hello!"}, {"id": "end", "type": "end"}],
        "links": [{"from": "start", "to": "end"}]
    }))]
    document: Value,
    /// What is wrong or looks wrong.
    findings: Vec<Finding>,
}

impl From<BotDraft> for BotDraftView {
    fn from(draft: BotDraft) -> Self {
        Self {
            revision: draft.bot.draft_revision,
            bot: draft.bot,
            document: draft.document,
            findings: draft.findings,
        }
    }
}

/// A header that tells a revision.
type Tag = [(HeaderName, HeaderValue); 1];

fn tag(revision: u32) -> Result<Tag, Problem> {
    Ok([(header::ETAG, etag(revision)?)])
}

/// An answer with a draft and its revision.
pub(super) type TaggedDraft = (StatusCode, Tag, axum::Json<BotDraftView>);

pub(super) fn tagged(status: StatusCode, draft: BotDraft) -> Result<TaggedDraft, Problem> {
    let tag = tag(draft.bot.draft_revision)?;
    Ok((status, tag, axum::Json(draft.into())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListBotSummaries {
    /// Only bots of this status.
    status: Option<BotStatus>,
    /// Only bots that have this in their name or function id, 1 to 200 characters.
    #[param(example = "appointment")]
    q: Option<String>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the bots of the workspace by name, with what was found of their drafts and how they did in the last seven days.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots",
    tag = "Admin",
    operation_id = "list_bot_summaries",
    params(ListBotSummaries),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Page<BotSummary>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_bot_summaries(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Query(query): Query<ListBotSummaries>,
) -> Result<axum::Json<Page<BotSummary>>, Problem> {
    if let Some(text) = &query.q
        && (text.trim().is_empty() || text.chars().count() > MAX_SEARCH_CHARS)
    {
        let message = format!("q has 1 to {MAX_SEARCH_CHARS} characters.");
        return Err(wrong("q", message));
    }
    let workspace = agent.caller().workspace;
    let restriction = (query.status, &query.q);
    let list = List::new(&app, workspace, "bot_summaries", &restriction, query.limit)?;
    let after: Option<BotPosition> = list.position(query.cursor.as_deref()).await?;
    let filter = BotFilter {
        status: query.status,
        q: query.q.clone(),
    };
    let limit = list.to_read() as usize;
    let found = app.bot_summaries(workspace, &filter, after.as_ref(), limit);
    let page = list
        .page(
            found.await?,
            |it| position(&it.name, &it.function_id),
            |it| it,
        )
        .await?;
    Ok(axum::Json(page))
}

/// What to make a bot of: `document` alone, or `function_id` and `name` with at most one of `language`, `template` and `copy_of`. Without
/// any of these the bot says hello and ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"function_id": "DoctorAppointment", "name": "Doctor appointment", "template": "appointment"}))]
struct CreateBotBody {
    /// A whole document, as `/schemas/bot.json` tells.
    #[schema(value_type = Option<Object>)]
    document: Option<Value>,
    /// The bot's short public name: 1 to 64 letters, digits, `_` or `-`. It stays.
    #[schema(example = "DoctorAppointment")]
    function_id: Option<String>,
    /// The bot's name, 1 to 200 characters.
    #[schema(example = "Doctor appointment")]
    name: Option<String>,
    /// The language that a blank bot speaks, BCP 47.
    language: Option<String>,
    /// A ready-made bot to begin with, by its id.
    template: Option<String>,
    /// Another bot to begin with, by its function id: its draft and its tests.
    copy_of: Option<String>,
}

impl CreateBotBody {
    fn into_new(self) -> Result<NewBot, Problem> {
        let missing = |name: &str| {
            let message = format!("Give {name}, or a whole document.");
            Error::invalid(format!("/{name}"), "missing_field", message)
        };
        let both = |name: &str, message: &str| {
            let fault = Error::invalid(format!("/{name}"), "invalid_value", message);
            Problem::from(fault)
        };
        let beside = [
            ("function_id", self.function_id.is_some()),
            ("name", self.name.is_some()),
            ("language", self.language.is_some()),
            ("template", self.template.is_some()),
            ("copy_of", self.copy_of.is_some()),
        ];
        let mut given = beside.iter().filter(|it| it.1).map(|it| it.0);
        if let Some(document) = self.document {
            return match given.next() {
                Some(name) => Err(both(name, "A document says all there is to say of a bot.")),
                None => Ok(NewBot::Document(document)),
            };
        }
        if let Some(second) = given
            .filter(|it| !matches!(*it, "function_id" | "name"))
            .nth(1)
        {
            let message = "Give at most one of language, template and copy_of.";
            return Err(both(second, message));
        }
        let function_id = self.function_id.ok_or_else(|| missing("function_id"))?;
        let name = self.name.ok_or_else(|| missing("name"))?;
        Ok(match (self.template, self.copy_of) {
            (Some(template), _) => NewBot::Template {
                function_id,
                name,
                template,
            },
            (None, Some(of)) => NewBot::Copy {
                function_id,
                name,
                of,
            },
            (None, None) => NewBot::Blank {
                function_id,
                name,
                language: self.language,
            },
        })
    }
}

/// Make a bot. It has a draft and is not published.
///
/// Errors in a document do not keep it from being saved; they keep it from being published.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots",
    tag = "Admin",
    operation_id = "create_bot",
    request_body = CreateBotBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses(
        (status = 201, body = BotDraftView, headers(("ETag" = String, description = "The revision, for `If-Match`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn create_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    WithDocument(body): WithDocument<CreateBotBody>,
) -> Result<TaggedDraft, Problem> {
    let new = body.into_new()?;
    let made = app.create_bot(agent.caller(), new).await?;
    tagged(StatusCode::CREATED, made)
}

/// Read a bot with its draft and what is found of it now.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}",
    tag = "Admin",
    operation_id = "get_bot_draft",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses(
        (status = 200, body = BotDraftView, headers(("ETag" = String, description = "The revision, for `If-Match`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn get_bot_draft(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
) -> Result<TaggedDraft, Problem> {
    let workspace = agent.caller().workspace;
    let draft = app.bot_draft(workspace, &function_id).await?;
    tagged(StatusCode::OK, draft)
}

/// A document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"document": {
    "format": "smartbot/1", "function_id": "DoctorAppointment", "name": "Doctor appointment", "type": "flow", "language": "en",
    "fields": [], "start": "start",
    "boxes": [{"id": "start", "type": "message", "text": "Hello!"}, {"id": "end", "type": "end"}],
    "links": [{"from": "start", "to": "end"}]
}}))]
struct DocumentBody {
    /// The document, as `/schemas/bot.json` tells.
    #[schema(value_type = Object)]
    document: Value,
}

/// A draft that was saved.
#[derive(Debug, Serialize, ToSchema)]
struct SavedDraft {
    /// Counts the saves of the draft, as the `ETag` does.
    #[schema(example = 13)]
    revision: u32,
    /// What is wrong or looks wrong.
    findings: Vec<Finding>,
    /// The bot as it is now.
    bot: BotSummary,
}

/// Save the draft of a bot.
///
/// Errors in the document do not keep it from being saved. The document's `function_id` must be that of the bot.
#[utoipa::path(
    put,
    path = "/api/v1/admin/bots/{function_id}/draft",
    tag = "Admin",
    operation_id = "save_bot_draft",
    params(
        ("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"),
        ("If-Match" = String, Header, description = "The `ETag` of the draft that you have seen. When somebody else has saved it meanwhile, nothing is saved.", example = "\"12\"")
    ),
    request_body = DocumentBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses(
        (status = 200, body = SavedDraft, headers(("ETag" = String, description = "The revision, for the next `If-Match`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn save_bot_draft(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    RequiredIfMatch(revisions): RequiredIfMatch,
    WithDocument(body): WithDocument<DocumentBody>,
) -> Result<(Tag, axum::Json<SavedDraft>), Problem> {
    let (caller, document) = (agent.caller(), &body.document);
    let Saved { bot, findings } = app
        .save_draft(caller, &function_id, revisions.as_deref(), document)
        .await?;
    let revision = bot.draft_revision;
    let saved = SavedDraft {
        revision,
        findings,
        bot,
    };
    Ok((tag(revision)?, axum::Json(saved)))
}

/// Put a bot away. It starts no sessions any more; those that run go on.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/archive",
    tag = "Admin",
    operation_id = "archive_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = BotSummary), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn archive_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    _: Json<NothingBody>,
) -> Result<axum::Json<BotSummary>, Problem> {
    let status = BotStatus::Archived;
    let changed = app.set_bot_status(agent.caller(), &function_id, status);
    Ok(axum::Json(changed.await?))
}

/// Fetch a bot back from the archive. New sessions get its live version again.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/restore",
    tag = "Admin",
    operation_id = "restore_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = BotSummary), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn restore_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    _: Json<NothingBody>,
) -> Result<axum::Json<BotSummary>, Problem> {
    let status = BotStatus::Active;
    let changed = app.set_bot_status(agent.caller(), &function_id, status);
    Ok(axum::Json(changed.await?))
}

/// Remove a bot for good: only one that is archived and has never had a session.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/bots/{function_id}",
    tag = "Admin",
    operation_id = "delete_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 204, description = "The bot is gone."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let workspace = agent.caller().workspace;
    app.remove_bot(workspace, &function_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was found of a document.
#[derive(Debug, Serialize, ToSchema)]
struct Findings {
    /// What is wrong or looks wrong.
    findings: Vec<Finding>,
}

/// Judge a document by what the workspace knows, as saving and publishing do. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/validate",
    tag = "Admin",
    operation_id = "validate_bot",
    request_body = DocumentBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Findings), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn validate_bot(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    WithDocument(body): WithDocument<DocumentBody>,
) -> Result<axum::Json<Findings>, Problem> {
    let workspace = agent.caller().workspace;
    let found = app.validate_bot(workspace, &body.document);
    Ok(axum::Json(Findings {
        findings: found.await?,
    }))
}
