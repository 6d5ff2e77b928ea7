//! The stream of the desk as Server-Sent Events. Notes say where to look, the database says what there is, and the agent's flags what of it
//! may be seen: what is new is looked up together, a few times a second, with the rights that the agent has at that moment.
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
use smartbot_app::desk::DeskNews;
use smartbot_app::live::{DeskListener, DeskNote};
use smartbot_app::sign_in::AgentAccess;
use smartbot_app::{App, Error, Result};
use smartbot_model::notification::Notification;
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, NotificationId, Permission, SessionId, Time};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often an open stream says that its agent is there, and looks whether the agent may still see it.
const BEAT: Duration = Duration::from_secs(5);

/// The pause between two looks at what is new. The first news after it are looked at at once.
const PAUSE: Duration = Duration::from_millis(100);

/// The pause between two counts, each of which looks at all chats that run.
const COUNT_PAUSE: Duration = Duration::from_secs(1);

/// How often a quiet stream shows that it lives, so that proxies do not cut it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How many chats are looked at at once.
const AT_ONCE: usize = 100;

/// How many notifications are remembered: more than are ever looked at at once.
const MAX_NOTIFIED: usize = 1_000;

/// How many chats are remembered.
const MAX_KNOWN: usize = 10_000;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(stream_desk))
}

/// What the agent was told of a chat.
struct Known {
    version: u64,
    seq: u32,
    /// In which lists it is: where it stands, with whom, and whether it is put aside.
    stands: (SessionStatus, Option<AgentId>, bool),
}

/// What is to be looked at.
#[derive(Default)]
struct Wanted {
    /// Chats, with the `seq` after which messages are new, where that is known.
    chats: BTreeMap<SessionId, Option<u32>>,
    /// Chats with new notes.
    noted: BTreeSet<SessionId>,
}

struct Watcher {
    app: App,
    access: AgentAccess,
    /// What the browser's cookie holds: the stream ends with the browser session.
    secret: String,
    listener: DeskListener,
    notifications: broadcast::Receiver<Notification>,
    /// What was told of them: this node and its look at what others did both tell.
    notified: BTreeSet<NotificationId>,
    /// The smallest id of a notification that is news: what was there before, the page has read.
    first_news: NotificationId,
    opened_at: Time,
    known: HashMap<SessionId, Known>,
    wanted: Wanted,
    /// When what is wanted may be looked at, and when counted.
    look_at: Instant,
    count_at: Instant,
    has_moved: bool,
    counts: Option<DeskCountsView>,
    queue: VecDeque<Event>,
    beat: tokio::time::Interval,
    is_over: bool,
}

/// Why a watcher wakes.
enum Woken {
    Look,
    Count,
    Beat,
    Note(DeskNote),
    /// None when some were missed.
    Notified(Option<Notification>),
}

