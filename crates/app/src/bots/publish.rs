//! Publishing: a draft or an old version becomes a new version, live at once. Sessions that run stay on theirs.
use crate::bots::drafts::check_revision;
use crate::bots::judge::Judged;
use crate::workspaces::Workspace;
use crate::{App, Caller, Error, Result};
use serde_json::Value;
use smartbot_flow::{Finding, Flow};
use smartbot_model::bot::MAX_NOTE_CHARS;
use smartbot_model::event::{BotPublishedData, Event, PublishedBot};
use smartbot_model::field::{FieldDefinition, FieldKind, built_in};
use smartbot_model::{BotId, WorkspaceId};
use smartbot_store::{BotHead, Change, VersionRow};

/// How a draft is published. By default whatever looks wrong is accepted, and a version that says nothing new too.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// What the version is about.
    pub note: Option<String>,
    /// Only if the draft is of one of these revisions.
    pub only_revisions: Option<Vec<u32>>,
    /// Whether warnings refuse it.
    pub refuse_warnings: bool,
    /// Whether it is refused when it says nothing new.
    pub only_changed: bool,
}

fn checked_note(note: Option<String>) -> Result<String> {
    let note = note.unwrap_or_default().trim().to_owned();
    if note.chars().count() > MAX_NOTE_CHARS {
        let message = format!("A note has at most {MAX_NOTE_CHARS} characters.");
        return Err(Error::invalid("/note", "too_large", message));
    }
    Ok(note)
}

impl App {
    /// Freezes the draft as a new version and makes it live.
    ///
    /// Flags, goals and profile fields that do not exist yet are made.
    pub async fn publish_bot(
        &self,
        caller: &Caller,
        function_id: &str,
        how: Publication,
    ) -> Result<(u32, Vec<Finding>)> {
        let workspace = caller.workspace;
        let note = checked_note(how.note)?;
        let row = self.bot_row(workspace, function_id).await?;
        check_revision(&row.head, how.only_revisions.as_deref())?;
        let document: Value = serde_json::from_str(&row.draft)?;
        let live = row.head.live_version;
        if how.only_changed
            && !self
                .differs(workspace, row.head.id, live, &document)
                .await?
        {
            return Err(Error::NothingToPublish);
        }
        let judged = self.judge(workspace, &document).await?;
        if judged.findings.iter().any(Finding::is_error) {
            return Err(Error::BotInvalid(judged.findings));
        }
        if how.refuse_warnings && !judged.findings.is_empty() {
            return Err(Error::WarningsNotAccepted(judged.findings));
        }
        let next = Next {
            document: row.draft,
            note,
            changed: false,
        };
        let (version, changes) = self.version(caller, &row.head, &judged, next).await?;
        match self.commit(workspace, changes).await {
            Err(Error::Conflict(_)) if how.only_revisions.is_some() => {
                let now = self.bot_row(workspace, function_id).await?;
                return Err(Error::RevisionChanged {
                    revision: now.head.draft_revision,
                });
            }
            done => done?,
        }
        self.went_live(workspace, function_id);
        Ok((version, judged.findings))
    }

    /// Publishes an old version again, as a new one.
    pub async fn roll_back_bot(
        &self,
        caller: &Caller,
        function_id: &str,
        version: u32,
        note: Option<String>,
    ) -> Result<u32> {
        let workspace = caller.workspace;
        let note = checked_note(note)?;
        let version = self
            .keep(workspace, async || {
                let row = self.bot_row(workspace, function_id).await?;
                let old = self.store.version(workspace, row.head.id, version).await?;
                let old = old.ok_or(Error::NotFound("version"))?;
                let (document, draft): (Value, Value) = (
                    serde_json::from_str(&old.document)?,
                    serde_json::from_str(&row.draft)?,
                );
                let live = row.head.live_version;
                if !self
                    .differs(workspace, row.head.id, live, &document)
                    .await?
                {
                    return Err(Error::NothingToPublish);
                }
                let judged = self.judge(workspace, &document).await?;
                // A rule may be newer than the version.
                if judged.findings.iter().any(Finding::is_error) {
                    return Err(Error::BotInvalid(judged.findings));
                }
                let next = Next {
                    changed: !smartbot_flow::compare::says_the_same(&document, &draft),
                    document: old.document,
                    note: note.clone(),
                };
                let (version, changes) = self.version(caller, &row.head, &judged, next).await?;
                Ok((changes, version))
            })
            .await?;
        self.went_live(workspace, function_id);
        Ok(version)
    }

    /// What has to be kept for a new version.
    async fn version(
        &self,
        caller: &Caller,
        head: &BotHead,
        judged: &Judged,
        next: Next,
    ) -> Result<(u32, Vec<Change>)> {
        let workspace = caller.workspace;
        let flow = Flow::compile(&judged.bot).map_err(Error::BotInvalid)?;
        let now = self.now();
        let version = head.live_version.unwrap_or(0) + 1;
        let mut changes = vec![Change::PublishVersion {
            bot_id: head.id,
            expected_live: head.live_version,
            expected_revision: head.draft_revision,
            version: VersionRow {
                bot_id: head.id,
                version,
                document: next.document,
                published_at: now,
                published_by: caller.actor.clone(),
                note: next.note,
            },
            changed: next.changed,
        }];
        changes.extend(flow.flags().into_iter().map(|name| Change::DefineFlag {
            name: name.to_owned(),
            at: now,
        }));
        changes.extend(flow.goals().into_iter().map(|name| Change::DefineGoal {
            name: name.to_owned(),
            at: now,
        }));
        let known = self.workspace(workspace).await?;
        let profile = flow
            .fields()
            .iter()
            .filter(|it| it.kind == FieldKind::Profile);
        changes.extend(
            profile
                .filter_map(|it| definition(it, &known))
                .map(Change::DefineField),
        );
        let event = published(head.id, &flow, version);
        changes.extend(
            self.workspace_event(workspace, caller.actor.clone(), &event)
                .await?,
        );
        Ok((version, changes))
    }

    fn went_live(&self, workspace: WorkspaceId, function_id: &str) {
        self.bots.forget(workspace, function_id);
        self.workspaces.forget(workspace);
    }
}

/// What is to become a version.
struct Next {
    document: String,
    note: String,
    /// Whether the draft says something else than it.
    changed: bool,
}

fn published(id: BotId, flow: &Flow, version: u32) -> Event {
    Event::BotPublished(BotPublishedData {
        bot: PublishedBot {
            id,
            function_id: flow.function_id().to_owned(),
            name: flow.name().to_owned(),
            version,
        },
    })
}

/// What the workspace has to learn of a profile field that a bot declares. A mark as sensitive is never taken back by a bot.
fn definition(field: &FieldDefinition, known: &Workspace) -> Option<FieldDefinition> {
    match known.fields.get(&field.name) {
        Some(old) if field.sensitive && !old.sensitive => Some(FieldDefinition {
            sensitive: true,
            ..old.clone()
        }),
        Some(_) => None,
        None => (field.sensitive || built_in(&field.name).is_none()).then(|| field.clone()),
    }
}
