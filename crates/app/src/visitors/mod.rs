//! Visitors: people who meet a bot on a web page and hold no token. `channel` says which bots they may start, `identity` who they are,
//! `open` how many sessions one address may have.
mod channel;
mod identity;
mod open;
mod start;
mod widget_key;

pub use channel::{AppearancePatch, ChannelPatch, PublicBot};
pub use identity::{Identity, MAX_IDENTITY_LIFE};
pub use open::{MAX_OPEN, Visits};
pub use start::Visit;
