//! What agents may do, by role: the one table. Every call of the Admin API needs one of these.
use crate::agent::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! permissions {
    ($($(#[doc = $doc:expr])+ $Name:ident = $name:literal, [$($Role:ident),+];)+) => {
        /// Something that an agent may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Permission {
            $($(#[doc = $doc])+ $Name,)+
        }

        impl Permission {
            /// All permissions, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$Name),+];

            /// As in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Name => $name,)+ }
            }

            /// What it allows, for people.
            pub fn description(self) -> &'static str {
                match self { $(Self::$Name => concat!($($doc),+).trim(),)+ }
            }

            /// Whose it is.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$Name => &[$(Role::$Role),+],)+ }
            }
        }
    };
}

permissions! {
    /// See oneself and one's browser sessions, end them, change one's password.
    OwnAccount = "own_account", [Owner, Admin, Builder, Agent, Viewer];
    /// See chats and chat logs, as far as one's flags reach.
    ViewChats = "view_chats", [Owner, Admin, Builder, Agent, Viewer];
    /// Take chats over, answer, transfer, hand back, write notes.
    AnswerChats = "answer_chats", [Owner, Admin, Agent];
    /// See users with their fields and flags, as far as one's flags reach.
    ViewUsers = "view_users", [Owner, Admin, Builder, Agent, Viewer];
    /// Add users, change their fields and flags.
    EditUsers = "edit_users", [Owner, Admin, Agent];
    /// Erase a person with all that was said.
    EraseUsers = "erase_users", [Owner, Admin];
    /// See which profile fields, flags and goals there are.
    ViewDefinitions = "view_definitions", [Owner, Admin, Builder, Agent, Viewer];
    /// Define profile fields, flags and goals.
    EditDefinitions = "edit_definitions", [Owner, Admin, Builder];
    /// See bots, their drafts and versions.
    ViewBots = "view_bots", [Owner, Admin, Builder, Agent, Viewer];
    /// Draw, import and publish bots, and roll them back.
    EditBots = "edit_bots", [Owner, Admin, Builder];
    /// See goals, drop-out and volumes.
    ViewReports = "view_reports", [Owner, Admin, Builder, Agent, Viewer];
    /// See who else is an agent.
    ViewAgents = "view_agents", [Owner, Admin, Builder, Agent, Viewer];
    /// Invite, change and remove agents.
    ManageAgents = "manage_agents", [Owner, Admin];
    /// Make and revoke API tokens.
    ManageTokens = "manage_tokens", [Owner, Admin];
    /// Keep and forget secrets that External API boxes name.
    ManageSecrets = "manage_secrets", [Owner, Admin];
    /// Add, change and test webhook endpoints, retry deliveries, and read the feed of events.
    ManageWebhooks = "manage_webhooks", [Owner, Admin];
    /// See and change the settings of the workspace.
    ManageSettings = "manage_settings", [Owner, Admin];
    /// Read the audit log.
    ViewAudit = "view_audit", [Owner, Admin];
    /// Make, change and remove owners.
    ManageOwners = "manage_owners", [Owner];
}

impl Role {
    /// Whether the role has this permission.
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// All that the role may, in the order of the table.
    pub fn permissions(self) -> Vec<Permission> {
        let all = Permission::ALL.iter().copied();
        all.filter(|it| self.may(*it)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_all_rights_of_the_ones_after_it() {
        let has_all_of = |mighty: Role, other: Role| {
            let theirs = other.permissions();
            theirs.into_iter().all(|it| mighty.may(it))
        };
        for lesser in Role::ALL {
            assert!(has_all_of(Role::Owner, lesser), "{lesser:?}");
            assert!(lesser.may(Permission::OwnAccount), "{lesser:?}");
        }
        for lesser in [Role::Builder, Role::Agent, Role::Viewer] {
            assert!(has_all_of(Role::Admin, lesser), "{lesser:?}");
        }
        assert!(has_all_of(Role::Builder, Role::Viewer) && has_all_of(Role::Agent, Role::Viewer));
        assert!(!has_all_of(Role::Builder, Role::Agent) && !has_all_of(Role::Agent, Role::Builder));
        assert!(!Role::Admin.may(Permission::ManageOwners));
    }

    #[test]
    fn permissions_have_names_of_their_own_and_a_sentence() {
        let mut names: Vec<_> = Permission::ALL.iter().map(|it| it.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert!(permission.description().ends_with('.'), "{permission:?}");
            let json = serde_json::to_value(permission).unwrap();
            assert_eq!(json, permission.as_str());
        }
    }
}
