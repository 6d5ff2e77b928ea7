//! Workspaces and their settings.
use crate::delivery::sign;
use crate::files::FileSettings;
use crate::small_talk;
use crate::turns::is_language_tag;
use crate::{App, Error, Result};
use jiff::tz::TimeZone;
use moka::sync::Cache as Moka;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_flow::Faq;
use smartbot_model::chit_chat::ChitChat;
use smartbot_model::field::{FieldDefinition, FieldType, built_in};
use smartbot_model::hours::OpeningHours;
use smartbot_model::{Phi, Time, WorkspaceId};
use smartbot_store::{Change, WorkspaceRow};
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
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
    /// After how many minutes without a request an agent is signed out: 1 to 720.
    pub idle_minutes: u32,
    /// The web origins, like `https://www.clinic.example`, whose pages may talk to sessions with a session key.
    pub allowed_origins: Vec<String>,
    /// How many calls a minute each token may make; 0 means as many as it likes.
    pub token_calls_per_minute: u32,
    /// The language that new bots speak, BCP 47.
    pub language: String,
    /// The languages that the workspace's users speak, BCP 47.
    pub languages: Vec<String>,
    /// How many days ended sessions are kept: 1 to 36,500; for ever when none.
    pub retention_days: Option<u32>,
    /// Which files are taken.
    pub files: FileSettings,
    /// When somebody is there, in the time zone; always when none.
    pub opening_hours: Option<OpeningHours>,
    /// How the live desk works.
    pub desk: DeskSettings,
    /// What bots answer to small talk.
    pub chit_chat: ChitChat,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: "America/New_York".into(),
            region: "US".into(),
            allow_new_fields: false,
            idle_minutes: 15,
            allowed_origins: Vec::new(),
            token_calls_per_minute: 0,
            language: "en".into(),
            languages: vec!["en".into()],
            retention_days: None,
            files: FileSettings::default(),
            opening_hours: None,
            desk: DeskSettings::default(),
            chit_chat: ChitChat::default(),
        }
    }
}

/// What changes in the settings; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct SettingsPatch {
    /// What people call the workspace, 1 to 100 characters; unique in the installation.
    pub name: Option<String>,
    /// The language that new bots speak, BCP 47.
    pub language: Option<String>,
    /// The languages that the workspace's users speak, BCP 47. At most 50.
    pub languages: Option<Vec<String>>,
    /// How many days ended sessions are kept; for ever when the inner one is none.
    pub retention_days: Option<Option<u32>>,
    /// The time zone that "tomorrow at 10" is meant in, unless the user has one (IANA name).
    pub time_zone: Option<String>,
    /// The region of telephone numbers without country code and of dates like 5/6 (ISO 3166).
    pub region: Option<String>,
    /// Whether BotsManagement tokens may set profile fields that are not declared.
    pub allow_new_fields: Option<bool>,
    /// After how many minutes without a request an agent is signed out: 1 to 720.
    pub idle_minutes: Option<u32>,
    /// The web origins, like `https://www.clinic.example`, whose pages may talk to sessions with a session key. At most 50.
    pub allowed_origins: Option<Vec<String>>,
    /// How many calls a minute each token may make; 0 means as many as it likes.
    pub token_calls_per_minute: Option<u32>,
    /// When somebody is there; always when the inner one is none.
    pub opening_hours: Option<Option<OpeningHours>>,
    /// What bots answer to small talk.
    pub chit_chat: Option<ChitChat>,
    /// The largest file, in bytes.
    pub file_max_bytes: Option<u64>,
    /// How many files a session may have.
    pub files_per_session: Option<u32>,
    /// How many bytes all files may have together.
    pub files_workspace_bytes: Option<u64>,
    /// How long a chat waits for an agent before it counts as missed, in seconds.
    pub missed_after_seconds: Option<u32>,
}

impl SettingsPatch {
    fn apply(&self, settings: &mut Settings) {
        fn set<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut settings.time_zone, self.time_zone.as_ref());
        set(&mut settings.region, self.region.as_ref());
        set(
            &mut settings.allow_new_fields,
            self.allow_new_fields.as_ref(),
        );
        set(&mut settings.idle_minutes, self.idle_minutes.as_ref());
        set(&mut settings.allowed_origins, self.allowed_origins.as_ref());
        let calls = self.token_calls_per_minute.as_ref();
        set(&mut settings.token_calls_per_minute, calls);
        set(&mut settings.opening_hours, self.opening_hours.as_ref());
        set(&mut settings.chit_chat, self.chit_chat.as_ref());
        let files = &mut settings.files;
        set(&mut files.max_bytes, self.file_max_bytes.as_ref());
        set(&mut files.per_session, self.files_per_session.as_ref());
        set(
            &mut files.workspace_bytes,
            self.files_workspace_bytes.as_ref(),
        );
        let missed_after = self.missed_after_seconds.as_ref();
        set(&mut settings.desk.missed_after_seconds, missed_after);
        set(&mut settings.language, self.language.as_ref());
        set(&mut settings.languages, self.languages.as_ref());
        set(&mut settings.retention_days, self.retention_days.as_ref());
    }
}

