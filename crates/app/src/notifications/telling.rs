//! What several agents are told at once, in one commit with the note that it is told.
use crate::{App, Result};
use smartbot_model::WorkspaceId;
use smartbot_store::{Change, MailRow, NotificationRow};

/// Notifications and mails, and what is kept with them.
pub(super) struct Telling {
    first: Change,
    notifications: Vec<NotificationRow>,
    mails: Vec<MailRow>,
}

impl Telling {
    /// Nobody is told yet; `first` notes that everybody was, and fails when somebody else has noted it.
    pub(super) const fn begun_with(first: Change) -> Self {
        Self {
            first,
            notifications: Vec::new(),
            mails: Vec::new(),
        }
    }

    pub(super) fn notification(&mut self, row: NotificationRow) {
        self.notifications.push(row);
    }

    pub(super) fn mail(&mut self, row: MailRow) {
        self.mails.push(row);
    }
}

impl App {
    /// Keeps all of it and tells who is there. Does nothing when somebody else was first, which a conflict about `noted` says.
    pub(super) async fn tell_all(
        &self,
        workspace: WorkspaceId,
        telling: Telling,
        noted: &'static str,
    ) -> Result<()> {
        let Telling {
            first,
            notifications,
            mails,
        } = telling;
        let has_mails = !mails.is_empty();
        let rows = notifications.iter().cloned();
        let changes = std::iter::once(first)
            .chain(rows.map(Change::InsertNotification))
            .chain(mails.into_iter().map(Change::InsertMail))
            .collect();
        match self.store.commit(workspace, changes).await {
            Err(smartbot_store::Error::Conflict { what }) if what == noted => return Ok(()),
            done => done?,
        }
        for it in &notifications {
            self.live.tell(workspace, it.agent_id, &it.notification);
        }
        if has_mails {
            self.mails_due.notify_one();
        }
        Ok(())
    }
}
