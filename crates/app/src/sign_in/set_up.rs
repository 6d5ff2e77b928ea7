//! The first run: whoever reads what the server prints makes the workspace and its owner with a browser.
//!
//! The code lives in the memory of the process that printed it, as a hash, and only as long as there is no workspace.
use super::{ClientInfo, SignedIn};
use crate::agents::{check_email, check_password};
use crate::workspaces::Settings;
use crate::{App, Error, Result};
use sha2::{Digest, Sha256};
use smartbot_model::Phi;
use smartbot_model::random::Random;
use std::sync::atomic::{AtomicBool, Ordering};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

/// The digits of a code: none that looks like another one.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// How many digits a code has: 100 bits.
const DIGITS: usize = 20;

/// How many of them stand together.
const GROUP: usize = 5;

/// What a server without a workspace keeps of its code.
#[derive(Default)]
pub struct FirstRun {
    /// One who sets up at a time: of two with the code the second comes too late.
    code: Mutex<Option<[u8; 32]>>,
    /// Once there is a workspace there always is.
    over: AtomicBool,
}

/// What makes the first workspace.
#[derive(Debug)]
pub struct SetUp {
    /// The code that the server printed.
    pub code: Phi<String>,
    /// What people call the workspace.
    pub workspace: String,
    /// Its time zone, of the IANA list.
    pub time_zone: Option<String>,
    /// The name of the owner.
    pub name: String,
    /// The address that the owner signs in with.
    pub email: String,
    /// The password of the owner.
    pub password: String,
    /// The client.
    pub client: ClientInfo,
}

fn new_code(random: &dyn Random) -> String {
    let mut bytes = [0; DIGITS];
    random.fill(&mut bytes);
    // 256 is a multiple of 32, so no digit is likelier than another.
    let digits = bytes.map(|it| char::from(ALPHABET[usize::from(it) % ALPHABET.len()]));
    let groups: Vec<String> = digits.chunks(GROUP).map(|it| it.iter().collect()).collect();
    groups.join("-")
}

/// What is kept of a code, however it is typed.
fn hash(code: &str) -> [u8; 32] {
    let digits = code.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = digits.map(|it| it.to_ascii_uppercase()).collect();
    Sha256::digest(plain).into()
}

impl App {
    /// Whether there is no workspace yet.
    pub async fn is_first_run(&self) -> Result<bool> {
        if self.first_run.over.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let is_over = !self.store.workspaces().await?.is_empty();
        self.first_run.over.store(is_over, Ordering::SeqCst);
        Ok(!is_over)
    }

    /// A code that makes the first workspace, once; one that was given before does not work any more. To be shown to whoever runs the
    /// server, and to nobody else.
    pub async fn new_set_up_code(&self) -> String {
        let code = new_code(&*self.random);
        *self.first_run.code.lock().await = Some(hash(&code));
        code
    }

    /// Makes the first workspace and its owner, who is signed in with it.
    pub async fn set_up(&self, wish: SetUp) -> Result<SignedIn> {
        let mut code = self.first_run.code.lock().await;
        if !self.is_first_run().await? {
            *code = None;
            return Err(Error::AlreadySetUp);
        }
        let from = wish.client.address;
        let tries = self
            .count_try(&format!("set-up from {from}"), Some(from))
            .await?;
        let given = hash(wish.code.expose());
        if !code.is_some_and(|it| bool::from(it.ct_eq(&given))) {
            let message = "This is not the code that the server printed when it started. Look at its output, or start it again for a new one.";
            return Err(Error::invalid("/code", "invalid_value", message));
        }
        self.forgive(tries).await;
        let mut settings = Settings::default();
        if let Some(zone) = wish.time_zone {
            settings.time_zone = zone;
        }
        let (email, name, workspace) = (wish.email.trim(), wish.name.trim(), &wish.workspace);
        // All of it before anything is kept: what is wrong must not leave a workspace without an owner.
        settings.check("")?;
        check_email(email)?;
        crate::agents::check_name(name)?;
        check_password("/password", &wish.password, &[email, name, workspace])?;
        let id = self
            .create_workspace(workspace, &settings)
            .await
            .map_err(|it| named(it, "/name", "/workspace"))?;
        *code = None;
        let made = self
            .create_owner(id, email, name, Some(wish.password))
            .await?;
        let row = self.agent_row(id, made.agent.id).await?;
        self.begin_session(id, &row, wish.client).await
    }
}

/// The error with another name for the place where the input is wrong.
fn named(error: Error, from: &str, to: &str) -> Error {
    match error {
        Error::Invalid(mut errors) => {
            for it in errors.iter_mut().filter(|it| it.pointer == from) {
                to.clone_into(&mut it.pointer);
            }
            Error::Invalid(errors)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::random::SeededRandom;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = new_code(&SeededRandom::new(7));
        assert_eq!(code.len(), DIGITS + DIGITS / GROUP - 1, "{code}");
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(hash(&code), hash(&typed));
        let other = new_code(&SeededRandom::new(8));
        assert_ne!(hash(&code), hash(&other));
    }
}
