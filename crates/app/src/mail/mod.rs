//! Mails to agents: that a chat wants them, that webhooks do not arrive, and invitations. A link, never what stands in a chat or an event.
//!
//! The mail server is one that the operator names, like the database: no address of a customer, so the guard of `egress` does not stand
//! before it.
mod words;

use crate::{App, Error, Result};
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use smartbot_model::notification::EndpointTrouble;
use smartbot_model::{AgentId, MailId, Permission, WorkspaceId};
use smartbot_store::{AgentRow, MailKind, MailRow};
use std::time::Duration;
use words::{Words, facts};

/// How long a mail server may take.
pub(crate) const WITHIN: Duration = Duration::from_secs(30);

/// How often a mail is tried: over some two days.
const MAX_ATTEMPTS: u32 = 20;

/// The longest pause between tries.
const MAX_PAUSE: Duration = Duration::from_secs(4 * 3_600);

/// The delivery log in the admin app.
const DELIVERIES: &str = "/app/settings/advanced/api-and-webhook/deliveries";

/// Why mails cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the server is none.
    #[error("the mail server is an address like smtps://user:password@mail.clinic.example")]
    Server,
    /// The sender is none.
    #[error("the sender of mails is an address like SmartBot <bots@clinic.example>")]
    Sender,
}

/// The mail server, and what mails say of us.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    base_url: String,
}

impl Mailer {
    /// A server by its address: `smtps://…`, or `smtp://…?tls=required`. `base_url` is where agents reach the admin app.
    ///
    /// # Errors
    /// [`MailError`]. The address may hold a password, so no error repeats it.
    pub fn new(server: &str, from: &str, base_url: &str) -> std::result::Result<Self, MailError> {
        let (transport, from) = parts(server, from)?;
        Ok(Self {
            transport: transport.timeout(Some(WITHIN)).build(),
            from,
            base_url: base_url.trim_end_matches('/').to_owned(),
        })
    }

    /// Whether server and sender can be ones, without reaching for the server.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn check(server: &str, from: &str) -> std::result::Result<(), MailError> {
        parts(server, from).map(drop)
    }
}

fn parts(
    server: &str,
    from: &str,
) -> std::result::Result<(AsyncSmtpTransportBuilder, Mailbox), MailError> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server);
    let transport = transport.map_err(|_| MailError::Server)?;
    Ok((transport, from.parse().map_err(|_| MailError::Sender)?))
}

/// What became of a try.
enum Tried {
    /// It is sent, or there is nothing to send any more.
    Over,
    /// It may work later.
    Later,
    /// It never will.
    Never,
}

impl App {
    /// Says which server sends mails. Of several calls the first counts; without one none are sent.
    pub fn send_mail_by(&self, mailer: Mailer) {
        self.mailer.get_or_init(|| mailer);
    }

    /// Whether mails are sent at all.
    pub fn sends_mail(&self) -> bool {
        self.mailer.get().is_some()
    }

    /// A mail that invites an agent, where mails are sent.
    pub(crate) fn invitation_mail(&self, agent: AgentId) -> Option<MailRow> {
        let now = self.now();
        self.sends_mail().then(|| MailRow {
            id: MailId::new(now, &*self.random),
            agent_id: agent,
            kind: MailKind::Invitation,
            session_id: None,
            endpoint: None,
            due_at: now,
            attempt: 0,
            created_at: now,
        })
    }

    /// Sends a mail that was claimed, and notes what became of it.
    pub(crate) async fn send_mail(&self, workspace: WorkspaceId, mail: &MailRow) -> Result<()> {
        let tried = self.try_mail(workspace, mail).await?;
        let outcome = match tried {
            Tried::Over => "sent",
            Tried::Later if mail.attempt < MAX_ATTEMPTS => {
                metrics::counter!("smartbot_mails_total", "outcome" => "retried").increment(1);
                let due_at = self.now().plus(pause(mail.attempt));
                return Ok(self
                    .store
                    .retry_mail(workspace, mail.id, mail.attempt, due_at)
                    .await?);
            }
            Tried::Later | Tried::Never => {
                tracing::warn!(%workspace, mail.id = %mail.id, mail.kind = mail.kind.as_str(), "a mail is given up");
                "given_up"
            }
        };
        metrics::counter!("smartbot_mails_total", "outcome" => outcome).increment(1);
        Ok(self
            .store
            .finish_mail(workspace, mail.id, mail.attempt)
            .await?)
    }

