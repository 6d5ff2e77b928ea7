//! From a wish to notify to what each agent is told.
use super::telling::Telling;
use crate::users::sight::Sight;
use crate::{App, Result};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use smartbot_model::agent::Role;
use smartbot_model::notification::{Notification, NotificationKind, NotificationSettings};
use smartbot_model::{MailId, NotificationId, Permission, Time, WorkspaceId};
use smartbot_store::{AgentRow, Change, JobRow, MailKind, MailRow, NotificationRow, what};

/// How many agents are read at once.
const AT_ONCE: u32 = 200;

/// Whom a bot wants to tell, and how. The payload of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) kind: NotificationKind,
    pub(crate) box_id: String,
    pub(crate) function_id: String,
    pub(crate) roles: Vec<Role>,
    /// By id or e-mail.
    pub(crate) agents: Vec<String>,
    pub(crate) media: Vec<String>,
}

impl Wanted {
    fn over(&self, medium: &str) -> bool {
        self.media.iter().any(|it| it == medium)
    }

    fn means(&self, agent: &AgentRow) -> bool {
        let email = agent.email.expose();
        let named =
            |it: &String| *it == agent.id.to_string() || it.trim().eq_ignore_ascii_case(email);
        self.roles.contains(&agent.role) || self.agents.iter().any(named)
    }
}

/// What an agent's settings say at an instant.
pub(super) struct Moment {
    /// Nothing arrives.
    pub(super) away: bool,
    /// It is quiet until then.
    pub(super) quiet_until: Option<Time>,
}

impl Moment {
    pub(super) fn of(settings: &NotificationSettings, at: Time, zone: &TimeZone) -> Self {
        let own = settings
            .time_zone
            .as_deref()
            .and_then(|it| TimeZone::get(it).ok());
        let zone = own.as_ref().unwrap_or(zone);
        let at = at.to_jiff();
        let today = zone.to_datetime(at).date();
        let vacation = settings.vacation.as_ref();
        let quiet = settings.quiet_hours.as_ref();
        Self {
            away: vacation.is_some_and(|it| (it.from..=it.until).contains(&today)),
            quiet_until: quiet
                .and_then(|it| it.quiet_until(at, zone))
                .map(Time::from),
        }
    }
}

/// Carries out a job that notifies.
pub(crate) async fn tell(app: App, workspace: WorkspaceId, job: JobRow) {
    if let Err(error) = app.expand(workspace, &job).await {
        // Its lease ends, and it is tried again.
        tracing::error!(%error, job.id = %job.id, "agents could not be notified yet");
    }
}

impl App {
    async fn expand(&self, workspace: WorkspaceId, job: &JobRow) -> Result<()> {
        let mut telling = Telling::begun_with(Change::FinishJob {
            id: job.id,
            attempt: job.attempt,
        });
        let wanted: Wanted = serde_json::from_value(job.payload.expose().clone())?;
        // A session that is gone tells nobody anything.
        if let Some((_, user)) = self.store.turn(workspace, job.session_id).await? {
            let settings = self.store.notification_settings(workspace).await?;
            let known = self.workspace(workspace).await?;
            for agent in self.agents_who(workspace, |it| wanted.means(it)).await? {
                let sight = Sight::of(agent.limited_to_flags.clone());
                if !agent.role.may(Permission::ViewChats) || !sight.sees(&user.flags) {
                    continue;
                }
                let own = settings.get(&agent.id).cloned().unwrap_or_default();
                let moment = Moment::of(&own, self.now(), &known.zone);
                if moment.away {
                    continue;
                }
                if wanted.over("desktop") && own.desktop.wants(wanted.kind) {
                    let quiet = moment.quiet_until.is_some();
                    telling.notification(self.notification(&agent, job, &wanted, quiet));
                }
                if wanted.over("email") && own.email.wants(wanted.kind) && self.sends_mail() {
                    telling.mail(self.chat_mail(&agent, job, &wanted, moment.quiet_until));
                }
            }
        }
        // If somebody else has the job now, they tell.
        self.tell_all(workspace, telling, what::JOB_LEASE).await
    }

    /// The agents that are meant and can sign in.
    pub(super) async fn agents_who(
        &self,
        workspace: WorkspaceId,
        are_meant: impl Fn(&AgentRow) -> bool,
    ) -> Result<Vec<AgentRow>> {
        let mut meant = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.agents(workspace, after, AT_ONCE).await?;
            let is_last = page.len() < AT_ONCE as usize;
            after = page.last().map(|it| it.id);
            let is_active =
                |it: &AgentRow| it.password_hash.is_some() && it.deactivated_at.is_none();
            meant.extend(page.into_iter().filter(|it| is_active(it) && are_meant(it)));
            if is_last {
                return Ok(meant);
            }
        }
    }

    fn notification(
        &self,
        agent: &AgentRow,
        job: &JobRow,
        wanted: &Wanted,
        quiet: bool,
    ) -> NotificationRow {
        NotificationRow {
            agent_id: agent.id,
            notification: Notification {
                id: NotificationId::new(self.now(), &*self.random),
                kind: wanted.kind,
                session_id: Some(job.session_id),
                function_id: Some(wanted.function_id.clone()),
                box_id: Some(wanted.box_id.clone()),
                endpoint: None,
                quiet,
                at: job.created_at,
                read_at: None,
            },
        }
    }

    fn chat_mail(
        &self,
        agent: &AgentRow,
        job: &JobRow,
        wanted: &Wanted,
        quiet_until: Option<Time>,
    ) -> MailRow {
        let now = self.now();
        MailRow {
            id: MailId::new(now, &*self.random),
            agent_id: agent.id,
            kind: MailKind::Told(wanted.kind),
            session_id: Some(job.session_id),
            endpoint: None,
            due_at: quiet_until.unwrap_or(now),
            attempt: 0,
            created_at: now,
        }
    }
}
