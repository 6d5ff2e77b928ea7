//! Orders of the command line that come in families: what is asked for, and how it is carried out.
pub(crate) mod webhook;
