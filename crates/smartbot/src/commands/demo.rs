use super::Global;
use crate::config::Config;
use crate::demo::{portal, seed};
use crate::server::Server;
use crate::{logs, output};
use anyhow::{Context, Result};
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Runs a server with sample bots and a stand-in for the clinic's portal; a second start reuses it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  smartbot demo --data demo-data")]
pub(crate) struct Demo {
    /// Where to listen [default: 127.0.0.1:8360]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Where the portal listens unless the port is taken.
const PORTAL_PORT: u16 = 8361;

impl Demo {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let mut config = Config::load(
            global,
            self.listen,
            &[("data", "demo-data"), ("log", "warn")],
        )?;
        // The portal is on this machine.
        config.allow(ipnet::Ipv4Net::from(Ipv4Addr::LOCALHOST).into());
        logs::start(&config)?;
        let server = Server::prepare(&config).await?;
        let app = server.app.clone();
        let known = seed::read(&config.data)?;
        let portal_listener =
            portal_listener(known.as_ref().map_or(PORTAL_PORT, |it| it.portal_port)).await?;
        let demo = seed::make(
            &app,
            &config.data,
            known,
            portal_listener.local_addr()?.port(),
        )
        .await?;
        let calls = app.call_signing_secret(demo.workspace).await?.into_inner();
        let secrets = portal::Secrets {
            webhook: demo.webhook_secret.clone(),
            calls,
        };
        app.tasks
            .spawn(portal::run(portal_listener, secrets, app.tasks.stopping()));
        output::line(&welcome(&config, &demo));
        server.run().await?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn portal_listener(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => Ok(listener),
        // Taken by somebody else: any other will do.
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("the demo's portal cannot listen"),
    }
}

/// How this program was called, and with what a command in another terminal finds this server.
fn chat_command(config: &Config) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "smartbot".into());
    let data = config.data.display();
    format!(
        "{program} chat DoctorAppointment --data {data} --url {}",
        config.url()
    )
}

fn welcome(config: &Config, demo: &seed::Demo) -> String {
    let (url, chat) = (config.url(), chat_command(config));
    let seed::Demo {
        owner,
        password,
        bots_management,
        db_update,
        portal_port,
        ..
    } = demo;
    format!(
        r#"SmartBot runs at {url}

  Owner                 {owner}  {password}
  BotsManagement token  {bots_management}
  DB-Update token       {db_update}
  The clinic's portal   http://127.0.0.1:{portal_port} (a stand-in: answers the External API, receives the webhooks)

Paste this in another terminal. It invokes a bot, which asks the portal about an insurance and uses the answer;
profile variables and flags arrive here, signed:

  SESSION=$(curl -s {url}/api/v1/sessions -H 'Authorization: Bearer {bots_management}' -H 'Content-Type: application/json' \
    -d '{{"function_id":"InsuranceCheck","user":{{"external_id":"p-17","fields":{{"user_fname":"Ana"}}}}}}' | tee /dev/stderr | grep -o 'ses_[0-9a-f]*' | head -1)
  for ANSWER in yes M-204417 'March 5 1980' no; do echo; echo "> $ANSWER"; curl -s {url}/api/v1/sessions/$SESSION/messages \
    -H 'Authorization: Bearer {bots_management}' -H 'Content-Type: application/json' -d "{{\"text\":\"$ANSWER\"}}"; done; echo

What was said and done, for those who may see chat logs:

  curl -s {url}/api/v1/chat_logs/$SESSION -H 'Authorization: Bearer {db_update}'

Or talk in the terminal:

  {chat}

Stop with Ctrl-C. Webhooks appear below.
"#
    )
}
