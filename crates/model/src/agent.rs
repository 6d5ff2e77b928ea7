//! A member of the workspace.
use crate::AgentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an agent may do. Each role has all rights of the ones after it, save that builders and agents stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, also what concerns the workspace as a whole.
    Owner,
    /// Everything but what concerns the workspace as a whole.
    Admin,
    /// Draws and publishes bots.
    Builder,
    /// Answers chats.
    Agent,
    /// Looks on.
    Viewer,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Admin,
        Self::Builder,
        Self::Agent,
        Self::Viewer,
    ];

    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Builder => "builder",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// The role of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// An agent as events and chat logs show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentRef {
    /// The agent's id.
    pub id: AgentId,
    /// The name that users see.
    pub name: String,
    /// The address that signs in.
    pub email: String,
    /// What the agent may do.
    pub role: Role,
}
