//! Prefixed ids: `ses_` and the 32 hexadecimal digits of a UUIDv7. A newtype each, so that one kind never passes for another.
use crate::random::Random;
use crate::time::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}… with 32 hexadecimal digits")]
pub struct BadId {
    /// The prefix that was expected, e.g. `ses_`.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[doc = $doc:expr])+ $Name:ident = $prefix:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(Uuid);

        impl $Name {
            /// The text in front of the digits.
            pub const PREFIX: &'static str = $prefix;

            /// A new id that sorts by its time of birth.
            pub fn new(at: Time, random: &dyn Random) -> Self {
                let mut bytes = [0; 10];
                random.fill(&mut bytes);
                Self(uuid::Builder::from_unix_timestamp_millis(at.unix_millis(), &bytes).into_uuid())
            }

            /// The UUID inside.
            pub const fn uuid(&self) -> Uuid {
                self.0
            }

            /// The id that has this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; 32];
                f.write_str($prefix)?;
                f.write_str(self.0.simple().encode_lower(&mut digits))
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $Name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                let digits = text.strip_prefix($prefix).filter(|it| it.len() == 32 && !it.bytes().any(|b| b.is_ascii_uppercase()));
                digits.and_then(|it| Uuid::try_parse(it).ok()).map(Self).ok_or(BadId { prefix: $prefix })
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $Name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "[0-9a-f]{32}$")))
                    .examples([concat!($prefix, "019aae3c5d1e7c0f9a3b1c2d3e4f5a6b")])
                    .description(Some(concat!($($doc),+).trim()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $Name {}
    )+};
}

ids! {
    /// One organisation's account.
    WorkspaceId = "wsp_";
    /// A chatbot.
    BotId = "bot_";
    /// A person who chats with bots.
    UserId = "usr_";
    /// A member of the workspace who answers chats.
    AgentId = "agt_";
    /// A browser in which an agent is signed in.
    BrowserSessionId = "bss_";
    /// One conversation of one user with one bot.
    SessionId = "ses_";
    /// One line of a session.
    MessageId = "msg_";
    /// A fact that happened and may be pushed.
    EventId = "evt_";
    /// A customer's URL that receives events.
    EndpointId = "whk_";
    /// One event on its way to one endpoint.
    DeliveryId = "dlv_";
    /// An API credential.
    TokenId = "tok_";
    /// What agents say again and again.
    CannedReplyId = "cnr_";
    /// An uploaded file.
    FileId = "fil_";
    /// A piece of work that waits: a call to an External API, a timer.
    JobId = "job_";
    /// Something that an agent is told.
    NotificationId = "ntf_";
    /// A mail that waits.
    MailId = "mail_";
    /// A run that sends old events to an endpoint again.
    ResendId = "rsd_";
}

impl EventId {
    /// The smallest id of an instant: all ids that were made earlier are smaller.
    #[must_use]
    pub fn first_of(at: Time) -> Self {
        Self(first_of(at))
    }

    /// The id right after this one: what happened later in the same turn, hence in the same instant, sorts later.
    #[must_use]
    pub fn next(&self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().wrapping_add(1)))
    }
}

impl SessionId {
    /// The smallest id of an instant: all ids that were made earlier are smaller.
    #[must_use]
    pub fn first_of(at: Time) -> Self {
        Self(first_of(at))
    }
}

impl NotificationId {
    /// The smallest id of an instant: all ids that were made earlier are smaller.
    #[must_use]
    pub fn first_of(at: Time) -> Self {
        Self(first_of(at))
    }
}

impl DeliveryId {
    /// The smallest id of an instant: all ids that were made earlier are smaller.
    #[must_use]
    pub fn first_of(at: Time) -> Self {
        Self(first_of(at))
    }
}

/// A UUIDv7 begins with 48 bits of milliseconds.
fn first_of(at: Time) -> Uuid {
    let millis = u64::try_from(at.micros().max(0) / 1_000).unwrap_or_default();
    Uuid::from_u128(u128::from(millis) << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn an_id_survives_its_text() {
        let id = SessionId::new(
            Time::from_micros(1_700_000_000_000_000),
            &SeededRandom::new(7),
        );
        assert_eq!(id.to_string().parse::<SessionId>().unwrap(), id);
        assert_eq!(
            serde_json::from_str::<SessionId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn other_kinds_and_broken_texts_are_refused() {
        let id = SessionId::new(Time::from_micros(0), &SeededRandom::new(7)).to_string();
        for text in [
            "",
            "ses_",
            "ses_xyz",
            &id.replace("ses_", "usr_"),
            &id.to_uppercase(),
            &format!("{id}0"),
            &id[..id.len() - 1],
        ] {
            assert!(text.parse::<SessionId>().is_err(), "{text}");
        }
    }

    #[test]
    fn events_of_one_instant_sort_as_they_happened() {
        let first = EventId::new(Time::from_micros(1_000_000), &SeededRandom::new(1));
        assert!(first.to_string() < first.next().to_string());
        assert_eq!(first.next().uuid().get_version_num(), 7);
    }

    #[test]
    fn the_first_id_of_an_instant_parts_earlier_from_later() {
        let random = SeededRandom::new(3);
        let at = |millis: i64| Time::from_micros(1_795_000_000_000_000 + millis * 1_000);
        let first = EventId::first_of(at(0));
        assert!(EventId::new(at(-1), &random) < first);
        assert!(EventId::new(at(0), &random) >= first);
        assert!(DeliveryId::first_of(at(1)) > DeliveryId::first_of(at(0)));
    }

    #[test]
    fn ids_sort_by_time() {
        let random = SeededRandom::new(1);
        let early = EventId::new(Time::from_micros(1_000_000), &random);
        assert!(
            early.to_string() < EventId::new(Time::from_micros(2_000_000), &random).to_string()
        );
    }
}
