//! Agents' passwords: which are taken, and the slow hash that keeps them.
use crate::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 12;

/// The longest password, in bytes.
const MAX_PASSWORD_BYTES: usize = 512;

/// The weakest password that is taken, on zxcvbn's scale from 0 to 4: unlikely to be guessed with 10^8 tries.
const MIN_SCORE: zxcvbn::Score = zxcvbn::Score::Three;

/// How many hashes are made at once: each takes a core and 19 MiB for tens of milliseconds.
const AT_ONCE: usize = 2;

/// How many may wait for their turn.
const MAX_WAITING: usize = 64;

/// A hash that no password has, made with the same settings: whoever has no password is checked against it, so that the answer takes as long.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c21hcnRib3Qgbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Refuses a password that can be guessed, and says why. `about` holds the words that an attacker tries first: e-mail, names.
/// `pointer` is where it stands in the request.
pub fn check_password(pointer: &str, password: &str, about: &[&str]) -> Result<()> {
    let refuse = |message: String| Err(Error::invalid(pointer, "weak_password", message));
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return refuse(format!(
            "The password needs at least {MIN_PASSWORD_CHARS} characters."
        ));
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return refuse(format!(
            "The password is longer than {MAX_PASSWORD_BYTES} bytes."
        ));
    }
    let estimate = zxcvbn::zxcvbn(password, about);
    if estimate.score() >= MIN_SCORE {
        return Ok(());
    }
    let why = estimate
        .feedback()
        .and_then(|it| it.warning())
        .map_or_else(String::new, |it| format!(" {it}"));
    refuse(format!(
        "The password is too easy to guess.{why} Take four or more words that do not belong together."
    ))
}

/// The PHC string of a password: Argon2id, 19 MiB, 2 passes (OWASP's choice).
fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|it| it.to_string())
        .map_err(|error| Error::Internal(anyhow::anyhow!("password hash: {error}")))
}

/// Whether a password is the one of this hash; takes as long when there is none.
fn matches(password: &str, kept: Option<&str>) -> bool {
    let is_right = Argon2::default()
        .verify_password(password.as_bytes(), kept.unwrap_or(NOBODYS))
        .is_ok();
    is_right && kept.is_some()
}

/// Where passwords are hashed: off the async threads, a few at a time.
pub(crate) struct Passwords {
    turns: Semaphore,
    places: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            places: Semaphore::new(AT_ONCE + MAX_WAITING),
        }
    }
}

impl Passwords {
    /// The hash of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await?
    }

    /// Whether a password is the one of this hash; takes as long when there is none.
    pub(crate) async fn matches(&self, password: String, kept: Option<String>) -> Result<bool> {
        self.run(move || matches(&password, kept.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = || Error::Overloaded {
            retry_after: Duration::from_secs(2),
        };
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let _turn = self.turns.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in [
            "",
            "short",
            "password1234",
            "aaaaaaaaaaaaaaaa",
            "jo@clinic.example",
            "qwertyuiop12",
        ] {
            let Err(Error::Invalid(errors)) =
                check_password("/password", weak, &["jo@clinic.example"])
            else {
                panic!("{weak} was taken")
            };
            assert_eq!(errors[0].code, "weak_password");
        }
        check_password(
            "/password",
            "plum trumpet orbit velvet",
            &["jo@clinic.example"],
        )
        .unwrap();
    }

    #[test]
    fn passwords_are_hashed_with_argon2id_and_a_salt() {
        let (one, two) = (
            hash("plum trumpet orbit").unwrap(),
            hash("plum trumpet orbit").unwrap(),
        );
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
    }

    #[test]
    fn a_password_matches_its_own_hash_only_and_nobody_has_nobodys() {
        let kept = hash("plum trumpet orbit").unwrap();
        assert!(matches("plum trumpet orbit", Some(&kept)));
        assert!(!matches("plum trumpet orbi", Some(&kept)));
        assert!(!matches("", Some(&kept)));
        assert!(!matches("plum trumpet orbit", None));
        use argon2::password_hash::phc::PasswordHash;
        let (ours, nobodys) = (
            PasswordHash::new(&kept).unwrap(),
            PasswordHash::new(NOBODYS).unwrap(),
        );
        assert_eq!(ours.params, nobodys.params, "the same work for everybody");
    }
}
