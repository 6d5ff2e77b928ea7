//! HTTP: requests in, answers out. No SQL, no rules of the business.
//!
//! A handler parses, authorises, calls one use case and answers. Its credential is an argument of its function, so no endpoint can forget it.
mod auth;
mod body;
mod bots_management;
mod db_update;
mod edge;
mod list;
pub mod openapi;
mod operation;
pub mod problem;
#[cfg(test)]
mod reference;
mod schemas;
mod stream;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use smartbot_app::App;

/// What every handler may reach.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: App,
    pub(crate) metrics: Option<PrometheusHandle>,
}

impl axum::extract::FromRef<Context> for App {
    fn from_ref(context: &Context) -> Self {
        context.app.clone()
    }
}

/// Everything that the server answers to. `metrics` is rendered at `/metrics`.
pub fn router(app: App, metrics: Option<PrometheusHandle>) -> Router {
    let (routes, document) = openapi::routes().split_for_parts();
    let document = openapi::finish(document);
    let context = Context { app, metrics };
    edge::wrap(
        routes
            .merge(operation::routes())
            .merge(schemas::routes())
            .merge(openapi::serve(&document)),
        &context,
    )
    .with_state(context)
}
