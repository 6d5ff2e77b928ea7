//! What a cookie opens, any page could send: requests that change something must come from pages of this server.
use crate::auth::has_cookie;
use crate::problem::{ErrorCode, Problem};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::{Layer, ServiceExt};
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// What answers a request that a page of another site sent.
type Refusal = fn(ProtectionError) -> Response;

/// The check.
#[derive(Clone)]
pub(crate) struct OwnPages(CsrfLayer<Refusal>);

impl OwnPages {
    /// `public_url` is the address that browsers use, when it is known: a proxy may rewrite `Host`.
    pub(crate) fn new(public_url: Option<&str>) -> Self {
        let mut layer = CsrfLayer::new();
        if let Some(url) = public_url {
            match layer.clone().add_trusted_origin(url) {
                Ok(with_origin) => layer = with_origin,
                Err(error) => tracing::warn!(%error, "public_url is no origin of pages"),
            }
        }
        let refuse: Refusal = |_| {
            let code = ErrorCode::CrossSiteRequest;
            Problem::new(code, code.description()).into_response()
        };
        Self(layer.with_rejection_response(refuse))
    }

    /// The check as a layer, for what nothing but a cookie opens.
    pub(crate) fn only(&self) -> CsrfLayer<Refusal> {
        self.0.clone()
    }

    /// The check for what tokens open too: only a request with a cookie has to pass it.
    pub(crate) async fn if_cookie(self, request: Request, next: Next) -> Response {
        if !has_cookie(request.headers()) {
            return next.run(request).await;
        }
        match self.0.layer(next).oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// Secrets and people's data stay in no cache of a browser or a proxy.
pub(crate) async fn not_kept(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}
