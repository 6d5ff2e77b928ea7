//! What a workspace defines: fields, flags, goals.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::{Preparation, from_name, name};
use crate::query::{args, queries};
use crate::store::Store;
use smartbot_model::field::FieldDefinition;
use smartbot_model::{Time, WorkspaceId};

queries! {
    DEFINE = "INSERT INTO fields (workspace_id, name, kind, type, sensitive) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, name) DO UPDATE SET kind = excluded.kind, type = excluded.type, sensitive = excluded.sensitive";
    FIELDS = "SELECT name, kind, type, sensitive FROM fields WHERE workspace_id = $1 ORDER BY name";
    DEFINE_FLAG = "INSERT INTO flags (workspace_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) DO NOTHING";
    FLAGS = "SELECT name FROM flags WHERE workspace_id = $1 ORDER BY name";
    DEFINE_GOAL = "INSERT INTO goals (workspace_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) DO NOTHING";
    GOALS = "SELECT name FROM goals WHERE workspace_id = $1 ORDER BY name";
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

fn read(row: &Row) -> Result<FieldDefinition> {
    Ok(FieldDefinition {
        name: row.text("name")?,
        kind: row.named("kind", from_name)?,
        r#type: row.named("type", from_name)?,
        sensitive: row.bool("sensitive")?,
    })
}

/// Names in the order of their bytes, which both databases agree on.
fn names(rows: &[Row]) -> Result<Vec<String>> {
    let mut names = rows
        .iter()
        .map(|it| it.text("name"))
        .collect::<Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

impl Store {
    /// The defined fields, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn fields(&self, workspace: WorkspaceId) -> Result<Vec<FieldDefinition>> {
        let rows = self.db().read(FIELDS.with(args![workspace])).await?;
        let mut fields = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        fields.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(fields)
    }

    /// The known flags, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn flags(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        names(&self.db().read(FLAGS.with(args![workspace])).await?)
    }

    /// The known goals, by name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn goals(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        names(&self.db().read(GOALS.with(args![workspace])).await?)
    }
}
