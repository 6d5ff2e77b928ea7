//! Everything that happens and may be pushed: one enum, from which catalogue, schemas, docs and settings are made.
//!
//! To add a type: a line in [`events!`](self) with its doc comment (it is the user's documentation) and a sample in `samples.rs`.
mod data;
mod envelope;
mod samples;

pub use data::*;
pub use envelope::{Actor, ActorKind, Envelope, SCHEMA_VERSION, ids_only};

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! events {
    ($($(#[doc = $doc:expr])+ $Variant:ident($Data:ident) = $name:literal, $group:literal;)+) => {
        /// A fact that happened, with its data.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $($(#[doc = $doc])+ $Variant($Data),)+
        }

        /// The name of a kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $Variant,)+
        }

        impl EventType {
            /// All types, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// What the event tells, for people.
            pub fn description(self) -> &'static str {
                match self { $(Self::$Variant => concat!($($doc),+).trim(),)+ }
            }

            /// The group it is listed under.
            pub const fn group(self) -> &'static str {
                match self { $(Self::$Variant => $group,)+ }
            }

            /// The JSON Schema of its `data`, and the named schemas that it refers to.
            pub fn data_schema(self) -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
                match self {
                    $(Self::$Variant => {
                        let mut named = Vec::new();
                        <$Data as ToSchema>::schemas(&mut named);
                        (<$Data as utoipa::PartialSchema>::schema(), named)
                    })+
                }
            }
        }

        impl Event {
            /// What kind of event it is.
            pub const fn event_type(&self) -> EventType {
                match self { $(Self::$Variant(_) => EventType::$Variant,)+ }
            }

            /// The `data` of the payload.
            pub fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self { $(Self::$Variant(data) => serde_json::to_value(data),)+ }
            }

            /// Reads the `data` of an event of this type.
            pub fn from_data(event_type: EventType, data: serde_json::Value) -> Result<Self, serde_json::Error> {
                Ok(match event_type { $(EventType::$Variant => Self::$Variant(serde_json::from_value(data)?),)+ })
            }
        }
    };
}

events! {
    /// An agent signed in.
    AgentLogin(AgentData) = "agent.login", "agent";
    /// A browser session of an agent ended: signed out, after idling or its longest time, by a new password, or with the agent's removal.
    AgentLogout(AgentData) = "agent.logout", "agent";
    /// An agent went online, away or offline.
    AgentStatusChanged(AgentStatusData) = "agent.status_changed", "agent";
    /// An agent was added to the workspace.
    AgentCreated(AgentData) = "agent.created", "agent";
    /// An agent's address, name, role or flags changed, or the agent accepted the invitation.
    AgentUpdated(AgentData) = "agent.updated", "agent";
    /// An agent was removed from the workspace.
    AgentRemoved(AgentData) = "agent.removed", "agent";
    /// A user was made: by a first session or by the API.
    UserCreated(UserData) = "user.created", "user";
    /// Profile fields of a user really changed: which, from what, to what, and by whom (`actor`).
    UserProfileChanged(ProfileChangedData) = "user.profile_changed", "user";
    /// A user was erased. Nothing but the ids is left.
    UserDeleted(UserDeletedData) = "user.deleted", "user";
    /// A user asked not to be written to any more.
    UserOptedOut(UserOptedOutData) = "user.opted_out", "user";
    /// A flag was put on a user.
    FlagAssigned(FlagData) = "flag.assigned", "flag";
    /// A flag was taken off a user.
    FlagRemoved(FlagData) = "flag.removed", "flag";
    /// A session began.
    SessionStarted(SessionStartedData) = "session.started", "session";
    /// A session ended: completed, ended by somebody, or failed.
    SessionEnded(SessionEndedData) = "session.ended", "session";
    /// A bot or a user asked for a person.
    SessionHandOffRequested(HandOffData) = "session.hand_off_requested", "session";
    /// An agent took the session over.
    SessionAgentJoined(SessionAgentData) = "session.agent_joined", "session";
    /// An agent left the session, or handed it back to the bot.
    SessionAgentLeft(SessionAgentData) = "session.agent_left", "session";
    /// A session went from one agent to another or to a group.
    SessionTransferred(TransferData) = "session.transferred", "session";
    /// Nobody took a session that waited for an agent.
    SessionMissed(HandOffData) = "session.missed", "session";
    /// A user wrote a message. Recorded only while an endpoint takes it: it carries chat text.
    MessageReceived(MessageData) = "message.received", "message";
    /// A bot or an agent wrote a message. Recorded only while an endpoint takes it: it carries chat text.
    MessageSent(MessageData) = "message.sent", "message";
    /// A session reached a box with *Send user profile variables and flags to the Webhook*: all profile fields, flags and variables.
    BoxReached(BoxReachedData) = "box.reached", "bot";
    /// A session reached a box that asks to notify agents.
    BoxNotify(BoxNotifyData) = "box.notify", "bot";
    /// A session reached a box that fulfils a goal.
    GoalReached(GoalData) = "goal.reached", "bot";
    /// A call to an External API failed for good: the session went down its failure link.
    ExternalApiFailed(ExternalApiFailedData) = "external_api.failed", "bot";
    /// A session stopped because its flow could not go on.
    SessionFailed(SessionFailedData) = "session.failed", "bot";
    /// A version of a bot went live.
    BotPublished(BotPublishedData) = "bot.published", "bot";
    /// A scheduling pattern came due for a user.
    ScheduleTriggered(ScheduleTriggeredData) = "schedule.triggered", "automation";
    /// An SMS could not be sent.
    SmsFailed(SmsFailedData) = "sms.failed", "automation";
    /// A test, sent because somebody asked for it.
    WebhookTest(WebhookTestData) = "webhook.test", "endpoint";
    /// An endpoint has been failing for days and will be switched off if that goes on. Goes to the admins and the other endpoints, not to the endpoint itself.
    WebhookFailing(WebhookFailingData) = "webhook.failing", "endpoint";
    /// An endpoint was switched off. Goes to the admins and the other endpoints, not to the endpoint itself.
    WebhookDisabled(WebhookDisabledData) = "webhook.disabled", "endpoint";
}

