//! What the command line asks for, done in this process or by the server that runs.
//!
//! On an embedded store the server listens at `control.sock` in the data folder (for its own user only), so that wake-ups, caches and
//! revocations are immediate. One line of JSON asks, one line answers; [`long`] is about what does not fit in one.
pub(crate) mod long;

use crate::config::Config;
use crate::orders::{self, webhook::WebhookOrder};
use crate::server;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartbot_app::agents::NewAgent;
use smartbot_app::bots::Publication;
use smartbot_app::tokens::NewToken;
use smartbot_app::users::UserKey;
use smartbot_app::workspaces::Settings;
use smartbot_app::{App, Caller, Error};
use smartbot_egress::Refused;
use smartbot_flow::Finding;
use smartbot_model::agent::{Agent, Role};
use smartbot_model::problem::InputError;
use smartbot_model::token::{Token, TokenKind};
use smartbot_model::{AgentId, SessionId, TokenId};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// A command, and the workspace that it is about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The workspace's name; the only one unless given.
    pub(crate) workspace: Option<String>,
    pub(crate) order: Order,
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Order {
    Init {
        name: String,
        owner: String,
        password: Option<String>,
        time_zone: Option<String>,
    },
    CreateToken {
        kind: TokenKind,
        name: String,
        expires_in: Option<Duration>,
        read_only: bool,
        allow_ips: Vec<ipnet::IpNet>,
    },
    AddAgent {
        email: String,
        name: Option<String>,
        role: Role,
        limited_to_flags: Vec<String>,
        password: Option<String>,
    },
    ListAgents,
    RemoveAgent {
        /// An id or an address.
        agent: String,
    },
    ListTokens,
    RevokeToken {
        id: TokenId,
    },
    ImportBot {
        document: Value,
        publish: bool,
    },
    PublishBot {
        function_id: String,
    },
    ExportBot {
        function_id: String,
        draft: bool,
    },
    ListBots,
    Webhook(WebhookOrder),
    SigningSecret,
    SetSecret {
        name: String,
        value: String,
    },
    RemoveSecret {
        name: String,
    },
    ListSecrets,
    ChatLog {
        session: SessionId,
    },
    /// A long order: the lines follow.
    ImportUsers {
        csv: bool,
    },
    /// A long order.
    ExportUser {
        user: String,
    },
    EraseUser {
        user: String,
    },
}

impl Order {
    const fn is_long(&self) -> bool {
        matches!(self, Self::ImportUsers { .. } | Self::ExportUser { .. })
    }
}

/// Why an order was refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) findings: Vec<Finding>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let (code, message, findings) = match error {
            Error::NotFound(kind) => (
                "not_found",
                format!("there is no such {kind}{}", next_step(kind)),
                Vec::new(),
            ),
            Error::Invalid(errors) => {
                // What an operator may allow, when the URL was refused for that.
                let closed =
                    [Refused::Address, Refused::Scheme, Refused::Port].map(|it| it.to_string());
                let is_closed =
                    |it: &InputError| closed.iter().any(|closed| it.message.starts_with(closed));
                let hint = if errors.iter().any(is_closed) {
                    " Networks of your own are opened with the setting egress_allow."
                } else {
                    ""
                };
                // What points at an option and not into a value was left out by whoever typed the command.
                let code = if errors.iter().any(|it| it.pointer.starts_with("--")) {
                    WRONG_USE
                } else {
                    "invalid"
                };
                let messages: Vec<_> = errors.iter().map(|it| it.message.as_str()).collect();
                (code, format!("{}{hint}", messages.join(" ")), Vec::new())
            }
            Error::BotInvalid(findings) => (
                "bot_invalid",
                "the bot has errors; mend them and try again".to_owned(),
                findings,
            ),
            Error::Conflict(message) => ("conflict", message, Vec::new()),
            Error::Internal(cause) => {
                ("internal", format!("internal fault: {cause:#}"), Vec::new())
            }
            other => ("failed", other.to_string(), Vec::new()),
        };
        Self {
            code: code.to_owned(),
            message,
            findings,
        }
    }
}

/// The code of a refusal because the command itself was wrong.
pub(crate) const WRONG_USE: &str = "wrong_use";

