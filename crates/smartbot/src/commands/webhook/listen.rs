//! A receiver at a developer's desk.
use crate::commands::Global;
use crate::demo::receiver;
use crate::output;
use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr};

pub(super) async fn listen(
    global: &Global,
    port: u16,
    secret: Option<String>,
    forward: Option<String>,
) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    if !global.json {
        output::line(&format!("listening on http://{}", listener.local_addr()?));
        if secret.is_none() {
            output::line("without --secret signatures are not checked");
        }
    }
    receiver::listen(listener, secret, forward, global.json).await
}