/// By hand: the derive does not see names that a macro has put into `rename`.
impl PartialSchema for EventType {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The name of a kind of event."))
            .enum_values(Some(Self::ALL.iter().map(|it| it.as_str())))
            .into()
    }
}

impl ToSchema for EventType {}

impl EventType {
    /// The type of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name)
    }

    /// Whether it carries chat text and is recorded only while an endpoint takes it.
    pub const fn is_message(self) -> bool {
        matches!(self, Self::MessageReceived | Self::MessageSent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_description_a_sample_and_a_name_of_its_own() {
        let mut names: Vec<_> = EventType::ALL.iter().map(|it| it.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EventType::ALL.len());
        for &event_type in EventType::ALL {
            let sample = Event::sample(event_type);
            assert_eq!(sample.event_type(), event_type);
            assert!(event_type.description().ends_with('.'), "{event_type:?}");
            assert_eq!(EventType::parse(event_type.as_str()), Some(event_type));
            let data = sample.data().unwrap();
            assert_eq!(
                Event::from_data(event_type, data).unwrap(),
                sample,
                "{event_type:?}"
            );
        }
    }

    /// Where texts may stand under `ids_only`: ids, flags, names of things, and words of our own.
    const TEXTS_THAT_STAY: &[&str] = &[
        "/agent/id",
        "/agent/role",
        "/agents",
        "/bot/function_id",
        "/bot/id",
        "/bot/name",
        "/box_id",
        "/disabled_at",
        "/due_at",
        "/endpoint_id",
        "/event_id",
        "/event_type",
        "/failing_since",
        "/flag",
        "/from_agent/id",
        "/from_agent/role",
        "/function_id",
        "/goal",
        "/language",
        "/media",
        "/medium",
        "/message/at",
        "/message/box_id",
        "/message/file/id",
        "/message/file/type",
        "/message/from",
        "/message/id",
        "/message/kind",
        "/note",
        "/pattern_label",
        "/previous_status",
        "/reason",
        "/roles",
        "/session_id",
        "/status",
        "/to_flag",
        "/url",
        "/user/external_id",
        "/user/flags",
        "/user/id",
    ];

    fn places_of_texts(at: &str, value: &serde_json::Value, found: &mut Vec<String>) {
        use serde_json::Value;
        match value {
            Value::String(_) => found.push(at.to_owned()),
            Value::Array(list) => list.iter().for_each(|it| places_of_texts(at, it, found)),
            Value::Object(map) => {
                for (key, value) in map {
                    places_of_texts(&format!("{at}/{key}"), value, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn ids_only_leaves_no_value() {
        let samples = EventType::ALL.iter().map(|it| Event::sample(*it));
        for sample in samples.chain([Event::sample_of_a_file()]) {
            let event_type = sample.event_type();
            let whole = sample.data().unwrap();
            let mut data = whole.clone();
            ids_only(&mut data);
            let text = data.to_string();
            for secret in [
                "Ana",
                "Riverside",
                "tomorrow morning",
                "Doe",
                "sam@",
                "biopsy",
                "spring",
            ] {
                assert!(!text.contains(secret), "{event_type:?}: {text}");
            }
            let mut places = Vec::new();
            places_of_texts("", &data, &mut places);
            for place in places {
                assert!(
                    TEXTS_THAT_STAY.contains(&place.as_str()),
                    "{event_type:?} tells {place}: say here that it is no profile value, or take it out in `ids_only`"
                );
            }
            if let Some(user) = whole.get("user") {
                assert_eq!(
                    data["user"]["id"], user["id"],
                    "{event_type:?} keeps the id"
                );
            }
        }
    }

    #[test]
    fn ids_only_keeps_what_leads_to_the_rest() {
        let mut data = Event::sample_of_a_file().data().unwrap();
        let file = crate::file::EXAMPLE_ID;
        ids_only(&mut data);
        assert_eq!(
            data["message"]["file"],
            serde_json::json!({"id": file, "type": "application/pdf", "size": 48_213})
        );
        assert_eq!(data["message"]["seq"], 3);
        let Event::BoxNotify(sample) = Event::sample(EventType::BoxNotify) else {
            panic!("a sample is of its type");
        };
        let mut data = Event::BoxNotify(sample.clone()).data().unwrap();
        ids_only(&mut data);
        assert_eq!(data["agents"], serde_json::json!([sample.agents[0]]));
    }
}
