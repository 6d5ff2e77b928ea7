//! Fields: named values. Profile fields stay with the user, variables live in one session.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Where a field lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Stays with the user over all sessions.
    Profile,
    /// Lives in one session.
    Variable,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// An instant, RFC 3339 with its offset.
    DateTime,
    /// A telephone number, E.164.
    Phone,
    /// An e-mail address.
    Email,
    /// One of the values of a choice.
    Choice,
    /// A list of values.
    List,
    /// Any JSON.
    Json,
}

impl FieldType {
    /// Whether a field of this type may hold this value. Null, which removes the value, fits all.
    pub fn accepts(self, value: &Value) -> bool {
        match self {
            _ if value.is_null() => true,
            Self::Text | Self::Phone | Self::Email | Self::Choice => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Date => value
                .as_str()
                .is_some_and(|it| it.parse::<jiff::civil::Date>().is_ok()),
            Self::DateTime => value
                .as_str()
                .is_some_and(|it| it.parse::<jiff::Timestamp>().is_ok()),
            Self::List => value.is_array(),
            Self::Json => true,
        }
    }

    /// What a field of this type holds, for people.
    pub const fn holds(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date like 2026-11-22",
            Self::DateTime => "a time like 2026-11-22T14:03:05Z",
            Self::Phone => "a telephone number, as a text",
            Self::Email => "an e-mail address",
            Self::Choice => "the value of a choice, a text",
            Self::List => "a list",
            Self::Json => "any JSON",
        }
    }
}

/// What a workspace or a bot says of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldDefinition {
    /// The name by which boxes, templates and both APIs speak of it: a letter or `_`, then letters, digits and `_`, at most 64 in all.
    pub name: String,
    /// Whether the value stays with the user or lives in one session.
    pub kind: FieldKind,
    /// What the field holds.
    #[serde(default = "text")]
    pub r#type: FieldType,
    /// Masked in logs, traces and exports, and never in the payload of an event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
}

const fn text() -> FieldType {
    FieldType::Text
}

/// The longest name of a field, in characters.
pub const MAX_NAME: usize = 64;

/// Whether `name` may name a field.
pub fn is_valid_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= MAX_NAME
        && bytes
            .next()
            .is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// The profile fields that every workspace has.
pub const BUILT_IN: &[(&str, FieldType)] = &[
    ("user_fname", FieldType::Text),
    ("user_lname", FieldType::Text),
    ("user_name", FieldType::Text),
    ("user_phone", FieldType::Phone),
    ("user_email", FieldType::Email),
    ("user_city", FieldType::Text),
    ("user_state", FieldType::Text),
    ("user_zip", FieldType::Text),
    ("user_birthdate", FieldType::Date),
    ("user_gender", FieldType::Text),
    ("user_language", FieldType::Text),
    ("user_timezone", FieldType::Text),
];

/// The type of a built-in profile field.
pub fn built_in(name: &str) -> Option<FieldType> {
    BUILT_IN
        .iter()
        .find(|(it, _)| *it == name)
        .map(|(_, r#type)| *r#type)
}

/// Keys of an External API's answer that never overwrite anything: they are kept under the prefix `API`.
pub const RESTRICTED: &[&str] = &["user_id", "external_id", "password", "SDFuserid"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_know_their_values() {
        use serde_json::json;
        assert!(
            FieldType::Date.accepts(&json!("2026-02-28"))
                && !FieldType::Date.accepts(&json!("2026-02-30"))
        );
        assert!(
            FieldType::DateTime.accepts(&json!("2026-02-28T10:00:00-08:00"))
                && !FieldType::DateTime.accepts(&json!(5))
        );
        assert!(FieldType::Text.accepts(&Value::Null) && !FieldType::Text.accepts(&json!(5)));
        assert!(
            FieldType::Number.accepts(&json!(1.5)) && !FieldType::Number.accepts(&json!("1.5"))
        );
    }

    #[test]
    fn names_are_plain() {
        for good in ["a", "_x", "user_fname", "q9", &"a".repeat(64)] {
            assert!(is_valid_name(good), "{good}");
        }
        for bad in ["", "9a", "a b", "a-b", "é", "a.b", "{a}", &"a".repeat(65)] {
            assert!(!is_valid_name(bad), "{bad}");
        }
    }
}
