//! Which bots strangers may start, on which sites, and how the widget looks there.
use crate::workspaces::is_origin;
use crate::{App, Error, Result};
use smartbot_flow::Flow;
use smartbot_model::WorkspaceId;
use smartbot_model::bot::BotStatus;
use smartbot_model::channel::{Appearance, Channel, Position};
use smartbot_store::{Change, ChannelRow};
use std::sync::Arc;

/// The most origins that a bot lists.
const MAX_ORIGINS: usize = 50;

/// What changes in how a widget looks; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct AppearancePatch {
    /// The colour, as `#rrggbb`.
    pub color: Option<String>,
    /// What stands in the header, at most 80 characters.
    pub title: Option<String>,
    /// What the teaser says, at most 300 characters.
    pub greeting: Option<String>,
    /// On which side of a page it stands.
    pub position: Option<Position>,
    /// What the launcher says, 1 to 60 characters.
    pub launcher_text: Option<String>,
    /// The address of a picture; none in it takes it away.
    pub avatar: Option<Option<String>>,
}

/// What changes in how strangers meet a bot; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ChannelPatch {
    /// Whether anybody may start it.
    pub is_public: Option<bool>,
    /// The web origins whose pages may show the widget. At most 50.
    pub allowed_origins: Option<Vec<String>>,
    /// How it looks.
    pub appearance: AppearancePatch,
}

impl ChannelPatch {
    fn apply(&self, channel: &mut Channel) {
        fn set<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut channel.is_public, self.is_public.as_ref());
        set(&mut channel.allowed_origins, self.allowed_origins.as_ref());
        let (to, from) = (&mut channel.appearance, &self.appearance);
        set(&mut to.color, from.color.as_ref());
        set(&mut to.title, from.title.as_ref());
        set(&mut to.greeting, from.greeting.as_ref());
        set(&mut to.position, from.position.as_ref());
        set(&mut to.launcher_text, from.launcher_text.as_ref());
        set(&mut to.avatar, from.avatar.as_ref());
    }
}

/// Refuses what cannot be meant.
fn check(channel: &Channel) -> Result<()> {
    let refuse = |pointer: String, message: &str| {
        Err(Error::invalid(pointer, "invalid_value", message.to_owned()))
    };
    if channel.allowed_origins.len() > MAX_ORIGINS {
        return refuse("/allowed_origins".into(), "A bot lists at most 50 origins.");
    }
    if let Some(place) = channel.allowed_origins.iter().position(|it| !is_origin(it)) {
        let message = "An origin is written as browsers send it, like https://www.clinic.example, without a path.";
        return refuse(format!("/allowed_origins/{place}"), message);
    }
    let Appearance {
        color,
        title,
        greeting,
        position: _,
        launcher_text,
        avatar,
    } = &channel.appearance;
    let is_color = color
        .strip_prefix('#')
        .is_some_and(|it| it.len() == 6 && it.bytes().all(|it| it.is_ascii_hexdigit()));
    if !is_color {
        return refuse("/appearance/color".into(), "Give the colour as #rrggbb.");
    }
    for (name, text, least, most) in [
        ("title", title, 0, 80),
        ("greeting", greeting, 0, 300),
        ("launcher_text", launcher_text, 1, 60),
    ] {
        let count = text.chars().count();
        if !(least..=most).contains(&count) || text.chars().any(char::is_control) {
            let message = format!("{name} has {least} to {most} characters, all on one line.");
            return refuse(format!("/appearance/{name}"), &message);
        }
    }
    let is_picture = |it: &String| {
        it.len() <= 2_000 && url::Url::parse(it).is_ok_and(|it| it.scheme() == "https")
    };
    if avatar.as_ref().is_some_and(|it| !is_picture(it)) {
        let message =
            "The address of a picture begins with https:// and has at most 2,000 characters.";
        return refuse("/appearance/avatar".into(), message);
    }
    Ok(())
}

fn read(row: &ChannelRow) -> Result<Channel> {
    Ok(match &row.channel {
        Some(text) => serde_json::from_str(text)?,
        None => Channel::default(),
    })
}

/// A bot that strangers may start.
pub struct PublicBot {
    /// What people call it.
    pub name: String,
    /// Where it may stand and how it looks.
    pub channel: Channel,
    /// The live version.
    pub flow: Arc<Flow>,
    /// Whether somebody is there now; none where nobody has said when somebody is.
    pub is_open: Option<bool>,
}

