//! Files that `web/` has built, as the server gives them out: what is the same for the admin app and the widget.
use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::RustEmbed;
use std::borrow::Cow;

/// Stands in a page for the number that lets its style elements pass the policy.
const NONCE: &str = "__NONCE__";

/// Names with a hash of what is in them, so that they never change.
const UNCHANGING: &str = "assets/";

/// A number for one page.
pub(crate) fn nonce(context: &Context) -> String {
    let mut bytes = [0; 16];
    context.app.random.fill(&mut bytes);
    STANDARD.encode(bytes)
}

/// A page with its policy, or what to say while it is not built.
pub(crate) fn page<Files: RustEmbed>(
    name: &str,
    nonce: &str,
    policy: &str,
    not_built: &'static str,
) -> Response {
    let text = Files::get(name).map_or(Cow::Borrowed(not_built), |file| {
        String::from_utf8_lossy(&file.data)
            .replace(NONCE, nonce)
            .into()
    });
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = (headers, text.into_owned()).into_response();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A file beside the pages, packed where the browser takes it so.
pub(crate) fn file<Files: RustEmbed>(path: &str, headers: &HeaderMap) -> Response {
    let Some(plain) = Files::get(path) else {
        return Problem::new(ErrorCode::NotFound, "There is no such file.").into_response();
    };
    let kind = plain.metadata.mimetype().to_owned();
    let caching = if path.starts_with(UNCHANGING) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let takes = headers.get(header::ACCEPT_ENCODING);
    let packed = takes
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains("gzip"))
        .then(|| Files::get(&format!("{path}.gz")))
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
