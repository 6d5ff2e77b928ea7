//! What a workspace defines: profile fields, flags, goals.
//!
//! A definition says how values are checked and shown; it owns none. Removing one touches no user: values and flags stay, and a bot that
//! declares the name defines it again with its next version.
use crate::act::Act;
use crate::turns::{Once, Reply};
use crate::users::check::Faults;
use crate::{App, Caller, Error, Result};
use smartbot_model::WorkspaceId;
use smartbot_model::definition::{
    Flag, Goal, MAX_DESCRIPTION_CHARS, MAX_GOAL_CHARS, ProfileField, is_valid_goal,
};
use smartbot_model::field::{
    BUILT_IN, FieldDefinition, FieldKind, FieldType, RESTRICTED, built_in, is_valid_name,
};
use smartbot_store::{Change, Defined, FieldRow, NameRow};
use std::collections::BTreeMap;

/// What is to change about a profile field; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct FieldPatch {
    /// What it holds.
    pub r#type: Option<FieldType>,
    /// Whether it is masked.
    pub sensitive: Option<bool>,
    /// What it is for.
    pub description: Option<String>,
}

/// A list of names with descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Flags.
    Flags,
    /// Goals.
    Goals,
}

impl Names {
    const fn defined(self) -> Defined {
        match self {
            Self::Flags => Defined::Flag,
            Self::Goals => Defined::Goal,
        }
    }

    /// One of them, for people.
    const fn one(self) -> &'static str {
        match self {
            Self::Flags => "flag",
            Self::Goals => "goal",
        }
    }

    fn check(self, name: &str) -> Result<()> {
        let mut faults = Faults::default();
        match self {
            Self::Flags => faults.flag("/name", name),
            Self::Goals if is_valid_goal(name) => {}
            Self::Goals => {
                let message =
                    format!("A goal has 1 to {MAX_GOAL_CHARS} characters, no spaces around them.");
                faults.add("/name", "invalid_name", message);
            }
        }
        faults.refuse()
    }

    fn define(self, name: String, at: smartbot_model::Time) -> Change {
        match self {
            Self::Flags => Change::DefineFlag { name, at },
            Self::Goals => Change::DefineGoal { name, at },
        }
    }

    fn shown(self, status: u16, row: NameRow) -> Result<Reply> {
        match self {
            Self::Flags => Reply::json(status, &flag(row)),
            Self::Goals => Reply::json(status, &goal(row)),
        }
    }
}

fn flag(row: NameRow) -> Flag {
    Flag {
        name: row.name,
        description: row.description,
        created_at: row.created_at,
    }
}

fn goal(row: NameRow) -> Goal {
    Goal {
        name: row.name,
        description: row.description,
        created_at: row.created_at,
    }
}

fn field(row: FieldRow) -> ProfileField {
    let built_in = built_in(&row.definition.name);
    ProfileField {
        r#type: built_in.unwrap_or(row.definition.r#type),
        name: row.definition.name,
        sensitive: row.definition.sensitive,
        description: row.description,
        built_in: built_in.is_some(),
    }
}

fn check_description(description: Option<&String>) -> Result<()> {
    if description.is_some_and(|it| it.chars().count() > MAX_DESCRIPTION_CHARS) {
        let message = format!("A description has at most {MAX_DESCRIPTION_CHARS} characters.");
        return Err(Error::invalid("/description", "too_large", message));
    }
    Ok(())
}

/// What defines a field, and describes it.
fn define(it: &ProfileField) -> Vec<Change> {
    let definition = FieldDefinition {
        name: it.name.clone(),
        kind: FieldKind::Profile,
        r#type: it.r#type,
        sensitive: it.sensitive,
    };
    vec![
        Change::DefineField(definition),
        describe(Defined::Field, &it.name, &it.description),
    ]
}

fn describe(what: Defined, name: &str, description: &str) -> Change {
    Change::Describe {
        what,
        name: name.to_owned(),
        description: description.to_owned(),
    }
}

fn exists(what: &str) -> Error {
    Error::Conflict(format!(
        "There is a {what} of this name already. Change that one, or choose another name."
    ))
}

const fn act(changes: Vec<Change>, reply: Reply) -> Act {
    Act {
        changes,
        reply,
        user: None,
    }
}

impl App {
    /// The profile fields of a workspace, built-in ones among them, by name.
    pub async fn profile_fields(&self, workspace: WorkspaceId) -> Result<Vec<ProfileField>> {
        let mut fields: BTreeMap<String, ProfileField> = BUILT_IN
            .iter()
            .map(|(name, r#type)| {
                let field = ProfileField {
                    name: (*name).to_owned(),
                    r#type: *r#type,
                    sensitive: false,
                    description: String::new(),
                    built_in: true,
                };
                (field.name.clone(), field)
            })
            .collect();
        let declared = self.store.field_rows(workspace).await?;
        let declared = declared
            .into_iter()
            .filter(|it| it.definition.kind == FieldKind::Profile);
        fields.extend(declared.map(|it| (it.definition.name.clone(), field(it))));
        Ok(fields.into_values().collect())
    }

    /// A profile field.
    pub async fn profile_field(&self, workspace: WorkspaceId, name: &str) -> Result<ProfileField> {
        let fields = self.profile_fields(workspace).await?;
        fields
            .into_iter()
            .find(|it| it.name == name)
            .ok_or(Error::NotFound("field"))
    }

