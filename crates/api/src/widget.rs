//! The pages of the widget: the panel that stands in other sites' pages, a page for each bot, the loader, and a page that shows it all.
//! What is in them is built by `web/widget`.
use crate::problem::{ErrorCode, Problem};
use crate::{Context, ui_files};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use serde::Deserialize;
use smartbot_app::Error;
use smartbot_model::WorkspaceId;

/// What `web/widget` has built.
#[derive(RustEmbed)]
#[folder = "../../web/dist/widget"]
struct Widget;

/// What a server says that was built without the widget.
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>SmartBot</title><h1>The chat widget is not built in</h1>\
<p>This server was built by cargo alone. Build the widget first, then the server: <code>cd web && npm ci && npm run build</code>, or <code>make run</code>.</p></html>\n";

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .route("/chat/{workspace}/{function_id}", get(chat))
        .route("/chat/{function_id}", get(only_workspace))
        .route("/widget/panel", get(panel))
        .route("/widget/{*path}", get(file))
        .route("/demo", get(demo))
}

#[derive(Deserialize)]
struct Bot {
    workspace: Option<String>,
    function_id: Option<String>,
}

/// A page that is framed by these ancestors only.
fn page(context: &Context, name: &str, ancestors: &str) -> Response {
    let nonce = ui_files::nonce(context);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data: blob: https:; \
         media-src 'self' https:; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    );
    ui_files::page::<Widget>(name, &nonce, &policy, NOT_BUILT)
}

async fn chat(
    State(context): State<Context>,
    Path((workspace, _function_id)): Path<(String, String)>,
) -> Response {
    if workspace.parse::<WorkspaceId>().is_err() {
        let detail = "The address of a chat is /chat/{workspace}/{function_id}.";
        return Problem::new(ErrorCode::NotFound, detail).into_response();
    }
    page(&context, "chat.html", "'none'")
}

/// Where there is one workspace, nobody need name it.
async fn only_workspace(
    State(context): State<Context>,
    Path(function_id): Path<String>,
) -> Result<Response, Problem> {
    let Ok(only) = context.app.find_workspace(None).await else {
        let detail = "This server has several workspaces. The address of a chat is /chat/{workspace}/{function_id}.";
        return Err(Problem::new(ErrorCode::NotFound, detail));
    };
    // Only of bots that strangers may start: their names hold nothing that would have to be escaped.
    context.app.public_bot(only.id, &function_id).await?;
    let there = format!("/chat/{}/{function_id}", only.id);
    Ok(Redirect::temporary(&there).into_response())
}

async fn panel(
    State(context): State<Context>,
    Query(bot): Query<Bot>,
) -> Result<Response, Problem> {
    let named = bot.workspace.zip(bot.function_id);
    let named = named.and_then(|(workspace, it)| Some((workspace.parse().ok()?, it)));
    let found = match named {
        Some((workspace, function_id)) => context.app.public_bot(workspace, &function_id).await,
        None => Err(Error::NotFound("bot")),
    };
    match found {
        Ok(bot) => {
            let origins = bot.channel.allowed_origins.join(" ");
            let ancestors = format!("'self' {origins}");
            Ok(page(&context, "panel.html", ancestors.trim_end()))
        }
        // The page says that the bot is not there; no site may frame it.
        Err(Error::NotFound(_)) => Ok(page(&context, "panel.html", "'self'")),
        Err(error) => Err(error.into()),
    }
}

/// Shows the widget on a page: with a bot that is named, or the first that strangers may start.
async fn demo(State(context): State<Context>, Query(bot): Query<Bot>) -> Result<Response, Problem> {
    if bot.function_id.is_none()
        && let Ok(only) = context.app.find_workspace(None).await
        && let Some(first) = context.app.public_bots(only.id).await?.first()
    {
        let there = format!("/demo?workspace={}&function_id={first}", only.id);
        return Ok(Redirect::temporary(&there).into_response());
    }
    Ok(page(&context, "demo.html", "'none'"))
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let mut response = ui_files::file::<Widget>(&path, &headers);
    // Pages of other sites load it, also those that let nothing of others in.
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        response.headers_mut().insert(name, value);
    }
    response
}