/// What to do when there is no such thing.
fn next_step(kind: &str) -> &'static str {
    match kind {
        "bot" => "; `smartbot bot list` shows what there is",
        "published bot" => {
            "; `smartbot bot publish` makes a draft live, `smartbot bot list` shows what there is"
        }
        "agent" => "; `smartbot agent list` shows what there is",
        "token" => "; `smartbot token list` shows what there is",
        "user" => "; name one by usr_… or ext: and your own id",
        "secret" => "; `smartbot secret list` shows what there is",
        "workspace" => "; check the name after --workspace, or make it with `smartbot init`",
        _ => "",
    }
}

/// Has an order carried out: by the running server, or here.
pub(crate) async fn ask(config: &Config, request: Request) -> Result<Value> {
    let opened = loop {
        if config.database_url.is_none()
            && let Ok(stream) = UnixStream::connect(socket_path(&config.data)).await
        {
            return ask_server(stream, &request).await;
        }
        // None when a server has started meanwhile.
        if let Some(opened) = server::open(config).await? {
            break opened;
        }
    };
    let answer = carry_out(&opened.app, request).await;
    opened.app.tasks.stop(Duration::from_secs(5)).await;
    opened.close().await;
    Ok(answer?)
}

async fn ask_server(mut stream: UnixStream, request: &Request) -> Result<Value> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream
        .write_all(&line)
        .await
        .context("the running server does not listen")?;
    let mut answer = String::new();
    BufReader::new(stream)
        .read_line(&mut answer)
        .await
        .context("the running server did not answer")?;
    let answer: Result<Value, Refusal> = serde_json::from_str(&answer)
        .context("the running server's answer cannot be read; is it of another version?")?;
    Ok(answer?)
}

fn socket_path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Whether a running server listens for orders there.
pub(crate) async fn is_served(data: &Path) -> bool {
    UnixStream::connect(socket_path(data)).await.is_ok()
}

