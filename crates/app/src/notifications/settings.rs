//! How an agent wants to be told.
use crate::{App, Error, Result};
use jiff::tz::TimeZone;
use smartbot_model::notification::NotificationSettings;
use smartbot_model::{AgentId, WorkspaceId};
use smartbot_store::Change;

/// Refuses what cannot be meant.
fn check(settings: &NotificationSettings) -> Result<()> {
    let refuse =
        |pointer: &str, message: &str| Err(Error::invalid(pointer, "invalid_value", message));
    if let Some(quiet) = &settings.quiet_hours {
        if quiet.from == quiet.to {
            return refuse(
                "/quiet_hours/to",
                "Quiet hours begin and end at different times; 00:00 to 24:00 is the whole day.",
            );
        }
        if quiet.from.minutes() >= 24 * 60 {
            return refuse("/quiet_hours/from", "Quiet hours begin before 24:00.");
        }
        if quiet.days.as_ref().is_some_and(Vec::is_empty) {
            return refuse(
                "/quiet_hours/days",
                "Name at least one day, or leave the days out for all.",
            );
        }
    }
    if settings.vacation.is_some_and(|it| it.from > it.until) {
        return refuse(
            "/vacation/until",
            "A vacation ends on the day it begins, or later.",
        );
    }
    let zone = settings.time_zone.as_deref();
    if zone.is_some_and(|it| TimeZone::get(it).is_err()) {
        return refuse(
            "/time_zone",
            "Name a time zone of the IANA list, like America/New_York.",
        );
    }
    Ok(())
}

impl App {
    /// How an agent wants to be told.
    pub async fn notification_settings(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> Result<NotificationSettings> {
        let mut all = self.store.notification_settings(workspace).await?;
        Ok(all.remove(&agent).unwrap_or_default())
    }

    /// Changes how an agent wants to be told, and gives it as it is then.
    pub async fn update_notification_settings(
        &self,
        workspace: WorkspaceId,
        agent_id: AgentId,
        change: impl Fn(&mut NotificationSettings),
    ) -> Result<NotificationSettings> {
        let mut settings = self.notification_settings(workspace, agent_id).await?;
        change(&mut settings);
        check(&settings)?;
        let save = Change::SaveNotificationSettings {
            agent_id,
            settings: settings.clone(),
        };
        self.commit(workspace, vec![save]).await?;
        Ok(settings)
    }
}
