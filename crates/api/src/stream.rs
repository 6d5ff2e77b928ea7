//! The stream of one session as Server-Sent Events: notes say "look again", the database says what.
use crate::problem::{ErrorCode, Problem};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use smartbot_app::live::{Listener, Note};
use smartbot_app::{App, Error};
use smartbot_model::message::Sender;
use smartbot_model::session::{SessionState, SessionStatus};
use smartbot_model::{SessionId, WorkspaceId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

/// How long a lost note may hold up a message.
const SWEEP: Duration = Duration::from_secs(5);

/// How often a quiet stream shows that it lives, so that proxies do not cut it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Watcher {
    app: App,
    workspace: WorkspaceId,
    session: SessionId,
    listener: Listener,
    after_seq: u32,
    told: Option<SessionState>,
    queue: VecDeque<Event>,
    is_over: bool,
}

/// Opens the stream after the message that the client saw last.
pub(crate) async fn open(
    app: App,
    workspace: WorkspaceId,
    session: SessionId,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let after_seq = match headers
        .get("last-event-id")
        .map(|it| it.to_str().ok().and_then(|it| it.trim().parse().ok()))
    {
        None => 0,
        Some(Some(seq)) => seq,
        Some(None) => {
            return Err(Problem::new(
                ErrorCode::InvalidParameter,
                "Last-Event-ID is the seq of a message, a whole number.",
            ));
        }
    };
    let listener = app.watch(session);
    let mut watcher = Watcher {
        app,
        workspace,
        session,
        listener,
        after_seq,
        told: None,
        queue: VecDeque::new(),
        is_over: false,
    };
    watcher.look().await?;
    // Who comes when all is over and has seen nothing asks for a chat log, and that is out of reach here.
    if watcher.is_over && after_seq == 0 {
        return Err(Error::SessionEnded.into());
    }
    let events = stream::unfold(watcher, async |mut watcher| {
        Some((Ok::<_, Infallible>(watcher.next().await?), watcher))
    });
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok((
        [("cache-control", "no-store"), ("x-accel-buffering", "no")],
        stream,
    )
        .into_response())
}

impl Watcher {
    /// The next event; none when the session has ended or the server stops.
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
                biased;
                () = stopping.cancelled() => return None,
                note = self.listener.next() => note,
                () = tokio::time::sleep(SWEEP) => Note::Changed,
            };
            match note {
                Note::Typing(from) => {
                    let mut data = json!({"from": from});
                    let agent = self.told.as_ref().and_then(|it| it.agent.as_ref());
                    if let Some(agent) = agent.filter(|_| from == Sender::Agent) {
                        data["name"] = json!(agent.name);
                    }
                    self.queue.push_back(event("typing", &data));
                }
                Note::Changed => match self.look().await {
                    // The user was erased.
                    Err(problem) if problem.code() == ErrorCode::NotFound => return None,
                    // A database that does not answer now is asked again at the next sweep.
                    _ => {}
                },
            }
        }
    }

    /// Queues what is new.
    async fn look(&mut self) -> Result<(), Problem> {
        let (state, messages) = self
            .app
            .stream_page(self.workspace, self.session, self.after_seq)
            .await?;
        for message in messages {
            self.after_seq = message.seq;
            self.queue
                .push_back(event("message", &message).id(message.seq.to_string()));
        }
        let is_news = self.told.as_ref().is_none_or(|it| {
            it.session.status != state.session.status
                || it.awaiting != state.awaiting
                || it.agent != state.agent
        });
        if is_news {
            let mut data = json!({
                "status": state.session.status,
                "awaiting": state.awaiting,
                "last_seq": state.session.last_seq,
            });
            // Null tells that the agent has left.
            let had_agent = self.told.as_ref().is_some_and(|it| it.agent.is_some());
            if had_agent || state.agent.is_some() {
                data["agent"] = json!(state.agent);
            }
            self.queue.push_back(event("status", &data));
        }
        self.is_over = state.session.status == SessionStatus::Ended;
        self.told = Some(state);
        Ok(())
    }
}

fn event(name: &str, data: &impl serde::Serialize) -> Event {
    // JSON never holds a bare line break, which is all that an event's data must not have.
    Event::default()
        .event(name)
        .data(serde_json::to_string(data).unwrap_or_default())
}
