//! Rows to keep.
use crate::place::{Place, at, new_id, random};
use serde_json::{Map, Value, json};
use smartbot_model::event::{Actor, ActorKind};
use smartbot_model::file::StoredFile;
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::session::SessionStatus;
use smartbot_model::webhook::{Endpoint, PayloadDetail};
use smartbot_model::{
    BotId, DeliveryId, EndpointId, EventId, EventType, FileId, JobId, MessageId, Phi, SessionId,
    Time, UserId, WorkspaceId,
};
use smartbot_store::{
    AnswerRow, Change, ClaimedDelivery, DeliveryRow, EndpointSecrets, EventRow, FileRow, FileState,
    JobKind, JobRow, LaneDue, MessageRow, SessionRow, Store, TurnRow, UserRow, Want,
};
use std::time::Duration;

pub(crate) fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

pub(crate) fn user() -> UserRow {
    UserRow {
        id: new_id!(UserId),
        external_id: None,
        fields: Phi::new(map(
            json!({"user_fname": "Ana", "age": 41, "pets": ["cat", null], "vip": true}),
        )),
        flags: ["vip", "überweisung"].map(str::to_owned).into(),
        event_sequence: 3,
        version: 1,
        created_at: at(1),
        updated_at: at(2),
    }
}

pub(crate) fn session(user: UserId) -> SessionRow {
    SessionRow {
        id: new_id!(SessionId),
        user_id: user,
        bot_id: new_id!(BotId),
        function_id: "DoctorAppointment".to_owned(),
        bot_version: 3,
        status: SessionStatus::Active,
        medium: "api".to_owned(),
        language: "en".to_owned(),
        state: Phi::new(r#"{"box":"when","variables":{"reason":"knee"}}"#.to_owned()),
        last_seq: 0,
        version: 1,
        metadata: Phi::new(map(json!({"page": "/start"}))),
        created_at: at(3),
        updated_at: at(4),
        ended_at: None,
        end_reason: None,
        desk: Default::default(),
    }
}

pub(crate) fn message(seq: u32, text: &str) -> MessageRow {
    let message = Message {
        id: new_id!(MessageId),
        seq,
        from: Sender::User,
        kind: MessageKind::Text,
        text: text.to_owned(),
        choices: vec![],
        media: None,
        file: None,
        typing_delay_ms: None,
        box_id: None,
        client_message_id: None,
        at: at(i64::from(seq)),
    };
    MessageRow {
        message: Phi::new(message),
        sensitive: false,
        agent_id: None,
    }
}

pub(crate) fn turn(session: SessionId, turn: u64, seq: u32) -> TurnRow {
    TurnRow {
        session_id: session,
        turn,
        seq,
        at: at(5),
        trace: json!([{"box_id": "when", "link": 1}]),
    }
}

pub(crate) fn event(number: u64, subject: impl ToString) -> EventRow {
    EventRow {
        id: EventId::new(at(i64::try_from(number).unwrap()), &random()),
        event_type: EventType::FlagAssigned,
        subject: subject.to_string(),
        sequence: number,
        occurred_at: at(i64::try_from(number).unwrap()),
        actor: Actor::new(ActorKind::Bot, new_id!(BotId)),
        data: Phi::new(json!({"flag": "vip", "n": number})),
        session_id: None,
    }
}

pub(crate) fn endpoint() -> Endpoint {
    let url = "https://portal.example/hook".to_owned();
    Endpoint {
        description: "Portal".to_owned(),
        ..Endpoint::new(new_id!(EndpointId), url, at(6))
    }
}

/// Secrets of an endpoint that were never replaced.
pub(crate) fn secrets(secret: &str) -> EndpointSecrets {
    EndpointSecrets {
        current: Phi::new(secret.to_owned()),
        old: vec![],
        signing_key: None,
    }
}

/// Claims what is wanted, and nothing of it may be given up.
pub(crate) async fn claim(store: &Store, now: i64, wants: &[Want]) -> Vec<ClaimedDelivery> {
    let claimed = store.claim_deliveries(at(now), wants).await.unwrap();
    assert_eq!(claimed.unreadable, []);
    claimed.deliveries
}

/// Claims what is due to each active endpoint, for 30 seconds.
pub(crate) async fn claim_due(store: &Store, now: i64, limit: u32) -> Vec<ClaimedDelivery> {
    let lanes = store.delivery_lanes().await.unwrap();
    let want = |it: &LaneDue| Want {
        workspace_id: it.workspace_id,
        endpoint_id: it.endpoint_id,
        limit,
        lease: LEASE,
        ordered: false,
    };
    let wants: Vec<_> = lanes.iter().map(want).collect();
    claim(store, now, &wants).await
}

/// A wish for what is due to an endpoint.
pub(crate) const fn want(workspace_id: WorkspaceId, endpoint: &Endpoint, limit: u32) -> Want {
    Want {
        workspace_id,
        endpoint_id: endpoint.id,
        limit,
        lease: LEASE,
        ordered: endpoint.ordered_by.is_some(),
    }
}

/// How long claims hold.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// When the next delivery is to be looked at.
pub(crate) async fn next_due(store: &Store) -> Option<Time> {
    let lanes = store.delivery_lanes().await.unwrap();
    lanes.iter().map(|it| it.wake_at).min()
}

pub(crate) fn delivery(event: EventId, endpoint: EndpointId, due: i64) -> DeliveryRow {
    DeliveryRow {
        id: DeliveryId::new(at(due), &random()),
        event_id: event,
        endpoint_id: endpoint,
        due_at: at(due),
        order: None,
        detail: PayloadDetail::Full,
        of_box: None,
        lease_until: None,
        created_at: at(due),
    }
}

pub(crate) fn job(session: &SessionRow, kind: JobKind, number: u64, due: i64) -> JobRow {
    JobRow {
        id: new_id!(JobId),
        kind,
        session_id: session.id,
        user_id: session.user_id,
        number,
        due_at: at(due),
        lease_until: None,
        attempt: 0,
        payload: Phi::new(json!({"url": "https://insurer.example", "number": number})),
        created_at: at(0),
    }
}

pub(crate) fn file(session: &SessionRow, state: FileState) -> FileRow {
    let file = StoredFile {
        id: new_id!(FileId),
        name: "planted-name.png".to_owned(),
        r#type: "image/png".to_owned(),
        size: 48_213,
    };
    FileRow {
        file: Phi::new(file),
        session_id: session.id,
        user_id: session.user_id,
        state,
        created_at: at(7),
    }
}

pub(crate) fn answer(user: Option<UserId>, key: &str) -> AnswerRow {
    AnswerRow {
        scope: "tok_1".to_owned(),
        key: key.to_owned(),
        fingerprint: [9; 32],
        user_id: user,
        session_id: Some(new_id!(SessionId)),
        seq: 4,
        status: Some(201),
        body: Some(Phi::new(r#"{"messages":["Hello Ana"]}"#.to_owned())),
        created_at: at(7),
        expires_at: Some(at(100)),
    }
}

/// A user with a session, kept.
pub(crate) async fn kept_session(place: &Place) -> (UserRow, SessionRow) {
    let user = user();
    let session = session(user.id);
    place
        .commit(vec![
            Change::InsertUser(user.clone()),
            Change::InsertSession(session.clone()),
        ])
        .await;
    (user, session)
}

/// An endpoint, kept, and a delivery to it for each of `due`.
pub(crate) async fn kept_deliveries(place: &Place, due: &[i64]) -> (Endpoint, Vec<DeliveryRow>) {
    kept_deliveries_of(place, &place.workspace.to_string(), due).await
}

/// As [`kept_deliveries`], of events about `subject`.
pub(crate) async fn kept_deliveries_of(
    place: &Place,
    subject: &str,
    due: &[i64],
) -> (Endpoint, Vec<DeliveryRow>) {
    let endpoint = endpoint();
    place
        .commit(vec![Change::InsertEndpoint {
            endpoint: endpoint.clone(),
            secrets: secrets("whsec_x"),
        }])
        .await;
    let deliveries = more_deliveries(place, &endpoint, due, subject).await;
    (endpoint, deliveries)
}

/// A delivery for each of `due`, of an event each.
pub(crate) async fn more_deliveries(
    place: &Place,
    endpoint: &Endpoint,
    due: &[i64],
    subject: &str,
) -> Vec<DeliveryRow> {
    let events: Vec<_> = (1..=due.len() as u64)
        .map(|it| event(it, subject))
        .collect();
    let deliveries: Vec<_> = events
        .iter()
        .zip(due)
        .map(|(event, due)| delivery(event.id, endpoint.id, *due))
        .collect();
    place
        .commit(vec![
            Change::RecordEvents {
                user_id: None,
                events,
            },
            Change::InsertDeliveries(deliveries.clone()),
        ])
        .await;
    deliveries
}
