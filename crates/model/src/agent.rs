//! A member of the workspace.
use crate::{AgentId, BrowserSessionId, Time};
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

/// Whether an agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// There, and takes chats.
    Online,
    /// There, and takes no new chats.
    Away,
    /// Not there.
    Offline,
}

impl Presence {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }

    /// The presence of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Online, Self::Away, Self::Offline]
            .into_iter()
            .find(|it| it.as_str() == text)
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

/// Where an agent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// Has not chosen a password yet.
    Invited,
    /// May sign in.
    Active,
    /// Cannot sign in any more, until somebody brings the agent back.
    Deactivated,
}

/// An agent as the APIs show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agent {
    /// The agent's id.
    pub id: AgentId,
    /// The address that signs in.
    #[schema(example = "bea@clinic.example")]
    pub email: String,
    /// The name that users see.
    #[schema(example = "Bea Ruiz")]
    pub name: String,
    /// What the agent may do.
    pub role: Role,
    /// The flags of the users that the agent sees; empty means all users.
    #[schema(example = json!(["billing"]))]
    pub limited_to_flags: Vec<String>,
    /// Where the agent stands.
    pub status: AgentStatus,
    /// When the agent was added.
    pub created_at: Time,
}

/// What lets an agent choose a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The secret: works once.
    #[schema(example = "sbi_…")]
    pub token: String,
    /// Where the agent goes with it, below the server's address. The secret stands behind the `#`, which browsers send to nobody.
    #[schema(example = "/app/invitation#sbi_…")]
    pub link: String,
    /// When it stops working.
    pub expires_at: Time,
    /// Whether it goes to the agent by e-mail, too.
    #[serde(default)]
    pub mailed: bool,
}

/// An agent who was just added, with the invitation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AddedAgent {
    /// The agent.
    #[serde(flatten)]
    pub agent: Agent,
    /// What lets the agent choose a password: shown this once; null when a password was given.
    pub invitation: Option<Invitation>,
}

/// A new way for an agent to choose a password.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// What lets the agent choose a password: shown this once.
    pub invitation: Invitation,
}

/// A browser in which an agent is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrowserSession {
    /// Its id: opens nothing.
    pub id: BrowserSessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// From where the agent signed in.
    #[schema(example = "198.51.100.7")]
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When the agent signed in.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_seen_at: Time,
    /// When it ends unless it is used before.
    pub expires_at: Time,
    /// When it ends, however much it is used.
    pub ends_at: Time,
}
