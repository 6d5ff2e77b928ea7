//! The live desk: people read along, take chats over and answer. What is done with one chat is a turn like others (`turns/desk.rs`); here
//! is what agents see (`view`), what they say again and again (`canned`), who is there (`presence`), and what becomes of chats whose agents go
//! (`held`).
mod canned;
mod held;
mod origins;
pub(crate) mod presence;
mod view;
pub(crate) mod words;

pub use crate::turns::desk::TransferTo;
pub use canned::{CannedReply, CannedReplyPatch, NewCannedReply};
pub use origins::{Origin, Origins};
pub use presence::{AgentPresence, OwnPresence, SEEN_FOR};
pub use smartbot_store::{DeskCounts, DeskPosition};
pub use view::{DeskChat, DeskFilter, DeskList, DeskNews, DeskPage, DeskSession};

use crate::sign_in::AgentAccess;
use crate::turns::Said;
use crate::turns::desk::{By, DeskAct};
use crate::{App, Error, Result, chat_logs};
use serde_json::{Map, Value};
use smartbot_model::chat_log::Note;
use smartbot_model::message::Sender;
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, SessionId, Time};
use std::time::Duration;

/// The shortest time for which a chat is put aside.
const MIN_SNOOZE: Duration = Duration::from_secs(60);

/// The longest.
const MAX_SNOOZE: Duration = Duration::from_secs(30 * 24 * 3_600);

impl App {
    async fn at_desk(&self, access: &AgentAccess, session: SessionId, act: DeskAct) -> Result<()> {
        let by = By::agent(access);
        let done = self.desk_act(access.caller.workspace, &by, session, &act);
        done.await.map(drop)
    }

    /// Takes a chat over: the bot is silent from that commit on. Of several who try at once one wins.
    pub async fn take_over(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        self.at_desk(access, session, DeskAct::TakeOver).await
    }

    /// Says something to the user, in words or by a file.
    pub async fn answer_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        said: Said,
        client_message_id: Option<String>,
    ) -> Result<()> {
        let act = DeskAct::Say {
            said,
            client_message_id,
        };
        self.at_desk(access, session, act).await
    }

    /// Gives a chat back to the bot: where it stopped, or at a box.
    pub async fn hand_back(
        &self,
        access: &AgentAccess,
        session: SessionId,
        box_id: Option<String>,
    ) -> Result<()> {
        self.at_desk(access, session, DeskAct::HandBack { box_id })
            .await
    }

    /// Ends a chat.
    pub async fn close_chat(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        self.at_desk(access, session, DeskAct::Close).await
    }

    /// Gives a chat to another agent, who accepts or declines, or to whoever sees a flag.
    pub async fn transfer_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        to: TransferTo,
        note: Option<String>,
    ) -> Result<()> {
        let act = DeskAct::Transfer { to, note };
        self.at_desk(access, session, act).await
    }

    /// Notes something about a chat, also about one that has ended. The user never sees it; the agents whom it names are told of it.
    pub async fn note_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        text: String,
        mentions: Vec<AgentId>,
    ) -> Result<Note> {
        let workspace = access.caller.workspace;
        let (by, act) = (By::agent(access), DeskAct::Note { text, mentions });
        let made = self.desk_act(workspace, &by, session, &act).await?;
        let note = made
            .ok_or_else(|| Error::Internal(anyhow::anyhow!("a note was made and is not there")))?;
        let named = note.mentions.iter().copied().collect();
        let names = self.agent_names(workspace, named).await?;
        Ok(chat_logs::note(note, &names))
    }

    /// Puts a chat aside until then, or until its user writes.
    pub async fn snooze_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        until: Time,
    ) -> Result<()> {
        let now = self.now();
        if !(now.plus(MIN_SNOOZE)..=now.plus(MAX_SNOOZE)).contains(&until) {
            let message = "A chat is put aside for a minute to 30 days.";
            return Err(Error::invalid("/until", "invalid_value", message));
        }
        // To the millisecond, which is all that JSON holds.
        let until = Time::from_micros(until.micros() / 1_000 * 1_000);
        self.at_desk(access, session, DeskAct::Snooze(Some(until)))
            .await
    }

    /// Takes a chat up again that was put aside.
    pub async fn wake_chat(&self, access: &AgentAccess, session: SessionId) -> Result<()> {
        self.at_desk(access, session, DeskAct::Snooze(None)).await
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
        self.at_desk(access, session, act).await
    }

    /// Puts a flag on the user of a chat, or takes it off.
    pub async fn flag_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        flag: String,
        is_on: bool,
    ) -> Result<()> {
        self.at_desk(access, session, DeskAct::SetFlag { flag, is_on })
            .await?;
        if !is_on {
            // Perhaps whoever has the chat does not see its user any more.
            self.held_due.notify_one();
        }
        Ok(())
    }

    /// Sets profile fields of the user of a chat; null removes one.
    pub async fn set_chat_fields(
        &self,
        access: &AgentAccess,
        session: SessionId,
        fields: Map<String, Value>,
    ) -> Result<()> {
        self.at_desk(access, session, DeskAct::SetFields(fields))
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
