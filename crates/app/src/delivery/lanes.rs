//! A lane per endpoint: how much is on its way there, how much may be, and when there is something to send.
//!
//! Only this node's; the truth is in the database. Lanes keep receivers apart: one that hangs has its own few places, all that hang
//! together have half of the places, and first attempts keep some that retries never take.
use crate::delivery::breaker::{Breaker, Gate};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{EndpointId, Time, WorkspaceId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many deliveries are on their way at once, over all endpoints.
const PLACES: usize = 1024;

/// Of these, how many only first attempts may take, right after the commit that made them.
const FOR_FIRST_ATTEMPTS: usize = 256;

/// Of these, how many receivers may hold together that have not answered for [`SLOW`].
const FOR_SLOW: usize = PLACES / 2;

/// How many deliveries are on their way to one endpoint at once.
const PLACES_PER_ENDPOINT: usize = 16;

/// A receiver that has work and has not ended any for so long is slow.
const SLOW: Duration = Duration::from_secs(1);

/// How many deliveries are on their way to an endpoint that has not taken any for [`PROVEN_FOR`]: nobody knows yet whether it hangs.
const PLACES_UNPROVEN: usize = 4;

/// How long an endpoint that took a delivery counts as one that does.
const PROVEN_FOR: Duration = Duration::from_secs(60);

/// Which endpoint.
pub(crate) type LaneKey = (WorkspaceId, EndpointId);

/// An endpoint that may be sent something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ready {
    /// Which.
    pub(crate) key: LaneKey,
    /// How many may go at once.
    pub(crate) free: usize,
    /// Whether it takes what it gets without delay, so that more may be made ready.
    pub(crate) is_quick: bool,
}

/// What came of an attempt, as far as the lane cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It arrived.
    Delivered,
    /// It did not.
    Failed,
    /// It did not, because the receiver has too much to do: fewer at once from now on.
    Overloaded,
    /// It was never sent.
    Unsent,
}

#[derive(Debug)]
struct Lane {
    in_flight: usize,
    places: usize,
    /// Since when something is on its way and nothing has come to an end.
    busy_since: Time,
    /// When it took a delivery last.
    proven_at: Time,
    breaker: Breaker,
    /// The most deliveries a second, and when the next may go.
    rate: Option<u32>,
    next_by_rate: Time,
    /// When the database may have something due.
    due: Option<Time>,
}

impl Lane {
    fn new(now: Time) -> Self {
        Self {
            in_flight: 0,
            places: PLACES_PER_ENDPOINT,
            busy_since: now,
            proven_at: Time::default(),
            breaker: Breaker::default(),
            rate: None,
            next_by_rate: Time::default(),
            due: None,
        }
    }

    fn is_proven(&self, now: Time) -> bool {
        now.since(self.proven_at) < PROVEN_FOR
    }

    /// Whether it is slow, or nobody knows yet that it is not.
    fn is_slow(&self, now: Time) -> bool {
        self.in_flight > 0 && (now.since(self.busy_since) > SLOW || !self.is_proven(now))
    }

    /// How many may be on their way now.
    fn places(&self, now: Time) -> usize {
        match self.breaker.gate(now) {
            Gate::Open(_) => 0,
            Gate::Probe => 1,
            Gate::Closed if !self.is_proven(now) => self.places.min(PLACES_UNPROVEN),
            Gate::Closed => self.places,
        }
    }

    /// How many more may go now, other endpoints aside.
    fn free(&self, now: Time) -> usize {
        let free = self.places(now).saturating_sub(self.in_flight);
        match self.rate {
            Some(_) if self.next_by_rate > now => 0,
            Some(rate) => free.min(usize::try_from(rate).unwrap_or(usize::MAX)),
            None => free,
        }
    }

    fn enter(&mut self, now: Time) {
        if self.in_flight == 0 {
            self.busy_since = now;
        }
        self.in_flight += 1;
        if let Some(rate) = self.rate {
            let gap = Duration::from_secs(1) / rate.max(1);
            self.next_by_rate = self.next_by_rate.max(now).plus(gap);
        }
    }

