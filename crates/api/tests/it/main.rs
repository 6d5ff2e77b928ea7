//! The API as its users meet it: real sockets, real databases, each test on SQLite and on PostgreSQL.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod agents;
#[cfg(test)]
mod agents_standing;
#[cfg(test)]
mod backlog;
#[cfg(test)]
mod bots;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod builder;
#[cfg(test)]
mod builder_compare;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod calls_failing;
#[cfg(test)]
mod calls_waiting;
#[cfg(test)]
mod chat_logs;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod contract_awaiting;
#[cfg(test)]
mod contract_problems;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod definitions;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod delivery_rules;
#[cfg(test)]
mod delivery_runs;
#[cfg(test)]
mod delivery_tries;
#[cfg(test)]
mod delivery_ways_back;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod desk_canned;
#[cfg(test)]
mod desk_limits;
#[cfg(test)]
mod desk_lists;
#[cfg(test)]
mod desk_presence;
#[cfg(test)]
mod desk_snooze;
#[cfg(test)]
mod desk_stream;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod endpoint_alerts;
#[cfg(test)]
mod event_feed;
#[cfg(test)]
mod events;
#[cfg(test)]
mod events_payload;
#[cfg(test)]
mod export;
#[cfg(test)]
mod faq;
#[cfg(test)]
mod files;
#[cfg(test)]
mod guessing;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_paths;
#[cfg(test)]
mod hours;
#[cfg(test)]
mod invoke;
#[cfg(test)]
mod legacy;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod matrix_admin;
#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod order;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod previews;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod rates;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sight;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod stream;
#[cfg(test)]
mod support;
#[cfg(test)]
mod team;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod ui;
#[cfg(test)]
mod users;
#[cfg(test)]
mod users_erased;
#[cfg(test)]
mod users_imported;
#[cfg(test)]
mod users_listed;
#[cfg(test)]
mod visitors;
#[cfg(test)]
mod webhook_admin;
#[cfg(test)]
mod widget;
