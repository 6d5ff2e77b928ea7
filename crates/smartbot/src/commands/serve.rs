use super::Global;
use crate::config::Config;
use crate::logs;
use crate::output;
use crate::server::Server;
use anyhow::Result;
use clap::Args;
use std::net::SocketAddr;
use std::process::ExitCode;

/// Runs the server: both APIs, webhooks, timers
///
/// Stops on SIGTERM or Ctrl-C: no new work, running turns finish.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  smartbot serve --data /var/lib/smartbot --listen 127.0.0.1:8360"
)]
pub(crate) struct Serve {
    /// Where to listen [default: 127.0.0.1:8360]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = Config::load(global, self.listen, &[])?;
        logs::start(&config)?;
        let server = Server::prepare(&config).await?;
        if server.app.is_first_run().await? {
            tracing::warn!(
                "there is no workspace yet; make one with: smartbot init --workspace NAME --owner EMAIL --password-stdin"
            );
            // Not a line of the log, which others may collect and keep.
            let code = server.app.new_set_up_code().await;
            output::line(&format!(
                "or open {}/app/ and give this set-up code, which works once: {code}",
                config.url()
            ));
        }
        tracing::info!("listening on {}", config.url());
        server.run().await?;
        Ok(ExitCode::SUCCESS)
    }
}
