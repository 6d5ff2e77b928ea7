//! Files that people send in a chat.
use crate::FileId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The longest name of a file that is kept, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// The types that are taken at all, by their content: pictures, documents, sound and film. Nothing that a browser would run.
pub const TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heif",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/mpeg",
    "audio/m4a",
    "audio/ogg",
    "audio/x-wav",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// The id of files in examples and in tests of bots.
pub const EXAMPLE_ID: FileId =
    FileId::from_uuid(Uuid::from_u128(0x019a_ae3c_5d1e_7c0f_9a3b_1c2d_3e4f_5a6b));

/// A file as a message names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// What the sender calls it.
    #[schema(example = "card.png")]
    pub name: String,
    /// What it is, by its content and not by what the sender says.
    #[schema(example = "image/png")]
    pub r#type: String,
    /// Its size in bytes.
    #[schema(example = 48_213)]
    pub size: u64,
}

/// Whether a type is one of the wanted ones: `image/png`, or all of a kind: `image/*`. Without wishes every type is.
pub fn is_wanted(r#type: &str, wanted: &[impl AsRef<str>]) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|it| match it.as_ref().strip_suffix('*') {
            Some(kind) => r#type.starts_with(kind),
            None => it.as_ref() == r#type,
        })
}

/// Whether a wish names at least one type that is taken: only then is it one.
pub fn is_wish(wanted: &str) -> bool {
    let all_of_a_kind = wanted.strip_suffix('*');
    TYPES.iter().any(|it| match all_of_a_kind {
        Some(kind) => kind.ends_with('/') && it.starts_with(kind),
        None => *it == wanted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_a_type_or_all_of_a_kind() {
        assert!(is_wanted("image/png", &[] as &[&str]));
        assert!(is_wanted("image/png", &["application/pdf", "image/*"]));
        assert!(is_wanted("image/png", &["image/png"]));
        assert!(!is_wanted("image/png", &["image/gif", "audio/*"]));
        for (wish, is_one) in [
            ("image/*", true),
            ("image/png", true),
            ("*", false),
            ("im*", false),
            ("image/svg+xml", false),
            ("text/html", false),
            ("text/*", false),
            ("", false),
        ] {
            assert_eq!(is_wish(wish), is_one, "{wish}");
        }
    }
}
