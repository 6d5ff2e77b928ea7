//! Which users an agent sees: all, or those who carry one of the flags that the agent is limited to. Whoever is not seen does not exist.
use super::UserKey;
use super::list::{FoundUsers, MAX_OPENED, UserFilter, UserPosition};
use crate::{App, Error, Result};
use smartbot_model::WorkspaceId;
use smartbot_model::user::User;

/// How many users are read at once.
const AT_ONCE: u32 = 200;

/// The flags of the users that somebody sees; none means all users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight(Vec<String>);

impl Sight {
    /// Sees everybody.
    pub const ALL: Self = Self(Vec::new());

    /// Sees who carries one of these flags; everybody when there are none.
    pub const fn of(flags: Vec<String>) -> Self {
        Self(flags)
    }

    /// The flags; none when all users are seen.
    pub fn flags(&self) -> &[String] {
        &self.0
    }

    /// Whether there may be somebody who is not seen.
    pub const fn is_limited(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a user with these flags is seen.
    pub fn sees(&self, flags: impl IntoIterator<Item: AsRef<str>>) -> bool {
        let mut flags = flags.into_iter();
        !self.is_limited() || flags.any(|it| self.0.iter().any(|own| own == it.as_ref()))
    }

    /// Refuses what belongs to a user with these flags, as if it did not exist, unless the user is seen.
    pub fn check(
        &self,
        flags: impl IntoIterator<Item: AsRef<str>>,
        what: &'static str,
    ) -> Result<()> {
        if self.sees(flags) {
            Ok(())
        } else {
            Err(Error::NotFound(what))
        }
    }

    /// Lets the database look for the only flag, where nothing else was asked for.
    pub(crate) fn narrow(&self, flag: &mut Option<String>) {
        if let ([only], None) = (self.0.as_slice(), &flag) {
            *flag = Some(only.clone());
        }
    }
}

impl App {
    /// One user, if seen.
    pub async fn seen_user(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        key: &UserKey,
    ) -> Result<User> {
        let user = self.user(workspace, key).await?;
        sight.check(&user.flags, "user")?;
        Ok(user)
    }

    /// Refuses a user who is not seen, before anything is done. Who sees all has no need to look.
    pub async fn see_user(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        key: &UserKey,
    ) -> Result<()> {
        if sight.is_limited() {
            self.seen_user(workspace, sight, key).await?;
        }
        Ok(())
    }

    /// As [`App::users`], those who are seen. Looks at no more than [`MAX_OPENED`], so a page may be short and yet not the last one.
    pub async fn seen_users(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        mut filter: UserFilter,
        mut after: Option<UserPosition>,
        limit: u32,
    ) -> Result<FoundUsers> {
        sight.narrow(&mut filter.flag);
        let mut found = FoundUsers {
            users: Vec::new(),
            next: None,
            searched_until: None,
        };
        let mut looked_at = 0;
        loop {
            let users = self.users(workspace, &filter, after, AT_ONCE).await?;
            let is_last = users.len() < AT_ONCE as usize;
            for user in users {
                let position = UserPosition::of(&user);
                (after, looked_at) = (Some(position), looked_at + 1);
                if sight.sees(&user.flags) {
                    found.users.push(user);
                }
                if found.users.len() >= limit as usize || looked_at >= MAX_OPENED {
                    found.next = Some(position);
                    return Ok(found);
                }
            }
            if is_last {
                return Ok(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_flag_in_common_is_enough() {
        let sight = Sight::of(vec!["billing".into(), "vip".into()]);
        assert!(sight.sees(["new", "vip"]) && !sight.sees(["new", "VIP"]));
        assert!(!sight.sees(Vec::<String>::new()));
        assert!(Sight::ALL.sees(Vec::<String>::new()));
        let mut flag = None;
        sight.narrow(&mut flag);
        assert_eq!(flag, None);
        Sight::of(vec!["vip".into()]).narrow(&mut flag);
        assert_eq!(flag.as_deref(), Some("vip"));
        Sight::of(vec!["billing".into()]).narrow(&mut flag);
        assert_eq!(flag.as_deref(), Some("vip"), "what was asked for stays");
    }
}
