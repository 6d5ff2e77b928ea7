//! What the demo adds to a server: a workspace with bots, and the customer's portal that they talk to.
pub(crate) mod portal;
pub(crate) mod receiver;
pub(crate) mod seed;