/// How the live desk works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskSettings {
    /// How long a chat waits for an agent before it counts as missed: 30 to 86,400 seconds.
    pub missed_after_seconds: u32,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            missed_after_seconds: 3 * 60,
        }
    }
}

/// How long a chat may have to wait before it counts as missed.
const MISSED_AFTER_SECONDS: RangeInclusive<u32> = 30..=86_400;

/// The most languages that a workspace lists.
const MAX_LANGUAGES: usize = 50;

/// The longest time that sessions are kept, unless for ever: a hundred years.
const MAX_RETENTION_DAYS: u32 = 36_500;

/// The most origins that a workspace lists.
const MAX_ORIGINS: usize = 50;

impl Settings {
    /// Refuses what cannot be meant. `pointer` is where the settings stand in the request.
    pub(crate) fn check(&self, pointer: &str) -> Result<()> {
        let refuse = |name: &str, message: &str| {
            Err(Error::invalid(
                format!("{pointer}/{name}"),
                "invalid_value",
                message,
            ))
        };
        if TimeZone::get(&self.time_zone).is_err() {
            return refuse(
                "time_zone",
                "Name a time zone of the IANA list, like America/New_York.",
            );
        }
        if self.region.len() != 2 || !self.region.bytes().all(|it| it.is_ascii_uppercase()) {
            return refuse("region", "Name a region of two capital letters, like US.");
        }
        if !(1..=720).contains(&self.idle_minutes) {
            return refuse("idle_minutes", "idle_minutes is a number from 1 to 720.");
        }
        if !is_language_tag(&self.language) {
            return refuse("language", "Give the language as in BCP 47: en, es-MX.");
        }
        if self.languages.len() > MAX_LANGUAGES {
            return refuse("languages", "A workspace lists at most 50 languages.");
        }
        if let Some(place) = self.languages.iter().position(|it| !is_language_tag(it)) {
            let message = "Give the language as in BCP 47: en, es-MX.";
            return refuse(&format!("languages/{place}"), message);
        }
        if self
            .retention_days
            .is_some_and(|it| !(1..=MAX_RETENTION_DAYS).contains(&it))
        {
            let message = "retention_days is a number from 1 to 36,500, or null for ever.";
            return refuse("retention_days", message);
        }
        if self.token_calls_per_minute > 1_000_000 {
            return refuse(
                "token_calls_per_minute",
                "token_calls_per_minute is at most 1,000,000.",
            );
        }
        let hours = self.opening_hours.as_ref();
        if let Some(Err((place, message))) = hours.map(OpeningHours::check) {
            return refuse(&format!("opening_hours/{place}"), message);
        }
        if let Err((name, message)) = self.files.check() {
            return refuse(&format!("files/{name}"), message);
        }
        if !MISSED_AFTER_SECONDS.contains(&self.desk.missed_after_seconds) {
            let message = "missed_after_seconds is a number from 30 to 86,400.";
            return refuse("desk/missed_after_seconds", message);
        }
        if self.allowed_origins.len() > MAX_ORIGINS {
            return refuse("allowed_origins", "A workspace lists at most 50 origins.");
        }
        match self.allowed_origins.iter().position(|it| !is_origin(it)) {
            None => Ok(()),
            Some(place) => refuse(
                &format!("allowed_origins/{place}"),
                "An origin is written as browsers send it, like https://www.clinic.example, without a path.",
            ),
        }
    }
}

/// Whether a text is a web origin as browsers write one. A star is none, although addresses may hold it: in a policy it would stand for all hosts.
pub(crate) fn is_origin(text: &str) -> bool {
    let parsed = url::Url::parse(text).ok();
    parsed.is_some_and(|it| {
        matches!(it.scheme(), "https" | "http")
            && !text.contains('*')
            && it.origin().ascii_serialization() == text
    })
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
    /// What bots answer to small talk, where it is on.
    pub(crate) small_talk: Option<Arc<Faq>>,
    /// The declared profile fields, by name.
    pub fields: HashMap<String, FieldDefinition>,
}

impl Workspace {
    /// What a profile field holds, if it is built in or declared.
    pub(crate) fn type_of(&self, name: &str) -> Option<FieldType> {
        built_in(name).or_else(|| self.fields.get(name).map(|it| it.r#type))
    }

    /// Whether somebody is there at this instant; always where nobody has said when.
    pub(crate) fn is_open(&self, at: Time) -> bool {
        let hours = self.settings.opening_hours.as_ref();
        hours.is_none_or(|it| it.is_open(at.to_jiff(), &self.zone))
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
    /// The web origins that any workspace lists.
    origins: Moka<(), Arc<HashSet<String>>>,
}

impl Cache {
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            known: crate::bots::bounded(10_000, ttl),
            forgotten: AtomicU64::new(0),
            origins: crate::bots::bounded(1, ttl),
        }
    }

    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate(&workspace);
        self.origins.invalidate_all();
    }
}

