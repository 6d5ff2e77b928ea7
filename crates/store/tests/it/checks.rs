use crate::place::{KEY, Place, behind};
use crate::{place, whole};
use smartbot_model::EventType;
use smartbot_store::{Change, Checked, Error, EventRow, Finding, MasterKey, Store};
use std::collections::BTreeSet;

/// What a check of this database finds.
async fn check(url: &str) -> (Vec<Finding>, Checked) {
    let mut found = Vec::new();
    let checked = Store::check(url, &KEY, &mut |it| found.push(it)).await;
    let checked = checked.unwrap();
    assert_eq!(checked.findings, found.len() as u64);
    (found, checked)
}

/// Does this to a copy of a database that is as it should be, and answers with what a check finds then.
async fn after(place: &Place, damage: &str) -> Vec<Finding> {
    let (url, _folder) = place.copy();
    behind(&url, damage).await;
    check(&url).await.0
}

/// A database with a row of everything, which nobody has open.
async fn closed(place: &Place) {
    whole::keep(place).await;
    place.store.close().await;
}

fn places(found: &[Finding]) -> BTreeSet<(&str, &str)> {
    found
        .iter()
        .map(|it| (it.check, it.table.as_str()))
        .collect()
}

pub(crate) async fn a_database_as_it_should_be_passes(place: Place) {
    whole::keep(&place).await;
    // Beside a store that has it open.
    let (found, checked) = check(&place.url).await;
    assert_eq!(found, []);
    assert!(
        checked.rows > 20 && checked.sealed_values > 30,
        "{checked:?}"
    );
    if let Some(file) = place.file() {
        let nowhere = format!("sqlite:{}", file.with_extension("other").display());
        let nothing = Store::check(&nowhere, &KEY, &mut |_| {}).await;
        assert!(
            nothing
                .unwrap_err()
                .to_string()
                .contains("there is no database")
        );
    }
}

pub(crate) async fn what_is_missing_is_told(place: Place) {
    closed(&place).await;
    let missing: [(&str, &[&str]); 11] = [
        ("workspace_keys", &["workspaces"]),
        (
            "workspaces",
            &[
                "workspace_keys",
                "users",
                "agents",
                "bots",
                "tokens",
                "endpoints",
                "events",
            ],
        ),
        (
            "agents",
            &["browser_sessions", "presence", "canned_replies"],
        ),
        ("bots", &["bot_versions"]),
        ("bot_versions", &["bots", "sessions"]),
        ("user_keys", &["users"]),
        (
            "users",
            &["user_keys", "user_flags", "sessions", "jobs", "answers"],
        ),
        (
            "sessions",
            &[
                "messages",
                "turns",
                "jobs",
                "answers",
                "events",
                "notes",
                "session_agents",
            ],
        ),
        ("events", &["deliveries"]),
        (
            "endpoints",
            &[
                "deliveries",
                "resends",
                "endpoint_health",
                "endpoint_alerts",
            ],
        ),
        ("deliveries", &["attempts"]),
    ];
    for (table, children) in missing {
        let found = after(&place, &format!("DELETE FROM {table}")).await;
        let places = places(&found);
        for child in children {
            assert!(
                places.contains(&("references", *child)),
                "{table}: {found:?}"
            );
        }
    }
}

