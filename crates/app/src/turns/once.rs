//! Calls that must not act twice: `Idempotency-Key` and `client_message_id`.
//!
//! The row that remembers the answer is written in the turn's own commit, so there is no moment in which one is kept without the other.
use crate::{Error, Result};
use dashmap::DashSet;
use sha2::{Digest, Sha256};
use smartbot_model::{AgentId, Phi, SessionId, Time, UserId};
use smartbot_store::{AnswerRow, Change};
use std::sync::Arc;
use std::time::Duration;

/// How long an `Idempotency-Key` is remembered.
pub const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// The longest key, in bytes.
pub const MAX_KEY: usize = 255;

/// What makes a repeat known as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Within what the key is unique: the token, or the session.
    scope: String,
    /// The caller's key.
    key: String,
    /// What the first request said: method, path and body.
    fingerprint: [u8; 32],
    /// Whether it came as `client_message_id`: remembered as long as the session.
    is_message: bool,
}

impl Once {
    /// From the header `Idempotency-Key`. `scope` is the token's id, or the session's for a session key.
    pub fn request(scope: impl ToString, key: &str, fingerprint: [u8; 32]) -> Self {
        Self {
            scope: format!("key:{}", scope.to_string()),
            key: key.to_owned(),
            fingerprint,
            is_message: false,
        }
    }

    /// From the field `client_message_id`: within the session, by what the message says.
    pub(crate) fn message(session: SessionId, key: &str, content: &[u8]) -> Self {
        Self {
            scope: session.to_string(),
            key: key.to_owned(),
            fingerprint: fingerprint(&[content]),
            is_message: true,
        }
    }

    /// As [`message`](Self::message), of an agent: the keys of agents and of the user have nothing to do with each other.
    pub(crate) fn desk_message(
        session: SessionId,
        agent: AgentId,
        key: &str,
        content: &[u8],
    ) -> Self {
        Self {
            scope: format!("{session} {agent}"),
            ..Self::message(session, key, content)
        }
    }

    pub(crate) const fn is_message(&self) -> bool {
        self.is_message
    }

    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Refuses a row that was written for another request, or about somebody who was erased since.
    pub(crate) fn check(&self, row: &AnswerRow) -> Result<()> {
        if row.is_erased() {
            return Err(Error::NotFound("user any more"));
        }
        match (row.fingerprint == self.fingerprint, self.is_message) {
            (true, _) => Ok(()),
            (false, true) => Err(Error::ClientMessageIdReused),
            (false, false) => Err(Error::IdempotencyKeyReused),
        }
    }

    /// The change that remembers this request, with its answer when that is known already.
    pub(crate) fn remember(
        &self,
        user_id: UserId,
        session_id: SessionId,
        seq: u32,
        body: Option<(u16, String)>,
        now: Time,
    ) -> Change {
        self.remember_for(Some(user_id), Some((session_id, seq)), body, now)
    }

    /// As [`remember`](Self::remember), for a request that is about no session or no user.
    pub(crate) fn remember_for(
        &self,
        user_id: Option<UserId>,
        session: Option<(SessionId, u32)>,
        body: Option<(u16, String)>,
        now: Time,
    ) -> Change {
        let (status, body) = body.unzip();
        Change::SaveAnswer(AnswerRow {
            scope: self.scope.clone(),
            key: self.key.clone(),
            fingerprint: self.fingerprint,
            user_id,
            session_id: session.map(|it| it.0),
            seq: session.map_or(0, |it| it.1),
            status,
            body: body.map(Phi::new),
            created_at: now,
            expires_at: (!self.is_message).then(|| now.plus(KEPT)),
        })
    }
}

/// A SHA-256 over the parts, each with its length in front.
pub fn fingerprint(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The keyed requests that run on this node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running(Arc<DashSet<(String, String)>>);

/// A keyed request that runs; over when dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    running: Running,
    key: (String, String),
}

impl Running {
    /// Notes that a request runs; none when one with the same key does already.
    pub(crate) fn enter(&self, once: &Once) -> Option<Entry> {
        let key = (once.scope.clone(), once.key.clone());
        self.0.insert(key.clone()).then(|| Entry {
            running: self.clone(),
            key,
        })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.running.0.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_tell_parts_apart() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert_eq!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"ab", b"c"]));
    }

    #[test]
    fn one_request_runs_at_a_time() {
        let running = Running::default();
        let once = Once::request("tok_1", "k", [0; 32]);
        let first = running.enter(&once).unwrap();
        assert!(running.enter(&once).is_none());
        assert!(
            running
                .enter(&Once::request("tok_2", "k", [0; 32]))
                .is_some()
        );
        drop(first);
        assert!(running.enter(&once).is_some());
    }
}
