//! What a row says of itself agrees with itself.
use super::Check;
use super::references::place;
use crate::error::Result;
use crate::query::{Query, args, queries};

/// How many rows are told of one kind at most.
const MOST: u32 = 100;

macro_rules! states {
    ($($NAME:ident: $table:literal $message:literal = $id:literal where $wrong:literal;)+) => {
        queries! { $($NAME = concat!("SELECT t.workspace_id, t.", $id, " AS id FROM ", $table, " AS t WHERE ", $wrong, " LIMIT $1");)+ }
        const EVERY: &[(&Query, &str, &str)] = &[$((&$NAME, $table, $message)),+];
    };
}

states! {
    DELIVERY_THAT_NOBODY_SENDS: "deliveries" "it is pending, but no worker will ever look at it" =
        "delivery_id" where "t.state = 'pending' AND t.wake_at IS NULL";
    DELIVERY_THAT_IS_OVER: "deliveries" "it is delivered or dead, but workers would send it again" =
        "delivery_id" where "t.state <> 'pending' AND (t.wake_at IS NOT NULL OR t.lease_until IS NOT NULL)";
    DELIVERY_NEVER_TRIED: "deliveries" "it is delivered, but was never tried" =
        "delivery_id" where "t.state = 'delivered' AND t.attempts = 0";
    ATTEMPT_NOT_COUNTED: "attempts" "the delivery does not count this attempt" =
        "delivery_id" where "EXISTS (SELECT 1 FROM deliveries AS d WHERE d.workspace_id = t.workspace_id AND d.delivery_id = t.delivery_id AND d.attempts < t.attempt)";
    ENDED_WITHOUT_A_TIME: "sessions" "it has ended, but not at any time; or it has not, but at some time" =
        "session_id" where "(t.status = 'ended') <> (t.ended_at IS NOT NULL)";
    WITH_AGENT_BUT_NOBODYS: "sessions" "it is with an agent, but nobody has it; or it is not, and somebody has it" =
        "session_id" where "(t.status = 'with_agent') <> (t.agent_id IS NOT NULL)";
    WAITING_SINCE_NEVER: "sessions" "it waits for an agent, but not since any time; or it does not, but since some time" =
        "session_id" where "(t.status = 'waiting_for_agent') <> (t.waiting_since IS NOT NULL)";
    TURN_OF_THE_FUTURE: "turns" "a turn with a greater number than the session has had turns" =
        "session_id" where "EXISTS (SELECT 1 FROM sessions AS s WHERE s.workspace_id = t.workspace_id AND s.session_id = t.session_id AND s.version < t.turn)";
}

pub(super) async fn check(check: &mut Check<'_>) -> Result<()> {
    for (query, table, message) in EVERY {
        let rows = check.snapshot.read(query.with(args![MOST])).await?;
        for row in &rows {
            let place = place(row.uuid("workspace_id")?, row.uuid("id")?);
            check.found("states", *table, place, *message);
        }
        if rows.len() == MOST as usize {
            check.found("states", *table, "", "there may be more of these");
        }
    }
    Ok(())
}
