//! Canned replies: what agents say again and again. Everybody's, or an agent's own.
use crate::sign_in::AgentAccess;
use crate::turns::is_language_tag;
use crate::users::check::Faults;
use crate::{App, Error, Result};
use smartbot_model::session::MAX_TEXT_CHARS;
use smartbot_model::{CannedReplyId, Phi};
use smartbot_store::{CannedReplyRow, Change};

/// How many an agent can choose from.
const MOST: usize = 500;

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 64;

/// A canned reply as the agent who asks sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Its id.
    pub id: CannedReplyId,
    /// What it is found by.
    pub name: String,
    /// What it says.
    pub text: String,
    /// BCP 47; none for every language.
    pub language: Option<String>,
    /// Whether it is the agent's own; else everybody has it.
    pub is_personal: bool,
}

/// A canned reply to be made.
#[derive(Debug, Clone)]
pub struct NewCannedReply {
    /// What it is found by.
    pub name: String,
    /// What it says.
    pub text: String,
    /// BCP 47; none for every language.
    pub language: Option<String>,
    /// Whether it is the agent's own.
    pub is_personal: bool,
}

/// What changes in a canned reply; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct CannedReplyPatch {
    /// What it is found by.
    pub name: Option<String>,
    /// What it says.
    pub text: Option<String>,
    /// BCP 47, or none for every language.
    pub language: Option<Option<String>>,
    /// Whether it is the agent's own.
    pub is_personal: Option<bool>,
}

fn shown(row: CannedReplyRow) -> CannedReply {
    CannedReply {
        id: row.id,
        is_personal: row.agent_id.is_some(),
        name: row.name.into_inner(),
        text: row.text.into_inner(),
        language: row.language,
    }
}

fn check(row: &CannedReplyRow) -> Result<()> {
    let mut faults = Faults::default();
    let (name, text) = (row.name.expose(), row.text.expose());
    let is_odd = name.trim() != name || name.chars().any(char::is_control);
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || is_odd {
        let message = format!("A name has 1 to {MAX_NAME_CHARS} characters.");
        faults.add("/name", "invalid_value", message);
    }
    if text.trim().is_empty() || text.chars().count() > MAX_TEXT_CHARS {
        let message = format!("A reply has 1 to {MAX_TEXT_CHARS} characters.");
        faults.add("/text", "invalid_value", message);
    }
    if row
        .language
        .as_deref()
        .is_some_and(|it| !is_language_tag(it))
    {
        let message = "Give the language as in BCP 47: en, es-MX.";
        faults.add("/language", "invalid_value", message);
    }
    faults.refuse()
}

impl App {
    /// The canned replies that the agent can choose from, the oldest first.
    pub async fn canned_replies(&self, access: &AgentAccess) -> Result<Vec<CannedReply>> {
        let rows = self
            .store
            .canned_replies(access.caller.workspace, access.row.id);
        Ok(rows.await?.into_iter().map(shown).collect())
    }

    /// Makes a canned reply.
    pub async fn add_canned_reply(
        &self,
        access: &AgentAccess,
        new: NewCannedReply,
    ) -> Result<CannedReply> {
        let (workspace, agent) = (access.caller.workspace, access.row.id);
        let now = self.now();
        let row = CannedReplyRow {
            id: CannedReplyId::new(now, &*self.random),
            agent_id: new.is_personal.then_some(agent),
            name: Phi::new(new.name),
            text: Phi::new(new.text),
            language: new.language,
            created_at: now,
            updated_at: now,
        };
        check(&row)?;
        if self.store.canned_replies(workspace, agent).await?.len() >= MOST {
            let message = format!("There are {MOST} canned replies. Remove one first.");
            return Err(Error::Conflict(message));
        }
        self.keep_canned_reply(access, row, Change::InsertCannedReply)
            .await
    }

    /// Changes a canned reply.
    pub async fn update_canned_reply(
        &self,
        access: &AgentAccess,
        id: CannedReplyId,
        patch: CannedReplyPatch,
    ) -> Result<CannedReply> {
        let old = self.own_canned_reply(access, id).await?;
        let agent_id = match patch.is_personal {
            Some(is_personal) => is_personal.then_some(access.row.id),
            None => old.agent_id,
        };
        let row = CannedReplyRow {
            agent_id,
            name: patch.name.map_or(old.name, Phi::new),
            text: patch.text.map_or(old.text, Phi::new),
            language: patch.language.unwrap_or(old.language),
            updated_at: self.now(),
            ..old
        };
        check(&row)?;
        self.keep_canned_reply(access, row, Change::SaveCannedReply)
            .await
    }

    /// Removes a canned reply.
    pub async fn remove_canned_reply(&self, access: &AgentAccess, id: CannedReplyId) -> Result<()> {
        self.own_canned_reply(access, id).await?;
        let remove = vec![Change::RemoveCannedReply { id }];
        match self.store.commit(access.caller.workspace, remove).await {
            Err(smartbot_store::Error::Conflict { .. }) => Err(Error::NotFound("canned reply")),
            other => Ok(other?),
        }
    }

    async fn own_canned_reply(
        &self,
        access: &AgentAccess,
        id: CannedReplyId,
    ) -> Result<CannedReplyRow> {
        let rows = self
            .store
            .canned_replies(access.caller.workspace, access.row.id);
        let found = rows.await?.into_iter().find(|it| it.id == id);
        found.ok_or(Error::NotFound("canned reply"))
    }

    async fn keep_canned_reply(
        &self,
        access: &AgentAccess,
        row: CannedReplyRow,
        change: fn(CannedReplyRow) -> Change,
    ) -> Result<CannedReply> {
        let workspace = access.caller.workspace;
        self.keep(workspace, async || {
            let mut changes = vec![change(row.clone())];
            if row.agent_id.is_some() {
                // Of an agent who goes at this moment nothing may stay.
                let agent = self.agent_row(workspace, access.row.id).await?;
                changes.push(Change::SaveAgent {
                    expected_version: agent.version,
                    agent,
                });
            }
            Ok((changes, ()))
        })
        .await?;
        Ok(shown(row))
    }
}
