//! The transcripts of a bot: kept beside its draft, and run by the engine itself.
use crate::bots::judge;
use crate::{App, Error, Result};
use serde_json::{Value, json};
use smartbot_flow::{Flow, State, transcript};
use smartbot_model::WorkspaceId;
use smartbot_store::{Change, what};
use std::sync::Arc;

/// How large all transcripts of a bot may be, in bytes.
const MAX_TESTS: usize = 1024 * 1024;

/// How many transcripts a bot may have.
const MAX_COUNT: usize = 500;

impl App {
    /// The transcripts of a bot.
    pub async fn bot_tests(&self, workspace: WorkspaceId, function_id: &str) -> Result<Vec<Value>> {
        let row = self.bot_row(workspace, function_id).await?;
        let tests = self.store.bot_tests(workspace, row.head.id).await?;
        Ok(serde_json::from_str(tests.as_deref().unwrap_or("[]"))?)
    }

    /// Keeps other transcripts of a bot.
    pub async fn save_bot_tests(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        tests: &[Value],
    ) -> Result<()> {
        let row = self.bot_row(workspace, function_id).await?;
        let refuse = |pointer: String, message: String| {
            Err(Error::invalid(pointer, "invalid_value", message))
        };
        if tests.len() > MAX_COUNT {
            return refuse(
                "/tests".into(),
                format!("A bot has at most {MAX_COUNT} tests."),
            );
        }
        if let Some(place) = tests.iter().position(|it| !it["name"].is_string()) {
            let message = "A test is an object with a name and steps.".to_owned();
            return refuse(format!("/tests/{place}/name"), message);
        }
        let text = serde_json::to_string(tests)?;
        if text.len() > MAX_TESTS {
            return refuse(
                "/tests".into(),
                "All tests of a bot have at most 1 MiB.".into(),
            );
        }
        let save = Change::SaveBotTests {
            bot_id: row.head.id,
            tests: text,
        };
        match self.store.commit(workspace, vec![save]).await {
            Err(smartbot_store::Error::Conflict { what: what::NO_BOT }) => {
                Err(Error::NotFound("bot"))
            }
            done => Ok(done?),
        }
    }

    /// Runs the transcripts of a bot against this document, or its draft. Bots that it jumps to are the live ones.
    pub async fn run_bot_tests(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        document: Option<Value>,
    ) -> Result<Vec<transcript::TestResult>> {
        let tests = self.bot_tests(workspace, function_id).await?;
        let document = match document {
            Some(document) => document,
            None => self.export_bot(workspace, function_id, true).await?,
        };
        let judge::Judged { bot, findings } = self.judge(workspace, &document).await?;
        let flow = Flow::compile(&bot).map_err(|_| Error::BotInvalid(findings))?;
        let flow = Arc::new(flow);
        let shelf = self.library(workspace, &flow, &State::new()).await?;
        let work = move || transcript::run(&document, &json!({"tests": tests}), &shelf);
        let run = tokio::task::spawn_blocking(work).await;
        run.map_err(Error::internal)
    }
}
