//! How strangers meet a bot: on which sites its widget may stand, how it looks, and whether anybody may start it at all.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// On which side of a page the widget stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// At the end of the line: right, or left where people write from right to left.
    #[default]
    Right,
    /// At the other side.
    Left,
}

/// How the widget looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Appearance {
    /// The colour of the launcher, the header and the user's own bubbles.
    #[schema(example = "#0f62b8")]
    pub color: String,
    /// What stands in the header; the bot's name when it is empty.
    #[schema(example = "Riverside Clinic")]
    pub title: String,
    /// What the teaser says beside the launcher; there is none when it is empty.
    #[schema(example = "Can we help?")]
    pub greeting: String,
    /// On which side of a page it stands.
    pub position: Position,
    /// What the launcher says.
    #[schema(example = "Chat with us")]
    pub launcher_text: String,
    /// The address of a picture of the one who answers.
    #[schema(example = "https://www.clinic.example/nurse.png")]
    pub avatar: Option<String>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            color: "#0f62b8".into(),
            title: String::new(),
            greeting: String::new(),
            position: Position::Right,
            launcher_text: "Chat with us".into(),
            avatar: None,
        }
    }
}

/// How strangers meet a bot. Closed until somebody opens it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Channel {
    /// Whether anybody may start it, without a token: in the widget and on its own page.
    pub is_public: bool,
    /// The web origins whose pages may show the widget, like `https://www.clinic.example`; pages of the server itself always may.
    #[schema(example = json!(["https://www.clinic.example"]))]
    pub allowed_origins: Vec<String>,
    /// How it looks.
    pub appearance: Appearance,
}
