//! The demo's workspace: sample bots, a user, an owner, tokens and an endpoint. Made once, kept in `demo.json` in the data folder.
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_app::bots::templates::TEMPLATES;
use smartbot_app::delivery::endpoints::{EndpointOptions, NewEndpoint};
use smartbot_app::tokens::NewToken;
use smartbot_app::visitors::ChannelPatch;
use smartbot_app::workspaces::Settings;
use smartbot_app::{App, Caller};
use smartbot_model::WorkspaceId;
use smartbot_model::token::TokenKind;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The address that the bots of `bots/` call; the demo puts its own portal there.
const PORTAL: &str = "https://portal.example";

const WORKSPACE: &str = "Riverside Clinic";

/// What a second start must know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Demo {
    pub(crate) workspace: WorkspaceId,
    pub(crate) owner: String,
    pub(crate) password: String,
    pub(crate) bots_management: String,
    pub(crate) db_update: String,
    pub(crate) webhook_secret: String,
    pub(crate) portal_port: u16,
}

/// What an earlier start left.
pub(crate) fn read(data: &Path) -> Result<Option<Demo>> {
    let path = data.join("demo.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).map(Some).with_context(|| {
        format!(
            "{} is broken; remove the folder to start anew",
            path.display()
        )
    })
}

fn keep(data: &Path, demo: &Demo) -> Result<()> {
    let path = data.join("demo.json");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(serde_json::to_string_pretty(demo)?.as_bytes())?;
    Ok(file.sync_all()?)
}

/// The document with the demo's portal in the place of the one that its author could not know.
fn with_portal(document: Value, portal: &str) -> Result<Value> {
    Ok(serde_json::from_str(
        &document.to_string().replace(PORTAL, portal),
    )?)
}

/// A password of four groups of letters, for the demo's owner.
fn password(app: &App) -> String {
    let mut bytes = [0; 16];
    app.random.fill(&mut bytes);
    let letters: Vec<String> = bytes
        .chunks(4)
        .map(|it| it.iter().map(|byte| char::from(b'a' + byte % 26)).collect())
        .collect();
    letters.join("-")
}

/// Makes what is missing. `portal_port` is where the demo's portal listens this time.
pub(crate) async fn make(
    app: &App,
    data: &Path,
    known: Option<Demo>,
    portal_port: u16,
) -> Result<Demo> {
    let portal = format!("http://127.0.0.1:{portal_port}");
    let mut demo = match known {
        Some(demo) if demo.portal_port == portal_port => demo,
        Some(demo) => Demo {
            portal_port,
            webhook_secret: String::new(),
            ..demo
        },
        None => {
            let workspace = match app.store.workspace_by_name(WORKSPACE).await? {
                Some(row) => row.id,
                None => {
                    app.create_workspace(
                        WORKSPACE,
                        &Settings {
                            time_zone: "America/Los_Angeles".into(),
                            ..Settings::default()
                        },
                    )
                    .await?
                }
            };
            let (owner, password) = ("owner@clinic.example".to_owned(), password(app));
            app.create_owner(workspace, &owner, "Jo Rivera", Some(password.clone()))
                .await?;
            Demo {
                workspace,
                owner,
                password,
                bots_management: token(app, workspace, TokenKind::BotsManagement).await?,
                db_update: token(app, workspace, TokenKind::DbUpdate).await?,
                webhook_secret: String::new(),
                portal_port,
            }
        }
    };
    let caller = Caller::system(demo.workspace);
    let public = ChannelPatch {
        is_public: Some(true),
        ..ChannelPatch::default()
    };
    for template in TEMPLATES {
        let document = with_portal(template.document()?, &portal)?;
        let function_id = document["function_id"].as_str().unwrap_or_default();
        // What somebody has made of it meanwhile stays.
        match app.export_bot(demo.workspace, function_id, true).await {
            Ok(_) => {}
            Err(smartbot_app::Error::NotFound(_)) => {
                app.import_bot(&caller, &document, true)
                    .await
                    .with_context(|| format!("the sample bot {function_id} cannot be published"))?;
                app.update_channel(demo.workspace, function_id, &public)
                    .await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    // After the bots, so that the first thing the portal hears of is a chat.
    if demo.webhook_secret.is_empty() {
        demo.webhook_secret = endpoint(app, demo.workspace, &portal).await?;
    }
    keep(data, &demo)?;
    Ok(demo)
}

async fn token(app: &App, workspace: WorkspaceId, kind: TokenKind) -> Result<String> {
    let new = NewToken {
        kind,
        name: "demo".into(),
        expires_in: None,
        read_only: false,
        allow_ips: Vec::new(),
    };
    Ok(app.create_token(workspace, new).await?.secret)
}

async fn endpoint(app: &App, workspace: WorkspaceId, portal: &str) -> Result<String> {
    let new = NewEndpoint {
        url: format!("{portal}/webhooks"),
        description: "The demo's portal".into(),
        events: EventSelection::ALL,
        detail: PayloadDetail::Full,
        options: EndpointOptions::default(),
        secret: None,
    };
    Ok(app.add_endpoint(workspace, new).await?.1.into_inner())
}
