//! How far a call has come, so that a passed deadline can say what it interrupted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What a call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Asking for the addresses of the name.
    LookUp,
    /// Opening the TCP connection.
    Connect,
    /// Agreeing on encryption.
    Tls,
    /// Sending the request, waiting for status and headers.
    Headers,
    /// Reading the body.
    Body,
}

impl Phase {
    /// A stable word for logs, metrics and stored attempts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LookUp => "look_up",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Headers => "headers",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LookUp => "while the name was looked up",
            Self::Connect => "while connecting",
            Self::Tls => "while agreeing on encryption",
            Self::Headers => "before the answer began",
            Self::Body => "before the answer was complete",
        })
    }
}

tokio::task_local! {
    /// The call that is polled right now. hyper calls the connector from inside of it, with
    /// nothing but a URI in hand.
    static CALL: Progress;
}

/// The mark that a call leaves behind.
#[derive(Clone)]
pub(crate) struct Progress(Arc<AtomicU8>);

impl Progress {
    /// A call on a connection that exists: nothing comes before the headers.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(Phase::Headers as u8)))
    }

    /// The mark of the call that is polled; a fresh one if hyper connects on nobody's behalf.
    pub(crate) fn current() -> Self {
        CALL.try_with(Self::clone).unwrap_or_else(|_| Self::new())
    }

    pub(crate) async fn watch<F: Future>(&self, call: F) -> F::Output {
        CALL.scope(self.clone(), call).await
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::Relaxed);
    }

    pub(crate) fn phase(&self) -> Phase {
        const ALL: [Phase; 5] = [
            Phase::LookUp,
            Phase::Connect,
            Phase::Tls,
            Phase::Headers,
            Phase::Body,
        ];
        let mark = usize::from(self.0.load(Ordering::Relaxed));
        ALL.get(mark).copied().unwrap_or(Phase::Headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_left() {
        let progress = Progress::new();
        assert_eq!(progress.phase(), Phase::Headers);
        for phase in [
            Phase::LookUp,
            Phase::Connect,
            Phase::Tls,
            Phase::Headers,
            Phase::Body,
        ] {
            progress.enter(phase);
            assert_eq!(progress.phase(), phase);
        }
    }
}
