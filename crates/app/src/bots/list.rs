//! Lists of bots: heads, what was found of their drafts when they were saved, and sums of counters. No document is read for them.
use crate::{App, Error, Result};
use smartbot_model::bot::{BotStatus, BotSummary, LastDays, ProblemCounts};
use smartbot_model::{Time, WorkspaceId};
use smartbot_store::{BUCKET, BotHead, Change, Counter, Judgement};
use std::collections::HashMap;
use std::time::Duration;

/// How far back a summary looks.
const LAST_DAYS: Duration = Duration::from_secs(7 * 24 * 3_600);

/// What restricts a list of bots.
#[derive(Debug, Clone, Default)]
pub struct BotFilter {
    /// Only bots of this status.
    pub status: Option<BotStatus>,
    /// Only bots that have this in their name or function id, in whatever case.
    pub q: Option<String>,
}

impl BotFilter {
    fn takes(&self, head: &BotHead) -> bool {
        let has = |text: &str| {
            let text = text.to_lowercase();
            self.q
                .as_ref()
                .is_none_or(|it| text.contains(&it.trim().to_lowercase()))
        };
        self.status.is_none_or(|it| it == head.status)
            && (has(&head.name) || has(&head.function_id))
    }
}

/// Where a bot stands in the list: by its name, in whatever case.
pub type BotPosition = (String, String);

/// Where a bot stands in the list.
pub fn position(name: &str, function_id: &str) -> BotPosition {
    (name.to_lowercase(), function_id.to_owned())
}

impl App {
    /// The bots that the filter takes, by name, after this position, at most `limit`.
    pub async fn bot_summaries(
        &self,
        workspace: WorkspaceId,
        filter: &BotFilter,
        after: Option<&BotPosition>,
        limit: usize,
    ) -> Result<Vec<BotSummary>> {
        let mut heads = self.store.bots(workspace).await?;
        heads.retain(|it| {
            filter.takes(it)
                && after.is_none_or(|after| position(&it.name, &it.function_id) > *after)
        });
        heads.sort_by_cached_key(|it| position(&it.name, &it.function_id));
        heads.truncate(limit);
        self.summaries(workspace, heads).await
    }

    /// One bot.
    pub(super) async fn bot_summary(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<BotSummary> {
        let row = self.bot_row(workspace, function_id).await?;
        self.summary_of(workspace, row.head).await
    }

    pub(super) async fn summary_of(
        &self,
        workspace: WorkspaceId,
        head: BotHead,
    ) -> Result<BotSummary> {
        let made = self.summaries(workspace, vec![head]).await?;
        made.into_iter().next().ok_or(Error::NotFound("bot"))
    }

    async fn summaries(
        &self,
        workspace: WorkspaceId,
        heads: Vec<BotHead>,
    ) -> Result<Vec<BotSummary>> {
        let only = match heads.as_slice() {
            [one] => Some(one.function_id.as_str()),
            _ => None,
        };
        let mut days = self.last_days(workspace, only).await?;
        let mut summaries = Vec::with_capacity(heads.len());
        for head in heads {
            let judgement = match head.judgement {
                Some(it) => it,
                None => self.judge_now(workspace, &head).await?,
            };
            let last_7_days = days.remove(&head.function_id).unwrap_or_default();
            summaries.push(summary(head, judgement, last_7_days));
        }
        Ok(summaries)
    }

    /// Judges a draft that was saved before anybody noted what is found of it.
    async fn judge_now(&self, workspace: WorkspaceId, head: &BotHead) -> Result<Judgement> {
        let row = self.bot_row(workspace, &head.function_id).await?;
        let judgement = self.judge_row(workspace, &row).await?;
        let note = Change::JudgeDraft {
            bot_id: head.id,
            revision: row.head.draft_revision,
            judgement,
        };
        self.store.commit(workspace, vec![note]).await?;
        Ok(judgement)
    }

    /// How each bot did in the last days; those that did nothing are absent.
    async fn last_days(
        &self,
        workspace: WorkspaceId,
        function_id: Option<&str>,
    ) -> Result<HashMap<String, LastDays>> {
        let now = self.now();
        let span = [(bucket_of(now.minus(LAST_DAYS)), now.plus(BUCKET))];
        let mut days: HashMap<String, LastDays> = HashMap::new();
        for counter in [Counter::SessionsStarted, Counter::Completed] {
            let counts = self
                .store
                .counts(workspace, counter, &span, function_id, None)
                .await?;
            for it in counts {
                let of = days.entry(it.function_id).or_default();
                let count = u64::try_from(it.count).unwrap_or_default();
                match counter {
                    Counter::Completed => of.completed += count,
                    _ => of.sessions += count,
                }
            }
        }
        Ok(days)
    }
}

/// The beginning of the bucket of an instant.
fn bucket_of(at: Time) -> Time {
    let length = i64::try_from(BUCKET.as_micros()).unwrap_or(i64::MAX);
    Time::from_micros(at.micros().div_euclid(length) * length)
}

fn summary(head: BotHead, judgement: Judgement, last_7_days: LastDays) -> BotSummary {
    BotSummary {
        id: head.id,
        function_id: head.function_id,
        name: head.name,
        r#type: head.kind,
        status: head.status,
        live_version: head.live_version,
        draft_revision: head.draft_revision,
        draft_changed: judgement.changed,
        problems: ProblemCounts {
            errors: judgement.errors,
            warnings: judgement.warnings,
        },
        last_7_days,
        created_at: head.created_at,
        updated_at: head.updated_at,
        updated_by: head.updated_by,
        published_at: head.published_at,
    }
}
