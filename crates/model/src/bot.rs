//! Bots as the Bot Builder lists them.
use crate::event::Actor;
use crate::{BotId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest note on a version, in characters.
pub const MAX_NOTE_CHARS: usize = 500;

/// Whether a bot may be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BotStatus {
    /// It may, once it is published.
    Active,
    /// It is put away: it starts no sessions, those that run go on.
    Archived,
}

impl BotStatus {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The status of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Archived]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// A bot without its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BotSummary {
    /// Its id.
    pub id: BotId,
    /// Its short public name, by which applications invoke it.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// Its name.
    #[schema(example = "Doctor appointment")]
    pub name: String,
    /// `flow` or `faq`.
    #[schema(example = "flow")]
    pub r#type: String,
    /// Whether it may be started.
    pub status: BotStatus,
    /// The version that new sessions get; null while it is not published.
    #[schema(example = 7)]
    pub live_version: Option<u32>,
    /// Counts the saves of the draft: the `ETag` of the draft.
    #[schema(example = 12)]
    pub draft_revision: u32,
    /// Whether the draft says something else than the live version. Where boxes stand on the canvas does not count.
    pub draft_changed: bool,
    /// What was found of the draft when it was saved.
    pub problems: ProblemCounts,
    /// How it did in the last seven days.
    pub last_7_days: LastDays,
    /// When it was made.
    pub created_at: Time,
    /// When its draft was last saved, or a version published.
    pub updated_at: Time,
    /// Who did that; null for what was done before this was noted.
    pub updated_by: Option<Actor>,
    /// When the live version was published; null while it is not published.
    pub published_at: Option<Time>,
}

/// How many findings a draft has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemCounts {
    /// Those that block publishing.
    #[schema(example = 0)]
    pub errors: u32,
    /// Those that do not.
    #[schema(example = 1)]
    pub warnings: u32,
}

/// How a bot did in the last days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastDays {
    /// Sessions that began.
    #[schema(example = 214)]
    pub sessions: u64,
    /// Sessions that came to the end of their flow.
    #[schema(example = 131)]
    pub completed: u64,
}

/// A published version of a bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BotVersion {
    /// 1, 2, 3, …
    #[schema(example = 7)]
    pub version: u32,
    /// Whether new sessions get it.
    pub live: bool,
    /// When it was published.
    pub published_at: Time,
    /// Who published it.
    pub published_by: Actor,
    /// What whoever published it wrote about it.
    #[schema(example = "New hours")]
    pub note: String,
    /// How many sessions on it have not ended.
    #[schema(example = 38)]
    pub open_sessions: u64,
}

/// A ready-made bot as the gallery shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateInfo {
    /// Its name for programs.
    #[schema(example = "appointment")]
    pub id: String,
    /// Its name.
    #[schema(example = "Doctor appointment")]
    pub name: String,
    /// What it does.
    #[schema(example = "Finds out why, with whom and when the user wants to come.")]
    pub description: String,
    /// The language that it speaks.
    #[schema(example = "en")]
    pub language: String,
    /// How many boxes it has.
    #[schema(example = 29)]
    pub boxes: usize,
    /// What it needs before it can do all that it does.
    pub needs: Vec<TemplateNeed>,
}

/// Something that a ready-made bot needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct TemplateNeed {
    /// What it is.
    pub kind: NeedKind,
    /// Which: a function id, an address, a secret's name.
    #[schema(example = "ContactUs")]
    pub name: String,
}

/// What a ready-made bot may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// Another bot, to which it jumps.
    Bot,
    /// An External API of yours, whose address you put in the place of this one.
    ExternalApi,
    /// A secret for an External API.
    Secret,
}
