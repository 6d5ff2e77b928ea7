//! What a user says, and how it becomes a message and an input.
use super::draft::NewMessage;
use super::once;
use crate::{Error, Result};
use smartbot_flow::Input;
use smartbot_model::file::StoredFile;
use smartbot_model::message::{MessageKind, Sender};
use smartbot_model::session::MAX_TEXT_CHARS;

/// What a user says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Words.
    Text(String),
    /// Picked choices, by their values.
    Choices(Vec<String>),
    /// A file that was sent before.
    File(StoredFile),
}

impl Said {
    pub(super) fn check(&self) -> Result<()> {
        let (pointer, text): (&str, &str) = match self {
            Self::Text(text) if text.trim().is_empty() => {
                return Err(Error::invalid(
                    "/text",
                    "missing_value",
                    "The text is empty. Send what the user wrote.",
                ));
            }
            Self::Choices(choices) if choices.is_empty() || choices.len() > 100 => {
                return Err(Error::invalid(
                    "/choices",
                    "invalid_value",
                    "Send the values of 1 to 100 choices.",
                ));
            }
            Self::Text(text) => ("/text", text),
            Self::Choices(choices) => (
                "/choices",
                choices.iter().max_by_key(|it| it.len()).map_or("", |it| it),
            ),
            Self::File(file) => ("/file_id", &file.name),
        };
        if text.chars().count() > MAX_TEXT_CHARS {
            return Err(Error::invalid(
                pointer,
                "too_long",
                format!("A message has at most {MAX_TEXT_CHARS} characters."),
            ));
        }
        Ok(())
    }

    pub(super) fn content(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => [b"t", text.as_bytes()].concat(),
            Self::Choices(choices) => {
                let parts: Vec<&[u8]> = choices.iter().map(String::as_bytes).collect();
                once::fingerprint(&parts).to_vec()
            }
            Self::File(file) => [b"f", &file.id.uuid().as_bytes()[..]].concat(),
        }
    }

    pub(super) fn message(
        &self,
        box_id: Option<&str>,
        client_message_id: Option<&str>,
    ) -> NewMessage {
        let (kind, text, choices) = match self {
            Self::Text(text) => (MessageKind::Text, text.clone(), Vec::new()),
            Self::Choices(choices) => (MessageKind::Choice, choices.join(", "), choices.clone()),
            Self::File(file) => (MessageKind::File, file.name.clone(), Vec::new()),
        };
        NewMessage {
            kind,
            choices,
            file: self.file().cloned(),
            box_id: box_id.map(str::to_owned),
            client_message_id: client_message_id.map(str::to_owned),
            ..NewMessage::text(Sender::User, text)
        }
    }

    pub(super) fn input(self) -> Input {
        match self {
            Self::Text(text) => Input::Text { text },
            Self::Choices(values) => Input::Choice { values },
            Self::File(file) => Input::File { file },
        }
    }

    /// The file, if it is one.
    pub(super) const fn file(&self) -> Option<&StoredFile> {
        match self {
            Self::File(file) => Some(file),
            Self::Text(_) | Self::Choices(_) => None,
        }
    }
}
