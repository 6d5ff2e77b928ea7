//! Agents: so far the owner of a workspace. Sign-in stands on the password that is kept here.
use crate::{App, Error, Result};
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use smartbot_model::agent::Role;
use smartbot_model::{AgentId, Phi, WorkspaceId};
use smartbot_store::{AgentRow, Change};

/// The shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 12;

/// The weakest password that is taken, on zxcvbn's scale from 0 to 4: unlikely to be guessed with 10^8 tries.
const MIN_SCORE: zxcvbn::Score = zxcvbn::Score::Three;

/// Refuses a password that can be guessed, and says why. `about` holds the words that an attacker tries first: e-mail, names.
pub fn check_password(password: &str, about: &[&str]) -> Result<()> {
    let refuse = |message: String| Err(Error::invalid("/password", "weak_password", message));
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return refuse(format!(
            "The password needs at least {MIN_PASSWORD_CHARS} characters."
        ));
    }
    if password.len() > 512 {
        return refuse("The password is longer than 512 bytes.".into());
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

/// Refuses what is no e-mail address.
pub fn check_email(email: &str) -> Result<()> {
    let shaped = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    if !shaped || email.chars().any(char::is_whitespace) || email.len() > 254 {
        return Err(Error::invalid(
            "/email",
            "invalid_email",
            "Give an e-mail address like jo@clinic.example.",
        ));
    }
    Ok(())
}

/// The PHC string of a password: Argon2id, 19 MiB, 2 passes (OWASP's choice).
pub fn hash_password(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|it| it.to_string())
        .map_err(|error| Error::Internal(anyhow::anyhow!("password hash: {error}")))
}

impl App {
    /// Makes the owner of a workspace.
    pub async fn create_owner(
        &self,
        workspace: WorkspaceId,
        email: &str,
        name: &str,
        password: Option<String>,
    ) -> Result<AgentId> {
        let email = email.trim();
        check_email(email)?;
        if self.store.agent_by_email(workspace, email).await?.is_some() {
            return Err(Error::Conflict(
                "There is an agent with this e-mail address already.".into(),
            ));
        }
        let password_hash = match password {
            None => None,
            Some(password) => {
                check_password(&password, &[email, name])?;
                // Tens of milliseconds of work: off the async threads.
                let hash = tokio::task::spawn_blocking(move || hash_password(&password))
                    .await
                    .map_err(Error::internal)??;
                Some(Phi::new(hash))
            }
        };
        let now = self.now();
        let id = AgentId::new(now, &*self.random);
        let row = AgentRow {
            id,
            email: Phi::new(email.to_owned()),
            name: Phi::new(name.to_owned()),
            role: Role::Owner,
            password_hash,
            event_sequence: 0,
            created_at: now,
        };
        self.store
            .commit(workspace, vec![Change::InsertAgent(row)])
            .await?;
        Ok(id)
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
            let Err(Error::Invalid(errors)) = check_password(weak, &["jo@clinic.example"]) else {
                panic!("{weak} was taken")
            };
            assert_eq!(errors[0].code, "weak_password");
        }
        check_password("plum trumpet orbit velvet", &["jo@clinic.example"]).unwrap();
    }

    #[test]
    fn passwords_are_hashed_with_argon2id_and_a_salt() {
        let (one, two) = (
            hash_password("plum trumpet orbit").unwrap(),
            hash_password("plum trumpet orbit").unwrap(),
        );
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
    }
}
