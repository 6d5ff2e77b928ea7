//! What is found of a draft: by its own rules, by what the workspace knows, and beside the live version.
use crate::bots::is_live;
use crate::{App, Error, Result};
use serde_json::Value;
use smartbot_flow::compare::says_the_same;
use smartbot_flow::{BotDocument, Finding, Known};
use smartbot_model::{BotId, EventType, WorkspaceId};
use smartbot_store::{BotHead, BotRow, Judgement};

/// A document that was looked at.
pub(super) struct Judged {
    pub(super) bot: BotDocument,
    pub(super) findings: Vec<Finding>,
}

/// What a workspace has that a bot may name.
struct Names {
    flags: Vec<String>,
    goals: Vec<String>,
    fields: Vec<String>,
    bots: Vec<String>,
    faq_bots: Vec<String>,
    webhook: bool,
}

impl App {
    /// Judges a document by what the workspace knows.
    pub async fn validate_bot(
        &self,
        workspace: WorkspaceId,
        document: &Value,
    ) -> Result<Vec<Finding>> {
        Ok(self.judge(workspace, document).await?.findings)
    }

    pub(super) async fn judge(&self, workspace: WorkspaceId, document: &Value) -> Result<Judged> {
        let names = self.known_names(workspace).await?;
        let document = document.clone();
        let work = move || {
            let known = Known {
                flags: Some(&names.flags),
                goals: Some(&names.goals),
                profile_fields: Some(&names.fields),
                function_ids: Some(&names.bots),
                faq_bots: Some(&names.faq_bots),
                webhook: Some(names.webhook),
            };
            let (bot, mut findings) = smartbot_flow::parse(&document);
            findings.extend(smartbot_flow::validate(&bot, &known));
            Judged { bot, findings }
        };
        // Milliseconds for a large bot: not on the async threads.
        tokio::task::spawn_blocking(work)
            .await
            .map_err(Error::internal)
    }

    async fn known_names(&self, workspace: WorkspaceId) -> Result<Names> {
        let bots = self.store.bots(workspace).await?;
        // One that is not published yet may be by the time that somebody comes there.
        let named = |it: &BotHead| is_live(it) || it.live_version.is_none();
        let faq_bots = bots.iter().filter(|it| named(it) && it.kind == "faq");
        Ok(Names {
            faq_bots: faq_bots.map(|it| it.function_id.clone()).collect(),
            flags: self.store.flags(workspace).await?,
            goals: self.store.goals(workspace).await?,
            fields: self
                .workspace(workspace)
                .await?
                .fields
                .keys()
                .cloned()
                .collect(),
            bots: bots
                .into_iter()
                .filter(named)
                .map(|it| it.function_id)
                .collect(),
            webhook: self.takes(workspace, EventType::BoxReached).await?,
        })
    }

    /// Whether a document says something else than this version; there is none before the first.
    pub(super) async fn differs(
        &self,
        workspace: WorkspaceId,
        bot: BotId,
        live: Option<u32>,
        document: &Value,
    ) -> Result<bool> {
        let Some(live) = live else { return Ok(true) };
        let row = self.store.version(workspace, bot, live).await?;
        let Some(row) = row else { return Ok(true) };
        Ok(!says_the_same(
            document,
            &serde_json::from_str(&row.document)?,
        ))
    }

    /// Judges the draft of a bot as it is kept.
    pub(super) async fn judge_row(
        &self,
        workspace: WorkspaceId,
        row: &BotRow,
    ) -> Result<Judgement> {
        let document: Value = serde_json::from_str(&row.draft)?;
        let findings = self.judge(workspace, &document).await?.findings;
        let live = row.head.live_version;
        let changed = self.differs(workspace, row.head.id, live, &document);
        Ok(judgement(&findings, changed.await?))
    }
}

/// What is kept of findings.
pub(super) fn judgement(findings: &[Finding], changed: bool) -> Judgement {
    let errors = findings.iter().filter(|it| it.is_error()).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Judgement {
        errors: number(errors),
        warnings: number(findings.len() - errors),
        changed,
    }
}