/// Watch the desk: Server-Sent Events `session`, `message`, `note`, `typing`, `presence`, `counts`, `notification` and `reload`.
///
/// `session` is a chat as lists show it, `message` `{session_id, message}`, `note` `{session_id}` (read its notes), `typing` `{session_id, from}`, `presence` `{}` (read the
/// agents), `counts` as the call of that name, `notification` as in the list of notifications. After each new connection, and after a `reload`, read the lists and the open chat again: nothing is repeated. Messages
/// of one chat come in the order of their `seq`; should one be missing, read the chat. The agent counts as there while a stream is open.
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
    let notifications = app
        .live
        .subscribe_agent(access.caller.workspace, access.agent().id);
    if access.agent().role.may(Permission::AnswerChats) {
        app.desk_opened(&access).await?;
    }
    let (now, app_now) = (Instant::now(), app.now());
    let mut watcher = Watcher {
        secret: browser.secret.unwrap_or_default(),
        opened_at: app_now,
        app,
        access,
        listener,
        notifications,
        notified: BTreeSet::new(),
        first_news: NotificationId::first_of(app_now),
        known: HashMap::new(),
        wanted: Wanted::default(),
        look_at: now,
        count_at: now,
        has_moved: false,
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
            let woken = tokio::select! {
                biased;
                () = stopping.cancelled() => return None,
                _ = self.beat.tick() => Woken::Beat,
                () = sleep_until(self.look_at), if !self.wanted.is_empty() => Woken::Look,
                () = sleep_until(self.count_at), if self.has_moved => Woken::Count,
                note = self.listener.next() => Woken::Note(note),
                told = self.notifications.recv() => Woken::Notified(told.ok()),
            };
            let done = match woken {
                Woken::Look => self.look().await,
                Woken::Count => self.count().await,
                Woken::Beat => self.beat().await,
                Woken::Note(note) => self.hear(note).await,
                Woken::Notified(Some(it)) => {
                    self.notify(&it);
                    Ok(())
                }
                Woken::Notified(None) => {
                    self.reload();
                    Ok(())
                }
            };
            // A database that does not answer now is asked again at the next note; the page reads everything then.
            if done.is_err() && !self.is_over {
                self.reload();
            }
        }
    }

    /// Tells of a notification, once.
    fn notify(&mut self, notification: &Notification) {
        if notification.id < self.first_news || !self.notified.insert(notification.id) {
            return;
        }
        if self.notified.len() > MAX_NOTIFIED {
            self.notified.pop_first();
        }
        self.tell("notification", notification);
    }

    /// Says that the agent is there, if that still is so.
    async fn beat(&mut self) -> Result<()> {
        if self.is_allowed().await? && self.access.agent().role.may(Permission::AnswerChats) {
            self.app.desk_is_open(&self.access).await?;
        }
        Ok(())
    }

    /// Whether the agent may still see the desk; from now on with the rights of this moment.
    async fn is_allowed(&mut self) -> Result<bool> {
        match self.app.signed_in(&self.secret).await {
            Ok(access) if access.agent().role.may(Permission::ViewChats) => {
                let has_changed = access.sight() != self.access.sight();
                self.access = access;
                if has_changed {
                    self.reload();
                }
                Ok(true)
            }
            Ok(_) | Err(Error::Unauthorised(_)) => {
                self.is_over = true;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a note down, or tells what it is about.
    async fn hear(&mut self, note: DeskNote) -> Result<()> {
        match note {
            DeskNote::Missed => self.reload(),
            DeskNote::Presence => self.tell("presence", &json!({})),
            DeskNote::Flags => {
                if self.access.sight().is_limited() {
                    self.reload();
                }
            }
            DeskNote::Rights => drop(self.is_allowed().await?),
            DeskNote::Typing(session, from) => {
                if self.app.sees_session(&self.access, session).await? {
                    self.tell("typing", &json!({"session_id": session, "from": from}));
                }
            }
            DeskNote::Noted(session) => {
                self.wanted.noted.insert(session);
            }
            DeskNote::Changed {
                session,
                version,
                after_seq,
            } => {
                let known = self.known.get(&session);
                if known.is_none_or(|it| it.version < version) {
                    let after = known.map(|it| it.seq).or(after_seq);
                    // The first note of several knows best what is new.
                    self.wanted.chats.entry(session).or_insert(after);
                }
            }
        }
        Ok(())
    }

    /// Looks at what is wanted, and queues what of it the agent may see.
    async fn look(&mut self) -> Result<()> {
        self.look_at = Instant::now() + PAUSE;
        if !self.is_allowed().await? {
            return Ok(());
        }
        let mut chats = std::mem::take(&mut self.wanted.chats);
        if let Some(next) = chats.keys().nth(AT_ONCE).copied() {
            self.wanted.chats = chats.split_off(&next);
        }
        let asked: Vec<_> = chats.into_iter().collect();
        let news = self.app.desk_news(&self.access, &asked, self.opened_at);
        let mut seen = BTreeSet::new();
        for it in news.await? {
            seen.insert(it.chat.session.id);
            self.tell_news(it);
        }
        for (session, _) in asked.iter().filter(|it| !seen.contains(&it.0)) {
            // It went out of sight: the user lost a flag, or was erased.
            if self.known.remove(session).is_some() {
                self.reload();
            }
        }
        for session in std::mem::take(&mut self.wanted.noted) {
            if seen.contains(&session) || self.app.sees_session(&self.access, session).await? {
                self.tell("note", &json!({"session_id": session}));
            }
        }
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        Ok(())
    }

    fn tell_news(&mut self, news: DeskNews) {
        let DeskNews { chat, messages } = news;
        let session = chat.session.id;
        let before = self.known.get(&session);
        if before.is_some_and(|it| it.version >= chat.version) {
            return;
        }
        let holder = chat.agent.as_ref().map(|it| it.0);
        let stands = (chat.session.status, holder, chat.snoozed_until.is_some());
        let (told, stood) = (before.map_or(0, |it| it.seq), before.map(|it| it.stands));
        self.has_moved |= stood != Some(stands);
        // Messages are read after the session: there may be more by then.
        let newest = messages.last().map_or(0, |it| it.message.seq);
        let known = Known {
            version: chat.version,
            seq: chat.session.last_seq.max(newest),
            stands,
        };
        self.known.insert(session, known);
        for message in messages.iter().filter(|it| it.message.seq > told) {
            let data = json!({"session_id": session, "message": message});
            self.tell("message", &data);
        }
        self.tell("session", &DeskSessionView::from(chat));
    }

    /// Queues the counts when they are others.
    async fn count(&mut self) -> Result<()> {
        self.has_moved = false;
        self.count_at = Instant::now() + COUNT_PAUSE;
        let counts: DeskCountsView = self.app.desk_counts(&self.access).await?.into();
        if self.counts.as_ref() != Some(&counts) {
            self.tell("counts", &counts);
            self.counts = Some(counts);
        }
        Ok(())
    }

    /// Lets the page read everything again.
    fn reload(&mut self) {
        self.known.clear();
        self.opened_at = self.app.now();
        self.has_moved = true;
        self.tell("reload", &json!({}));
    }

    fn tell(&mut self, name: &str, data: &impl serde::Serialize) {
        // JSON never holds a bare line break, which is all that an event's data must not have.
        let data = serde_json::to_string(data).unwrap_or_default();
        self.queue
            .push_back(Event::default().event(name).data(data));
    }
}

impl Wanted {
    fn is_empty(&self) -> bool {
        self.chats.is_empty() && self.noted.is_empty()
    }
}
