//! Webhook endpoints: a customer's URL with a secret and a selection of event types.
use crate::{EndpointId, EventType, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much of an event an endpoint is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayloadDetail {
    /// Everything but fields marked `sensitive`.
    #[default]
    Full,
    /// Ids and names only: no profile values, variables or message texts. The receiver fetches what it may see.
    IdsOnly,
}

impl PayloadDetail {
    /// As in JSON, on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::IdsOnly => "ids_only",
        }
    }

    /// The detail of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Full, Self::IdsOnly]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// Which events an endpoint takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum EventSelection {
    /// `"all"`: all types, also future ones, save `message.*`.
    All(AllEvents),
    /// Just these.
    Some(Vec<EventType>),
}

/// The word `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllEvents {
    /// `"all"`
    All,
}

impl EventSelection {
    /// All types save `message.*`.
    pub const ALL: Self = Self::All(AllEvents::All);

    /// Whether an event of this type is taken.
    pub fn takes(&self, event: EventType) -> bool {
        match self {
            Self::All(_) => !event.is_message(),
            Self::Some(types) => types.contains(&event),
        }
    }
}

/// Whether an endpoint is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    /// Events are sent.
    Active,
    /// Somebody paused it; events wait.
    Paused,
    /// Switched off, by somebody or because it failed for too long.
    Disabled,
}

impl EndpointState {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    /// The state of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Disabled]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// A webhook endpoint without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where events are posted to.
    #[schema(example = "https://portal.example/webhooks/smartbot")]
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events it takes.
    pub events: EventSelection,
    /// How much of them.
    pub detail: PayloadDetail,
    /// Whether it is sent anything.
    pub state: EndpointState,
    /// When it was made.
    pub created_at: Time,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried, for the first time or again.
    Pending,
    /// The receiver answered 2xx.
    Delivered,
    /// Given up; it stays listed and can be sent again.
    Dead,
}

impl DeliveryState {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The state of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Delivered, Self::Dead]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}