/// Listens for orders until the server stops.
pub(crate) fn listen(app: &App, data: &Path) -> Result<()> {
    let path = socket_path(data);
    // The lock on the data folder is ours, so a socket that lies there is a dead server's.
    if path.exists() {
        std::fs::remove_file(&path)
            .with_context(|| format!("{} cannot be removed", path.display()))?;
    }
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    let (app, tasks) = (app.clone(), app.tasks.clone());
    tasks.spawn(async move {
        let stopping = app.tasks.stopping();
        loop {
            let accepted = tokio::select! {
                () = stopping.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let app = app.clone();
                    app.clone().tasks.spawn(async move {
                        if let Err(error) = answer(&app, stream).await {
                            tracing::debug!(%error, "a command went away");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the control socket does not accept");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        let _ = std::fs::remove_file(path);
    });
    Ok(())
}

async fn answer(app: &App, stream: UnixStream) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut read = BufReader::new(read);
    read.read_line(&mut line).await?;
    let answer = match serde_json::from_str::<Request>(&line) {
        Ok(request) if request.order.is_long() => {
            return long::answer(app, request, read, write).await;
        }
        Ok(request) => carry_out(app, request).await,
        Err(error) => Err(Refusal {
            code: "invalid".into(),
            message: format!(
                "the server does not know this order ({error}); are both of one version?"
            ),
            findings: Vec::new(),
        }),
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    write.write_all(&line).await?;
    Ok(())
}

/// Carries an order out.
pub(crate) async fn carry_out(app: &App, request: Request) -> Result<Value, Refusal> {
    if let Order::Init {
        name,
        owner,
        password,
        time_zone,
    } = request.order
    {
        return Ok(init(app, &name, &owner, password, time_zone).await?);
    }
    let workspace = app.find_workspace(request.workspace.as_deref()).await?.id;
    Ok(in_workspace(app, workspace, request.order).await?)
}

async fn init(
    app: &App,
    name: &str,
    owner: &str,
    password: Option<String>,
    time_zone: Option<String>,
) -> Result<Value, Error> {
    let mut settings = Settings::default();
    if let Some(zone) = time_zone {
        settings.time_zone = zone;
    }
    let owner = owner.trim();
    let person = owner.split('@').next().unwrap_or(owner);
    // Before anything is kept: what is wrong with the owner must not leave a workspace without one.
    smartbot_app::agents::check_email(owner)?;
    if let Some(password) = &password {
        smartbot_app::agents::check_password("/password", password, &[owner, person, name])?;
    }
    let id = app.create_workspace(name, &settings).await?;
    let made = app.create_owner(id, owner, person, password).await?;
    Ok(json!({
        "workspace_id": id, "name": name, "owner_id": made.agent.id, "owner": owner, "invitation": made.invitation,
    }))
}

/// How many agents are read at once.
const AGENTS_AT_ONCE: u32 = 200;

async fn all_agents(
    app: &App,
    workspace: smartbot_model::WorkspaceId,
) -> Result<Vec<Agent>, Error> {
    let mut all: Vec<Agent> = Vec::new();
    loop {
        let after = all.last().map(|it| it.id);
        let page = app.agents(workspace, after, AGENTS_AT_ONCE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn remove_agent(app: &App, caller: &Caller, agent: &str) -> Result<Value, Error> {
    let id = match agent.parse::<AgentId>() {
        Ok(id) => id,
        Err(_) => app.agent_of_email(caller.workspace, agent).await?.id,
    };
    app.remove_agent(caller, id, None).await?;
    Ok(json!({"id": id, "removed": true}))
}

async fn in_workspace(
    app: &App,
    workspace: smartbot_model::WorkspaceId,
    order: Order,
) -> Result<Value, Error> {
    let caller = Caller::system(workspace);
    Ok(match order {
        Order::Init { .. } | Order::ImportUsers { .. } | Order::ExportUser { .. } => return Err(Error::NotFound("order")),
        Order::CreateToken { kind, name, expires_in, read_only, allow_ips } => {
            let made = app.create_token(workspace, NewToken { kind, name, expires_in, read_only, allow_ips }).await?;
            let token = made.token;
            json!({"id": token.id, "kind": token.kind, "name": token.name, "token": made.secret, "expires_at": token.expires_at})
        }
        Order::AddAgent { email, name, role, limited_to_flags, password } => {
            let new = NewAgent { email, name, role, limited_to_flags, password };
            serde_json::from_str(&app.add_agent(&caller, new, None).await?.body)?
        }
        Order::ListAgents => list(all_agents(app, workspace).await?.iter().map(|it| json!(it))),
        Order::RemoveAgent { agent } => remove_agent(app, &caller, &agent).await?,
        Order::ListTokens => list(app.tokens(workspace).await?.iter().map(token_json)),
        Order::RevokeToken { id } => {
            app.revoke_token(workspace, id).await?;
            json!({"id": id, "revoked": true})
        }
        Order::ImportBot { document, publish } => {
            let made = app.import_bot(&caller, &document, publish).await?;
            json!({"function_id": made.function_id, "revision": made.revision, "version": made.version, "findings": made.findings})
        }
        Order::PublishBot { function_id } => {
            let (version, findings) = app.publish_bot(&caller, &function_id, Publication::default()).await?;
            json!({"function_id": function_id, "version": version, "findings": findings})
        }
        Order::ExportBot { function_id, draft } => app.export_bot(workspace, &function_id, draft).await?,
        Order::ListBots => list(app.bots(workspace).await?.into_iter().map(|it| {
            json!({"function_id": it.function_id, "name": it.name, "type": it.kind, "version": it.live_version, "revision": it.draft_revision})
        })),
        Order::Webhook(order) => orders::webhook::carry_out(app, &caller, order).await?,
        Order::SigningSecret => json!({"secret": app.call_signing_secret(workspace).await?.expose()}),
        Order::SetSecret { name, value } => {
            app.set_secret(workspace, &name, value).await?;
            json!({"name": name})
        }
        Order::RemoveSecret { name } => {
            app.remove_secret(workspace, &name).await?;
            json!({"name": name, "removed": true})
        }
        Order::ListSecrets => list(app.secret_names(workspace).await?.into_iter().map(|it| json!({"name": it}))),
        Order::EraseUser { user } => {
            let key = UserKey::parse(&user).ok_or(Error::NotFound("user"))?;
            let id = app.user(workspace, &key).await?.id;
            app.erase_user(&caller, &UserKey::Id(id), None).await?;
            json!({"id": id, "erased": true})
        }
        Order::ChatLog { session } => serde_json::to_value(app.chat_log(workspace, session).await?)?,
    })
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::Array(items.collect())
}

fn token_json(token: &Token) -> Value {
    json!({
        "id": token.id, "kind": token.kind, "name": token.name, "read_only": token.read_only, "allow_ips": token.allow_ips,
        "created_at": token.created_at, "expires_at": token.expires_at, "last_used_at": token.last_used_at, "revoked_at": token.revoked_at,
    })
}

/// The rows of a list that the server answered with.
pub(crate) fn rows(answer: Value) -> Result<Vec<Value>> {
    match answer {
        Value::Array(rows) => Ok(rows),
        _ => bail!("the answer is not a list"),
    }
}