pub(crate) async fn what_contradicts_itself_is_told(place: Place) {
    closed(&place).await;
    for (damage, table, message) in [
        (
            "UPDATE deliveries SET wake_at = NULL WHERE state = 'pending'",
            "deliveries",
            "no worker will ever",
        ),
        (
            "UPDATE deliveries SET wake_at = 1 WHERE state = 'delivered'",
            "deliveries",
            "would send it again",
        ),
        (
            "UPDATE deliveries SET attempts = 0 WHERE state = 'delivered'",
            "deliveries",
            "never tried",
        ),
        (
            "UPDATE deliveries SET attempts = 0 WHERE state = 'delivered'",
            "attempts",
            "does not count",
        ),
        ("UPDATE sessions SET ended_at = 5", "sessions", "has ended"),
        ("UPDATE turns SET turn = 99", "turns", "greater number"),
        (
            "UPDATE sessions SET status = 'with_agent'",
            "sessions",
            "but nobody has it",
        ),
        (
            "UPDATE sessions SET waiting_since = 1",
            "sessions",
            "but since some time",
        ),
    ] {
        let found = after(&place, damage).await;
        let is_told = found
            .iter()
            .any(|it| it.check == "states" && it.table == table && it.message.contains(message));
        assert!(is_told, "{damage}: {found:?}");
    }
}

pub(crate) async fn gaps_in_numbers_are_told(place: Place) {
    closed(&place).await;
    for (damage, table, message) in [
        (
            "DELETE FROM messages WHERE seq = 2",
            "messages",
            "number 2 is missing",
        ),
        (
            "DELETE FROM messages WHERE seq < 3",
            "messages",
            "numbers 1 to 2 are missing",
        ),
        (
            "DELETE FROM messages WHERE seq = 3",
            "messages",
            "end with 2, not with 3",
        ),
        ("DELETE FROM messages", "messages", "end with 0, not with 3"),
        (
            "DELETE FROM events WHERE sequence = 2 AND user_id IS NOT NULL",
            "events",
            "number 2 is missing",
        ),
        (
            "DELETE FROM events WHERE sequence = 3",
            "users",
            "end with 2, not with 3",
        ),
        (
            "UPDATE users SET event_sequence = 2",
            "users",
            "end with 3, not with 2",
        ),
        (
            "UPDATE agents SET event_sequence = 0",
            "agents",
            "end with 1, not with 0",
        ),
        (
            "UPDATE workspaces SET event_sequence = 7",
            "workspaces",
            "end with 2, not with 7",
        ),
    ] {
        let found = after(&place, damage).await;
        let is_told = found
            .iter()
            .any(|it| it.check == "numbers" && it.table == table && it.message.contains(message));
        assert!(is_told, "{damage}: {found:?}");
    }
}

/// Every column that holds sealed values.
const SEALED: [&str; 26] = [
    "canned_replies.name",
    "canned_replies.text",
    "notes.content",
    "agents.email",
    "agents.name",
    "agents.password_hash",
    "browser_sessions.address",
    "browser_sessions.user_agent",
    "endpoints.url",
    "endpoints.headers",
    "endpoints.secret",
    "endpoints.old_secrets",
    "endpoints.signing_key",
    "secrets.value",
    "attempts.response",
    "attempts.response_headers",
    "users.external_id",
    "users.fields",
    "sessions.state",
    "sessions.metadata",
    "messages.content",
    "jobs.payload",
    "files.name",
    "events.data",
    "answers.body",
    "user_keys.wrapped",
];

pub(crate) async fn every_sealed_column_that_does_not_open_is_told(place: Place) {
    closed(&place).await;
    for sealed in SEALED {
        let (table, column) = sealed.split_once('.').unwrap();
        let cut = format!("UPDATE {table} SET {column} = substr({column}, 1, 20)");
        let found = after(&place, &cut).await;
        // A user's key that cannot be opened is told by what it should open.
        let expected = if table == "user_keys" {
            "users.fields"
        } else {
            sealed
        };
        assert!(
            places(&found).contains(&("sealed", expected)),
            "{cut}: {found:?}"
        );
        assert!(
            found.iter().all(|it| it.check == "sealed"),
            "{cut}: {found:?}"
        );
        assert!(
            found
                .iter()
                .all(|it| it.message.contains("cannot be opened")),
            "{found:?}"
        );
    }
    let moved = "UPDATE messages SET content = (SELECT m.content FROM messages AS m WHERE m.seq = 2 AND m.session_id = messages.session_id) WHERE seq = 1";
    let found = after(&place, moved).await;
    assert_eq!(
        places(&found),
        BTreeSet::from([("sealed", "messages.content")])
    );
    let found = after(&place, "DELETE FROM user_keys").await;
    let is_told = found
        .iter()
        .any(|it| it.table == "users.fields" && it.message.contains("key is gone"));
    assert!(is_told, "{found:?}");
    let found = after(&place, "DELETE FROM store_meta").await;
    assert_eq!(places(&found), BTreeSet::from([("sealed", "store_meta")]));
}

