//! The live desk: people read along, take chats over and answer. What is done with one chat is a turn like others (`turns/desk.rs`); here
//! is what agents see (`view`), what they note, and who is there (`presence`).
mod notes;
pub(crate) mod presence;
mod view;

pub use crate::turns::desk::{OFFER_LIFE, TransferTo};
pub use presence::{AgentPresence, SEEN_FOR};
pub use smartbot_store::DeskCounts;
pub use view::{DeskChat, DeskList, DeskPage, DeskSession};

use crate::sign_in::AgentAccess;
use crate::turns::desk::DeskAct;
use crate::{App, Error, Result};
use serde_json::{Map, Value};
use smartbot_model::SessionId;
use smartbot_model::message::Sender;
use smartbot_model::session::SessionStatus;
use std::collections::BTreeSet;

impl AgentAccess {
    /// The flags of the users that the agent sees; empty means all users.
    pub fn limits(&self) -> &[String] {
        &self.row.limited_to_flags
    }

    /// Whether the agent sees a user who carries these flags.
    pub fn sees(&self, flags: &BTreeSet<String>) -> bool {
        let limits = self.limits();
        limits.is_empty() || limits.iter().any(|it| flags.contains(it))
    }
}

impl App {
    /// Takes a chat over: the bot is silent from that commit on. Of several who try at once one wins.
    pub async fn take_over(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        self.desk_act(access, session, &DeskAct::TakeOver).await
    }

    /// Says something to the user.
    pub async fn answer_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        text: String,
        client_message_id: Option<String>,
    ) -> Result<()> {
        let act = DeskAct::Say {
            text,
            client_message_id,
        };
        self.desk_act(access, session, &act).await
    }

    /// Gives a chat back to the bot: where it stopped, or at a box.
    pub async fn hand_back(
        &self,
        access: &AgentAccess,
        session: SessionId,
        box_id: Option<String>,
    ) -> Result<()> {
        self.desk_act(access, session, &DeskAct::HandBack { box_id })
            .await
    }

    /// Ends a chat.
    pub async fn close_chat(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        self.desk_act(access, session, &DeskAct::Close).await
    }

    /// Gives a chat to another agent, who accepts or declines, or to whoever sees a flag.
    pub async fn transfer_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        to: TransferTo,
        note: Option<String>,
    ) -> Result<()> {
        self.desk_act(access, session, &DeskAct::Transfer(to))
            .await?;
        match note {
            Some(note) => self.note_chat(access, session, note).await.map(drop),
            None => Ok(()),
        }
    }

    /// Accepts or declines a chat that another agent gives away.
    pub async fn answer_transfer(
        &self,
        access: &AgentAccess,
        session: SessionId,
        accept: bool,
    ) -> Result<()> {
        let act = if accept {
            DeskAct::Accept
        } else {
            DeskAct::Decline
        };
        self.desk_act(access, session, &act).await
    }

    /// Puts a flag on the user of a chat, or takes it off.
    pub async fn flag_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        flag: String,
        is_on: bool,
    ) -> Result<()> {
        self.desk_act(access, session, &DeskAct::SetFlag { flag, is_on })
            .await
    }

    /// Sets profile fields of the user of a chat; null removes one.
    pub async fn set_chat_fields(
        &self,
        access: &AgentAccess,
        session: SessionId,
        fields: Map<String, Value>,
    ) -> Result<()> {
        self.desk_act(access, session, &DeskAct::SetFields(fields))
            .await
    }

    /// Tells the user that the agent types.
    pub async fn agent_types(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        let workspace = access.caller.workspace;
        let (row, _) = self.seen_session(access, session).await?;
        if row.status == SessionStatus::Ended {
            return Err(Error::SessionEnded);
        }
        if row.desk.agent_id != Some(access.row.id) {
            return Err(Error::Conflict("Take the chat over first.".into()));
        }
        self.typing(workspace, session, Sender::Agent).await
    }
}
