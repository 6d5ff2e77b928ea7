//! Many users in one request, streamed both ways.
use crate::Context;
use crate::auth::needs::EditUsers;
use crate::auth::{DbUpdateWriter, sees_all};
use crate::body::content_type;
use crate::body_pace::{IMPORT_WITHIN, Paced};
use crate::problem::{ErrorCode, Problem, ProblemBody};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use smartbot_app::App;
use smartbot_app::users::import::{Format, Import};
use smartbot_model::import::ImportedLine;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(import_users))
}

/// How many bytes of results wait for a caller who sends everything before reading anything; then the import waits for the caller.
const MAX_UNREAD: usize = 16 * 1024 * 1024;

/// Make or change many users, by `external_id`.
///
/// Up to 100,000 lines of at most 128 KiB, as NDJSON (`{"external_id", "fields"?, "flags"?}` on each line) or as CSV (headings in the first
/// line: `external_id`, profile fields, and perhaps `flags`, separated by spaces; an empty cell says nothing). Fields are merged as with
/// `PATCH`, flags are added. Read while you send: each line of the answer tells what came of a line, in order, once it is kept. A bad line
/// stops no other. There are the same events as for single calls. An `Idempotency-Key` is not needed: the same lines again are `unchanged`.
#[utoipa::path(
    post,
    path = "/api/v1/users/bulk",
    tag = "DB-Update",
    operation_id = "import_users",
    request_body(content((String = "application/x-ndjson"), (String = "text/csv"))),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_users"))),
    responses((status = 200, body = ImportedLine, content_type = "application/x-ndjson", description = "A line for each line."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn import_users(
    State(app): State<App>,
    access: DbUpdateWriter<EditUsers>,
    request: Request,
) -> Result<Response, Problem> {
    sees_all(&access.sight)?;
    let format = match content_type(request.headers()) {
        it if it.eq_ignore_ascii_case("application/x-ndjson") => Format::Ndjson,
        it if it.eq_ignore_ascii_case("text/csv") => Format::Csv,
        _ => {
            return Err(Problem::new(
                ErrorCode::UnsupportedMediaType,
                "Send the lines as `Content-Type: application/x-ndjson` or `text/csv`.",
            ));
        }
    };
    let chunks = Paced::new(request.into_body(), IMPORT_WITHIN).into_stream();
    let chunks = chunks.map_err(io::Error::other).boxed();
    let import = app.import_users(&access.caller, format, chunks).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, results(&app, import)).into_response())
}

/// Runs the import beside the answer, so that it goes on while nobody reads, for a while.
fn results(app: &App, mut import: Import) -> Body {
    let room = Arc::new(Semaphore::new(MAX_UNREAD));
    let (sender, receiver) = mpsc::unbounded_channel::<Bytes>();
    let free = room.clone();
    app.tasks.spawn(async move {
        while let Some(lines) = import.next().await {
            let text = text(&lines);
            let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let place = tokio::select! {
                place = room.acquire_many(size) => place,
                // Nobody reads any more: what was kept is kept, the rest can be sent again.
                () = sender.closed() => return,
            };
            // It is given back when the text goes out.
            place.map(tokio::sync::SemaphorePermit::forget).ok();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    Body::from_stream(stream::unfold(
        (receiver, free),
        async |(mut receiver, free)| {
            let text = receiver.recv().await?;
            free.add_permits(text.len());
            Some((Ok::<_, Infallible>(text), (receiver, free)))
        },
    ))
}

fn text(lines: &[ImportedLine]) -> Bytes {
    let mut text = Vec::with_capacity(lines.len() * 96);
    for line in lines {
        // Plain data with string keys: it always becomes JSON.
        serde_json::to_writer(&mut text, line).unwrap_or_default();
        text.push(b'\n');
    }
    text.into()
}
