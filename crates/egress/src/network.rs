//! Another way for requests than the machine's network: for simulations.
use crate::error::Error;
use crate::message::{Answer, Request};
use std::pin::Pin;

/// An exchange that is under way.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// Carries requests that the guard let through, as far as a URL tells: there are no addresses to judge.
pub trait Network: Send + Sync + 'static {
    /// Sends a request. The client sees to the deadline.
    fn send(&self, request: Request) -> Exchange<'_>;
}
