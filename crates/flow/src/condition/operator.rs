//! The operators: their names, what they compare with, and what they fit.
use smartbot_model::field::FieldType;

/// What an operator is given in `value` or `values`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing.
    Nothing,
    /// Texts.
    Texts,
    /// Regular expressions.
    Patterns,
    /// Numbers, moments, yes or no, texts.
    Values,
    /// Moments.
    Moments,
    /// Two bounds.
    Bounds,
    /// Names: flags, choices, weights.
    Names,
    /// HTTP statuses.
    Statuses,
    /// One length of time.
    Length,
}

macro_rules! operators {
    ($($(#[doc = $doc:literal])+ $name:ident $text:literal $takes:ident,)+) => {
        /// An operator.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Operator { $($(#[doc = $doc])+ $name,)+ }

        impl Operator {
            /// All operators.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)+];

            /// As in documents.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The operator of this name.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }

            /// What it compares with.
            pub(crate) const fn takes(self) -> Takes {
                match self { $(Self::$name => Takes::$takes,)+ }
            }

            /// What it means, for builders.
            pub(crate) const fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc,)+).trim_ascii(),)+ }
            }
        }
    };
}

operators! {
    /// The answer was understood as what the box asks for.
    HasValidValue "has_valid_value" Nothing,
    /// The text is one of these; case and accents do not matter.
    Equals "equals" Texts,
    /// The text contains one of these.
    Contains "contains" Texts,
    /// The text begins with one of these.
    StartsWith "starts_with" Texts,
    /// The text matches one of these regular expressions.
    Matches "matches" Patterns,
    /// The text is one of these, give or take typing errors.
    ApproximatelyEquals "approximately_equals" Texts,
    /// The text contains one of these, give or take typing errors.
    ApproximatelyContains "approximately_contains" Texts,
    /// The value is one of these.
    Eq "eq" Values,
    /// There is a value, and it is none of these.
    Ne "ne" Values,
    /// The number is smaller, the time earlier.
    Lt "lt" Values,
    /// Smaller or the same.
    Le "le" Values,
    /// The number is larger, the time later.
    Gt "gt" Values,
    /// Larger or the same.
    Ge "ge" Values,
    /// Between two bounds, or the same as one of them.
    Between "between" Bounds,
    /// The time is earlier.
    Before "before" Moments,
    /// The time is later.
    After "after" Moments,
    /// On the same day.
    On "on" Moments,
    /// This choice was picked, or one of these.
    ChoiceIs "choice_is" Names,
    /// There is a value.
    IsSet "is_set" Nothing,
    /// There is no value, or an empty text or list.
    IsEmpty "is_empty" Nothing,
    /// The user has the flag, or one of these.
    HasFlag "has_flag" Names,
    /// The user has none of these flags.
    LacksFlag "lacks_flag" Names,
    /// The External API answered with 2xx, and the answer could be used.
    ApiSucceeded "api_succeeded" Nothing,
    /// Everything else came of the call.
    ApiFailed "api_failed" Nothing,
    /// The External API answered with this status: `404`, or a class: `"5xx"`.
    ApiStatus "api_status" Statuses,
    /// The split drew this weight.
    SplitIs "split_is" Names,
    /// The user did not answer for so long.
    NoReplyFor "no_reply_for" Length,
    /// The question was asked again as often as it may be.
    Exhausted "exhausted" Nothing,
    /// Nobody could take the session over.
    NoAgent "no_agent" Nothing,
    /// The workspace is open now.
    WithinHours "within_hours" Nothing,
}

/// Operators of `flow.md` that this version does not have yet.
pub(crate) const LATER: &[&str] = &["semantically_similar"];

impl Operator {
    /// Whether it compares a value: the answer, or a field.
    pub(crate) const fn has_subject(self) -> bool {
        !matches!(
            self,
            Self::HasValidValue
                | Self::HasFlag
                | Self::LacksFlag
                | Self::ApiSucceeded
                | Self::ApiFailed
                | Self::ApiStatus
                | Self::SplitIs
                | Self::NoReplyFor
                | Self::Exhausted
                | Self::NoAgent
                | Self::WithinHours
        )
    }

    /// Whether it only makes sense as the whole condition of a link: the engine looks for such links at their time.
    pub(crate) const fn stands_alone(self) -> bool {
        matches!(self, Self::NoReplyFor | Self::Exhausted | Self::NoAgent)
    }

    /// Whether it fits values of this type.
    pub(crate) const fn fits(self, of: FieldType) -> bool {
        use FieldType::{Boolean, Choice, Date, DateTime, Email, Json, List, Number, Phone, Text};
        match self {
            Self::Contains
            | Self::StartsWith
            | Self::Matches
            | Self::ApproximatelyEquals
            | Self::ApproximatelyContains => {
                matches!(of, Text | Phone | Email | Choice | List | Json)
            }
            Self::Equals => matches!(of, Text | Phone | Email | Choice | List | Json | Boolean),
            Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Between => {
                matches!(of, Number | Date | DateTime | Json)
            }
            Self::Before | Self::After | Self::On => matches!(of, Date | DateTime | Json),
            Self::ChoiceIs => matches!(of, Choice | List | Boolean | Text | Json),
            Self::Eq | Self::Ne => !matches!(of, List),
            _ => true,
        }
    }
}