impl PublicBot {
    /// How it looks, with the bot's name where there is no title.
    pub fn appearance(&self) -> Appearance {
        let mut appearance = self.channel.appearance.clone();
        if appearance.title.is_empty() {
            appearance.title.clone_from(&self.name);
        }
        appearance
    }
}

impl App {
    async fn channel_row(&self, workspace: WorkspaceId, function_id: &str) -> Result<ChannelRow> {
        let found = self.store.bot_channel(workspace, function_id).await?;
        found.ok_or(Error::NotFound("bot"))
    }

    /// How strangers meet a bot.
    pub async fn channel(&self, workspace: WorkspaceId, function_id: &str) -> Result<Channel> {
        read(&self.channel_row(workspace, function_id).await?)
    }

    /// Changes how strangers meet a bot, and gives it as it is then.
    pub async fn update_channel(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        patch: &ChannelPatch,
    ) -> Result<Channel> {
        self.keep(workspace, async || {
            let row = self.channel_row(workspace, function_id).await?;
            let mut channel = read(&row)?;
            patch.apply(&mut channel);
            check(&channel)?;
            let set = Change::SetBotChannel {
                bot_id: row.bot_id,
                expected: row.channel,
                channel: serde_json::to_string(&channel)?,
            };
            Ok((vec![set], channel))
        })
        .await
    }

    /// A bot that strangers may start. One that is closed looks like one that is not there.
    pub async fn public_bot(&self, workspace: WorkspaceId, function_id: &str) -> Result<PublicBot> {
        let row = self.channel_row(workspace, function_id).await?;
        let channel = read(&row)?;
        if !channel.is_public || row.live_version.is_none() || row.status != BotStatus::Active {
            return Err(Error::NotFound("bot"));
        }
        let bot = self.live_bot(workspace, function_id).await?;
        let known = self.workspace(workspace).await?;
        let hours = known.settings.opening_hours.as_ref();
        let is_open = hours.map(|_| known.is_open(self.now()));
        Ok(PublicBot {
            name: row.name,
            channel,
            flow: bot.flow.clone(),
            is_open,
        })
    }

    /// The function ids of the bots that strangers may start, the oldest first.
    pub async fn public_bots(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        let mut public = Vec::new();
        for (function_id, channel) in self.store.bot_channels(workspace).await? {
            let channel: Channel = serde_json::from_str(&channel)?;
            if channel.is_public {
                public.push(function_id);
            }
        }
        Ok(public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let with = |appearance: AppearancePatch| {
            let mut channel = Channel::default();
            let patch = ChannelPatch {
                appearance,
                ..ChannelPatch::default()
            };
            patch.apply(&mut channel);
            check(&channel).is_ok()
        };
        let some = |it: &str| Some(it.to_owned());
        for (color, is_good) in [
            ("#0F62b8", true),
            ("blue", false),
            ("#12345", false),
            ("#12345g", false),
        ] {
            let color = some(color);
            assert_eq!(
                with(AppearancePatch {
                    color,
                    ..Default::default()
                }),
                is_good
            );
        }
        for (avatar, is_good) in [
            (some("https://a.example/b.png"), true),
            (None, true),
            (some("http://a.example/b.png"), false),
            (some("javascript:alert(1)"), false),
        ] {
            let avatar = Some(avatar);
            assert_eq!(
                with(AppearancePatch {
                    avatar,
                    ..Default::default()
                }),
                is_good
            );
        }
        let launcher_text = some("");
        assert!(!with(AppearancePatch {
            launcher_text,
            ..Default::default()
        }));
        let title = Some("x".repeat(81));
        assert!(!with(AppearancePatch {
            title,
            ..Default::default()
        }));
        for (origin, is_good) in [
            ("https://www.clinic.example", true),
            ("http://localhost:5173", true),
            ("https://www.clinic.example/", false),
            ("https://*.clinic.example", false),
            ("*", false),
        ] {
            let channel = Channel {
                allowed_origins: vec![origin.to_owned()],
                ..Channel::default()
            };
            assert_eq!(check(&channel).is_ok(), is_good, "{origin}");
        }
    }
}
