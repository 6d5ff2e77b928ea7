//! Workspaces and their settings.
use crate::delivery::sign;
use crate::{App, Error, Result};
use jiff::tz::TimeZone;
use moka::sync::Cache as Moka;
use serde::{Deserialize, Serialize};
use smartbot_model::field::{FieldDefinition, FieldType, built_in};
use smartbot_model::{Phi, WorkspaceId};
use smartbot_store::{Change, WorkspaceRow};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a workspace may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The time zone that "tomorrow at 10" is meant in, unless the user has one (IANA name).
    pub time_zone: String,
    /// The region of telephone numbers without country code and of dates like 5/6 (ISO 3166).
    pub region: String,
    /// Whether BotsManagement tokens may set profile fields that are not declared.
    pub allow_new_fields: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: "America/New_York".into(),
            region: "US".into(),
            allow_new_fields: false,
        }
    }
}

/// A workspace as turns need it: read once, kept.
#[derive(Debug)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// What it has set.
    pub settings: Settings,
    /// The time zone of the settings.
    pub zone: TimeZone,
    /// The declared profile fields, by name.
    pub fields: HashMap<String, FieldDefinition>,
}

impl Workspace {
    /// What a profile field holds, if it is built in or declared.
    pub(crate) fn type_of(&self, name: &str) -> Option<FieldType> {
        built_in(name).or_else(|| self.fields.get(name).map(|it| it.r#type))
    }

    /// Whether a profile field must not be shown.
    pub(crate) fn is_sensitive(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|it| it.sensitive)
    }
}

pub(crate) struct Cache {
    known: Moka<WorkspaceId, Arc<Workspace>>,
    /// Counts what was forgotten, so that nobody remembers what was read before.
    forgotten: AtomicU64,
}

impl Cache {
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            known: crate::bots::bounded(10_000, ttl),
            forgotten: AtomicU64::new(0),
        }
    }

    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate(&workspace);
    }
}

/// The name of the customer secret that signs External API calls.
pub const CALL_SIGNING_SECRET: &str = "smartbot.signing";

impl App {
    /// Makes a workspace with its keys and the secret that signs its External API calls.
    pub async fn create_workspace(&self, name: &str, settings: &Settings) -> Result<WorkspaceId> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Error::invalid(
                "/name",
                "invalid_value",
                "Give the workspace a name of 1 to 100 characters.",
            ));
        }
        if TimeZone::get(&settings.time_zone).is_err() {
            return Err(Error::invalid(
                "/settings/time_zone",
                "invalid_value",
                "Name a time zone of the IANA list, like America/New_York.",
            ));
        }
        if self.store.workspace_by_name(name).await?.is_some() {
            return Err(Error::Conflict(format!(
                "There is a workspace named {name} already. Choose another name."
            )));
        }
        let now = self.now();
        let id = WorkspaceId::new(now, &*self.random);
        let serde_json::Value::Object(settings) = serde_json::to_value(settings)? else {
            return Err(Error::Internal(anyhow::anyhow!("settings are an object")));
        };
        let row = WorkspaceRow {
            id,
            name: name.to_owned(),
            settings,
            event_sequence: 0,
            version: 1,
            created_at: now,
        };
        let secret = Phi::new(sign::generate_secret(&*self.random));
        let changes = vec![
            Change::CreateWorkspace(row),
            Change::SetSecret {
                name: CALL_SIGNING_SECRET.into(),
                value: secret,
                at: now,
            },
        ];
        self.store.commit(id, changes).await?;
        Ok(id)
    }

    /// The workspace of this name, or the only one there is.
    pub async fn find_workspace(&self, name: Option<&str>) -> Result<WorkspaceRow> {
        if let Some(name) = name {
            return self
                .store
                .workspace_by_name(name)
                .await?
                .ok_or(Error::NotFound("workspace"));
        }
        let mut all = self.store.workspaces().await?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            (None, _) => Err(Error::NotFound("workspace yet; run `smartbot init` first")),
            _ => Err(Error::invalid(
                "--workspace",
                "missing_value",
                "There are several workspaces. Say which with --workspace NAME.",
            )),
        }
    }

    /// The workspace as turns need it.
    pub(crate) async fn workspace(&self, id: WorkspaceId) -> Result<Arc<Workspace>> {
        if let Some(known) = self.workspaces.known.get(&id) {
            return Ok(known);
        }
        let forgotten = self.workspaces.forgotten.load(Ordering::SeqCst);
        let row = self
            .store
            .workspace(id)
            .await?
            .ok_or(Error::NotFound("workspace"))?;
        let settings: Settings = serde_json::from_value(serde_json::Value::Object(row.settings))?;
        let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
        let fields = self
            .store
            .fields(id)
            .await?
            .into_iter()
            .map(|it| (it.name.clone(), it))
            .collect();
        let workspace = Arc::new(Workspace {
            id,
            settings,
            zone,
            fields,
        });
        self.workspaces.known.insert(id, workspace.clone());
        if self.workspaces.forgotten.load(Ordering::SeqCst) != forgotten {
            self.workspaces.known.invalidate(&id);
        }
        Ok(workspace)
    }
}