fn as_object(settings: &Settings) -> Result<Map<String, Value>> {
    match serde_json::to_value(settings)? {
        Value::Object(object) => Ok(object),
        _ => Err(Error::Internal(anyhow::anyhow!("settings are an object"))),
    }
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        let message = "Give the workspace a name of 1 to 100 characters.";
        return Err(Error::invalid("/name", "invalid_value", message));
    }
    Ok(name)
}

fn name_taken(name: &str) -> Error {
    Error::Conflict(format!(
        "There is a workspace named {name} already. Choose another name."
    ))
}

/// The name of the customer secret that signs External API calls.
pub const CALL_SIGNING_SECRET: &str = "smartbot.signing";

impl App {
    /// Makes a workspace with its keys and the secret that signs its External API calls.
    pub async fn create_workspace(&self, name: &str, settings: &Settings) -> Result<WorkspaceId> {
        let name = checked_name(name)?;
        settings.check("/settings")?;
        if self.store.workspace_by_name(name).await?.is_some() {
            return Err(name_taken(name));
        }
        let now = self.now();
        let id = WorkspaceId::new(now, &*self.random);
        let settings = as_object(settings)?;
        let row = WorkspaceRow {
            id,
            name: name.to_owned(),
            settings,
            event_sequence: 0,
            version: 1,
            created_at: now,
        };
        let secret = Phi::new(sign::generate_secret(&*self.random));
        let mut changes = vec![
            Change::CreateWorkspace(row),
            Change::SetSecret {
                name: CALL_SIGNING_SECRET.into(),
                value: secret,
                at: now,
            },
        ];
        changes.push(self.new_widget_key().1);
        self.store.commit(id, changes).await?;
        Ok(id)
    }

    /// What people call a workspace.
    pub async fn workspace_name(&self, workspace: WorkspaceId) -> Result<String> {
        let found = self.store.workspace(workspace).await?;
        Ok(found.ok_or(Error::NotFound("workspace"))?.name)
    }

    /// What a workspace has set.
    pub async fn settings(&self, workspace: WorkspaceId) -> Result<Settings> {
        Ok(self.workspace(workspace).await?.settings.clone())
    }

    /// Changes what a workspace has set, and gives it as it is then.
    pub async fn update_settings(
        &self,
        workspace: WorkspaceId,
        patch: &SettingsPatch,
    ) -> Result<Settings> {
        let settings = self
            .keep(workspace, async || {
                let found = self.store.workspace(workspace).await?;
                let mut row = found.ok_or(Error::NotFound("workspace"))?;
                if let Some(name) = &patch.name {
                    let name = checked_name(name)?;
                    let other = self.store.workspace_by_name(name).await?;
                    if other.is_some_and(|it| it.id != workspace) {
                        return Err(name_taken(name));
                    }
                    name.clone_into(&mut row.name);
                }
                let mut settings: Settings = serde_json::from_value(Value::Object(row.settings))?;
                patch.apply(&mut settings);
                settings.check("")?;
                small_talk::check(&settings.chit_chat)?;
                row.settings = as_object(&settings)?;
                let save = Change::SaveWorkspace {
                    expected_version: row.version,
                    workspace: row,
                };
                Ok((vec![save], settings))
            })
            .await?;
        self.workspaces.forget(workspace);
        if patch.retention_days.is_some() {
            self.retention_due.notify_one();
        }
        Ok(settings)
    }

    /// Whether the workspace lists this web origin.
    pub async fn lists_origin(&self, workspace: WorkspaceId, origin: &[u8]) -> Result<bool> {
        let known = self.workspace(workspace).await?;
        let mut listed = known.settings.allowed_origins.iter();
        Ok(listed.any(|it| it.as_bytes() == origin))
    }

    /// Whether any workspace lists this web origin: all that is known when a browser asks before it sends.
    pub async fn is_listed_origin(&self, origin: &str) -> Result<bool> {
        if let Some(known) = self.workspaces.origins.get(&()) {
            return Ok(known.contains(origin));
        }
        let mut all = HashSet::new();
        for row in self.store.workspaces().await? {
            let settings: Settings = serde_json::from_value(Value::Object(row.settings))?;
            all.extend(settings.allowed_origins);
        }
        let is_listed = all.contains(origin);
        self.workspaces.origins.insert((), Arc::new(all));
        Ok(is_listed)
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
        let settings: Settings = serde_json::from_value(Value::Object(row.settings))?;
        let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
        let small_talk = settings.chit_chat.enabled.then(|| {
            let compiled = small_talk::compile(&settings.chit_chat, &settings.language);
            compiled.map_err(|(place, why)| {
                Error::Internal(anyhow::anyhow!(
                    "entry {place} of the chit-chat is kept and cannot be read: {why}"
                ))
            })
        });
        let small_talk = small_talk.transpose()?.map(Arc::new);
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
            small_talk,
            fields,
        });
        self.workspaces.known.insert(id, workspace.clone());
        if self.workspaces.forgotten.load(Ordering::SeqCst) != forgotten {
            self.workspaces.known.invalidate(&id);
        }
        Ok(workspace)
    }
}
