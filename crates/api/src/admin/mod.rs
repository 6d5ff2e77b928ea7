//! Admin: what agents do with a browser. Opened by the cookie of a browser session and by nothing else; the role decides.
mod account;
mod settings;
mod sign_in;
mod tokens;

use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::response::IntoResponse;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use utoipa_axum::router::OpenApiRouter;

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
        .layer(
            own_pages_only.with_rejection_response(|_: ProtectionError| {
                let code = ErrorCode::CrossSiteRequest;
                Problem::new(code, code.description()).into_response()
            }),
        )
}
