//! Users from the command line: imported, exported, erased, beside a running server and without one.
use crate::support::everywhere;
use crate::support::{Place, documents};
use serde_json::{Value, json};

const TABLE: &str = "external_id,user_fname,user_birthdate,flags\n\
    p-1,canary-Ana,1985-02-03,vip new\n\
    p-2,canary-Bob,tomorrow,\n\
    p-3,canary-Cy,,\n";

async fn a_file_is_imported_line_by_line(place: Place) {
    place.init().await;
    place.write("users.csv", TABLE);
    let done = place.run(&["user", "import", "users.csv"]).await;
    assert_eq!(done.code, 1, "a line failed: {done:?}");
    assert_eq!(done.out, "2 created, 0 updated, 0 unchanged, 1 failed\n");
    assert!(
        done.err.starts_with("line 3: The field user_birthdate"),
        "{}",
        done.err
    );

    let lines = "{\"external_id\":\"p-1\",\"fields\":{\"user_city\":\"Riverside\"}}\n{\"external_id\":\"p-3\"}\n";
    place.write("users.ndjson", lines);
    let told = place
        .run(&["user", "import", "users.ndjson", "--json"])
        .await
        .ok()
        .lines();
    let statuses: Vec<&str> = told
        .iter()
        .map(|it| it["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["updated", "unchanged"]);
    assert_eq!(told[0]["line"], 1);
    let again = place.run(&["user", "import", "users.ndjson"]).await.ok();
    assert_eq!(again.out, "0 created, 0 updated, 2 unchanged, 0 failed\n");
    let piped = ["user", "import", "-", "--format", "ndjson"];
    let piped = place
        .run_with(&piped, "{\"external_id\":\"p-9\"}")
        .await
        .ok();
    assert!(piped.out.starts_with("1 created"), "{}", piped.out);

    let user = place.run(&["user", "export", "ext:p-1"]).await.ok().out;
    let user: Value = serde_json::from_str(&user).unwrap();
    assert_eq!(user["user"]["flags"], json!(["new", "vip"]));
    assert_eq!(user["user"]["fields"]["user_city"], "Riverside");
    assert_eq!(user["chat_logs"], json!([]));
}

async fn what_cannot_be_imported_is_refused(place: Place) {
    place.init().await;
    place.write("users.txt", TABLE);
    place.write("bad.csv", "user_fname\nAna\n");
    place
        .run(&["user", "import", "users.txt"])
        .await
        .refused(2, "--format csv");
    place
        .run(&["user", "import", "nowhere.csv"])
        .await
        .refused(1, "nowhere.csv");
    place
        .run(&["user", "import", "bad.csv"])
        .await
        .refused(1, "external_id among them");
    place
        .run(&["user", "export", "ext:p-1"])
        .await
        .refused(1, "no such user");
    place
        .run(&["user", "export", "p-1"])
        .await
        .refused(1, "usr_");
    place
        .run(&["user", "erase", "ext:p-1", "--yes"])
        .await
        .refused(1, "no such user");
    place
        .run(&["user", "erase", "ext:p-1"])
        .await
        .refused(2, "--yes");
}

async fn a_long_file_goes_through(place: Place) {
    place.init().await;
    let mut text = String::new();
    for number in 0..3_000 {
        let name = "x".repeat(100);
        text.push_str(&format!(
            "{{\"external_id\":\"p-{number}\",\"fields\":{{\"user_fname\":\"{name}\"}}}}\n"
        ));
    }
    place.write("users.ndjson", &text);
    let told = place
        .run(&["user", "import", "users.ndjson", "--json"])
        .await
        .ok()
        .lines();
    assert_eq!(told.len(), 3_000);
    assert!(
        told.iter()
            .enumerate()
            .all(|(number, it)| it["line"] == number as u64 + 1)
    );
}

async fn all_of_a_person_is_exported_and_erased(mut place: Place) {
    place.init().await;
    place.write("users.csv", TABLE);
    place.run(&["user", "import", "users.csv"]).await;
    place.publish(&documents::echo()).await;
    let token = place.token("bots_management").await;
    let http = place.http().await.with(&token);
    let start = json!({"function_id": "Echo", "user": {"external_id": "p-1"}});
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let started = http.start(start.clone()).await;
        let id = started["session"]["id"].as_str().unwrap().to_owned();
        http.say(&id, "canary-text").await;
        sessions.push(id);
    }
    place.alone_again().await;
    for json in [&["--json"][..], &[]] {
        let args = [&["user", "export", "ext:p-1"], json].concat();
        let printed = place.run(&args).await.ok().out;
        assert_eq!(printed.lines().count() == 1, !json.is_empty(), "{printed}");
        let all: Value = serde_json::from_str(&printed).unwrap();
        let logs = all["chat_logs"].as_array().unwrap();
        let ids: Vec<&str> = logs
            .iter()
            .map(|it| it["session"]["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, sessions);
        assert!(printed.contains("canary-text") && printed.contains("canary-Ana"));
    }
    let erased = place
        .run(&["user", "erase", "ext:p-1", "--yes", "--json"])
        .await
        .ok()
        .json();
    assert!(erased["id"].as_str().unwrap().starts_with("usr_"));
    assert_eq!(erased["erased"], true);
    place
        .run(&["user", "export", "ext:p-1"])
        .await
        .refused(1, "no such user");
    let http = place.http().await.with(&token);
    let session = format!("/api/v1/sessions/{}", sessions[0]);
    assert_eq!(
        http.get(&session).await.0,
        404,
        "at once, also for a server that runs"
    );

    // What lies in the data folder tells nothing in clear.
    for entry in std::fs::read_dir(place.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for text in ["canary-text", "canary-Ana"] {
            let found = bytes.windows(text.len()).any(|it| it == text.as_bytes());
            assert!(!found, "{text} lies in {}", path.display());
        }
    }
}

everywhere!(
    a_file_is_imported_line_by_line,
    a_long_file_goes_through,
    all_of_a_person_is_exported_and_erased,
    what_cannot_be_imported_is_refused,
);
