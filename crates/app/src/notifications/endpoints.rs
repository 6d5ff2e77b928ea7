//! From what is noted of an endpoint to what each of those who manage webhooks is told.
use super::expand::Moment;
use super::telling::Telling;
use crate::{App, Result};
use smartbot_model::notification::{EndpointTrouble, Notification, NotificationKind};
use smartbot_model::{MailId, NotificationId, Permission};
use smartbot_store::{
    Change, DueAlert, EndpointAlert, MailKind, MailRow, NotificationRow, ToldAlert, what,
};
use std::time::Duration;

/// Deliveries of an endpoint that die are told of once in so long.
const BETWEEN_DEATHS: Duration = Duration::from_secs(3_600);

impl App {
    /// Tells what is due, all in one commit with the note that it is told: of several nodes one does.
    pub(crate) async fn tell_of_endpoint(&self, due: DueAlert) -> Result<()> {
        let workspace = due.workspace_id;
        let EndpointAlert {
            kind,
            trouble,
            count,
            at,
        } = due.alert;
        let is_death = kind == NotificationKind::DeliveryDead;
        let now = self.now();
        let pause = if is_death {
            BETWEEN_DEATHS
        } else {
            Duration::ZERO
        };
        let mut telling = Telling::begun_with(Change::TellEndpointAlert(ToldAlert {
            endpoint_id: trouble.endpoint_id,
            kind,
            told: due.told,
            count,
            next_at: now.plus(pause),
        }));
        let trouble = EndpointTrouble {
            deliveries: is_death.then_some(count),
            ..trouble
        };
        let settings = self.store.notification_settings(workspace).await?;
        let known = self.workspace(workspace).await?;
        let are_meant = self.agents_who(workspace, |it| it.role.may(Permission::ManageWebhooks));
        for agent in are_meant.await? {
            let own = settings.get(&agent.id).cloned().unwrap_or_default();
            let moment = Moment::of(&own, now, &known.zone);
            if moment.away {
                continue;
            }
            if own.desktop.wants(kind) {
                let notification = Notification {
                    id: NotificationId::new(now, &*self.random),
                    kind,
                    session_id: None,
                    function_id: None,
                    box_id: None,
                    endpoint: Some(trouble.clone()),
                    quiet: moment.quiet_until.is_some(),
                    at,
                    read_at: None,
                };
                telling.notification(NotificationRow {
                    agent_id: agent.id,
                    notification,
                });
            }
            if own.email.wants(kind) && self.sends_mail() {
                telling.mail(MailRow {
                    id: MailId::new(now, &*self.random),
                    agent_id: agent.id,
                    kind: MailKind::Told(kind),
                    session_id: None,
                    endpoint: Some(trouble.clone()),
                    due_at: moment.quiet_until.unwrap_or(now),
                    attempt: 0,
                    created_at: now,
                });
            }
        }
        // If another node has told it, or the endpoint is gone, there is nothing more to tell.
        let told = self.tell_all(workspace, telling, what::ENDPOINT_ALERT);
        told.await
    }
}
