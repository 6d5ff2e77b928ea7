//! How often somebody may call: per session key, per network address of session keys, per token. Kept on this node.
//!
//! The buckets run on the app's clock, so that tests can move it.
use crate::{App, Result};
use dashmap::DashMap;
use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use smartbot_model::time::Clock;
use smartbot_model::{SessionId, TokenId, WorkspaceId};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// How much of a limit is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many calls at once.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// When all of them are there again.
    pub reset: Duration,
    /// When the next call is let through, if this one is not.
    pub retry_after: Option<Duration>,
}

#[derive(Clone)]
struct AppClock(Arc<dyn Clock>);

impl governor::clock::Clock for AppClock {
    /// Since 1970.
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().micros()).unwrap_or(0))
    }
}

struct Buckets<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, AppClock, StateInformationMiddleware>,
    clock: AppClock,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(quota: Quota, clock: AppClock) -> Self {
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock,
        }
    }

    fn take(&self, key: &K) -> Allowance {
        let of = |quota: Quota, remaining: u32, retry_after| {
            let limit = quota.burst_size().get();
            Allowance {
                limit,
                remaining,
                reset: quota.replenish_interval() * limit.saturating_sub(remaining),
                retry_after,
            }
        };
        match self.limiter.check_key(key) {
            Ok(state) => of(state.quota(), state.remaining_burst_capacity(), None),
            Err(refused) => {
                let wait = NotUntil::wait_time_from(&refused, self.clock.now());
                of(refused.quota(), 0, Some(wait))
            }
        }
    }
}

/// The address under which a client is counted: of IPv6 the network, which is one customer's. None for the machine itself.
pub fn counted_as(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        it if it.is_loopback() => None,
        IpAddr::V6(it) => Some(IpAddr::V6((it.to_bits() >> 64 << 64).into())),
        it @ IpAddr::V4(_) => Some(it),
    }
}

const fn number(of: u32) -> NonZeroU32 {
    match NonZeroU32::new(of) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// All buckets of this node.
pub struct Limits {
    clock: AppClock,
    sessions: Buckets<SessionId>,
    addresses: Buckets<IpAddr>,
    tokens: DashMap<u32, Arc<Buckets<TokenId>>>,
    starts: Buckets<IpAddr>,
    bots: Buckets<(WorkspaceId, String)>,
}

impl Limits {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = AppClock(clock);
        let per_second = |rate, burst| Quota::per_second(number(rate)).allow_burst(number(burst));
        Self {
            sessions: Buckets::new(per_second(5, 10), clock.clone()),
            addresses: Buckets::new(per_second(50, 100), clock.clone()),
            tokens: DashMap::new(),
            starts: Buckets::new(Quota::per_minute(number(30)), clock.clone()),
            bots: Buckets::new(per_second(500, 500), clock.clone()),
            clock,
        }
    }

    /// A call that changes something with the key of a session: 5 a second, 10 at once.
    pub fn session(&self, session: SessionId) -> Allowance {
        self.sessions.take(&session)
    }

    /// Any call with a session key from this address: 50 a second, 100 at once. The machine's own addresses are not counted.
    pub fn address(&self, address: IpAddr) -> Option<Allowance> {
        let network = counted_as(address)?;
        Some(self.addresses.take(&network))
    }

    /// A session that a visitor starts from this address: 30 a minute. The machine's own addresses are not counted.
    pub fn start(&self, address: IpAddr) -> Option<Allowance> {
        let network = counted_as(address)?;
        Some(self.starts.take(&network))
    }

    /// A session that a visitor starts with this bot: 500 a second. Of bots that exist only, so that nobody fills the memory with names.
    pub(crate) fn bot(&self, workspace: WorkspaceId, function_id: &str) -> Allowance {
        self.bots.take(&(workspace, function_id.to_owned()))
    }

    /// A call with a token that may make so many a minute; none when that is as many as it likes.
    pub fn token(&self, token: TokenId, calls_per_minute: u32) -> Option<Allowance> {
        let rate = NonZeroU32::new(calls_per_minute)?;
        let of_rate = self.tokens.entry(calls_per_minute).or_insert_with(|| {
            let quota = Quota::per_minute(rate);
            Arc::new(Buckets::new(quota, self.clock.clone()))
        });
        let buckets = Arc::clone(&of_rate);
        drop(of_rate);
        Some(buckets.take(&token))
    }

    /// Forgets buckets that are full again.
    pub(crate) fn sweep(&self) {
        self.sessions.limiter.retain_recent();
        self.addresses.limiter.retain_recent();
        self.starts.limiter.retain_recent();
        self.bots.limiter.retain_recent();
        for buckets in &self.tokens {
            buckets.limiter.retain_recent();
        }
        self.tokens.retain(|_, it| !it.limiter.is_empty());
    }
}

