//! The admin app: files that `npm run build` in `web/` makes, taken into the binary (a debug build reads them from there instead).
use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::RustEmbed;
use std::borrow::Cow;

/// What `web/` has built.
#[derive(RustEmbed)]
#[folder = "../../web/dist/app"]
struct App;

/// The page that every path of the app begins with.
const PAGE: &str = "index.html";

/// Stands in the page for the number that lets its style elements pass the policy.
const NONCE: &str = "__NONCE__";

/// Names with a hash of what is in them, so that they never change.
const UNCHANGING: &str = "assets/";

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
    let mut bytes = [0; 16];
    context.app.random.fill(&mut bytes);
    render(&STANDARD.encode(bytes))
}

/// The page with its policy: everything comes from this server, nothing is framed, and no script or style stands in a page by itself.
fn render(nonce: &str) -> Response {
    let text = App::get(PAGE).map_or(Cow::Borrowed(NOT_BUILT), |file| {
        String::from_utf8_lossy(&file.data)
            .replace(NONCE, nonce)
            .into()
    });
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data: blob: https:; \
         media-src 'self' https:; font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    let mut response = (headers, text.into_owned()).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn file(context: State<Context>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let takes = |name, what: &str| {
        let value = headers.get(name).and_then(|it| it.to_str().ok());
        value.is_some_and(|it| it.contains(what))
    };
    if path == PAGE || (App::get(&path).is_none() && takes(header::ACCEPT, "text/html")) {
        return page(context).await;
    }
    let Some(plain) = App::get(&path) else {
        let detail = "There is no such file of the admin app.";
        return Problem::new(ErrorCode::NotFound, detail).into_response();
    };
    let kind = plain.metadata.mimetype().to_owned();
    let caching = if path.starts_with(UNCHANGING) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let packed = takes(header::ACCEPT_ENCODING, "gzip")
        .then(|| App::get(&format!("{path}.gz")))
        .flatten();
    let is_packed = packed.is_some();
    let bytes = packed.unwrap_or(plain).data.into_owned();
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-encoding"),
    ];
    let mut response = (headers, bytes).into_response();
    if is_packed {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
