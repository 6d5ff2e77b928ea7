//! A workspace with a row of everything, as it should be.
use crate::place::{Place, at, new_id, random};
use crate::{agents, bots, endpoint_alerts, events, rows};
use serde_json::json;
use smartbot_model::agent::Presence;
use smartbot_model::token::{self, Token, TokenKind};
use smartbot_model::{AgentId, CannedReplyId, EventType, MessageId, Phi, ResendId, TokenId};
use smartbot_store::{
    AgentRow, AttemptRecord, CannedReplyRow, Change, EndpointHealth, EndpointSecrets, EventRow,
    FileState, JobKind, NoteRow, OldSecret, Outcome, PresenceRow, ResendKind, ResendRow,
    ResendState, SessionRow, UserRow,
};

/// What was kept of the first of two users.
pub(crate) struct Whole {
    pub(crate) user: UserRow,
    pub(crate) other: UserRow,
    pub(crate) session: SessionRow,
}

fn text(text: &str) -> Phi<String> {
    Phi::new(text.to_owned())
}

/// A user with a session of three messages, three events, a job, a remembered answer, and an agent's note.
fn person(
    bot: &smartbot_store::BotRow,
    agent: AgentId,
    external_id: &str,
) -> (UserRow, SessionRow, Vec<Change>) {
    let user = UserRow {
        external_id: Some(text(external_id)),
        fields: Phi::new(rows::map(
            json!({"user_phone": format!("+1310{external_id}"), "user_email": format!("{external_id}@mail.example")}),
        )),
        ..rows::user()
    };
    let session = SessionRow {
        bot_id: bot.head.id,
        bot_version: 1,
        last_seq: 3,
        ..rows::session(user.id)
    };
    let mut answer = rows::answer(Some(user.id), external_id);
    answer.session_id = Some(session.id);
    let events = (1..=3)
        .map(|it| EventRow {
            session_id: Some(session.id),
            ..rows::event(it, user.id)
        })
        .collect();
    let changes = vec![
        Change::InsertUser(user.clone()),
        Change::InsertSession(session.clone()),
        Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages: (1..=3).map(|it| rows::message(it, "hi")).collect(),
        },
        Change::AppendTurn(rows::turn(session.id, 1, 1)),
        Change::RecordEvents {
            user_id: Some(user.id),
            events,
        },
        Change::InsertJob(rows::job(&session, JobKind::Timer, 1, 1)),
        crate::files::insert(&rows::file(&session, FileState::Said)),
        Change::SaveAnswer(answer),
        Change::JoinSession {
            session_id: session.id,
            agent_id: agent,
            at: at(2),
        },
        Change::InsertNote {
            user_id: user.id,
            note: NoteRow {
                mentions: vec![],
                id: new_id!(MessageId),
                session_id: session.id,
                agent_id: agent,
                after_seq: 2,
                text: text("Prefers mornings."),
                at: at(2),
            },
        },
    ];
    (user, session, changes)
}

/// An agent who is there, a token, secrets, canned replies, a bot that is live.
fn office(bot: &smartbot_store::BotRow) -> (AgentId, Vec<Change>) {
    let agent = AgentRow {
        password_hash: Some(text("$argon2id$x")),
        event_sequence: 1,
        ..agents::agent("bea@clinic.example")
    };
    let secret = token::generate("sbm_", &random());
    let token = Token {
        id: new_id!(TokenId),
        kind: TokenKind::BotsManagement,
        name: "portal".to_owned(),
        expires_at: None,
        read_only: false,
        allow_ips: vec![],
        created_at: at(0),
        last_used_at: None,
        revoked_at: None,
    };
    let presence = PresenceRow {
        agent_id: agent.id,
        chosen: Presence::Online,
        told: Presence::Online,
        seen_until: at(30),
        capacity: 5,
    };
    let reply = CannedReplyRow {
        id: new_id!(CannedReplyId),
        agent_id: Some(agent.id),
        name: text("hours"),
        text: text("From 8 to 17."),
        language: None,
        created_at: at(1),
        updated_at: at(1),
    };
    let changes = vec![
        bots::insert(bot),
        bots::publish(bot, None, &bots::version(bot, 1)),
        Change::InsertAgent(agent.clone()),
        Change::InsertBrowserSession(agents::browser_session(agent.id, 9)),
        Change::RecordEvents {
            user_id: None,
            events: vec![EventRow {
                event_type: EventType::AgentCreated,
                ..rows::event(1, agent.id)
            }],
        },
        Change::InsertToken {
            token,
            hash: token::hash(&secret),
        },
        Change::SetSecret {
            name: "portal".to_owned(),
            value: text("x"),
            at: at(0),
        },
        Change::SavePresence {
            presence,
            expected: None,
        },
        Change::InsertCannedReply(reply),
    ];
    (agent.id, changes)
}

/// Keeps a row of everything.
pub(crate) async fn keep(place: &Place) -> Whole {
    let bot = bots::bot("DoctorAppointment");
    let (agent, changes) = office(&bot);
    place.commit(changes).await;
    let (user, session, changes) = person(&bot, agent, "p-1");
    place.commit(changes).await;
    let (other, _, changes) = person(&bot, agent, "p-2");
    place.commit(changes).await;
    deliveries(place).await;
    Whole {
        user,
        other,
        session,
    }
}

/// An endpoint with everything sealed that it can have, a delivery that arrived, one that waits, health and a run.
async fn deliveries(place: &Place) {
    let mut endpoint = rows::endpoint();
    endpoint.headers = vec![("x-key".to_owned(), "x".to_owned())];
    let old = OldSecret {
        secret: text("whsec_old"),
        until: at(9),
    };
    let secrets = EndpointSecrets {
        current: text("whsec_x"),
        old: vec![old],
        signing_key: Some(Phi::new([7; 32])),
    };
    let resend = ResendRow {
        id: new_id!(ResendId),
        endpoint_id: endpoint.id,
        kind: ResendKind::Recover,
        since: at(0),
        until: at(9),
        rate_per_second: 100,
        state: ResendState::Running,
        place: None,
        looked_at: 0,
        sent: 0,
        wake_at: Some(at(3)),
        created_at: at(2),
        ended_at: None,
    };
    let health = EndpointHealth {
        failing_since: at(5),
        failures: 3,
        warned: 1,
    };
    let mut workspace = place
        .store
        .workspace(place.workspace)
        .await
        .unwrap()
        .unwrap();
    workspace.event_sequence = 2;
    place
        .commit(vec![
            Change::InsertEndpoint {
                endpoint: endpoint.clone(),
                secrets,
            },
            Change::InsertResend(resend),
            Change::SaveEndpointHealth {
                id: endpoint.id,
                health: Some(health),
            },
            Change::NoteEndpointAlert(endpoint_alerts::alert(endpoint.id, 1, 5)),
            Change::SaveWorkspace {
                expected_version: workspace.version,
                workspace,
            },
        ])
        .await;
    let about = place.workspace.to_string();
    rows::more_deliveries(place, &endpoint, &[1, 50], &about).await;
    let claimed = rows::claim_due(&place.store, 1, 1).await;
    let record = AttemptRecord {
        response: Some(text("thanks")),
        response_headers: Some(Phi::new(vec![("x".to_owned(), "y".to_owned())])),
        ..events::record(&claimed[0], Outcome::Delivered)
    };
    place.store.record_attempts(vec![record]).await.unwrap();
}