    /// Declares a profile field.
    pub async fn define_field(
        &self,
        caller: &Caller,
        new: ProfileField,
        once: Option<Once>,
    ) -> Result<Reply> {
        if !is_valid_name(&new.name) || RESTRICTED.contains(&new.name.as_str()) {
            let message = format!(
                "A field's name is a letter, then letters, digits and _, and none of {}.",
                RESTRICTED.join(", ")
            );
            return Err(Error::invalid("/name", "invalid_name", message));
        }
        check_description(Some(&new.description))?;
        let workspace = caller.workspace;
        let reply = self
            .act(workspace, once, || async {
                match self.profile_field(workspace, &new.name).await {
                    Err(Error::NotFound(_)) => Ok(act(define(&new), Reply::json(201, &new)?)),
                    Ok(_) => Err(exists("field")),
                    Err(error) => Err(error),
                }
            })
            .await?;
        self.workspaces.forget(workspace);
        Ok(reply)
    }

    /// Changes a profile field. Values that users have stay as they are; new ones are held to the new type.
    pub async fn change_field(
        &self,
        caller: &Caller,
        name: &str,
        patch: FieldPatch,
        once: Option<Once>,
    ) -> Result<Reply> {
        check_description(patch.description.as_ref())?;
        let workspace = caller.workspace;
        let reply = self
            .act(workspace, once, || async {
                let mut field = self.profile_field(workspace, name).await?;
                if let Some(r#type) = patch.r#type {
                    if field.built_in && r#type != field.r#type {
                        let message = "A built-in field keeps its type.";
                        return Err(Error::invalid("/type", "invalid_value", message));
                    }
                    field.r#type = r#type;
                }
                field.sensitive = patch.sensitive.unwrap_or(field.sensitive);
                if let Some(description) = &patch.description {
                    field.description.clone_from(description);
                }
                Ok(act(define(&field), Reply::json(200, &field)?))
            })
            .await?;
        self.workspaces.forget(workspace);
        Ok(reply)
    }

    /// Removes the definition of a profile field.
    pub async fn remove_field(
        &self,
        caller: &Caller,
        name: &str,
        once: Option<Once>,
    ) -> Result<Reply> {
        let workspace = caller.workspace;
        let reply = self
            .act(workspace, once, || async {
                if self.profile_field(workspace, name).await?.built_in {
                    return Err(Error::Conflict(
                        "A built-in field cannot be removed: every workspace has it.".into(),
                    ));
                }
                let change = Change::Undefine {
                    what: Defined::Field,
                    name: name.to_owned(),
                };
                Ok(act(vec![change], Reply::empty()))
            })
            .await?;
        self.workspaces.forget(workspace);
        Ok(reply)
    }

    async fn names(&self, workspace: WorkspaceId, which: Names) -> Result<Vec<NameRow>> {
        Ok(match which {
            Names::Flags => self.store.flag_rows(workspace).await?,
            Names::Goals => self.store.goal_rows(workspace).await?,
        })
    }

    async fn name_row(
        &self,
        workspace: WorkspaceId,
        which: Names,
        name: &str,
    ) -> Result<Option<NameRow>> {
        let rows = self.names(workspace, which).await?;
        Ok(rows.into_iter().find(|it| it.name == name))
    }

    /// The flags that a workspace knows, by name.
    pub async fn flags(&self, workspace: WorkspaceId) -> Result<Vec<Flag>> {
        let rows = self.names(workspace, Names::Flags).await?;
        Ok(rows.into_iter().map(flag).collect())
    }

    /// The goals that a workspace knows, by name.
    pub async fn goals(&self, workspace: WorkspaceId) -> Result<Vec<Goal>> {
        let rows = self.names(workspace, Names::Goals).await?;
        Ok(rows.into_iter().map(goal).collect())
    }

    /// Defines a flag or goal.
    pub async fn define_name(
        &self,
        caller: &Caller,
        which: Names,
        name: &str,
        description: &str,
        once: Option<Once>,
    ) -> Result<Reply> {
        which.check(name)?;
        let description = description.to_owned();
        check_description(Some(&description))?;
        let workspace = caller.workspace;
        self.act(workspace, once, || async {
            if self.name_row(workspace, which, name).await?.is_some() {
                return Err(exists(which.one()));
            }
            let row = NameRow {
                name: name.to_owned(),
                description: description.clone(),
                created_at: self.now(),
            };
            let changes = vec![
                which.define(row.name.clone(), row.created_at),
                describe(which.defined(), name, &description),
            ];
            Ok(act(changes, which.shown(201, row)?))
        })
        .await
    }

    /// Describes a flag or goal anew; without a description it only answers with what is known.
    pub async fn describe_name(
        &self,
        caller: &Caller,
        which: Names,
        name: &str,
        description: Option<String>,
        once: Option<Once>,
    ) -> Result<Reply> {
        check_description(description.as_ref())?;
        let workspace = caller.workspace;
        self.act(workspace, once, || async {
            let row = self.name_row(workspace, which, name).await?;
            let mut row = row.ok_or(Error::NotFound(which.one()))?;
            if let Some(description) = &description {
                row.description.clone_from(description);
            }
            let change = describe(which.defined(), name, &row.description);
            Ok(act(vec![change], which.shown(200, row)?))
        })
        .await
    }

    /// Removes the definition of a flag or goal.
    pub async fn remove_name(
        &self,
        caller: &Caller,
        which: Names,
        name: &str,
        once: Option<Once>,
    ) -> Result<Reply> {
        let workspace = caller.workspace;
        self.act(workspace, once, || async {
            if self.name_row(workspace, which, name).await?.is_none() {
                return Err(Error::NotFound(which.one()));
            }
            let change = Change::Undefine {
                what: which.defined(),
                name: name.to_owned(),
            };
            Ok(act(vec![change], Reply::empty()))
        })
        .await
    }
}
