//! What a user may be given.
use crate::workspaces::Workspace;
use crate::{Error, Result, users};
use serde_json::{Map, Value};
use smartbot_model::field::{FieldType, is_valid_name};
use smartbot_model::problem::InputError;
use smartbot_model::strict_json::push_pointer;
use smartbot_model::user::{MAX_EXTERNAL_ID_CHARS, is_valid_flag};

/// Faults of a request, each with its place.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<InputError>);

impl Faults {
    pub(crate) fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &str,
        message: impl Into<String>,
    ) {
        self.0.push(InputError::new(pointer, code, message));
    }

    /// An error when there is a fault.
    pub(crate) fn refuse(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }

    pub(crate) fn external_id(&mut self, pointer: &str, external_id: &str) {
        if external_id.trim().is_empty() || external_id.chars().count() > MAX_EXTERNAL_ID_CHARS {
            let message = format!("An external_id has 1 to {MAX_EXTERNAL_ID_CHARS} characters.");
            self.add(pointer, "invalid_value", message);
        }
    }

    pub(crate) fn flag(&mut self, pointer: impl Into<String>, flag: &str) {
        if !is_valid_flag(flag) {
            self.add(
                pointer,
                "invalid_value",
                "A flag has 1 to 64 letters, digits, -, _, . or :.",
            );
        }
    }

    /// Profile fields: those that the workspace knows, or that `type_of` knows beside them, hold what they are declared to hold; others
    /// are allowed or not.
    pub(crate) fn fields(
        &mut self,
        pointer: &str,
        fields: &Map<String, Value>,
        known: &Workspace,
        allow_new: bool,
        type_of: impl Fn(&str) -> Option<FieldType>,
    ) {
        for (name, value) in fields {
            let at = pointer_to(pointer, name);
            match known.type_of(name).or_else(|| type_of(name)) {
                None if !is_valid_name(name) => {
                    let message = "A field's name is a letter, then letters, digits and _.";
                    self.add(at, "invalid_name", message);
                }
                None if !allow_new => {
                    let message = format!(
                        "The workspace has no profile field {name}. Declare it first, or leave it out."
                    );
                    self.add(at, "unknown_field", message);
                }
                Some(kind) if !kind.accepts(value) => {
                    let message = format!("The field {name} holds {}.", kind.holds());
                    self.add(at, "invalid_value", message);
                }
                None | Some(_) => {}
            }
        }
    }
}

pub(crate) fn pointer_to(parent: &str, name: &str) -> String {
    let mut pointer = parent.to_owned();
    push_pointer(&mut pointer, name);
    pointer
}

/// Refuses fields that the profile has no room for: in a turn such a value is left out, but here somebody is there to be told.
pub(crate) fn room(pointer: &str, fields: &Map<String, Value>) -> Result<()> {
    if users::fits(fields) {
        return Ok(());
    }
    let message = format!(
        "All profile fields of a user together have at most {} bytes.",
        users::MAX_PROFILE
    );
    Err(Error::invalid(pointer, "too_large", message))
}