pub(crate) async fn what_rows_are_found_by_is_looked_at(place: Place) {
    closed(&place).await;
    for index in [
        "users.external_id_index",
        "users.phone_index",
        "users.email_index",
        "agents.email_index",
        "agents.sign_in_index",
    ] {
        let (table, column) = index.split_once('.').unwrap();
        let changed = format!("UPDATE {table} SET {column} = substr({column}, 2)");
        let found = after(&place, &changed).await;
        assert_eq!(
            places(&found),
            BTreeSet::from([("sealed", index)]),
            "{changed}"
        );
    }
}

pub(crate) async fn the_schema_is_looked_at(place: Place) {
    closed(&place).await;
    for (damage, message) in [
        (
            "DELETE FROM schema_migrations WHERE version = (SELECT max(m.version) FROM schema_migrations AS m)",
            "smartbot migrate",
        ),
        (
            "UPDATE schema_migrations SET version = 9999 WHERE version = 1",
            "newer",
        ),
        (
            "UPDATE schema_migrations SET checksum = substr(checksum, 2)",
            "not the one",
        ),
    ] {
        let found = after(&place, damage).await;
        assert_eq!(
            places(&found),
            BTreeSet::from([("migrations", "schema_migrations")])
        );
        assert!(found[0].message.contains(message), "{found:?}");
    }
}

pub(crate) async fn an_erased_user_is_as_it_should_be(place: Place) {
    let whole = whole::keep(&place).await;
    let event = EventRow {
        event_type: EventType::UserDeleted,
        ..crate::rows::event(4, whole.user.id)
    };
    place
        .commit(vec![
            Change::EraseUser {
                id: whole.user.id,
                expected_version: 1,
                at: place::at(50),
            },
            Change::RecordEvents {
                user_id: None,
                events: vec![event],
            },
        ])
        .await;
    assert_eq!(check(&place.url).await.0, []);
    assert!(
        place
            .store
            .session(place.workspace, whole.session.id)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        place
            .store
            .user(place.workspace, whole.other.id)
            .await
            .unwrap()
            .is_some()
    );
}

pub(crate) async fn a_wrong_master_key_checks_nothing(place: Place) {
    whole::keep(&place).await;
    let wrong = MasterKey::new([8; 32]);
    let result = Store::check(&place.url, &wrong, &mut |_| {}).await;
    assert_eq!(result, Err(Error::WrongMasterKey));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_told() {
    const PAGE: usize = 4096;
    let place = Place::sqlite().await;
    closed(&place).await;
    let (url, _folder) = place.copy();
    let file = std::path::PathBuf::from(url.strip_prefix("sqlite:").unwrap());
    let whole = std::fs::read(&file).unwrap();
    let mut told = 0;
    for page in 1..whole.len() / PAGE {
        let mut bytes = whole.clone();
        bytes[page * PAGE..page * PAGE + 60].fill(0xa5);
        std::fs::write(&file, bytes).unwrap();
        let mut found = Vec::new();
        match Store::check(&url, &KEY, &mut |it| found.push(it)).await {
            Ok(_) => {
                told += 1;
                assert!(found.iter().any(|it| it.check == "integrity"), "{page}");
            }
            // So damaged that it cannot even be opened.
            Err(error) => assert!(error.to_string().contains("malformed"), "{error}"),
        }
    }
    assert!(told > 10, "{told}");
}
