//! Backup, restore and check, as an operator types them.
use crate::support::http::session_of;
use crate::support::ledger::{self, Ledger};
use crate::support::{Http, PATIENCE, Place, documents};
use serde_json::{Value, json};
use smartbot_testkit::{Postgres, spawn, temp_dir, until};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const CLIENTS: usize = 4;

/// A second place with the same master key, and nothing else.
fn beside(place: &Place) -> Place {
    let other = Place::alone();
    std::fs::create_dir_all(other.data()).unwrap();
    std::fs::copy(
        place.data().join("master.key"),
        other.data().join("master.key"),
    )
    .unwrap();
    other
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs `smartbot check` and asserts that nothing is wrong.
async fn passes(place: &Place) {
    let done = place.run(&["check"]).await.ok();
    assert!(done.out.contains("nothing is wrong"), "{}", done.out);
    let checked = place.run(&["check", "--json"]).await.ok().json();
    assert_eq!(checked["findings"], 0);
    assert!(checked["sealed_values"].as_u64() > Some(0));
}

/// A backup in the folder of a place, and what the command said.
async fn back_up(place: &Place, name: &str) -> (PathBuf, Value) {
    let file = place.folder().join(name);
    let made = place
        .run(&["backup", path(&file), "--json"])
        .await
        .ok()
        .json();
    (file, made)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_restores_to_what_was_answered() {
    let place = Place::served().await;
    place.init().await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let (ledger, is_over) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| spawn(ledger.clone().talk(http.clone(), client, is_over.clone())))
        .collect();
    // Each of them, not all together.
    let answers = || {
        let mut of = [0_usize; CLIENTS];
        for it in ledger.all() {
            of[it.client] += it.answers.len();
        }
        of
    };
    let answered = async |more: usize| {
        let enough = answers().map(|it| it + more);
        until("turns to be answered", PATIENCE, async || {
            answers()
                .iter()
                .zip(&enough)
                .all(|(it, enough)| it >= enough)
        })
        .await;
    };
    answered(10).await;
    let before = ledger.all();
    let (file, made) = back_up(&place, "under-load").await;
    assert_eq!(made["users"], CLIENTS);
    answered(10).await;
    passes(&place).await;
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }

    let mut other = beside(&place);
    let done = other.run(&["restore", path(&file)]).await.ok();
    assert!(done.out.contains("0 users erased"), "{}", done.out);
    passes(&other).await;
    let office = other.token("db_update").await;
    let office = other.http().await.with(&office);
    let after = ledger.all();
    for then in &before {
        let now = after.iter().find(|it| it.session == then.session).unwrap();
        let (status, log) = office
            .get(&format!("/api/v1/chat_logs/{}", then.session))
            .await;
        assert_eq!(status, 200, "{log}");
        let said: Vec<&str> = log["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["from"] == "user")
            .map(|it| it["text"].as_str().unwrap())
            .collect();
        let all: Vec<&str> = now.sent.iter().map(|it| it.1.as_str()).collect();
        assert!(all.starts_with(&said), "of one instant, in order");
        assert!(
            said.len() >= then.answers.len(),
            "what was answered is there"
        );
        // Who has said much goes on in another session.
        let of_client = after.iter().filter(|it| it.client == then.client);
        let in_all: usize = of_client.map(|it| it.sent.len()).sum();
        assert!(said.len() < in_all, "the load went on after the backup");
    }
    // A client that repeats what it said before gets the same answer from the copy.
    let (id, answer) = before[0].answers.iter().next().unwrap();
    let token = other.token("bots_management").await;
    let http = other.http().await.with(&token);
    let text = &before[0].sent.iter().find(|it| it.0 == *id).unwrap().1;
    let again = ledger::say(&http, &before[0].session, id, text).await;
    assert_eq!(&again, answer);
}

/// Starts a session for a person, and answers with the session.
async fn chat_of(http: &Http, external_id: &str) -> String {
    let start = json!({"function_id": "Echo", "user": {"external_id": external_id}});
    let session = session_of(&http.start(start).await);
    http.say(&session, "a word").await;
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_erased_stays_erased_in_a_restored_database() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let (ana, ben) = (chat_of(&http, "ana").await, chat_of(&http, "ben").await);
    let (file, _) = back_up(&place, "old").await;
    place.run(&["user", "erase", "ext:ana", "--yes"]).await.ok();
    let keys = place.folder().join("new.keys");
    place
        .run(&["backup", "--only-keys", path(&keys)])
        .await
        .ok();
    let refused = place.run(&["restore", path(&file), "--replace"]).await;
    refused.refused(1, "a server runs on");
    place.stop().await;

    // By the newer keys, in another folder; and by what the database records that is replaced.
    let other = beside(&place);
    let by_keys = ["restore", path(&file), "--keys", path(&keys)];
    let done = other.run(&by_keys).await.ok();
    assert!(done.out.contains("1 users erased again"), "{}", done.out);
    let refused = place.run(&["restore", path(&file)]).await;
    refused.refused(1, "--replace");
    let done = place
        .run(&["restore", path(&file), "--replace", "--json"])
        .await
        .ok();
    let told = done.json();
    assert_eq!(told["erased"], 1);
    assert!(Path::new(told["replaced"].as_str().unwrap()).exists());
    for mut place in [other, place] {
        passes(&place).await;
        let office = place.token("db_update").await;
        let office = place.http().await.with(&office);
        assert_eq!(office.get("/api/v1/users/ext:ana").await.0, 404);
        assert_eq!(office.get(&format!("/api/v1/chat_logs/{ana}")).await.0, 404);
        assert_eq!(office.get("/api/v1/users/ext:ben").await.0, 200);
        assert_eq!(office.get(&format!("/api/v1/chat_logs/{ben}")).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_with_what_to_do() {
    let place = Place::alone();
    place.run(&["check"]).await.refused(1, "master.key");
    place
        .run(&["backup", "x"])
        .await
        .refused(1, "there is no database");
    place.run(&["restore", "x"]).await.refused(1, "master.key");
    place.run(&["restore"]).await.refused(2, "<FILE>");
    place.init().await;
    let (file, _) = back_up(&place, "once").await;
    place
        .run(&["backup", path(&file)])
        .await
        .refused(1, "exists already");
    let fresh = Place::alone();
    std::fs::create_dir_all(fresh.data()).unwrap();
    let wrong = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    std::fs::write(fresh.data().join("master.key"), wrong).unwrap();
    fresh
        .run(&["restore", path(&file)])
        .await
        .refused(1, "master key");
    let left: Vec<_> = std::fs::read_dir(fresh.data())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| it.contains("db"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let other = beside(&place);
    std::fs::remove_file(file.with_added_extension("keys")).unwrap();
    other
        .run(&["restore", path(&file)])
        .await
        .refused(1, "there is no file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_as_it_must_be_fails_the_check() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let session = chat_of(&http, "ana").await;
    passes(&place).await;
    place.stop().await;
    let damage =
        "DELETE FROM messages WHERE seq = 2; UPDATE users SET fields = substr(fields, 1, 30)";
    let file = place.data().join("smartbot.db");
    let damaged = rusqlite::Connection::open(file).and_then(|it| it.execute_batch(damage));
    damaged.unwrap();
    let done = place.run(&["check"]).await;
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.out.contains(&format!("numbers: messages {session}")),
        "{}",
        done.out
    );
    assert!(done.out.contains("number 2 is missing") && done.out.contains("sealed: users.fields"));
    assert!(done.out.contains("2 things are wrong"), "{}", done.out);
    let done = place.run(&["check", "--json"]).await;
    assert_eq!(done.code, 1);
    let lines = done.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[0]["check"], &lines[1]["check"]),
        (&json!("numbers"), &json!("sealed"))
    );
    assert_eq!(lines[2]["findings"], 2);
}

fn run(mut command: Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// As the guide says it: two dumps, of which the one with the keys is kept for a short time.
#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_backed_up_with_its_own_tools() {
    let server: &Postgres = smartbot_testkit::postgres();
    let url = server.new_database();
    let mut place = Place::alone();
    place.set("DATABASE_URL", &url);
    place.serve().await;
    place.init().await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let (ana, ben) = (chat_of(&http, "ana").await, chat_of(&http, "ben").await);
    place.run(&["backup", "x"]).await.refused(1, "pg_dump");
    place.run(&["restore", "x"]).await.refused(2, "pg_restore");

    let folder = temp_dir();
    let (data, keys) = (
        folder.path().join("data.dump"),
        folder.path().join("keys.dump"),
    );
    let mut dump = server.client("pg_dump");
    dump.args([
        "--format=custom",
        "--exclude-table-data=user_keys",
        "--file",
        path(&data),
    ]);
    run({
        dump.args(["--dbname", &url]);
        dump
    });
    place.run(&["user", "erase", "ext:ana", "--yes"]).await.ok();
    let mut dump = server.client("pg_dump");
    dump.args([
        "--format=custom",
        "--data-only",
        "--table=user_keys",
        "--file",
        path(&keys),
    ]);
    run({
        dump.args(["--dbname", &url]);
        dump
    });
    place.stop().await;

    let restored = server.new_database();
    for file in [&data, &keys] {
        let mut restore = server.client("pg_restore");
        restore.args(["--exit-on-error", "--dbname", &restored, path(file)]);
        run(restore);
    }
    place.set("DATABASE_URL", &restored);
    let done = place.run(&["check"]).await;
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("smartbot restore --finish"),
        "{}",
        done.out
    );
    let done = place.run(&["restore", "--finish"]).await.ok();
    assert_eq!(done.out, "1 users erased\n");
    passes(&place).await;
    place.serve().await;
    let office = Http::new(&place.url()).with(&place.token("db_update").await);
    assert_eq!(office.get(&format!("/api/v1/chat_logs/{ana}")).await.0, 404);
    assert_eq!(office.get(&format!("/api/v1/chat_logs/{ben}")).await.0, 200);
}

/// Asks for a file.
fn card() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Card", "name": "Card", "type": "flow", "language": "en", "start": "card",
        "fields": [{"name": "card", "kind": "variable", "type": "json"}],
        "boxes": [{"id": "card", "type": "file_upload", "text": "Your card, please.", "save_to": "card"}, {"id": "bye", "type": "end"}],
        "links": [{"from": "card", "to": "bye"}],
    })
}

