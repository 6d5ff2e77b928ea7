//! The steps of a test.
use serde::Deserialize;
use serde_json::{Map, Value};

/// One step: an object with one key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Step {
    /// The user writes.
    User(String),
    /// The user picks a choice, or several.
    Choose(OneOrMany),
    /// The user sends a file.
    File(Sent),
    /// The bot says exactly this.
    Bot(String),
    /// The bot says something with this in it.
    BotContains(String),
    /// The bot has called the External API; this comes back.
    Api(Api),
    /// So much time goes by.
    After(String),
    /// An agent gives the session back.
    AgentReturned(Returned),
    /// Agents are there from now on, or no longer.
    AgentsAvailable(bool),
    /// The session waits for this kind of input; `null` when it is over.
    Awaiting(Option<String>),
    /// The session stands in this box.
    #[serde(rename = "box")]
    InBox(String),
    /// The user has the flag.
    Flag(String),
    /// The user does not have the flag.
    NoFlag(String),
    /// A field has this value; null: none.
    Field(Field),
    /// The goal was reached.
    Goal(String),
    /// A box pushed profile variables and flags.
    Pushed(AtBox),
    /// A box notified people.
    Notified(AtBox),
    /// The session was handed off, or not.
    HandOff(bool),
    /// An External API call failed for this reason.
    ApiFailed(String),
    /// The session is over, or not.
    Ended(bool),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A file that is sent: what its content would be is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) r#type: String,
    #[serde(default = "one_kibibyte")]
    pub(crate) size: u64,
}

const fn one_kibibyte() -> u64 {
    1024
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtBox {
    pub(crate) box_id: String,
    /// What must be among the pushed variables.
    #[serde(default)]
    pub(crate) variables: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Returned {
    Here(bool),
    To {
        #[serde(rename = "box")]
        at: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    #[serde(default)]
    pub(crate) expect: Expect,
    /// The answer's status.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// The answer's body: JSON, or a text when `content_type` is no JSON.
    #[serde(default)]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    /// Instead of an answer: why there is none.
    #[serde(default)]
    pub(crate) fails: Option<String>,
}

/// What the request must be like. Of the body and the headers only what is named.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    #[serde(default)]
    pub(crate) method: Option<String>,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) headers: Map<String, Value>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// Keys that the body must not have.
    #[serde(default)]
    pub(crate) body_lacks: Vec<String>,
}
