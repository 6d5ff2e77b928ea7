//! A breaker per endpoint: while a receiver fails again and again, nothing is tried, so that no attempt is burnt and nobody waits for it.
use smartbot_model::Time;
use std::collections::VecDeque;
use std::time::Duration;

/// So many failures in a row open it.
const FAILURES_IN_A_ROW: u32 = 5;

/// So many attempts within [`WINDOW`] are enough to judge by their share of failures.
const ENOUGH: usize = 10;

/// The share of failures, in percent, that opens it.
const SHARE: usize = 70;

/// How far back attempts are judged.
const WINDOW: Duration = Duration::from_secs(60);

/// How long it stays open at first; twice as long each time the probe fails too.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The longest that it stays open.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);

/// The most attempts that are remembered.
const REMEMBERED: usize = 64;

/// What an endpoint may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// As much as it has places for.
    Closed,
    /// One delivery, to see whether it is back.
    Probe,
    /// Nothing before this instant.
    Open(Time),
}

/// The state of one endpoint's breaker.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    in_a_row: u32,
    recent: VecDeque<(Time, bool)>,
    open_until: Option<Time>,
    pause: Duration,
}

impl Breaker {
    pub(crate) fn gate(&self, now: Time) -> Gate {
        match self.open_until {
            None => Gate::Closed,
            Some(until) if until > now => Gate::Open(until),
            Some(_) => Gate::Probe,
        }
    }

    /// Notes what came of an attempt. Returns whether this opened the breaker.
    pub(crate) fn note(&mut self, failed: bool, now: Time) -> bool {
        while self
            .recent
            .front()
            .is_some_and(|(at, _)| now.since(*at) > WINDOW)
            || self.recent.len() >= REMEMBERED
        {
            self.recent.pop_front();
        }
        self.recent.push_back((now, failed));
        if !failed {
            *self = Self {
                recent: std::mem::take(&mut self.recent),
                ..Self::default()
            };
            return false;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        let failures = self.recent.iter().filter(|it| it.1).count();
        let too_many = self.recent.len() >= ENOUGH && failures * 100 >= self.recent.len() * SHARE;
        // What was on its way when it opened tells nothing new.
        let is_open = self.open_until.is_some_and(|it| it > now);
        if is_open || !(self.in_a_row >= FAILURES_IN_A_ROW || too_many) {
            return false;
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.open_until = Some(now.plus(self.pause));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time::from_micros(1_795_000_000_000_000).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_a_probe_closes_it() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            assert!(!breaker.note(true, at(0)));
        }
        assert_eq!(breaker.gate(at(0)), Gate::Closed);
        assert!(breaker.note(true, at(1)));
        assert_eq!(breaker.gate(at(30)), Gate::Open(at(31)));
        assert!(!breaker.note(true, at(2)), "a straggler changes nothing");
        assert_eq!(breaker.gate(at(31)), Gate::Probe);
        assert!(breaker.note(true, at(31)), "the probe failed");
        assert_eq!(breaker.gate(at(32)), Gate::Open(at(91)), "twice as long");
        assert!(!breaker.note(false, at(91)));
        assert_eq!(breaker.gate(at(91)), Gate::Closed);
    }

    #[test]
    fn a_share_of_failures_opens_it_too() {
        let mut breaker = Breaker::default();
        let mut opened = false;
        for attempt in 0..10 {
            opened = breaker.note(attempt % 4 != 0, at(attempt));
        }
        assert!(opened, "seven of ten");
        let mut mostly_fine = Breaker::default();
        assert!((0..100).all(|it| !mostly_fine.note(it % 2 == 0, at(it / 10))));
        let mut rare = Breaker::default();
        for attempt in 0..20 {
            assert!(
                !rare.note(attempt % 4 != 0, at(attempt * 30)),
                "too long ago to count together"
            );
        }
    }

    #[test]
    fn it_stays_open_for_half_an_hour_at_most() {
        let mut breaker = Breaker::default();
        let mut now = at(0);
        for _ in 0..40 {
            breaker.note(true, now);
            if let Gate::Open(until) = breaker.gate(now) {
                assert!(until.since(now) <= LONGEST_PAUSE);
                now = until;
            }
        }
        assert_eq!(breaker.pause, LONGEST_PAUSE);
    }
}
