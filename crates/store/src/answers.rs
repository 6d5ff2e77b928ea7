//! Answers that repeated requests get again. Of a caller's key only a keyed hash is kept.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::open;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::rows::AnswerRow;
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use smartbot_model::{Phi, SessionId, Time, UserId, WorkspaceId};

queries! {
    SAVE = "INSERT INTO answers (workspace_id, scope, key_index, user_id, session_id, seq, status, body, fingerprint, created_at, expires_at)
        VALUES {rows}";
    COMPLETE = "UPDATE answers SET user_id = $4, session_id = $5, seq = $6, status = $7, body = $8
        WHERE workspace_id = $1 AND scope = $2 AND key_index = $3 AND status IS NULL";
    REMOVE = "DELETE FROM answers WHERE workspace_id = $1 AND scope = $2 AND key_index = $3";
    BY_KEY = "SELECT fingerprint, user_id, session_id, seq, status, body, created_at, expires_at FROM answers
        WHERE workspace_id = $1 AND scope = $2 AND key_index = $3";
    FORGET = "DELETE FROM answers WHERE (workspace_id, scope, key_index) IN
        (SELECT workspace_id, scope, key_index FROM answers WHERE workspace_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)";
}

const BODY: &str = "answers.body";

/// What a request that ran is answered with.
pub(crate) struct Complete {
    pub(crate) scope: String,
    pub(crate) key: String,
    pub(crate) user_id: Option<UserId>,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) seq: u32,
    pub(crate) status: u16,
    pub(crate) body: Phi<String>,
}

/// What the key is hashed with: the scope, so that equal keys of two callers do not look equal.
fn label(scope: &str) -> String {
    format!("answer\0{scope}")
}

fn row_id(scope: &str, key_index: &[u8]) -> Vec<u8> {
    [scope.as_bytes(), &[0], key_index].concat()
}

pub(crate) fn save(to: &mut Preparation<'_>, row: &AnswerRow) -> Result<()> {
    let index = to.keys.blind(&label(&row.scope), &row.key);
    let seal = |it: &Phi<String>| {
        to.by_user_or_workspace(
            row.user_id,
            BODY,
            &row_id(&row.scope, &index),
            it.expose().as_bytes(),
        )
    };
    let args = args![
        to.workspace,
        row.scope.as_str(),
        index,
        row.user_id,
        row.session_id,
        row.seq,
        row.status,
        row.body.as_ref().map(seal).transpose()?,
        row.fingerprint,
        row.created_at,
        row.expires_at,
    ];
    to.push(SAVE.with_row(args).unique(what::ANSWER));
    Ok(())
}

pub(crate) fn complete(to: &mut Preparation<'_>, it: &Complete) -> Result<()> {
    let index = to.keys.blind(&label(&it.scope), &it.key);
    let body = to.by_user_or_workspace(
        it.user_id,
        BODY,
        &row_id(&it.scope, &index),
        it.body.expose().as_bytes(),
    )?;
    let args = args![
        to.workspace,
        it.scope.as_str(),
        index,
        it.user_id,
        it.session_id,
        it.seq,
        Some(it.status),
        body
    ];
    to.push(COMPLETE.with(args).one(what::NO_ANSWER));
    Ok(())
}

pub(crate) fn remove(to: &mut Preparation<'_>, scope: String, key: &str) {
    let index = to.keys.blind(&label(&scope), key);
    to.push(REMOVE.with(args![to.workspace, scope, index]));
}

fn read(
    workspace: WorkspaceId,
    scope: &str,
    key: &str,
    index: &[u8],
    seal: Option<&SealingKey>,
    row: &Row,
) -> Result<AnswerRow> {
    let body = row
        .bytes_opt("body")?
        .zip(seal)
        .map(|(it, seal)| open::text(seal, workspace, BODY, &row_id(scope, index), it));
    let fingerprint = row.bytes("fingerprint")?;
    Ok(AnswerRow {
        scope: scope.to_owned(),
        key: key.to_owned(),
        fingerprint: fingerprint
            .try_into()
            .map_err(|_| Error::corrupt("answers.fingerprint", scope))?,
        user_id: row.uuid_opt("user_id")?.map(UserId::from_uuid),
        session_id: row.uuid_opt("session_id")?.map(SessionId::from_uuid),
        seq: row.number("seq")?,
        status: row.number_opt("status")?,
        body: body.transpose()?,
        created_at: row.time("created_at")?,
        expires_at: row.time_opt("expires_at")?,
    })
}

impl Store {
    /// The answer under this key.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn answer(
        &self,
        workspace: WorkspaceId,
        scope: &str,
        key: &str,
    ) -> Result<Option<AnswerRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let index = keys.blind(&label(scope), key);
        let rows = self
            .db()
            .read(BY_KEY.with(args![workspace, scope, index]))
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let Some(user) = row.uuid_opt("user_id")?.map(UserId::from_uuid) else {
            return read(workspace, scope, key, &index, Some(&keys.seal), row).map(Some);
        };
        // None when the user was erased since the row was read.
        let users = self.keys().users(self.db(), workspace, &[user]).await?;
        let seal = users.get(&user).map(|it| &**it);
        read(workspace, scope, key, &index, seal, row).map(Some)
    }

    /// Forgets answers whose time was over at `now`, of each workspace at most `limit`; returns how many went.
    ///
    /// # Errors
    /// [`Unavailable`](Error::Unavailable), [`Full`](Error::Full).
    pub async fn forget_answers(&self, now: Time, limit: u32) -> Result<u64> {
        let mut forgotten = 0;
        for workspace in self.workspaces().await? {
            forgotten += self
                .db()
                .write(vec![FORGET.with(args![workspace.id, now, limit])])
                .await?
                .changed;
        }
        Ok(forgotten)
    }
}
