//! How many sessions visitors of one network address have open. Kept on this node.
use crate::limits::counted_as;
use dashmap::DashMap;
use smartbot_model::time::Clock;
use smartbot_model::{SessionId, Time};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How many sessions of one address may be open at once.
pub const MAX_OPEN: usize = 20;

/// After how long a session that nobody uses does not count any more: whoever closes a page ends nothing.
const IDLE: Duration = Duration::from_secs(30 * 60);

#[derive(Default)]
struct Address {
    /// Sessions that are being started.
    starting: usize,
    /// When each was used last.
    open: HashMap<SessionId, Time>,
}

/// The open sessions of visitors, by network address.
pub struct Visits {
    clock: Arc<dyn Clock>,
    addresses: DashMap<IpAddr, Address>,
    sessions: DashMap<SessionId, IpAddr>,
}

/// A place for a session that is being started; free again when dropped.
pub(super) struct Place<'a> {
    visits: &'a Visits,
    address: Option<IpAddr>,
}

impl Visits {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            addresses: DashMap::new(),
            sessions: DashMap::new(),
        }
    }

    /// A place for one more session; when there is none, how long until one is certainly free. The machine itself has all it likes.
    pub(super) fn place(&self, from: IpAddr) -> Result<Place<'_>, Duration> {
        let address = counted_as(from);
        if let Some(address) = address {
            let now = self.clock.now();
            let mut known = self.addresses.entry(address).or_default();
            known.open.retain(|_, it| now.since(*it) < IDLE);
            if known.open.len() + known.starting >= MAX_OPEN {
                let first = known.open.values().min();
                let after = first.map_or(Duration::from_secs(1), |it| {
                    IDLE.saturating_sub(now.since(*it))
                });
                return Err(after);
            }
            known.starting += 1;
        }
        Ok(Place {
            visits: self,
            address,
        })
    }

    /// A session is being used.
    pub fn used(&self, session: SessionId) {
        let Some(address) = self.sessions.get(&session).map(|it| *it) else {
            return;
        };
        let now = self.clock.now();
        if let Some(mut known) = self.addresses.get_mut(&address) {
            known.open.insert(session, now);
        }
    }

    /// A session has ended.
    pub(crate) fn ended(&self, session: SessionId) {
        if let Some((_, address)) = self.sessions.remove(&session)
            && let Some(mut known) = self.addresses.get_mut(&address)
        {
            known.open.remove(&session);
        }
    }

    /// Forgets sessions that count no more.
    pub(crate) fn sweep(&self) {
        let now = self.clock.now();
        self.addresses.retain(|_, it| {
            it.open.retain(|_, it| now.since(*it) < IDLE);
            it.starting > 0 || !it.open.is_empty()
        });
        self.sessions.retain(|session, address| {
            let known = self.addresses.get(address);
            known.is_some_and(|it| it.open.contains_key(session))
        });
    }
}

impl Place<'_> {
    /// The session that took it.
    pub(super) fn taken(self, session: SessionId) {
        if let Some(address) = self.address {
            let now = self.visits.clock.now();
            self.visits.sessions.insert(session, address);
            let mut known = self.visits.addresses.entry(address).or_default();
            known.open.insert(session, now);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(address) = self.address
            && let Some(mut known) = self.visits.addresses.get_mut(&address)
        {
            known.starting = known.starting.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::time::TestClock;

    fn session(number: usize) -> SessionId {
        SessionId::from_uuid(uuid::Uuid::from_u128(number as u128))
    }

    #[test]
    fn twenty_are_open_and_not_one_more_until_one_ends_or_idles() {
        let clock = Arc::new(TestClock::new(Time::from_micros(1_700_000_000_000_000)));
        let visits = Visits::new(clock.clone());
        let from: IpAddr = "198.51.100.7".parse().unwrap();
        for number in 0..MAX_OPEN {
            visits.place(from).ok().unwrap().taken(session(number));
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(
            visits.place(from).err(),
            Some(IDLE - Duration::from_secs(20))
        );
        assert!(visits.place("198.51.100.8".parse().unwrap()).is_ok());
        assert!(visits.place("127.0.0.1".parse().unwrap()).is_ok());
        visits.ended(session(3));
        visits.ended(session(3));
        // One is being started, and is not: its place is free again.
        let place = visits.place(from).ok().unwrap();
        assert!(visits.place(from).is_err());
        drop(place);
        visits.place(from).ok().unwrap().taken(session(100));
        assert!(visits.place(from).is_err());
        clock.advance(IDLE - Duration::from_secs(1));
        visits.used(session(100));
        clock.advance(Duration::from_secs(1));
        visits.sweep();
        assert_eq!((visits.sessions.len(), visits.addresses.len()), (1, 1));
        clock.advance(IDLE);
        visits.sweep();
        assert!(visits.sessions.is_empty() && visits.addresses.is_empty());
    }
}
