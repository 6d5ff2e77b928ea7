//! The key with which a workspace's own systems sign who a visitor is.
use crate::{App, Result};
use smartbot_model::{Phi, WorkspaceId, token};
use smartbot_store::Change;

/// What a widget key begins with.
const PREFIX: &str = "sbw_";

/// The name of the secret. Customers' secrets have no dot.
const SECRET: &str = "smartbot.widget";

impl App {
    /// A new key, and what keeps it.
    pub(crate) fn new_widget_key(&self) -> (Phi<String>, Change) {
        let key = Phi::new(token::generate(PREFIX, &*self.random));
        let keep = Change::SetSecret {
            name: SECRET.into(),
            value: key.clone(),
            at: self.now(),
        };
        (key, keep)
    }

    /// The key that signs identities; none in workspaces that are older than the widget, until one is made.
    pub async fn widget_key(&self, workspace: WorkspaceId) -> Result<Option<Phi<String>>> {
        Ok(self.store.secret(workspace, SECRET).await?)
    }

    /// Makes a new key. What the old one has signed does not hold any more.
    pub async fn rotate_widget_key(&self, workspace: WorkspaceId) -> Result<Phi<String>> {
        let (key, keep) = self.new_widget_key();
        self.store.commit(workspace, vec![keep]).await?;
        Ok(key)
    }
}
