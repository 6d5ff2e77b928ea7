//! Lists of users, and the search that has to open what is sealed.
use super::public;
use super::sight::Sight;
use crate::{App, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_model::user::User;
use smartbot_model::{Time, UserId, WorkspaceId};
pub use smartbot_store::UserFilter;
use smartbot_store::{UserOrder, UserRow};

/// Where a user stands in a list: the last change in microseconds, and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPosition(i64, UserId);

impl UserPosition {
    /// The position of a user.
    pub const fn of(user: &User) -> Self {
        Self(user.updated_at.micros(), user.id)
    }
}

/// What a search has found.
#[derive(Debug)]
pub struct FoundUsers {
    /// The users, the newest first.
    pub users: Vec<User>,
    /// Where to go on; none when all were looked at.
    pub next: Option<UserPosition>,
    /// When the last one who was looked at was made; none when there was nobody.
    pub searched_until: Option<Time>,
}

/// How many users one page of a search opens at the most.
pub const MAX_OPENED: usize = 2_000;

/// How many are read at once.
const AT_ONCE: u32 = 200;

impl App {
    /// Users that fit a filter, at most `limit`, after a position. The newest first; with `updated_from` or `updated_to` by their last
    /// change, the oldest first, so that whoever changes meanwhile comes again at the end and nobody is left out.
    pub async fn users(
        &self,
        workspace: WorkspaceId,
        filter: &UserFilter,
        after: Option<UserPosition>,
        limit: u32,
    ) -> Result<Vec<User>> {
        let by_change = filter.updated_from.is_some() || filter.updated_to.is_some();
        let order = if by_change {
            UserOrder::Changed(after.map(|it| (Time::from_micros(it.0), it.1)))
        } else {
            UserOrder::Newest(after.map(|it| it.1))
        };
        let rows = self.store.users(workspace, filter, order, limit).await?;
        Ok(rows.iter().map(public).collect())
    }

    /// Users who are seen, fit a filter and in whose profile or `external_id` each word of `text` stands, the newest first. Opens at most
    /// [`MAX_OPENED`] and says how far it came.
    pub async fn search_users(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        mut filter: UserFilter,
        text: &str,
        after: Option<UserPosition>,
        limit: u32,
    ) -> Result<FoundUsers> {
        sight.narrow(&mut filter.flag);
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        // Looked at here, so that what the database reads is bounded too.
        let (from, to) = (filter.updated_from.take(), filter.updated_to.take());
        let in_time = |it: &UserRow| {
            from.is_none_or(|from| it.updated_at >= from) && to.is_none_or(|to| it.updated_at < to)
        };
        let mut found = FoundUsers {
            users: Vec::new(),
            next: None,
            searched_until: None,
        };
        let mut after = after.map(|it| it.1);
        let mut opened = 0;
        loop {
            let order = UserOrder::Newest(after);
            let rows = self.store.users(workspace, &filter, order, AT_ONCE).await?;
            let is_last = rows.len() < AT_ONCE as usize;
            let count = rows.len();
            for (place, row) in rows.iter().enumerate() {
                after = Some(row.id);
                opened += 1;
                found.searched_until = Some(row.created_at);
                if in_time(row) && sight.sees(&row.flags) && fits(row, &words) {
                    found.users.push(public(row));
                }
                let is_full = found.users.len() >= limit as usize || opened >= MAX_OPENED;
                if is_full && !(is_last && place + 1 == count) {
                    found.next = Some(UserPosition(row.updated_at.micros(), row.id));
                    return Ok(found);
                }
            }
            if is_last {
                return Ok(found);
            }
        }
    }
}

/// Whether each word stands in one of the values.
fn fits(row: &UserRow, words: &[&str]) -> bool {
    let external_id = row
        .external_id
        .as_ref()
        .map(|it| it.expose().to_lowercase());
    let values: Vec<String> = external_id
        .into_iter()
        .chain(row.fields.expose().values().map(|it| match it {
            Value::String(text) => text.to_lowercase(),
            other => other.to_string().to_lowercase(),
        }))
        .collect();
    words
        .iter()
        .all(|word| values.iter().any(|it| it.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use smartbot_model::Phi;

    #[test]
    fn every_word_must_stand_somewhere() {
        let fields = json!({"user_fname": "Ana", "user_lname": "Díaz", "user_phone": "+13105550100", "age": 41, "pets": ["cat"]});
        let row = UserRow {
            id: UserId::from_uuid(uuid::Uuid::nil()),
            external_id: Some(Phi::new("P-17".into())),
            fields: Phi::new(fields.as_object().cloned().unwrap()),
            flags: Default::default(),
            event_sequence: 0,
            version: 1,
            created_at: Time::from_micros(0),
            updated_at: Time::from_micros(0),
        };
        for (text, is_found) in [
            ("ana", true),
            ("DÍAZ ana", true),
            ("p-17", true),
            ("5550100", true),
            ("41 cat", true),
            ("ana bob", false),
            ("user_fname", false),
        ] {
            let text = text.to_lowercase();
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(fits(&row, &words), is_found, "{text}");
        }
    }
}
