//! The admin app: files that `npm run build` in `web/` makes, taken into the binary (a debug build reads them from there instead).
use crate::Context;
use crate::ui_files;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Redirect, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

/// What `web/` has built.
#[derive(RustEmbed)]
#[folder = "../../web/dist/app"]
struct App;

/// The page that every path of the app begins with.
const PAGE: &str = "index.html";

/// What a server says that was built without the app.
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>SmartBot</title><h1>The admin app is not built in</h1>\
<p>This server was built by cargo alone. Build the app first, then the server: <code>cd web && npm ci && npm run build</code>, or <code>make run</code>. \
Both APIs work without it: see <a href=\"/docs\">/docs</a>.</p></html>\n";

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/app/")))
        .route("/app", get(async || Redirect::permanent("/app/")))
        .route("/app/", get(page))
        .route("/app/{*path}", get(file))
}

async fn page(State(context): State<Context>) -> Response {
    render(&ui_files::nonce(&context))
}

/// The page with its policy: everything comes from this server, nothing is framed, and no script or style stands in a page by itself.
fn render(nonce: &str) -> Response {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data: blob: https:; \
         media-src 'self' https:; font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut response = ui_files::page::<App>(PAGE, nonce, &policy, NOT_BUILT);
    response.headers_mut().insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

async fn file(context: State<Context>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let is_page = headers
        .get(header::ACCEPT)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains("text/html"));
    if path == PAGE || (App::get(&path).is_none() && is_page) {
        return page(context).await;
    }
    ui_files::file::<App>(&path, &headers)
}
