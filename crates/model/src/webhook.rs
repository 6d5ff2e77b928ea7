//! Webhook endpoints: a customer's URL with a secret and a selection of event types.
use crate::{EndpointId, EventType, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How much of an event an endpoint is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayloadDetail {
    /// Everything but fields marked `sensitive`.
    #[default]
    Full,
    /// Ids, flags and names of things only: no profile values, variables, texts of messages, names of files, or names and addresses of people. The
    /// receiver fetches what it may see.
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
#[serde(
    untagged,
    expecting = "give \"all\", or a list of types as in /schemas/events.json"
)]
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

/// In which order an endpoint gets its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderedBy {
    /// The events of one user (or agent, or of the workspace itself) arrive one after the other, in the order of their `sequence`. One that fails holds back only
    /// those of the same user.
    User,
}

/// How deliveries to an endpoint are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// `v1`: HMAC-SHA256 with the shared secret `whsec_…`.
    #[default]
    V1,
    /// `v1a`: Ed25519; the receiver checks with the public key `whpk_…`.
    V1a,
    /// Both in one header, while a receiver changes over.
    Both,
}

impl Signature {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1a => "v1a",
            Self::Both => "both",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V1, Self::V1a, Self::Both]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// Which of the events of its types an endpoint takes; empty lists take all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"function_ids": [], "flags": ["vip"]}))]
pub struct EventFilter {
    /// Only events of these bots, by function id. Events that are of no bot do not pass.
    pub function_ids: Vec<String>,
    /// Only events about users who carry one of these flags, or about one of these flags itself.
    pub flags: Vec<String>,
}

impl EventFilter {
    /// Whether everything passes.
    pub const fn is_empty(&self) -> bool {
        self.function_ids.is_empty() && self.flags.is_empty()
    }

    /// Whether an event with this `data` passes.
    pub fn passes(&self, data: &Value) -> bool {
        let is_one_of = |list: &[String], value: Option<&Value>| {
            value
                .and_then(Value::as_str)
                .is_some_and(|it| list.iter().any(|one| one == it))
        };
        let bot = data
            .get("function_id")
            .or_else(|| data.get("bot")?.get("function_id"));
        if !self.function_ids.is_empty() && !is_one_of(&self.function_ids, bot) {
            return false;
        }
        if self.flags.is_empty() {
            return true;
        }
        let carried = data.get("user").and_then(|it| it.get("flags"));
        let carried = carried.and_then(Value::as_array).into_iter().flatten();
        is_one_of(&self.flags, data.get("flag"))
            || carried
                .into_iter()
                .any(|it| is_one_of(&self.flags, Some(it)))
    }
}

/// The shortest and longest time that an endpoint may be given to answer, in seconds.
pub const TIMEOUT_SECONDS: std::ops::RangeInclusive<u32> = 1..=30;

/// How long an endpoint is given to answer unless it says otherwise, in seconds.
pub const DEFAULT_TIMEOUT_SECONDS: u32 = 15;

/// A webhook endpoint without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where events are posted to.
    #[schema(example = "https://portal.example/webhooks/smartbot")]
    pub url: String,
    /// What it is for.
    #[schema(example = "The portal's inbox")]
    pub description: String,
    /// Which events it takes.
    pub events: EventSelection,
    /// Which of these events it takes.
    pub filter: EventFilter,
    /// How much of them.
    pub detail: PayloadDetail,
    /// In which order they arrive; as fast as possible unless given.
    pub ordered_by: Option<OrderedBy>,
    /// The most deliveries a second; as many as go unless given.
    pub rate_per_second: Option<u32>,
    /// How long one try may take, from the look-up of the name to the end of the answer, in seconds.
    #[schema(example = 15)]
    pub timeout_seconds: u32,
    /// How deliveries are signed.
    pub signature: Signature,
    /// Headers that every delivery carries. Their values are kept sealed and not shown again.
    #[serde(serialize_with = "names_only")]
    #[schema(value_type = Vec<String>, example = json!(["x-api-key"]))]
    pub headers: Vec<(String, String)>,
    /// Whether it is sent anything.
    pub state: EndpointState,
    /// Why it is disabled: `gone`, `failing`, `receiver_asked` or `by_hand`.
    pub disabled_reason: Option<String>,
    /// Counts the changes: a new endpoint has 1.
    pub revision: u32,
    /// When it was made.
    pub created_at: Time,
}

impl Endpoint {
    /// An active endpoint with the usual settings: all types, everything of them, unordered.
    pub fn new(id: EndpointId, url: String, created_at: Time) -> Self {
        Self {
            id,
            url,
            description: String::new(),
            events: EventSelection::ALL,
            filter: EventFilter::default(),
            detail: PayloadDetail::Full,
            ordered_by: None,
            rate_per_second: None,
            timeout_seconds: DEFAULT_TIMEOUT_SECONDS,
            signature: Signature::V1,
            headers: Vec::new(),
            state: EndpointState::Active,
            disabled_reason: None,
            revision: 1,
            created_at,
        }
    }
}

/// The values of headers are often keys.
fn names_only<S: serde::Serializer>(
    headers: &[(String, String)],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(headers.iter().map(|it| &it.0))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_passes_what_it_names() {
        let filter = |function_ids: &[&str], flags: &[&str]| EventFilter {
            function_ids: function_ids.iter().map(|it| (*it).to_owned()).collect(),
            flags: flags.iter().map(|it| (*it).to_owned()).collect(),
        };
        let in_chat = json!({"function_id": "Intake", "user": {"flags": ["vip"]}});
        let published = json!({"bot": {"function_id": "Intake"}});
        let taken_off = json!({"user": {"flags": []}, "flag": "vip"});
        for (filter, data, passes) in [
            (filter(&[], &[]), &published, true),
            (filter(&["Intake"], &[]), &in_chat, true),
            (filter(&["Intake"], &[]), &published, true),
            (filter(&["Other"], &[]), &in_chat, false),
            (filter(&["Intake"], &[]), &taken_off, false),
            (filter(&[], &["vip", "x"]), &in_chat, true),
            (filter(&[], &["vip"]), &taken_off, true),
            (filter(&[], &["vip"]), &published, false),
            (filter(&["Intake"], &["x"]), &in_chat, false),
        ] {
            assert_eq!(filter.passes(data), passes, "{filter:?} {data}");
        }
    }

    #[test]
    fn the_values_of_headers_are_not_shown() {
        let id = EndpointId::from_uuid(uuid::Uuid::from_u128(1));
        let mut endpoint = Endpoint::new(id, "https://a.example/".into(), Time::default());
        endpoint.headers = vec![("x-api-key".into(), "canary".into())];
        let shown = serde_json::to_value(&endpoint).unwrap();
        assert_eq!(shown["headers"], json!(["x-api-key"]));
        assert_eq!(shown["ordered_by"], json!(null));
    }
}
