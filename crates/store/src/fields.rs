//! What a workspace defines: fields, flags, goals.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::{Preparation, from_name, name};
use crate::query::{args, queries};
use crate::rows::{Defined, FieldRow, NameRow};
use crate::store::Store;
use smartbot_model::field::FieldDefinition;
use smartbot_model::{Time, WorkspaceId};

queries! {
    DEFINE = "INSERT INTO fields (workspace_id, name, kind, type, sensitive) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, name) DO UPDATE SET kind = excluded.kind, type = excluded.type, sensitive = excluded.sensitive";
    FIELDS = "SELECT name, kind, type, sensitive, description FROM fields WHERE workspace_id = $1 ORDER BY name";
    DEFINE_FLAG = "INSERT INTO flags (workspace_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) DO NOTHING";
    FLAGS = "SELECT name, description, created_at FROM flags WHERE workspace_id = $1 ORDER BY name";
    DEFINE_GOAL = "INSERT INTO goals (workspace_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) DO NOTHING";
    GOALS = "SELECT name, description, created_at FROM goals WHERE workspace_id = $1 ORDER BY name";
    DESCRIBE_FIELD = "UPDATE fields SET description = $3 WHERE workspace_id = $1 AND name = $2";
    DESCRIBE_FLAG = "UPDATE flags SET description = $3 WHERE workspace_id = $1 AND name = $2";
    DESCRIBE_GOAL = "UPDATE goals SET description = $3 WHERE workspace_id = $1 AND name = $2";
    UNDEFINE_FIELD = "DELETE FROM fields WHERE workspace_id = $1 AND name = $2";
    UNDEFINE_FLAG = "DELETE FROM flags WHERE workspace_id = $1 AND name = $2";
    UNDEFINE_GOAL = "DELETE FROM goals WHERE workspace_id = $1 AND name = $2";
}

pub(crate) fn define(to: &mut Preparation<'_>, field: &FieldDefinition) -> Result<()> {
    let args = args![
        to.workspace,
        field.name.as_str(),
        name(&field.kind)?,
        name(&field.r#type)?,
        field.sensitive
    ];
    to.push(DEFINE.with(args));
    Ok(())
}

pub(crate) fn define_flag(to: &mut Preparation<'_>, name: &str, at: Time) {
    to.push(DEFINE_FLAG.with(args![to.workspace, name, at]));
}

pub(crate) fn define_goal(to: &mut Preparation<'_>, name: &str, at: Time) {
    to.push(DEFINE_GOAL.with(args![to.workspace, name, at]));
}

pub(crate) fn describe(to: &mut Preparation<'_>, what: Defined, name: &str, description: &str) {
    let query = match what {
        Defined::Field => &DESCRIBE_FIELD,
        Defined::Flag => &DESCRIBE_FLAG,
        Defined::Goal => &DESCRIBE_GOAL,
    };
    to.push(query.with(args![to.workspace, name, description]));
}

pub(crate) fn undefine(to: &mut Preparation<'_>, what: Defined, name: &str) {
    let query = match what {
        Defined::Field => &UNDEFINE_FIELD,
        Defined::Flag => &UNDEFINE_FLAG,
        Defined::Goal => &UNDEFINE_GOAL,
    };
    to.push(query.with(args![to.workspace, name]));
}

fn read(row: &Row) -> Result<FieldRow> {
    let definition = FieldDefinition {
        name: row.text("name")?,
        kind: row.named("kind", from_name)?,
        r#type: row.named("type", from_name)?,
        sensitive: row.bool("sensitive")?,
    };
    Ok(FieldRow {
        definition,
        description: row.text("description")?,
    })
}

/// In the order of the names' bytes, which both databases agree on.
fn name_rows(rows: &[Row]) -> Result<Vec<NameRow>> {
    let read = |it: &Row| {
        Ok(NameRow {
            name: it.text("name")?,
            description: it.text("description")?,
            created_at: it.time("created_at")?,
        })
    };
    let mut names = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(names)
}

impl Store {
    /// The defined fields with what people are told of them, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn field_rows(&self, workspace: WorkspaceId) -> Result<Vec<FieldRow>> {
        let rows = self.db().read(FIELDS.with(args![workspace])).await?;
        let mut fields = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        fields.sort_unstable_by(|a, b| a.definition.name.cmp(&b.definition.name));
        Ok(fields)
    }

    /// The known flags with what people are told of them, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn flag_rows(&self, workspace: WorkspaceId) -> Result<Vec<NameRow>> {
        name_rows(&self.db().read(FLAGS.with(args![workspace])).await?)
    }

    /// The known goals with what people are told of them, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn goal_rows(&self, workspace: WorkspaceId) -> Result<Vec<NameRow>> {
        name_rows(&self.db().read(GOALS.with(args![workspace])).await?)
    }

    /// The defined fields, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn fields(&self, workspace: WorkspaceId) -> Result<Vec<FieldDefinition>> {
        let rows = self.field_rows(workspace).await?;
        Ok(rows.into_iter().map(|it| it.definition).collect())
    }

    /// The known flags, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn flags(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        let rows = self.flag_rows(workspace).await?;
        Ok(rows.into_iter().map(|it| it.name).collect())
    }

    /// The known goals, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn goals(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        let rows = self.goal_rows(workspace).await?;
        Ok(rows.into_iter().map(|it| it.name).collect())
    }
}
