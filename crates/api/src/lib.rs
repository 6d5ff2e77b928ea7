//! HTTP: requests in, answers out. No SQL, no rules of the business.
//!
//! A handler parses, authorises, calls one use case and answers. Its credential is an argument of its function, so no endpoint can forget it.
pub mod accept;
mod admin;
mod answer;
mod auth;
mod body;
mod body_pace;
mod bots_management;
mod client;
mod cors;
mod db_update;
mod desk;
mod docs;
mod edge;
mod etag;
mod files;
mod legacy;
mod list;
pub mod openapi;
mod operation;
mod own_pages;
#[cfg(test)]
mod postman;
pub mod problem;
#[cfg(test)]
mod reference;
mod schemas;
mod stream;
mod ui;
mod ui_files;
mod visitor;
mod widget;

use axum::Router;
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use smartbot_app::App;
use std::sync::Arc;

/// What every handler may reach.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: App,
    pub(crate) options: Arc<Options>,
}

/// How the server stands in its network.
#[derive(Default)]
pub struct Options {
    /// Is rendered at `/metrics`.
    pub metrics: Option<PrometheusHandle>,
    /// The proxies whose word on the client's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The address that browsers use, when it is not the one that reaches the server.
    pub public_url: Option<String>,
}

impl axum::extract::FromRef<Context> for App {
    fn from_ref(context: &Context) -> Self {
        context.app.clone()
    }
}

/// Everything that the server answers to.
pub fn router(app: App, options: Options) -> Router {
    // The document is made again when somebody asks for it.
    let (routes, _) = openapi::routes(options.public_url.as_deref()).split_for_parts();
    let context = Context {
        app,
        options: Arc::new(options),
    };
    edge::wrap(
        routes
            .merge(operation::routes())
            .merge(schemas::routes())
            .merge(docs::routes())
            .merge(ui::routes())
            .merge(widget::routes()),
        &context,
    )
    .with_state(context)
}
