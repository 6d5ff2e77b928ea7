//! Secrets that External API boxes name in their headers as `{{secret:name}}`: kept sealed, never shown again.
use crate::workspaces::CALL_SIGNING_SECRET;
use crate::{App, Error, Result};
use smartbot_model::{Phi, WorkspaceId};
use smartbot_store::Change;

/// Whether `name` may name a secret: a letter, then letters, digits, `_` and `-`, at most 64 in all.
fn is_valid_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'))
}

impl App {
    /// Keeps a secret, in place of an older one of the same name.
    pub async fn set_secret(
        &self,
        workspace: WorkspaceId,
        name: &str,
        value: String,
    ) -> Result<()> {
        if !is_valid_name(name) {
            return Err(Error::invalid(
                "/name",
                "invalid_value",
                "A secret's name is a letter, then letters, digits, _ and -, at most 64.",
            ));
        }
        if value.is_empty() || value.len() > 8_192 || value.chars().any(char::is_control) {
            return Err(Error::invalid(
                "/value",
                "invalid_value",
                "A secret has 1 to 8,192 bytes and no control characters.",
            ));
        }
        let change = Change::SetSecret {
            name: name.to_owned(),
            value: Phi::new(value),
            at: self.now(),
        };
        Ok(self.store.commit(workspace, vec![change]).await?)
    }

    /// Forgets a secret. Calls that name it fail from now on.
    pub async fn remove_secret(&self, workspace: WorkspaceId, name: &str) -> Result<()> {
        if name == CALL_SIGNING_SECRET
            || !self
                .secret_names(workspace)
                .await?
                .iter()
                .any(|it| it == name)
        {
            return Err(Error::NotFound("secret"));
        }
        Ok(self
            .store
            .commit(
                workspace,
                vec![Change::RemoveSecret {
                    name: name.to_owned(),
                }],
            )
            .await?)
    }

    /// The names of all secrets, in alphabetical order.
    pub async fn secret_names(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        let mut names = self.store.secret_names(workspace).await?;
        // SmartBot's own have a dot, which no customer's has.
        names.retain(|it| is_valid_name(it));
        names.sort_unstable();
        Ok(names)
    }

    /// The `whsec_…` secret that signs this workspace's External API calls.
    pub async fn call_signing_secret(&self, workspace: WorkspaceId) -> Result<Phi<String>> {
        self.store
            .secret(workspace, CALL_SIGNING_SECRET)
            .await?
            .ok_or(Error::NotFound("signing secret"))
    }
}
