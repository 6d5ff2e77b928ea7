//! All that is kept. SQL lives here and nowhere else.
//!
//! Whoever changes something makes a list of [`Change`]s and hands it to [`Store::commit`]; whoever reads asks a [`Store`] by
//! `(workspace, parent, id)`. The same query texts run on SQLite and on PostgreSQL; personal data is sealed before it reaches either.
//!
//! Architecture invariants: no type of the database driver and no SQL leaves this crate; no row is read by its id alone, save what is
//! looked up across workspaces (a token by its hash, work that is due); times come from the caller, randomness from what the store was opened with.
mod agents;
mod answers;
mod attempts;
mod backlog;
mod backup;
mod bots;
mod browser_sessions;
mod canned_replies;
pub mod change;
mod chat_logs;
mod check;
mod counters;
mod db;
mod deliveries;
mod desk;
mod endpoint_alerts;
mod endpoints;
mod erase;
pub mod error;
mod events;
mod fields;
mod files;
mod health;
mod in_flight;
mod jobs;
mod keys;
mod mails;
mod master_key;
mod messages;
mod migrate;
mod notifications;
mod open;
pub mod outgoing;
mod postgres;
mod prepare;
mod presence;
mod query;
mod recent;
mod resends;
mod retention;
pub mod rows;
mod seal;
mod sessions;
mod shares;
mod sign_in;
pub mod simulated;
mod snapshot;
mod sqlite;
mod store;
mod tokens;
mod user_list;
mod users;
mod workspaces;

pub use backup::{Backup, Restored};
pub use change::Change;
pub use chat_logs::{ChatLogFilter, SessionHead, SessionMark};
pub use check::{Checked, Content, Finding};
pub use counters::{BUCKET, Count, Counter, Counters, TurnMark, UncountedTurn};
pub use desk::{DeskCounts, DeskPosition, DeskRows, HeldSession};
pub use erase::UserToErase;
pub use error::{Error, Result, what};
pub use events::{EVENT_HORIZON, FeedEvent};
pub use master_key::MasterKey;
pub use outgoing::*;
pub use retention::OldSession;
pub use rows::*;
pub use store::{Options, Store};

/// How often each query ran in this process, by module and name: for `/metrics`, and for the test that no query is without a test.
pub fn query_runs() -> impl Iterator<Item = (&'static str, u64)> {
    let families = [
        agents::ALL,
        answers::ALL,
        attempts::ALL,
        backlog::ALL,
        bots::ALL,
        browser_sessions::ALL,
        canned_replies::ALL,
        chat_logs::ALL,
        counters::ALL,
        deliveries::ALL,
        desk::ALL,
        endpoint_alerts::ALL,
        endpoints::ALL,
        erase::ALL,
        events::ALL,
        fields::ALL,
        files::ALL,
        health::ALL,
        jobs::ALL,
        keys::ALL,
        mails::ALL,
        messages::ALL,
        notifications::ALL,
        presence::ALL,
        resends::ALL,
        retention::ALL,
        sessions::ALL,
        sign_in::ALL,
        store::ALL,
        tokens::ALL,
        user_list::ALL,
        users::ALL,
        workspaces::ALL,
    ];
    families
        .into_iter()
        .chain(check::QUERIES.iter().copied())
        .flatten()
        .map(|it| (it.name(), it.runs()))
}