    /// When something may go; none when nothing waits, or when the end of what is on its way comes first.
    fn next(&self, now: Time) -> Option<Time> {
        let due = self.due?;
        match self.breaker.gate(now) {
            Gate::Open(until) => Some(due.max(until)),
            _ if self.in_flight >= self.places(now) => None,
            _ if self.rate.is_some() => Some(due.max(self.next_by_rate)),
            _ => Some(due),
        }
    }
}

#[derive(Debug, Default)]
struct All {
    lanes: HashMap<LaneKey, Lane>,
    in_flight: usize,
    /// Round-robin: who was asked first the last time.
    turn: usize,
}

impl All {
    fn slow(&self, now: Time) -> usize {
        let slow = self.lanes.values().filter(|it| it.is_slow(now));
        slow.map(|it| it.in_flight).sum()
    }

    /// How many of the common places `key` may take of `limit`.
    fn common(&self, key: &LaneKey, limit: usize, now: Time) -> usize {
        let free = limit.saturating_sub(self.in_flight);
        let is_slow = self.lanes.get(key).is_some_and(|it| it.is_slow(now));
        if is_slow {
            free.min(FOR_SLOW.saturating_sub(self.slow(now)))
        } else {
            free
        }
    }
}

/// The lanes of all endpoints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lanes(Arc<Mutex<All>>);

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a first attempt that goes out right after the commit that makes it; none when it has to wait for its turn.
    pub(crate) fn reserve(&self, key: LaneKey, endpoint: &Endpoint, now: Time) -> Option<Slot> {
        let mut all = self.lock();
        let common = all.common(&key, PLACES, now);
        let lane = all.lanes.entry(key).or_insert_with(|| Lane::new(now));
        lane.rate = endpoint.rate_per_second;
        let has_backlog = lane.due.is_some_and(|it| it <= now);
        let goes = lane.breaker.gate(now) == Gate::Closed && lane.free(now) > 0 && common > 0;
        if has_backlog || !goes {
            return None;
        }
        lane.enter(now);
        all.in_flight += 1;
        Some(self.slot(key))
    }

    /// A place for a delivery that was claimed.
    pub(crate) fn take(&self, key: LaneKey, rate: Option<u32>, now: Time) -> Option<Slot> {
        let mut all = self.lock();
        let common = all.common(&key, PLACES - FOR_FIRST_ATTEMPTS, now);
        let lane = all.lanes.entry(key).or_insert_with(|| Lane::new(now));
        lane.rate = rate;
        if common == 0 || lane.free(now) == 0 {
            return None;
        }
        lane.enter(now);
        all.in_flight += 1;
        Some(self.slot(key))
    }

    fn slot(&self, key: LaneKey) -> Slot {
        Slot {
            lanes: self.clone(),
            key,
            noted: None,
        }
    }

    /// Notes that the database has something for an endpoint that is due at `at`.
    pub(crate) fn due(&self, key: LaneKey, at: Time, now: Time) {
        let mut all = self.lock();
        let lane = all.lanes.entry(key).or_insert_with(|| Lane::new(now));
        lane.due = Some(lane.due.map_or(at, |it| it.min(at)));
    }

    /// Notes when the database has something next, after everything that is due was claimed.
    pub(crate) fn claimed(&self, key: LaneKey, next: Option<Time>) {
        if let Some(lane) = self.lock().lanes.get_mut(&key) {
            lane.due = next;
        }
    }

    /// The endpoints that may be sent something that is due, another one first each time.
    pub(crate) fn ready(&self, now: Time) -> Vec<Ready> {
        let mut all = self.lock();
        let common = (PLACES - FOR_FIRST_ATTEMPTS).saturating_sub(all.in_flight);
        if common == 0 {
            return Vec::new();
        }
        let mut ready: Vec<_> = all
            .lanes
            .iter()
            .filter(|(_, lane)| lane.due.is_some_and(|it| it <= now))
            .map(|(key, lane)| Ready {
                key: *key,
                free: lane.free(now),
                is_quick: lane.is_proven(now) && !lane.is_slow(now),
            })
            .filter(|it| it.free > 0)
            .collect();
        ready.sort_unstable_by_key(|it| it.key);
        if !ready.is_empty() {
            all.turn = all.turn.wrapping_add(1);
            let first = all.turn % ready.len();
            ready.rotate_left(first);
        }
        ready
    }

    /// How long nothing can go that is not noted yet.
    pub(crate) fn pause(&self, now: Time, longest: Duration) -> Duration {
        let all = self.lock();
        if all.in_flight >= PLACES - FOR_FIRST_ATTEMPTS {
            return longest;
        }
        let next = all.lanes.values().filter_map(|it| it.next(now)).min();
        next.map_or(longest, |it| it.since(now).min(longest))
    }

    /// Opens a breaker's gate and forgets what is known of an endpoint: somebody has changed it.
    pub(crate) fn forget(&self, key: LaneKey) {
        if let Some(lane) = self.lock().lanes.get_mut(&key) {
            lane.breaker = Breaker::default();
            lane.places = PLACES_PER_ENDPOINT;
            lane.next_by_rate = Time::default();
        }
    }

    /// Whether the breaker keeps an endpoint from being sent anything, and until when.
    pub(crate) fn open_until(&self, key: LaneKey, now: Time) -> Option<Time> {
        match self.lock().lanes.get(&key)?.breaker.gate(now) {
            Gate::Open(until) => Some(until),
            Gate::Closed | Gate::Probe => None,
        }
    }

    /// Forgets lanes of which there is nothing to know.
    pub(crate) fn tidy(&self, now: Time) {
        self.lock().lanes.retain(|_, it| {
            it.in_flight > 0
                || it.due.is_some()
                || it.is_proven(now)
                || it.breaker.gate(now) != Gate::Closed
        });
    }

    /// How many deliveries are on their way.
    pub(crate) fn in_flight(&self) -> usize {
        self.lock().in_flight
    }

    fn leave(&self, key: LaneKey, noted: Option<(Noted, Time)>) -> bool {
        let mut all = self.lock();
        all.in_flight = all.in_flight.saturating_sub(1);
        let Some(lane) = all.lanes.get_mut(&key) else {
            return false;
        };
        lane.in_flight = lane.in_flight.saturating_sub(1);
        let Some((noted, now)) = noted else {
            return false;
        };
        lane.busy_since = now;
        match noted {
            Noted::Delivered => {
                lane.proven_at = now;
                lane.places = (lane.places + 1).min(PLACES_PER_ENDPOINT);
                lane.breaker.note(false, now)
            }
            Noted::Failed => lane.breaker.note(true, now),
            Noted::Overloaded => {
                lane.places = (lane.places / 2).max(1);
                lane.breaker.note(true, now)
            }
            Noted::Unsent => false,
        }
    }
}

