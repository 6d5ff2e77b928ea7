//! Failed tries to sign in, counted before it is known whose they are: in the database, so that neither a restart nor another node begins anew.
use crate::error::Result;
use crate::query::{args, queries};
use crate::rows::FailuresRow;
use crate::store::Store;
use crate::what;
use smartbot_model::Time;

queries! {
    INSERT = "INSERT INTO sign_in_failures (subject, failures, since, blocked_until, forget_at) VALUES ($1, $2, $3, $4, $5)";
    SAVE = "UPDATE sign_in_failures SET failures = $2, since = $3, blocked_until = $4, forget_at = $5 WHERE subject = $1 AND failures = $6 AND since = $7";
    REMOVE = "DELETE FROM sign_in_failures WHERE subject = $1";
    FORGET = "DELETE FROM sign_in_failures WHERE forget_at <= $1";
    BY_SUBJECT = "SELECT failures, since, blocked_until, forget_at FROM sign_in_failures WHERE subject = $1";
}

impl Store {
    fn sign_in_subject(&self, subject: &str) -> [u8; 32] {
        self.keys().sign_in("failures", subject)
    }

    /// What is known of the failures of this subject, of which only a keyed hash is kept.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn sign_in_failures(&self, subject: &str) -> Result<Option<FailuresRow>> {
        let subject = self.sign_in_subject(subject);
        let rows = self.db().read(BY_SUBJECT.with(args![subject])).await?;
        let read = |row: &crate::db::Row| {
            Ok(FailuresRow {
                failures: row.number("failures")?,
                since: row.time("since")?,
                blocked_until: row.time("blocked_until")?,
                forget_at: row.time("forget_at")?,
            })
        };
        rows.first().map(read).transpose()
    }

    /// Keeps what is known now in place of what was read.
    ///
    /// # Errors
    /// [`Conflict`](crate::Error::Conflict) when another try was counted meanwhile: read again. [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn save_sign_in_failures(
        &self,
        subject: &str,
        read: Option<FailuresRow>,
        row: FailuresRow,
    ) -> Result<()> {
        let subject = self.sign_in_subject(subject);
        let mut args = args![
            subject,
            row.failures,
            row.since,
            row.blocked_until,
            row.forget_at
        ];
        let statement = match read {
            None => INSERT.with(args).unique(what::SIGN_IN_FAILURES),
            Some(read) => {
                args.extend(args![read.failures, read.since]);
                SAVE.with(args).one(what::SIGN_IN_FAILURES)
            }
        };
        self.db().write(vec![statement]).await.map(drop)
    }

    /// Forgets the failures of this subject: it has shown who it is.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn remove_sign_in_failures(&self, subject: &str) -> Result<()> {
        let subject = self.sign_in_subject(subject);
        self.db()
            .write(vec![REMOVE.with(args![subject])])
            .await
            .map(drop)
    }

    /// Forgets all failures that mean nothing any more.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn forget_sign_in_failures(&self, now: Time) -> Result<()> {
        self.db()
            .write(vec![FORGET.with(args![now])])
            .await
            .map(drop)
    }
}
