use crate::place::{KEY, Place, at, new_id, options, random};
use crate::rows::{self, map};
use serde_json::json;
use smartbot_model::token::{self, Token, TokenKind};
use smartbot_model::{Phi, TokenId};
use smartbot_store::{
    AgentRow, AttemptRecord, BrowserSessionRow, Change, EndpointSecrets, Error, JobKind, MasterKey,
    OldSecret, Options, Outcome, Store, UserRow,
};
use std::sync::Arc;

/// Words that stand nowhere else.
const PLANTED: [&str; 19] = [
    "planted-message",
    "planted-choice",
    "planted-media",
    "planted-client-id",
    "planted-name",
    "+1310555planted",
    "planted@mail.example",
    "planted-external",
    "planted-state",
    "planted-metadata",
    "planted-event",
    "planted-job",
    "planted-answer",
    "planted-key",
    "planted-secret",
    "planted-agent",
    "planted-response",
    "planted-address",
    "planted-browser",
];

pub(crate) async fn no_planted_text_is_found_in_the_database(place: Place) {
    let mut user = rows::user();
    user.external_id = Some(Phi::new("planted-external".to_owned()));
    user.fields = Phi::new(map(
        json!({"user_fname": "planted-name", "user_phone": "+1310555planted", "user_email": "planted@mail.example"}),
    ));
    let mut session = rows::session(user.id);
    session.state = Phi::new(r#"{"variables":{"x":"planted-state"}}"#.to_owned());
    session.metadata = Phi::new(map(json!({"x": "planted-metadata"})));
    let mut message = rows::message(1, "planted-message");
    message.message.expose_mut().choices = vec!["planted-choice".to_owned()];
    message.message.expose_mut().media = Some(json!({"url": "planted-media"}));
    message.message.expose_mut().client_message_id = Some("planted-client-id".to_owned());
    let mut event = rows::event(1, user.id);
    event.data = Phi::new(json!({"x": "planted-event"}));
    let mut job = rows::job(&session, JobKind::Call, 1, 1);
    job.payload = Phi::new(json!({"x": "planted-job"}));
    let mut answer = rows::answer(Some(user.id), "planted-key");
    answer.body = Some(Phi::new("planted-answer".to_owned()));
    let secret = token::generate("sbm_", &random());
    let token = Token {
        id: new_id!(TokenId),
        kind: TokenKind::BotsManagement,
        name: "clear-token-name".to_owned(),
        expires_at: None,
        read_only: false,
        allow_ips: vec![],
        created_at: at(0),
        last_used_at: None,
        revoked_at: None,
    };
    let planted = |it: &str| Phi::new(it.to_owned());
    let agent = AgentRow {
        name: planted("planted-agent"),
        password_hash: Some(planted("planted-secret")),
        ..crate::agents::agent("planted-agent@x.example")
    };
    let browser = BrowserSessionRow {
        address: planted("planted-address"),
        user_agent: planted("planted-browser"),
        ..crate::agents::browser_session(agent.id, 9)
    };
    place
        .commit(vec![
            Change::InsertUser(user.clone()),
            Change::InsertSession(session.clone()),
            Change::AppendMessages {
                session_id: session.id,
                user_id: user.id,
                messages: vec![message],
            },
            Change::RecordEvents {
                user_id: Some(user.id),
                events: vec![event],
            },
            Change::InsertJob(job),
            Change::SaveAnswer(answer),
            Change::InsertToken {
                token,
                hash: token::hash(&secret),
            },
            Change::InsertAgent(agent),
            Change::InsertBrowserSession(browser),
            Change::SetSecret {
                name: "clear-secret-name".to_owned(),
                value: planted("planted-secret"),
                at: at(0),
            },
        ])
        .await;
    let mut endpoint = rows::endpoint();
    endpoint.url = "https://user:planted-secret@portal.example".to_owned();
    endpoint.headers = vec![("x-key".to_owned(), "planted-secret".to_owned())];
    place
        .commit(vec![Change::InsertEndpoint {
            endpoint: endpoint.clone(),
            secrets: EndpointSecrets {
                current: planted("whsec_planted-secret"),
                old: vec![OldSecret {
                    secret: planted("whsec_planted-secret"),
                    until: at(9),
                }],
                signing_key: Some(Phi::new([7; 32])),
            },
        }])
        .await;
    rows::more_deliveries(&place, &endpoint, &[1], "usr_x").await;
    let claimed = rows::claim_due(&place.store, 1, 1).await;
    let record = AttemptRecord {
        response: Some(planted("planted-response")),
        response_headers: Some(Phi::new(vec![(
            "x".to_owned(),
            "planted-response".to_owned(),
        )])),
        ..crate::events::record(&claimed[0], Outcome::Dead)
    };
    place.store.record_attempts(vec![record]).await.unwrap();

    let contents = place.contents();
    let holds = |text: &str| contents.windows(text.len()).any(|it| it == text.as_bytes());
    for text in PLANTED {
        assert!(!holds(text), "{text} lies in the database in clear");
    }
    assert!(!holds(&secret), "the token lies in the database in clear");
    let has_key = contents.windows(32).any(|it| it == [7; 32]);
    assert!(!has_key, "the master key lies in the database");
    // The search does find what is there.
    for text in ["clear-token-name", "clear-secret-name", "DoctorAppointment"] {
        assert!(holds(text), "{text}");
    }
}

fn is_corrupt<T>(result: Result<T, Error>, column: &str) -> bool {
    matches!(result, Err(Error::Corrupt { table, .. }) if table == column)
}

pub(crate) async fn a_value_moved_to_another_row_does_not_open(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let messages = vec![rows::message(1, "yes"), rows::message(2, "no")];
    let second = SecondSession::of(&place, &user).await;
    place
        .commit(vec![Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages,
        }])
        .await;
    let store = place.reopened().await;
    // Of one user, so under one key: only the place tells them apart.
    place.behind("UPDATE messages SET content = (SELECT m.content FROM messages AS m WHERE m.seq = 2) WHERE seq = 1").await;
    assert!(is_corrupt(
        store.messages(place.workspace, session.id, 0, 9).await,
        "messages.content"
    ));
    place.behind("UPDATE sessions SET state = metadata").await;
    assert!(is_corrupt(
        store.session(place.workspace, session.id).await,
        "sessions.state"
    ));
    assert!(is_corrupt(
        store.turn(place.workspace, second.0).await,
        "sessions.state"
    ));
    let (other, _) = rows::kept_session(&place).await;
    place.behind("UPDATE user_keys SET wrapped = (SELECT k.wrapped FROM user_keys AS k ORDER BY k.user_id DESC LIMIT 1)").await;
    let fresh = place.reopened().await;
    let opened = [
        fresh.user(place.workspace, user.id).await,
        fresh.user(place.workspace, other.id).await,
    ];
    assert_eq!(
        opened
            .iter()
            .filter(|it| is_corrupt((*it).clone(), "user_keys.wrapped"))
            .count(),
        1
    );
}

