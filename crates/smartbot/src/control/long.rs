//! Orders that take long or answer with much: bytes go in and lines come out while the work goes on, and nobody holds all of it.
//!
//! After the line that asks, whatever the order works on is sent as it is. Each line that comes back is `{"Line": …}`, the last one `{"Ok": …}`
//! or `{"Err": …}`.
use super::{Order, Refusal, Request, socket_path};
use crate::config::Config;
use crate::server;
use anyhow::{Context, Result};
use bytes::BytesMut;
use futures_util::StreamExt;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartbot_app::users::UserKey;
use smartbot_app::users::import::{Chunks, Format};
use smartbot_app::{App, Caller, Error};
use smartbot_model::WorkspaceId;
use smartbot_model::import::ImportStatus;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::mpsc;

/// How many lines wait for whoever reads them.
const WAITING: usize = 64;

/// How many bytes are read at once.
const CHUNK: usize = 64 * 1024;

/// How many sessions are looked up at once.
const SESSIONS_AT_ONCE: u32 = 100;

#[derive(Serialize, Deserialize)]
enum Told {
    Line(Value),
    Ok(Value),
    Err(Refusal),
}

/// The bytes of anything that can be read, as they come.
pub(crate) fn chunks(from: impl AsyncRead + Unpin + Send + 'static) -> Chunks {
    stream::unfold(from, async |mut from| {
        let mut buffer = BytesMut::with_capacity(CHUNK);
        match from.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), from)),
            Err(error) => Some((Err(error), from)),
        }
    })
    .boxed()
}

/// Has a long order carried out: by the running server, or here. `each` hears every line as it comes.
pub(crate) async fn ask(
    config: &Config,
    request: Request,
    input: Chunks,
    mut each: impl FnMut(Value),
) -> Result<Value> {
    let opened = loop {
        if config.database_url.is_none()
            && let Ok(stream) = UnixStream::connect(socket_path(&config.data)).await
        {
            return ask_server(stream, &request, input, each).await;
        }
        if let Some(opened) = server::open(config).await? {
            break opened;
        }
    };
    let (sender, mut lines) = mpsc::channel(WAITING);
    let hear = async {
        while let Some(line) = lines.recv().await {
            each(line);
        }
    };
    let (answer, ()) = tokio::join!(carry_out(&opened.app, request, input, sender), hear);
    opened.app.tasks.stop(Duration::from_secs(5)).await;
    opened.close().await;
    Ok(answer?)
}

async fn ask_server(
    stream: UnixStream,
    request: &Request,
    mut input: Chunks,
    mut each: impl FnMut(Value),
) -> Result<Value> {
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    let send = async {
        write.write_all(&line).await?;
        while let Some(chunk) = input.next().await {
            write.write_all(&chunk?).await?;
        }
        write.shutdown().await
    };
    let hear = async {
        let mut lines = BufReader::new(read).lines();
        while let Some(line) = lines.next_line().await? {
            match serde_json::from_str(&line)
                .context("the running server's answer cannot be read; is it of another version?")?
            {
                Told::Line(line) => each(line),
                Told::Ok(answer) => return Ok(answer),
                Told::Err(refusal) => return Err(refusal.into()),
            }
        }
        anyhow::bail!("the running server went away; what it told is done")
    };
    tokio::pin!(hear);
    tokio::select! {
        // The server may have heard enough before all was sent, and says so.
        answer = &mut hear => answer,
        _ = send => hear.await,
    }
}

/// Carries out an order of somebody at the socket, who may send more.
pub(super) async fn answer(
    app: &App,
    request: Request,
    more: impl AsyncRead + Unpin + Send + 'static,
    mut write: OwnedWriteHalf,
) -> Result<()> {
    let (sender, mut lines) = mpsc::channel(WAITING);
    let pass_on = async {
        while let Some(line) = lines.recv().await {
            tell(&mut write, &Told::Line(line)).await?;
        }
        anyhow::Ok(write)
    };
    let (answer, write) = tokio::join!(carry_out(app, request, chunks(more), sender), pass_on);
    let told = match answer {
        Ok(value) => Told::Ok(value),
        Err(refusal) => Told::Err(refusal),
    };
    tell(&mut write?, &told).await
}

async fn tell(write: &mut OwnedWriteHalf, told: &Told) -> Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    Ok(write.write_all(&line).await?)
}

async fn carry_out(
    app: &App,
    request: Request,
    input: Chunks,
    lines: mpsc::Sender<Value>,
) -> Result<Value, Refusal> {
    let workspace = app.find_workspace(request.workspace.as_deref()).await?.id;
    Ok(match request.order {
        Order::ImportUsers { csv } => {
            let format = if csv { Format::Csv } else { Format::Ndjson };
            import(app, workspace, format, input, lines).await?
        }
        Order::ExportUser { user } => export(app, workspace, &user, lines).await?,
        _ => return Err(Error::NotFound("order").into()),
    })
}

async fn import(
    app: &App,
    workspace: WorkspaceId,
    format: Format,
    input: Chunks,
    lines: mpsc::Sender<Value>,
) -> Result<Value, Error> {
    let caller = Caller::system(workspace);
    let mut import = app.import_users(&caller, format, input).await?;
    let (mut created, mut updated, mut unchanged, mut failed) = (0_u64, 0_u64, 0_u64, 0_u64);
    'all: while let Some(batch) = import.next().await {
        for line in batch {
            *match line.status {
                ImportStatus::Created => &mut created,
                ImportStatus::Updated => &mut updated,
                ImportStatus::Unchanged => &mut unchanged,
                ImportStatus::Failed => &mut failed,
            } += 1;
            if lines.send(serde_json::to_value(line)?).await.is_err() {
                // Nobody listens any more.
                break 'all;
            }
        }
    }
    Ok(json!({"created": created, "updated": updated, "unchanged": unchanged, "failed": failed}))
}

/// The user first, then each chat log.
async fn export(
    app: &App,
    workspace: WorkspaceId,
    user: &str,
    lines: mpsc::Sender<Value>,
) -> Result<Value, Error> {
    let key = UserKey::parse(user).ok_or(Error::NotFound("user"))?;
    let user = app.user(workspace, &key).await?;
    let id = user.id;
    let mut is_heard = lines.send(serde_json::to_value(user)?).await.is_ok();
    let (mut after, mut count) = (None, 0_u64);
    while is_heard {
        let sessions = app
            .sessions_of_user(workspace, id, after, SESSIONS_AT_ONCE)
            .await?;
        let Some(last) = sessions.last() else { break };
        after = Some(*last);
        for session in sessions {
            let log = app.chat_log(workspace, session).await?;
            is_heard = lines.send(serde_json::to_value(log)?).await.is_ok();
            count += 1;
        }
    }
    Ok(json!({"chat_logs": count}))
}
