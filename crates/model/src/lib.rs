//! The nouns of SmartBot: ids, time, users, fields, sessions, messages, events, tokens.
//!
//! Architecture invariant: a leaf. Nothing here does I/O, reads a clock or draws a random number;
//! whoever needs the time or randomness is given a [`time::Clock`] or a [`random::Random`].
pub mod agent;
pub mod bot;
pub mod channel;
pub mod chat_log;
pub mod chit_chat;
pub mod definition;
pub mod delivery;
pub mod event;
pub mod field;
pub mod file;
pub mod hours;
pub mod id;
pub mod import;
pub mod message;
pub mod notification;
pub mod permission;
pub mod phi;
pub mod problem;
pub mod random;
pub mod report;
pub mod session;
pub mod strict_json;
pub mod time;
pub mod token;
pub mod user;
pub mod webhook;

pub use event::{Event, EventType};
pub use id::*;
pub use permission::Permission;
pub use phi::Phi;
pub use time::Time;
