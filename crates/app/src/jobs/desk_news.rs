//! Tells the desks of this node what other nodes did: notes stay on their node, the database has everything.
use crate::live::DeskNote;
use crate::{App, Result};
use smartbot_model::{AgentId, NotificationId, Time, WorkspaceId};
use smartbot_store::PresenceRow;
use std::collections::HashMap;
use std::time::Duration;

/// How often it is looked; a desk hears of another node's work no later than this after it.
const SWEEP: Duration = Duration::from_secs(2);

/// How far the clocks of two nodes may be apart, and how long a commit may take. Desks know what they were told of, by its version.
const MARGIN: Duration = Duration::from_secs(10);

/// Runs until the server stops, where there can be other nodes.
pub(super) async fn work(app: App) {
    if app.store.is_embedded() {
        return;
    }
    let stopping = app.tasks.stopping();
    let (mut known, mut told) = (HashMap::new(), HashMap::new());
    loop {
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        let looked = async {
            look(&app, &mut known).await?;
            look_for_notifications(&app, &mut told).await
        };
        if let Err(error) = looked.await {
            tracing::warn!(%error, "it could not be looked what other nodes did; it will be");
        }
    }
}

/// What was seen at the last look.
struct Seen {
    at: Time,
    presences: Vec<PresenceRow>,
}

async fn look(app: &App, known: &mut HashMap<WorkspaceId, Seen>) -> Result<()> {
    let open = app.live.open_desks();
    known.retain(|workspace, _| open.contains(workspace));
    for workspace in open {
        let at = app.now();
        let mut presences = app.store.presences(workspace).await?;
        presences.sort_unstable_by_key(|it| it.agent_id);
        // When an agent was last seen is no news.
        let shown = |it: &PresenceRow| (it.agent_id, it.told, it.capacity);
        let before = known.get(&workspace);
        let is_news = before.is_some_and(|before| {
            !before
                .presences
                .iter()
                .map(shown)
                .eq(presences.iter().map(shown))
        });
        if is_news {
            app.live.tell_desks(workspace, DeskNote::Presence);
        }
        let since = before.map_or(at, |it| it.at).minus(MARGIN);
        for (session, version) in app.store.sessions_changed(workspace, since).await? {
            let changed = DeskNote::Changed {
                session,
                version,
                after_seq: None,
            };
            app.live.tell_desks(workspace, changed);
        }
        known.insert(workspace, Seen { at, presences });
    }
    Ok(())
}

/// How many of the newest notifications of an agent are looked at.
const NEWEST: u32 = 20;

/// Tells the desks of this node what their agents are told by other nodes. `told` is what was among the newest at the last look.
async fn look_for_notifications(
    app: &App,
    told: &mut HashMap<(WorkspaceId, AgentId), Vec<NotificationId>>,
) -> Result<()> {
    let open = app.live.open_agents();
    told.retain(|it, _| open.contains(it));
    for (workspace, agent) in open {
        let newest = app.notifications(workspace, agent, false, None, NEWEST);
        let newest = newest.await?;
        let ids: Vec<_> = newest.iter().map(|it| it.id).collect();
        let before = told.insert((workspace, agent), ids);
        for it in newest.iter().rev() {
            // One that was further down before, and came up because others went, is no news.
            let is_known = before.as_ref().is_some_and(|before| {
                before.contains(&it.id)
                    || before.len() == NEWEST as usize
                        && before.last().is_some_and(|last| it.id < *last)
            });
            if !is_known {
                app.live.tell(workspace, agent, it);
            }
        }
    }
    Ok(())
}
