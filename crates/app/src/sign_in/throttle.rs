//! What slows guessing down: a growing delay per account and a cap per network address, both in the database.
//!
//! A try is counted before it is looked at and forgiven when it was right, so that a thousand tries at once are no way round.
use crate::limits::counted_as;
use crate::{App, Error, Result};
use smartbot_model::Time;
use smartbot_store::FailuresRow;
use std::net::IpAddr;
use std::time::Duration;

/// How often counting is tried again when others count at the same moment.
const MAX_TRIES: usize = 20;

/// How many tries, and how fast.
struct Rule {
    /// How long tries are counted together.
    window: Duration,
    /// From which failure on the next try has to wait: 1 s, then twice as long each time.
    delay_from: u32,
    /// How many failures suspend.
    limit: u32,
}

/// An account: a second from the third failure on, doubling; 15 minutes after ten in 15 minutes.
const ACCOUNT: Rule = Rule {
    window: Duration::from_secs(15 * 60),
    delay_from: 3,
    limit: 10,
};

/// A network address: fifty failures an hour.
const ADDRESS: Rule = Rule {
    window: Duration::from_secs(3_600),
    delay_from: u32::MAX,
    limit: 50,
};

/// A counted try.
pub(super) struct Tries {
    account: String,
    address: Option<String>,
}

impl Rule {
    /// What is known after another failure at `now`.
    fn after(&self, read: Option<FailuresRow>, now: Time) -> FailuresRow {
        let running = read.filter(|it| now < it.since.plus(self.window));
        let (failures, since) = running.map_or((1, now), |it| (it.failures + 1, it.since));
        let blocked_until = if failures >= self.limit {
            now.plus(self.window)
        } else if failures >= self.delay_from {
            now.plus(Duration::from_secs(1 << (failures - self.delay_from)))
        } else {
            now
        };
        FailuresRow {
            failures,
            since,
            blocked_until,
            forget_at: blocked_until.max(since.plus(self.window)),
        }
    }
}

impl App {
    /// Counts a try, or refuses to look at it. The machine's own addresses are not counted.
    pub(super) async fn count_try(&self, email: &str, from: Option<IpAddr>) -> Result<Tries> {
        let account = format!("account {email}");
        let address = from.and_then(counted_as).map(|it| format!("address {it}"));
        if let Some(address) = &address {
            self.count(address, &ADDRESS).await?;
        }
        self.count(&account, &ACCOUNT).await?;
        Ok(Tries { account, address })
    }

    async fn count(&self, subject: &str, rule: &Rule) -> Result<()> {
        for _ in 0..MAX_TRIES {
            let read = self.store.sign_in_failures(subject).await?;
            let now = self.now();
            if let Some(row) = read.filter(|it| now < it.blocked_until) {
                return Err(Error::SignInFailed {
                    retry_after: Some(row.blocked_until.since(now)),
                });
            }
            let row = rule.after(read, now);
            match self.store.save_sign_in_failures(subject, read, row).await {
                Ok(()) => return Ok(()),
                Err(smartbot_store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::SignInFailed {
            retry_after: Some(Duration::from_secs(1)),
        })
    }

    /// Takes a try back that was right. What cannot be taken back is only told in the log: the agent is signed in all the same.
    pub(super) async fn forgive(&self, tries: Tries) {
        let account = self.store.remove_sign_in_failures(&tries.account).await;
        let address = match &tries.address {
            Some(address) => self.uncount(address).await,
            None => Ok(()),
        };
        if let Err(error) = account.and(address) {
            tracing::warn!(%error, "a successful sign-in stays counted as a failure");
        }
    }

    async fn uncount(&self, subject: &str) -> smartbot_store::Result<()> {
        for _ in 0..MAX_TRIES {
            let Some(read) = self.store.sign_in_failures(subject).await? else {
                return Ok(());
            };
            let row = FailuresRow {
                failures: read.failures.saturating_sub(1),
                blocked_until: read.blocked_until.min(self.now()),
                ..read
            };
            match self
                .store
                .save_sign_in_failures(subject, Some(read), row)
                .await
            {
                Err(smartbot_store::Error::Conflict { .. }) => {}
                done => return done,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_the_third_failure_and_the_tenth_suspends() {
        let start = Time::from_micros(1_000_000);
        let (mut now, mut row, mut waits) = (start, None, Vec::new());
        for _ in 0..10 {
            let next = ACCOUNT.after(row, now);
            waits.push(next.blocked_until.since(now).as_secs());
            now = next.blocked_until;
            row = Some(next);
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 900]);
        assert_eq!(ACCOUNT.after(row, now).failures, 1, "counted anew");
    }

    #[test]
    fn an_address_is_stopped_by_the_fiftieth_failure_for_an_hour() {
        let now = Time::from_micros(0);
        let mut row = None;
        for _ in 0..49 {
            row = Some(ADDRESS.after(row, now));
        }
        assert_eq!(row.map(|it| it.blocked_until), Some(now));
        let last = ADDRESS.after(row, now);
        assert_eq!(last.blocked_until, now.plus(Duration::from_secs(3_600)));
    }

    #[test]
    fn failures_of_another_window_are_forgotten() {
        let now = Time::from_micros(0);
        let row = ACCOUNT.after(None, now);
        let later = now.plus(ACCOUNT.window);
        assert_eq!(ACCOUNT.after(Some(row), later).failures, 1);
    }
}
