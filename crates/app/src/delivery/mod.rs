//! Webhooks: which events are recorded and for whom, signing, sending.
pub mod endpoints;
pub(crate) mod record;
pub mod schedule;
pub mod sign;
pub(crate) mod worker;
