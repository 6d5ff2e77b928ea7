//! How far a call has come, so that a passed deadline can say what it interrupted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

use crate::connect::micros;
use crate::message::Phases;

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
pub(crate) struct Progress(Arc<Marks>);

struct Marks {
    begun: Instant,
    phase: AtomicU8,
    /// When each phase was entered, in micro-seconds since the call; zero if it was not.
    entered: [AtomicU64; ALL.len()],
}

const ALL: [Phase; 5] = [
    Phase::LookUp,
    Phase::Connect,
    Phase::Tls,
    Phase::Headers,
    Phase::Body,
];

impl Progress {
    /// A call on a connection that exists: nothing comes before the headers.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Marks {
            begun: Instant::now(),
            phase: AtomicU8::new(Phase::Headers as u8),
            entered: Default::default(),
        }))
    }

    /// The mark of the call that is polled; a fresh one if hyper connects on nobody's behalf.
    pub(crate) fn current() -> Self {
        CALL.try_with(Self::clone).unwrap_or_else(|_| Self::new())
    }

    pub(crate) async fn watch<F: Future>(&self, call: F) -> F::Output {
        CALL.scope(self.clone(), call).await
    }

    pub(crate) fn enter(&self, phase: Phase) {
        if let Some(mark) = self.0.entered.get(usize::from(phase as u8)) {
            mark.store(micros(self.0.begun).max(1), Ordering::Relaxed);
        }
        self.0.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub(crate) fn phase(&self) -> Phase {
        let mark = usize::from(self.0.phase.load(Ordering::Relaxed));
        ALL.get(mark).copied().unwrap_or(Phase::Headers)
    }

    /// Where the time went until now, for a call that ends here: a phase that was interrupted lasted until now, one that was not reached
    /// has no time.
    pub(crate) fn phases(&self) -> Phases {
        let total_us = micros(self.0.begun);
        let entered = |phase: Phase| {
            let mark = self.0.entered.get(usize::from(phase as u8));
            let at = mark.map(|it| it.load(Ordering::Relaxed));
            at.filter(|it| *it > 0)
        };
        let lasted = |from: Phase, to: Phase| {
            let from = entered(from)?;
            Some(entered(to).unwrap_or(total_us).saturating_sub(from))
        };
        Phases {
            dns_us: lasted(Phase::LookUp, Phase::Connect).unwrap_or_default(),
            connect_us: lasted(Phase::Connect, Phase::Headers).unwrap_or_default(),
            to_headers_us: entered(Phase::Body).unwrap_or_default(),
            total_us,
        }
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

    #[test]
    fn a_phase_that_was_not_reached_has_no_time() {
        let progress = Progress::new();
        let now = progress.phases();
        assert_eq!((now.dns_us, now.connect_us, now.to_headers_us), (0, 0, 0));
        let wait = || {
            let begun = Instant::now();
            while micros(begun) < 50 {
                std::hint::spin_loop();
            }
        };
        progress.enter(Phase::LookUp);
        wait();
        let now = progress.phases();
        assert!(
            now.dns_us >= 50 && now.connect_us == 0 && now.to_headers_us == 0,
            "{now:?}"
        );
        progress.enter(Phase::Connect);
        progress.enter(Phase::Tls);
        wait();
        let now = progress.phases();
        assert!(
            now.dns_us >= 50 && now.connect_us >= 50 && now.to_headers_us == 0,
            "{now:?}"
        );
        progress.enter(Phase::Headers);
        let connected = progress.phases();
        wait();
        progress.enter(Phase::Body);
        wait();
        let now = progress.phases();
        assert_eq!(
            (now.dns_us, now.connect_us),
            (connected.dns_us, connected.connect_us)
        );
        assert!(
            now.to_headers_us >= 150 && now.total_us >= now.to_headers_us + 50,
            "{now:?}"
        );
    }
}
