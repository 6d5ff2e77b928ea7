//! A user types the hashtag of a bot: it begins, wherever the session stood.
use super::Said;
use super::draft::Draft;
use super::effects::Surroundings;
use crate::{App, Result};
use smartbot_flow::Input;
use std::sync::Arc;

impl App {
    /// What a user's words are for the bot: mostly words. The bot of a hashtag stands beside the others then.
    pub(super) async fn input(
        &self,
        draft: &Draft<'_>,
        said: Said,
        around: &mut Surroundings,
    ) -> Result<Input> {
        let Said::Text(text) = &said else {
            return Ok(said.input());
        };
        let workspace = draft.workspace().id;
        // The mark is looked at before anything else is, since hardly any text has it.
        if !text.trim_start().starts_with('#') {
            return Ok(said.input());
        }
        let Some((tag, bot)) = self.bot_of_hashtag(workspace, text).await? else {
            return Ok(said.input());
        };
        let shelf = self.library(workspace, &bot.flow, &draft.state).await?;
        around.shelf = Arc::new(shelf.with(bot.flow.clone()));
        Ok(Input::Hashtag {
            tag,
            function_id: bot.flow.function_id().to_owned(),
        })
    }
}
