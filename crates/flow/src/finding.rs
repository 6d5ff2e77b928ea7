//! What is wrong, or looks wrong, with a bot.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The bot cannot be published.
    Error,
    /// The bot works, but probably not as meant.
    Warning,
}

/// The stable name of a kind of finding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// The document, or a part of it, has another shape than the schema says.
    MalformedDocument,
    /// The document was written in a format that this program does not know.
    UnsupportedFormat,
    /// The type of the bot is not known, or not available yet.
    UnsupportedBotType,
    /// A key that nobody reads: most likely a typo.
    UnknownKey,
    /// The function id is missing or has characters that it may not have.
    BadFunctionId,
    /// A field's name, kind or type is malformed.
    BadField,
    /// Two fields have one name.
    DuplicateField,
    /// A box without an id, or with one that cannot be used.
    BadBoxId,
    /// Two boxes have one id.
    DuplicateBoxId,
    /// The type of the box is not known, or not available yet.
    UnknownBoxType,
    /// A setting that the box needs is missing.
    MissingSetting,
    /// A setting has a value that it cannot have.
    BadSetting,
    /// A text with `{field}` is malformed.
    BadTemplate,
    /// A formula is malformed.
    BadFormula,
    /// The scheme or host of an address contains a `{field}`.
    UrlHostTemplate,
    /// An address cannot be used.
    BadUrl,
    /// An entry of a FAQ bot is malformed or says nothing.
    BadEntry,
    /// Two entries of a FAQ bot have one id.
    DuplicateEntry,
    /// Two entries of a FAQ bot ask the same.
    DuplicateQuestion,
    /// A hashtag cannot be one, or is there twice.
    BadHashtag,
    /// Two choices have one value.
    DuplicateChoice,
    /// A link from a box that is not there, or to one.
    LinkToNowhere,
    /// A box has more than one link without a condition.
    SeveralDefaultLinks,
    /// A condition is malformed.
    BadCondition,
    /// The operator is not known.
    UnknownOperator,
    /// The operator is not available in this version.
    UnsupportedOperator,
    /// The operator does not fit the type of what it looks at, or the kind of box.
    OperatorTypeMismatch,
    /// The answer of the box does not fit the type of the field it is saved to.
    FieldTypeMismatch,
    /// The bot has no start, or starts at a box that is not there.
    NoStart,
    /// Boxes lead in a circle in which nobody is asked and nothing is waited for.
    EndlessLoop,
    /// A jump to a box that is not there.
    JumpToNowhere,
    /// A box writes a field that no bot may write.
    ReadOnlyField,
    /// Two boxes have one title.
    DuplicateTitle,
    /// No way leads to the box.
    UnreachableBox,
    /// The session ends here although the box is not an `end`.
    DeadEnd,
    /// A text names a field that nothing sets.
    UndefinedField,
    /// An answer is saved to a field that is not declared; it becomes a session variable.
    UndeclaredField,
    /// The workspace has no such flag; publishing makes it.
    UnknownFlag,
    /// The workspace has no such goal; publishing makes it.
    UnknownGoal,
    /// The workspace has no such bot.
    UnknownBot,
    /// A call of an External API whose failure is not told apart from success.
    NoFailureLink,
    /// An earlier link always wins.
    CoveredCondition,
    /// A condition waits for a choice or weight that the box does not have.
    UnknownChoice,
    /// A setting that has no effect here.
    UselessSetting,
    /// A box sends profile variables and flags to the webhook, but no endpoint takes them.
    NoEndpoint,
}

impl FindingCode {
    /// Errors block publishing, warnings do not.
    pub const fn severity(self) -> Severity {
        match self {
            Self::DuplicateTitle
            | Self::UnreachableBox
            | Self::DeadEnd
            | Self::UndefinedField
            | Self::UndeclaredField
            | Self::UnknownFlag
            | Self::UnknownGoal
            | Self::UnknownBot
            | Self::NoFailureLink
            | Self::CoveredCondition
            | Self::UnknownChoice
            | Self::UselessSetting
            | Self::DuplicateQuestion
            | Self::NoEndpoint => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Whether it blocks publishing.
    pub severity: Severity,
    /// What kind it is; stable.
    pub code: FindingCode,
    /// The box, if it belongs to one.
    pub box_id: Option<String>,
    /// The link: its index in the document's `links`.
    pub link: Option<usize>,
    /// The place in the document, as a JSON pointer (RFC 6901).
    pub pointer: Option<String>,
    /// A sentence that a builder understands.
    pub message: String,
}

impl Finding {
    /// A finding about the document as a whole.
    pub fn new(code: FindingCode, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity(),
            code,
            box_id: None,
            link: None,
            pointer: None,
            message: message.into(),
        }
    }

    /// Says where in the document.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Says which box.
    #[must_use]
    pub fn in_box(mut self, id: impl Into<String>) -> Self {
        self.box_id = Some(id.into());
        self
    }

    /// Says which link.
    #[must_use]
    pub const fn in_link(mut self, index: usize) -> Self {
        self.link = Some(index);
        self
    }

    /// Whether it blocks publishing.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One token of a JSON pointer, escaped.
pub(crate) fn escape(token: &str) -> std::borrow::Cow<'_, str> {
    if token.contains(['~', '/']) {
        token.replace('~', "~0").replace('/', "~1").into()
    } else {
        token.into()
    }
}