/// A second session of a user, kept.
struct SecondSession(smartbot_model::SessionId);

impl SecondSession {
    async fn of(place: &Place, user: &UserRow) -> Self {
        let session = rows::session(user.id);
        place
            .commit(vec![Change::InsertSession(session.clone())])
            .await;
        Self(session.id)
    }
}

pub(crate) async fn a_changed_value_does_not_open(place: Place) {
    let user = rows::user();
    place.commit(vec![Change::InsertUser(user.clone())]).await;
    let bytes = if place.store.is_embedded() {
        "X'01000000010203'"
    } else {
        "'\\x01000000010203'"
    };
    place
        .behind(&format!("UPDATE users SET fields = {bytes}"))
        .await;
    let result = place.store.user(place.workspace, user.id).await;
    assert!(is_corrupt(result.clone(), "users.fields"), "{result:?}");
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains(&user.id.uuid().simple().to_string())
    );
}

pub(crate) async fn a_wrong_master_key_is_noticed_at_open(place: Place) {
    let wrong = Options {
        master_key: MasterKey::new([8; 32]),
        ..options(&place.url)
    };
    assert_eq!(
        Store::open(wrong, Arc::new(random())).await.unwrap_err(),
        Error::WrongMasterKey
    );
    let right = Options {
        master_key: KEY,
        ..options(&place.url)
    };
    Store::open(right, Arc::new(random()))
        .await
        .unwrap()
        .ping()
        .await
        .unwrap();
}

pub(crate) async fn keys_are_read_again_by_another_process(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let store = place.reopened().await;
    let message = rows::message(1, "hi");
    let list = vec![Change::AppendMessages {
        session_id: session.id,
        user_id: user.id,
        messages: vec![message.clone()],
    }];
    store.commit(place.workspace, list).await.unwrap();
    assert_eq!(
        place
            .store
            .messages(place.workspace, session.id, 0, 9)
            .await,
        Ok(vec![message])
    );
}

pub(crate) async fn without_its_key_a_user_is_gone(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    place
        .commit(vec![Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages: vec![rows::message(1, "hi")],
        }])
        .await;
    place.behind("DELETE FROM user_keys").await;
    let store = place.reopened().await;
    assert_eq!(store.user(place.workspace, user.id).await, Ok(None));
    assert_eq!(store.turn(place.workspace, session.id).await, Ok(None));
    assert_eq!(
        store.messages(place.workspace, session.id, 0, 9).await,
        Ok(vec![])
    );
}
