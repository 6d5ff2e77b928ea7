//! The language of bots and the pure engine that runs them.
//!
//! A bot is a JSON document ([`parse`] reads it, [`validate`] judges it, [`Flow::compile`] makes it ready to run).
//! [`step`] takes a flow, a state and one input and gives the next state and a list of effects.
//!
//! Architecture invariant: nothing in this crate does I/O, reads a clock or draws a random number; the same input
//! gives the same output, byte for byte. A box type is one file in `boxes/`.
mod boxes;
pub mod compare;
mod condition;
pub mod context;
pub mod document;
pub mod effect;
pub mod faq;
pub mod finding;
mod flow;
mod format;
mod formula;
pub mod input;
mod json_template;
mod moment;
pub mod notes;
pub mod reply;
mod run;
mod schema;
mod scope;
mod state;
mod step;
mod template;
#[cfg(test)]
mod testing;
pub mod trace;
pub mod transcript;
mod validate;
mod value;
mod web_address;
pub mod words;

pub use context::{Context, Flows, Identity, Library, NoLibrary};
pub use document::{BotDocument, parse};
pub use effect::Effect;
pub use faq::Faq;
pub use finding::{Finding, FindingCode, Severity};
pub use flow::Flow;
pub use input::{ApiOutcome, Input};
pub use schema::{bot_schema, box_catalogue, faq_schema};
pub use state::{MAX_VARIABLES, State, TooLarge};
pub use step::{Stepped, step, step_with_notes};
pub use validate::{Known, validate};