/// A place on the way to an endpoint; free again when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    lanes: Lanes,
    key: LaneKey,
    noted: Option<(Noted, Time)>,
}

impl Slot {
    /// Notes what came of the attempt and leaves.
    pub(crate) fn done(mut self, noted: Noted, now: Time) {
        self.noted = Some((noted, now));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.lanes.leave(self.key, self.noted) {
            let (workspace, endpoint) = self.key;
            tracing::warn!(workspace.id = %workspace, endpoint.id = %endpoint, "an endpoint fails; deliveries to it wait");
            metrics::counter!("smartbot_webhook_breaker_opened_total").increment(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(millis: u64) -> Time {
        Time::from_micros(1_795_000_000_000_000).plus(Duration::from_millis(millis))
    }

    fn frees(lanes: &Lanes, now: Time) -> Vec<(LaneKey, usize)> {
        let ready = lanes.ready(now).into_iter();
        ready.map(|it| (it.key, it.free)).collect()
    }

    fn endpoint(number: u128) -> (LaneKey, Endpoint) {
        let id = EndpointId::from_uuid(Uuid::from_u128(number));
        let endpoint = Endpoint::new(id, "https://a.example/".into(), at(0));
        ((WorkspaceId::from_uuid(Uuid::nil()), id), endpoint)
    }

    /// As many places as an endpoint gets that has just taken a delivery.
    fn all_of(lanes: &Lanes, number: u128, now: Time) -> Vec<Slot> {
        let (key, endpoint) = endpoint(number);
        if let Some(slot) = lanes.reserve(key, &endpoint, now) {
            slot.done(Noted::Delivered, now);
        }
        std::iter::from_fn(|| lanes.reserve(key, &endpoint, now)).collect()
    }

    #[test]
    fn an_endpoint_has_its_places_and_no_more() {
        let lanes = Lanes::default();
        let slots = all_of(&lanes, 1, at(0));
        assert_eq!(slots.len(), PLACES_PER_ENDPOINT);
        assert_eq!(all_of(&lanes, 2, at(0)).len(), PLACES_PER_ENDPOINT);
        drop(slots);
        assert_eq!(lanes.in_flight(), 0);
    }

    #[test]
    fn receivers_that_hang_leave_half_of_the_places_to_the_others() {
        let lanes = Lanes::default();
        let mut hanging = Vec::new();
        for number in 0..300 {
            let (key, endpoint) = endpoint(number);
            hanging.extend(std::iter::from_fn(|| lanes.reserve(key, &endpoint, at(0))));
        }
        let with_more_than_one = FOR_SLOW / PLACES_UNPROVEN;
        assert_eq!(hanging.len(), FOR_SLOW + 300 - with_more_than_one);
        assert_eq!(all_of(&lanes, 999, at(2_000)).len(), PLACES_PER_ENDPOINT);
    }

    #[test]
    fn retries_leave_places_to_first_attempts() {
        let lanes = Lanes::default();
        let mut slots = Vec::new();
        for number in 0..1_000 {
            let (key, _) = endpoint(number);
            slots.extend(std::iter::from_fn(|| lanes.take(key, None, at(0))));
        }
        assert_eq!(slots.len(), PLACES - FOR_FIRST_ATTEMPTS);
        assert_eq!(all_of(&lanes, 5_000, at(0)).len(), PLACES_PER_ENDPOINT);
    }

    #[test]
    fn what_waits_goes_before_what_is_new() {
        let lanes = Lanes::default();
        let (key, endpoint) = endpoint(1);
        lanes.due(key, at(0), at(0));
        assert!(lanes.reserve(key, &endpoint, at(1)).is_none());
        assert_eq!(frees(&lanes, at(1)), [(key, PLACES_UNPROVEN)]);
        lanes.claimed(key, Some(at(50)));
        assert!(lanes.reserve(key, &endpoint, at(1)).is_some());
        assert_eq!(frees(&lanes, at(1)), []);
        assert_eq!(lanes.pause(at(1), SLOW), Duration::from_millis(49));
    }

    #[test]
    fn everybody_is_first_in_turn() {
        let lanes = Lanes::default();
        for number in 0..3 {
            lanes.due(endpoint(number).0, at(0), at(0));
        }
        let mut first: Vec<_> = (0..3).map(|_| lanes.ready(at(0))[0].key).collect();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 3);
    }

    #[test]
    fn an_overloaded_receiver_gets_fewer_at_once_and_more_when_it_recovers() {
        let lanes = Lanes::default();
        let (key, _) = endpoint(1);
        lanes
            .take(key, None, at(0))
            .unwrap()
            .done(Noted::Overloaded, at(1));
        lanes.due(key, at(0), at(1));
        lanes
            .take(key, None, at(2))
            .unwrap()
            .done(Noted::Delivered, at(3));
        assert_eq!(frees(&lanes, at(3)), [(key, PLACES_PER_ENDPOINT / 2 + 1)]);
    }

    #[test]
    fn a_rate_is_kept() {
        let lanes = Lanes::default();
        let (key, _) = endpoint(1);
        let mut sent = 0;
        for millis in 0..1_000 {
            while let Some(slot) = lanes.take(key, Some(20), at(millis)) {
                sent += 1;
                slot.done(Noted::Delivered, at(millis));
            }
        }
        assert!((19..=21).contains(&sent), "{sent}");
    }

    #[test]
    fn an_open_breaker_lets_one_probe_through() {
        let lanes = Lanes::default();
        let (key, endpoint) = endpoint(1);
        for _ in 0..5 {
            lanes
                .take(key, None, at(0))
                .unwrap()
                .done(Noted::Failed, at(0));
        }
        assert!(lanes.take(key, None, at(29_000)).is_none());
        assert_eq!(lanes.open_until(key, at(29_000)), Some(at(30_000)));
        let probe = lanes.take(key, None, at(30_000)).unwrap();
        assert!(lanes.take(key, None, at(30_000)).is_none(), "one probe");
        assert!(lanes.reserve(key, &endpoint, at(30_000)).is_none());
        probe.done(Noted::Delivered, at(30_001));
        assert!(lanes.reserve(key, &endpoint, at(30_002)).is_some());
    }
}
