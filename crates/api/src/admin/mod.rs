//! Admin: what agents do with a browser. Opened by the cookie of a browser session and by nothing else; the role decides.
mod account;
mod deliveries;
mod resends;
mod settings;
mod sign_in;
mod tokens;
mod webhook_endpoints;
mod webhook_secrets;
mod webhook_tests;

use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use utoipa_axum::router::OpenApiRouter;

/// Secrets and people's data stay in no cache of a browser or a proxy.
async fn not_kept(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// All of it behind the check that requests come from pages of this server: what a cookie opens, any page could send.
pub(crate) fn routes(public_url: Option<&str>) -> OpenApiRouter<Context> {
    let mut own_pages_only = CsrfLayer::new();
    // A proxy may rewrite `Host`; what browsers see is this.
    if let Some(url) = public_url {
        match own_pages_only.clone().add_trusted_origin(url) {
            Ok(layer) => own_pages_only = layer,
            Err(error) => tracing::warn!(%error, "public_url is no origin of pages"),
        }
    }
    OpenApiRouter::new()
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(tokens::routes())
        .merge(settings::routes())
        .merge(webhook_endpoints::routes())
        .merge(webhook_secrets::routes())
        .merge(webhook_tests::routes())
        .merge(deliveries::routes())
        .merge(resends::routes())
        .layer(map_response(not_kept))
        .layer(
            own_pages_only.with_rejection_response(|_: ProtectionError| {
                let code = ErrorCode::CrossSiteRequest;
                Problem::new(code, code.description()).into_response()
            }),
        )
}
