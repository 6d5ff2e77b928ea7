//! One answer tried on one box of a draft.
use super::Said;
use crate::{App, Error, Result};
use serde_json::{Map, Value};
use smartbot_flow::reply::{NoReply, TriedReply, try_reply};
use smartbot_flow::{Context, Flow, Identity, State};
use smartbot_model::{Time, WorkspaceId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An answer to try.
#[derive(Debug)]
pub struct TryReply {
    /// The draft.
    pub document: Value,
    /// The box that asks.
    pub box_id: String,
    /// The answer.
    pub said: Said,
    /// The session's variables.
    pub variables: Map<String, Value>,
    /// The user's profile fields.
    pub fields: Map<String, Value>,
    /// The user's flags.
    pub flags: BTreeSet<String>,
    /// When it happens; now unless given.
    pub now: Option<Time>,
}

impl App {
    /// Tries an answer on a box. Nothing is kept.
    pub async fn try_reply(&self, workspace: WorkspaceId, wish: TryReply) -> Result<TriedReply> {
        wish.said.check()?;
        let document = Arc::new(wish.document);
        let flow: Arc<Flow> = self.draft_flow(workspace, &document).await?;
        let known = self.workspace(workspace).await?;
        let shelf = self.library(workspace, &flow, &State::new()).await?;
        let now = wish.now.unwrap_or_else(|| self.now());
        let work = move || {
            let identity = Identity {
                function_id: flow.function_id().to_owned(),
                ..Identity::default()
            };
            let context = Context {
                now: now.to_jiff(),
                zone: &known.zone,
                language: flow.language(),
                region: &known.settings.region,
                seed: 0,
                profile: &wish.fields,
                flags: &wish.flags,
                identity: &identity,
                agents_available: false,
                within_hours: known.is_open(now),
                small_talk: known.small_talk.as_deref(),
                library: &shelf,
            };
            let input = wish.said.input();
            try_reply(
                &document,
                &flow,
                &wish.box_id,
                input,
                &wish.variables,
                &context,
            )
        };
        // Date phrases cost a quarter of a millisecond and more: not on the async threads.
        let tried = tokio::task::spawn_blocking(work).await;
        tried
            .map_err(Error::internal)?
            .map_err(|error| match error {
                NoReply::TooLarge(_) => Error::invalid("/variables", "too_large", sentence(&error)),
                NoReply::NoBox | NoReply::NoQuestion => {
                    Error::invalid("/box_id", "invalid_value", sentence(&error))
                }
            })
    }
}

fn sentence(error: &NoReply) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