/// Sends a file in a chat of its own. Answers with where chat logs have it.
async fn send_file(http: &Http, content: &str) -> String {
    let started = http.start(json!({"function_id": "Card"})).await;
    let session = session_of(&started);
    let files = format!("/api/v1/sessions/{session}/files?name=card.pdf");
    let (status, body) = http.try_text(&files, &[], content).await;
    assert_eq!(status, 201, "{body}");
    let sent: Value = serde_json::from_str(&body).unwrap();
    let id = &sent["file"]["id"];
    let messages = format!("/api/v1/sessions/{session}/messages");
    let (status, answered) = http.post(&messages, &json!({"file_id": id})).await;
    assert_eq!(status, 200, "{answered}");
    format!("/api/v1/chat_logs/{session}/files/{}", id.as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_back_with_a_backup_and_what_is_newer_is_told_and_removed() {
    const OLD: &str = "%PDF-1.7 the old one";
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&card()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let old = send_file(&http, OLD).await;
    let (file, _) = back_up(&place, "with-files").await;
    let new = send_file(&http, "%PDF-1.7 the new one").await;
    passes(&place).await;

    let mut other = beside(&place);
    other.run(&["restore", path(&file)]).await.ok();
    passes(&other).await;
    let office = other.token("db_update").await;
    let office = other.http().await.with(&office);
    assert_eq!(office.get(&old).await, (200, Value::String(OLD.into())));
    assert_eq!(office.get(&new).await.0, 404);
    other.alone_again().await;

    // In its own place the newer one stays, told, until the database that knows it is not needed any more.
    place.stop().await;
    let restore = ["restore", path(&file), "--replace"];
    place.run(&restore).await.ok();
    let done = place.run(&["check"]).await;
    assert_eq!(done.code, 1);
    let id = new.rsplit('/').next().unwrap();
    assert!(done.out.contains(id), "{}", done.out);
    assert!(
        done.out.contains("smartbot restore --finish"),
        "{}",
        done.out
    );
    let done = place.run(&["restore", "--finish"]).await.ok();
    let told = "0 users erased\nfiles removed of which there is no row: 1\n";
    assert_eq!(done.out, told);
    passes(&place).await;
    place.serve().await;
    let office = Http::new(&place.url()).with(&place.token("db_update").await);
    assert_eq!(office.get(&old).await, (200, Value::String(OLD.into())));
}
