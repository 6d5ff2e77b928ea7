//! The crate as its users see it: documents in, effects and findings out.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bots;
mod engine;
mod faq;
mod jumps;
mod properties;
mod schema;
mod support;
mod tried;
mod validation;