    async fn try_mail(&self, workspace: WorkspaceId, mail: &MailRow) -> Result<Tried> {
        let (Some(mailer), Some(agent)) = (
            self.mailer.get(),
            self.store.agent(workspace, mail.agent_id).await?,
        ) else {
            return Ok(Tried::Over);
        };
        if agent.deactivated_at.is_some() {
            return Ok(Tried::Over);
        }
        let Some(link) = self.link_of(workspace, mail, &agent).await? else {
            return Ok(Tried::Over);
        };
        let known = self.workspace(workspace).await?;
        let name = self.workspace_name(workspace).await?;
        let language = &known.settings.language;
        let words = Words::of(language, mail.kind);
        let facts = match &mail.endpoint {
            Some(it) => facts(
                language,
                it,
                self.host_of(workspace, it).await?,
                &known.zone,
            ),
            None => String::new(),
        };
        let email = agent.email.expose();
        let Ok(to) = email.parse::<Mailbox>() else {
            return Ok(Tried::Never);
        };
        let message = Message::builder()
            .from(mailer.from.clone())
            .to(to)
            // The same for every try: a server that took it before may know it again.
            .message_id(Some(format!("<{}@smartbot>", mail.id)))
            .subject(words.subject(&name))
            .header(lettre::message::header::ContentType::TEXT_PLAIN)
            .body(words.body(&name, &facts, &format!("{}{link}", mailer.base_url)));
        let message = message.map_err(Error::internal)?;
        Ok(match mailer.transport.send(message).await {
            Ok(_) => Tried::Over,
            Err(error) if error.is_permanent() => {
                tracing::warn!(%workspace, mail.id = %mail.id, status = ?error.status(), "the mail server refuses a mail");
                Tried::Never
            }
            Err(error) => {
                // What the server says may repeat an address.
                tracing::warn!(%workspace, mail.id = %mail.id, status = ?error.status(), is_timeout = error.is_timeout(), "a mail could not be sent yet");
                Tried::Later
            }
        })
    }

    /// Where a mail leads; none when there is nothing to go to any more.
    async fn link_of(
        &self,
        workspace: WorkspaceId,
        mail: &MailRow,
        agent: &AgentRow,
    ) -> Result<Option<String>> {
        match (mail.kind, mail.session_id, &mail.endpoint) {
            (MailKind::Invitation, ..) => {
                let open = agent.invitation.filter(|it| self.now() < it.expires_at);
                let Some(open) = open else { return Ok(None) };
                let invitation = self
                    .invitation(workspace, agent.id, open.expires_at)
                    .await?;
                Ok(Some(invitation.link))
            }
            (MailKind::Told(_), Some(session), _) => Ok(Some(format!("/app/chats/{session}"))),
            // Who does not manage webhooks any more has nothing to look for there.
            (MailKind::Told(_), None, Some(trouble))
                if agent.role.may(Permission::ManageWebhooks) =>
            {
                Ok(Some(format!(
                    "{DELIVERIES}?endpoint={}",
                    trouble.endpoint_id
                )))
            }
            (MailKind::Told(_), None, _) => Ok(None),
        }
    }

    /// The host of an endpoint: its address may hold what only the receiver is to know.
    async fn host_of(
        &self,
        workspace: WorkspaceId,
        trouble: &EndpointTrouble,
    ) -> Result<Option<String>> {
        let all = self.endpoints_of(workspace).await?;
        let known = all.iter().find(|it| it.id == trouble.endpoint_id);
        let url = known.and_then(|it| url::Url::parse(&it.url).ok());
        Ok(url.and_then(|it| it.host_str().map(str::to_owned)))
    }
}

/// How long to wait after so many tries: half a minute, and twice as long each time.
fn pause(attempt: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1).min(20));
    (Duration::from_secs(30) * doubled).min(MAX_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_four_hours() {
        let seconds: Vec<u64> = [1, 2, 3, 10, 20, 1_000]
            .map(|it| pause(it).as_secs())
            .to_vec();
        assert_eq!(seconds, [30, 60, 120, 14_400, 14_400, 14_400]);
    }

    #[test]
    fn a_server_is_an_address_and_a_sender_too() {
        let (tls, sender) = (
            "smtps://a:b@mail.clinic.example",
            "SmartBot <bots@clinic.example>",
        );
        assert!(Mailer::check(tls, sender).is_ok());
        assert!(Mailer::check("smtp://127.0.0.1:2525", "bots@clinic.example").is_ok());
        let wrong = Mailer::check("mail.clinic.example", sender);
        assert!(matches!(wrong, Err(MailError::Server)));
        let wrong = Mailer::check(tls, "nobody");
        assert!(matches!(wrong, Err(MailError::Sender)));
    }
}
