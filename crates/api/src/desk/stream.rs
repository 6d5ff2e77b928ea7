//! The stream of the desk as Server-Sent Events. Notes say where to look, the database says what there is, and the agent's flags what of it
//! may be seen: each event is looked up anew with the rights that the agent has at that moment.
use super::views::{DeskCountsView, DeskSessionView};
use crate::Context;
use crate::auth::needs::ViewChats;
use crate::auth::{Browser, SignedIn};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use smartbot_app::live::{DeskListener, DeskNote};
use smartbot_app::sign_in::AgentAccess;
use smartbot_app::{App, Error, Result};
use smartbot_model::{Permission, SessionId};
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often an open stream says that its agent is there, and looks whether the agent may still see it.
const BEAT: Duration = Duration::from_secs(10);

/// How often a quiet stream shows that it lives, so that proxies do not cut it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How many sessions' places are remembered.
const MAX_PLACES: usize = 10_000;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(stream_desk))
}

struct Watcher {
    app: App,
    access: AgentAccess,
    /// What the browser's cookie holds: the stream ends with the browser session.
    secret: String,
    listener: DeskListener,
    /// The newest message of each session that was told of.
    places: HashMap<SessionId, u32>,
    counts: Option<DeskCountsView>,
    queue: VecDeque<Event>,
    beat: tokio::time::Interval,
    is_over: bool,
}

/// Watch the desk: Server-Sent Events `session`, `message`, `note`, `typing`, `presence`, `counts` and `reload`.
///
/// `session` is a chat as lists show it, `message` `{session_id, message}`, `note` and `typing` `{session_id, …}`. After each new connection, and after a `reload`,
/// read the lists and the open chat again: nothing is repeated. The agent counts as there while a stream is open.
#[utoipa::path(
    get,
    path = "/api/v1/desk/stream",
    tag = "Desk",
    operation_id = "stream_desk",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn stream_desk(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    browser: Browser,
) -> Result<Response, Problem> {
    let access = agent.access;
    let listener = app.live.subscribe_desk(access.caller.workspace);
    if access.agent().role.may(Permission::AnswerChats) {
        app.desk_opened(&access).await?;
    }
    let mut watcher = Watcher {
        secret: browser.secret.unwrap_or_default(),
        app,
        access,
        listener,
        places: HashMap::new(),
        counts: None,
        queue: VecDeque::new(),
        beat: tokio::time::interval(BEAT),
        is_over: false,
    };
    watcher.count().await?;
    let events = stream::unfold(watcher, async |mut watcher| {
        Some((Ok::<_, Infallible>(watcher.next().await?), watcher))
    });
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok(([("x-accel-buffering", "no")], stream).into_response())
}

impl Watcher {
    /// The next event; none when the agent is signed out or the server stops.
    async fn next(&mut self) -> Option<Event> {
        let stopping = self.app.tasks.stopping();
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            let note = tokio::select! {
                () = stopping.cancelled() => return None,
                note = self.listener.next() => Some(note),
                _ = self.beat.tick() => None,
            };
            let done = match note {
                Some(note) => self.look(note).await,
                None => self.beat().await,
            };
            // A database that does not answer now is asked again at the next note; the page reads everything then.
            if done.is_err() && !self.is_over {
                self.tell("reload", &json!({}));
            }
        }
    }

    /// Says that the agent is there, if that still is so.
    async fn beat(&mut self) -> Result<()> {
        match self.app.authenticate_agent(&self.secret).await {
            Ok(access) if access.agent().role.may(Permission::ViewChats) => {
                let has_changed = access.limits() != self.access.limits();
                self.access = access;
                if has_changed {
                    self.places.clear();
                    self.tell("reload", &json!({}));
                    self.count().await?;
                }
            }
            Ok(_) | Err(Error::Unauthorised(_)) => {
                self.is_over = true;
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        if self.access.agent().role.may(Permission::AnswerChats) {
            self.app.desk_is_open(&self.access).await?;
        }
        Ok(())
    }

    /// Queues what a note is about, if the agent may see it.
    async fn look(&mut self, note: DeskNote) -> Result<()> {
        match note {
            DeskNote::Missed => {
                self.places.clear();
                self.tell("reload", &json!({}));
            }
            DeskNote::Presence => self.tell("presence", &json!({})),
            DeskNote::Typing(session, from) => {
                if self.sees(session).await?.is_some() {
                    self.tell("typing", &json!({"session_id": session, "from": from}));
                }
            }
            DeskNote::Noted(session) => {
                if self.sees(session).await?.is_some() {
                    self.tell("note", &json!({"session_id": session}));
                }
            }
            DeskNote::Changed(session, seen) => {
                if let Some(view) = self.sees(session).await? {
                    let after = self.places.get(&session).copied().unwrap_or(seen);
                    let messages = self.app.desk_messages(&self.access, session, after).await?;
                    for message in messages {
                        self.places.insert(session, message.seq);
                        let data = json!({"session_id": session, "message": message});
                        self.tell("message", &data);
                    }
                    if self.places.len() > MAX_PLACES {
                        self.places.clear();
                    }
                    self.tell("session", &view);
                }
                self.count().await?;
            }
        }
        Ok(())
    }

    /// A session as the agent sees it now; none when it is out of sight.
    async fn sees(&self, session: SessionId) -> Result<Option<DeskSessionView>> {
        match self.app.desk_session(&self.access, session).await {
            Ok(found) => Ok(Some(found.into())),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Queues the counts when they are others.
    async fn count(&mut self) -> Result<()> {
        let counts: DeskCountsView = self.app.desk_counts(&self.access).await?.into();
        if self.counts.as_ref() != Some(&counts) {
            self.tell("counts", &counts);
            self.counts = Some(counts);
        }
        Ok(())
    }

    fn tell(&mut self, name: &str, data: &impl serde::Serialize) {
        // JSON never holds a bare line break, which is all that an event's data must not have.
        let data = serde_json::to_string(data).unwrap_or_default();
        self.queue
            .push_back(Event::default().event(name).data(data));
    }
}
