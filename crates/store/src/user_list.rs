//! Lists of users. The most selective part of a filter leads to an index; the others are conditions beside it.
use crate::agents::email_index;
use crate::error::Result;
use crate::query::{Arg, Query, args, queries};
use crate::rows::{UserFilter, UserOrder, UserRow};
use crate::store::Store;
use crate::users::{external_id_index, from, phone_index, user_columns};
use smartbot_model::{Phi, Time, UserId, WorkspaceId};

/// Those who fit the whole filter: `external_id`, phone, e-mail, flag, from, to are $2 to $7.
macro_rules! fits {
    () => {
        "($2 IS NULL OR u.external_id_index = $2) AND ($3 IS NULL OR u.phone_index = $3) AND ($4 IS NULL OR u.email_index = $4)
        AND ($5 IS NULL OR EXISTS (SELECT 1 FROM user_flags AS f WHERE f.workspace_id = u.workspace_id AND f.user_id = u.user_id AND f.flag = $5))
        AND ($6 IS NULL OR u.updated_at >= $6) AND ($7 IS NULL OR u.updated_at < $7)"
    };
}
macro_rules! newest {
    () => {
        " ORDER BY u.user_id DESC LIMIT $9"
    };
}
macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT ",
            user_columns!(),
            from!(),
            fits!(),
            " AND ",
            $where
        )
    };
}

queries! {
    OF_EXTERNAL_ID = concat!(select!("u.external_id_index = $2 AND u.user_id < $8"), newest!());
    OF_PHONE = concat!(select!("u.phone_index = $3 AND u.user_id < $8"), newest!());
    OF_EMAIL = concat!(select!("u.email_index = $4 AND u.user_id < $8"), newest!());
    OF_FLAG = concat!("SELECT ", user_columns!(), " FROM user_flags AS g
        JOIN users AS u ON u.workspace_id = g.workspace_id AND u.user_id = g.user_id
        JOIN user_keys AS k ON k.workspace_id = g.workspace_id AND k.user_id = g.user_id
        WHERE g.workspace_id = $1 AND g.flag = $5 AND g.user_id < $8 AND ", fits!(), " ORDER BY g.user_id DESC LIMIT $9");
    NEWEST = concat!(select!("u.user_id < $8"), newest!());
    CHANGED = concat!(select!("u.updated_at >= $6 AND (u.updated_at, u.user_id) > ($10, $8)"), " ORDER BY u.updated_at, u.user_id LIMIT $9");
    OF_EXTERNAL_IDS = concat!("SELECT ", user_columns!(), from!(), "u.external_id_index IN ({list})");
}

impl Store {
    /// Users that fit the filter, in this order, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn users(
        &self,
        workspace: WorkspaceId,
        filter: &UserFilter,
        order: UserOrder,
        limit: u32,
    ) -> Result<Vec<UserRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let external_id = filter.external_id.as_ref().map(Phi::expose);
        let (phone, email) = (
            filter.phone.as_ref().map(Phi::expose),
            filter.email.as_ref().map(Phi::expose),
        );
        let (highest, lowest) = (uuid::Uuid::max(), uuid::Uuid::nil());
        let (query, after, changed) = match order {
            UserOrder::Newest(after) => (
                newest(filter),
                after.unwrap_or(UserId::from_uuid(highest)),
                None,
            ),
            UserOrder::Changed(after) => {
                let beginning = (Time::from_micros(i64::MIN), UserId::from_uuid(lowest));
                let (at, id) = after.unwrap_or(beginning);
                (&CHANGED, id, Some(at))
            }
        };
        // Whoever asks for changes from the beginning of time on asks for all.
        let from = filter
            .updated_from
            .or(changed.map(|_| Time::from_micros(i64::MIN)));
        let mut args = args![
            workspace,
            external_id.map(|it| external_id_index(&keys, it)),
            phone.map(|it| phone_index(&keys, it)),
            email.map(|it| email_index(&keys, it)),
            filter.flag.clone(),
            from,
            filter.updated_to,
            after,
            limit,
        ];
        args.extend(changed.map(Arg::from));
        let rows = self.db().read(query.with(args)).await?;
        self.open_users(workspace, &rows).await
    }

    /// The users of these `external_id`s; those that nobody has are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn users_by_external_ids(
        &self,
        workspace: WorkspaceId,
        external_ids: &[&str],
    ) -> Result<Vec<UserRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let mut users = Vec::with_capacity(external_ids.len());
        for some in external_ids.chunks(128) {
            let list = some
                .iter()
                .map(|it| Arg::from(external_id_index(&keys, it)))
                .collect();
            let statement = OF_EXTERNAL_IDS.with_list(args![workspace], list);
            let rows = self.db().read(statement).await?;
            users.extend(self.open_users(workspace, &rows).await?);
        }
        Ok(users)
    }
}

/// The query that looks at the fewest rows.
fn newest(filter: &UserFilter) -> &'static Query {
    if filter.external_id.is_some() {
        &OF_EXTERNAL_ID
    } else if filter.phone.is_some() {
        &OF_PHONE
    } else if filter.email.is_some() {
        &OF_EMAIL
    } else if filter.flag.is_some() {
        &OF_FLAG
    } else {
        &NEWEST
    }
}
