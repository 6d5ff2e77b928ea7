//! Webhooks: which events are recorded and for whom, signing, sending.
pub(crate) mod alerts;
pub mod backlog;
mod breaker;
pub mod endpoints;
pub(crate) mod health;
mod kept;
pub(crate) mod lanes;
pub mod log;
pub(crate) mod record;
pub mod resend;
pub mod schedule;
pub mod secrets;
pub(crate) mod send;
pub mod sign;
pub mod status;
pub(crate) mod worker;
