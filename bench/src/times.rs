//! How long things took.
use std::time::Duration;

/// Sorted times.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn count(&self) -> f64 {
        self.0.len() as f64
    }

    /// In milliseconds: the time that so many of a thousand did not exceed.
    pub(crate) fn at(&self, share: usize) -> f64 {
        let place = (self.0.len() * share / 1000).min(self.0.len().saturating_sub(1));
        self.0.get(place).map_or(0.0, Duration::as_secs_f64) * 1e3
    }

    /// The usual ones, for a line of a report.
    pub(crate) fn told(&self) -> String {
        format!(
            "p50 {:>6.2} ms  p95 {:>6.2} ms  p99 {:>6.2} ms  longest {:>6.2} ms",
            self.at(500),
            self.at(950),
            self.at(990),
            self.at(1000)
        )
    }
}