impl App {
    /// What is left of a token's limit; none when its workspace sets none.
    pub async fn token_allowance(
        &self,
        workspace: WorkspaceId,
        token: TokenId,
    ) -> Result<Option<Allowance>> {
        let calls = self
            .workspace(workspace)
            .await?
            .settings
            .token_calls_per_minute;
        Ok(self.limits.token(token, calls))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::Time;
    use smartbot_model::time::TestClock;

    fn limits() -> (Limits, Arc<TestClock>) {
        let clock = Arc::new(TestClock::new(Time::from_micros(1_700_000_000_000_000)));
        (Limits::new(clock.clone()), clock)
    }

    fn session(number: u128) -> SessionId {
        SessionId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_session_has_ten_at_once_and_five_a_second_after_that() {
        let (limits, clock) = limits();
        for left in (0..10).rev() {
            let allowance = limits.session(session(1));
            assert_eq!((allowance.limit, allowance.remaining), (10, left));
            assert_eq!(allowance.retry_after, None);
        }
        let refused = limits.session(session(1));
        assert_eq!(refused.retry_after, Some(Duration::from_millis(200)));
        assert_eq!(refused.reset, Duration::from_secs(2));
        assert_eq!(limits.session(session(2)).retry_after, None, "another");
        clock.advance(Duration::from_millis(199));
        assert!(limits.session(session(1)).retry_after.is_some());
        clock.advance(Duration::from_millis(1));
        assert_eq!(limits.session(session(1)).retry_after, None);
    }

    #[test]
    fn the_machine_itself_is_spared() {
        let (limits, _) = limits();
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(limits.address(own.parse().unwrap()), None, "{own}");
        }
        let other: IpAddr = "198.51.100.7".parse().unwrap();
        for _ in 0..100 {
            assert_eq!(limits.address(other).unwrap().retry_after, None);
        }
        assert!(limits.address(other).unwrap().retry_after.is_some());
        let mapped = limits.address("::ffff:198.51.100.7".parse().unwrap());
        assert!(mapped.unwrap().retry_after.is_some(), "it is the same");
        let counted = |it: &str| counted_as(it.parse().unwrap()).unwrap().to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn visitors_start_thirty_sessions_a_minute_and_a_bot_five_hundred_a_second() {
        let (limits, clock) = limits();
        let from: IpAddr = "198.51.100.7".parse().unwrap();
        for left in (0..30).rev() {
            let allowance = limits.start(from).unwrap();
            assert_eq!((allowance.remaining, allowance.retry_after), (left, None));
        }
        let refused = limits.start(from).unwrap();
        assert_eq!(refused.retry_after, Some(Duration::from_secs(2)));
        clock.advance(Duration::from_secs(2));
        assert_eq!(limits.start(from).unwrap().retry_after, None);
        assert_eq!(limits.start("127.0.0.1".parse().unwrap()), None);
        let workspace = WorkspaceId::from_uuid(uuid::Uuid::from_u128(1));
        for _ in 0..500 {
            assert_eq!(limits.bot(workspace, "Echo").retry_after, None);
        }
        let refused = limits.bot(workspace, "Echo").retry_after;
        assert_eq!(refused, Some(Duration::from_millis(2)));
        assert_eq!(limits.bot(workspace, "Greeter").retry_after, None);
        clock.advance(Duration::from_secs(120));
        limits.sweep();
        assert!(limits.starts.limiter.is_empty() && limits.bots.limiter.is_empty());
    }

    #[test]
    fn a_token_without_a_limit_has_none_and_full_buckets_are_forgotten() {
        let (limits, clock) = limits();
        let token = TokenId::from_uuid(uuid::Uuid::from_u128(1));
        assert_eq!(limits.token(token, 0), None);
        assert_eq!(limits.token(token, 2).unwrap().remaining, 1);
        assert_eq!(limits.token(token, 2).unwrap().remaining, 0);
        let refused = limits.token(token, 2).unwrap();
        assert_eq!(refused.retry_after, Some(Duration::from_secs(30)));
        limits.session(session(1));
        clock.advance(Duration::from_secs(120));
        limits.sweep();
        assert!(limits.tokens.is_empty() && limits.sessions.limiter.is_empty());
    }
}
