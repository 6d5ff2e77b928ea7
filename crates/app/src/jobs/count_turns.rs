//! Folds committed turns into the counters that reports read.
//!
//! Each turn is counted exactly once: its mark and what it adds go in one commit, which fails as a whole when somebody else has counted one
//! of the turns. What is left after a stop or a kill is found by its mark.
use crate::App;
use crate::turns::trace::{Arrival, Stand, Trace};
use smartbot_model::WorkspaceId;
use smartbot_store::{Change, Counter, Counters, TurnMark, UncountedTurn};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often it is looked what there is to count.
const SWEEP: Duration = Duration::from_secs(1);

/// How many turns are counted at once: few enough for turns to come in between.
const BATCH: u32 = 256;

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    loop {
        let pause = match count(&app).await {
            Ok(found) if found >= BATCH as usize => Duration::ZERO,
            Ok(_) => SWEEP,
            // Another node counts too; each time one of us gets on.
            Err(smartbot_store::Error::Conflict { .. }) => SWEEP / 10,
            Err(error) => {
                tracing::warn!(%error, "turns could not be counted; they will be");
                SWEEP
            }
        };
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Counts some turns; returns how many there were.
async fn count(app: &App) -> smartbot_store::Result<usize> {
    let turns = app.store.uncounted_turns(BATCH).await?;
    let found = turns.len();
    let mut of: BTreeMap<WorkspaceId, (Vec<TurnMark>, Counters)> = BTreeMap::new();
    for turn in turns {
        let (counted, counts) = of.entry(turn.workspace_id).or_default();
        counted.push(turn.mark);
        add(counts, turn);
    }
    let mut outcome = Ok(found);
    for (workspace, (turns, counts)) in of {
        let change = Change::CountTurns { turns, counts };
        // One workspace does not hold up the others.
        if let Err(error) = app.store.commit(workspace, vec![change]).await {
            outcome = Err(error);
        }
    }
    outcome
}

/// What a turn adds.
fn add(counts: &mut Counters, turn: UncountedTurn) {
    let Some((function_id, version)) = turn.bot else {
        tracing::warn!(workspace = %turn.workspace_id, session = %turn.mark.session_id, "a turn of a session that is gone is not counted");
        return;
    };
    let Ok(trace) = serde_json::from_value::<Trace>(turn.trace) else {
        tracing::error!(workspace = %turn.workspace_id, session = %turn.mark.session_id, "a turn that cannot be read is not counted");
        return;
    };
    let (own, at) = ((function_id.as_str(), version), turn.mark.at);
    let tally = trace.tally;
    for (counter, count) in [
        (Counter::SessionsStarted, u32::from(tally.started)),
        (Counter::SessionsEnded, u32::from(tally.ended)),
        (Counter::MessagesFromUsers, tally.user),
        (Counter::MessagesFromBots, tally.bot),
        (Counter::MessagesFromAgents, tally.agent),
    ] {
        if count > 0 {
            counts.add(counter, at, own, "", i64::from(count));
        }
    }
    for goal in &trace.goals {
        counts.add(Counter::Goals, at, own, goal, 1);
    }
    for visit in &trace.visits {
        let bot = match &visit.function_id {
            Some(other) => (other.as_str(), visit.version.unwrap_or_default()),
            None => own,
        };
        counts.add(Counter::Visits, at, bot, &visit.box_id, 1);
    }
    let bot = |stand: &Stand| match &stand.other_bot {
        Some((other, version)) => (other.clone(), *version),
        None => (function_id.clone(), version),
    };
    if let Some(left) = tally.left {
        let (function_id, version) = bot(&left);
        let bot = (function_id.as_str(), version);
        counts.add(Counter::Waiting, left.at, bot, &left.box_id, -1);
    }
    if let Some((arrival, stand)) = tally.came {
        let counter = match arrival {
            Arrival::Waits => Counter::Waiting,
            Arrival::Completed => Counter::Completed,
            Arrival::HandedOff => Counter::HandedOff,
            Arrival::Ended => Counter::Ended,
        };
        let (function_id, version) = bot(&stand);
        counts.add(
            counter,
            at,
            (function_id.as_str(), version),
            &stand.box_id,
            1,
        );
    }
}
