//! `smartbot bot`.
use crate::support::everywhere;
use crate::support::http::texts;
use crate::support::{Place, documents};
use serde_json::{Value, json};
use smartbot_testkit::{repository, until};

everywhere!(bots_are_imported_published_and_exported);

async fn bots_are_imported_published_and_exported(mut place: Place) {
    place.init().await;
    let first = documents::intake();
    place.write("intake.json", &first.to_string());
    let drafted = place
        .run(&["bot", "import", "intake.json", "--json"])
        .await
        .ok()
        .json();
    assert_eq!(
        drafted,
        json!({"function_id": "Intake", "revision": 1, "version": null, "findings": []})
    );
    place
        .run(&["bot", "export", "Intake"])
        .await
        .refused(1, "smartbot bot publish");
    assert_eq!(
        place
            .run(&["bot", "export", "Intake", "--draft", "--json"])
            .await
            .ok()
            .json(),
        first
    );
    let published = place
        .run(&["bot", "publish", "Intake", "--json"])
        .await
        .ok()
        .json();
    assert_eq!(
        published,
        json!({"function_id": "Intake", "version": 1, "findings": []})
    );
    assert_eq!(
        place
            .run(&["bot", "export", "Intake", "--json"])
            .await
            .ok()
            .json(),
        first
    );
    place
        .run(&["bot", "publish", "Nobody"])
        .await
        .refused(1, "smartbot bot list");

    let (http, _) = place.chat("Intake").await;
    place.alone_again().await;
    let mut second = first.clone();
    second["boxes"][0]["text"] = json!("Good day! What is your name?");
    place.write("intake.json", &second.to_string());
    let imported = place
        .run(&["bot", "import", "intake.json", "--publish"])
        .await
        .ok();
    assert!(
        imported.out.contains("Intake: draft 2, live as version 2"),
        "{}",
        imported.out
    );
    place.http().await;
    // At once where there is one server; nodes that share a database look again within a second.
    until(
        "the new version to be live",
        crate::support::PATIENCE,
        async || {
            let started = http.start(json!({"function_id": "Intake"})).await;
            started["session"]["version"] == 2 && texts(&started)[0].starts_with("Good day!")
        },
    )
    .await;

    place.alone_again().await;
    let mut broken = second.clone();
    broken["links"][0]["to"] = json!("nowhere");
    place.write("broken.json", &broken.to_string());
    let refused = place
        .run(&["bot", "import", "broken.json", "--publish"])
        .await
        .refused(1, "the bot has errors");
    assert!(
        refused.err.contains("greet"),
        "names the box: {}",
        refused.err
    );
    let told = place
        .run(&["bot", "import", "broken.json", "--publish", "--json"])
        .await;
    let told: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(told["error"]["code"], "bot_invalid");
    assert!(!told["error"]["findings"].as_array().unwrap().is_empty());
    assert_eq!(
        place
            .run(&["bot", "export", "Intake", "--json"])
            .await
            .ok()
            .json(),
        second,
        "what was live stays so"
    );

    let listed = place.run(&["bot", "list", "--json"]).await.ok().json();
    assert_eq!(
        (&listed["function_id"], &listed["version"]),
        (&json!("Intake"), &json!(2))
    );
    let table = place.run(&["bot", "list"]).await.ok().out;
    assert!(
        table.starts_with("FUNCTION ID") && table.contains("Four-message intake"),
        "{table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_through_a_running_server_is_immediate() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::intake()).await;
    let (http, first) = place.chat("Intake").await;
    assert_eq!(first["session"]["version"], 1);
    place.publish(&documents::intake()).await;
    assert_eq!(
        http.start(json!({"function_id": "Intake"})).await["session"]["version"],
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_tells_findings_and_fails_on_errors_only() {
    let place = Place::alone();
    let mut document = documents::intake();
    place.write("good.json", &document.to_string());
    place.run(&["bot", "validate", "good.json"]).await.ok();
    document["boxes"][5]["message"] = json!("Nothing was sent, {nobody_knows}.");
    place.write("warned.json", &document.to_string());
    let warned = place
        .run(&["bot", "validate", "warned.json", "--json"])
        .await
        .ok()
        .json();
    for key in ["box_id", "code", "link", "message", "severity"] {
        assert!(warned.get(key).is_some(), "{key}: {warned}");
    }
    assert_eq!(
        (&warned["severity"], &warned["box_id"]),
        (&json!("warning"), &json!("again"))
    );
    document["start"] = json!("nowhere");
    place.write("wrong.json", &document.to_string());
    let wrong = place
        .run(&["bot", "validate", "good.json", "wrong.json"])
        .await;
    assert_eq!(wrong.code, 1);
    assert!(
        wrong.out.contains("good.json: 0 errors") && wrong.out.contains("error["),
        "{}",
        wrong.out
    );
    place.write("torn.json", "{\"format\": ");
    place
        .run(&["bot", "validate", "torn.json"])
        .await
        .refused(1, "torn.json");
    place.write(
        "twice.json",
        "{\"format\": \"smartbot/1\", \"format\": \"smartbot/1\"}",
    );
    place
        .run(&["bot", "validate", "twice.json"])
        .await
        .refused(1, "twice.json at");
    place
        .run(&["bot", "validate", "missing.json"])
        .await
        .refused(1, "missing.json cannot be read");
    place.write("torn.test.json", "[");
    let passed = place
        .run(&["bot", "validate", "good.json", "torn.test.json"])
        .await
        .ok();
    assert_eq!(
        passed.out, "good.json: 0 errors, 0 warnings\n",
        "transcripts are no bots"
    );
    assert!(!place.data().exists(), "needs no store");
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_are_run_and_a_wrong_one_fails() {
    let place = Place::alone();
    let all = place
        .run(&["bot", "test", repository().join("bots").to_str().unwrap()])
        .await
        .ok();
    assert!(all.out.contains(" passed, 0 failed"), "{}", all.out);
    assert!(all.out.matches("… ok").count() > 20, "{}", all.out);

    place.write("choice.json", &documents::choice().to_string());
    let transcript = |said: &str| json!({"tests": [{"name": "picks a size", "steps": [{"bot": "Which size?"}, {"user": "large"}, {"bot": said}, {"ended": true}]}]});
    place.write("choice.test.json", &transcript("So it is l.").to_string());
    let passed = place.run(&["bot", "test", "choice.json", "--json"]).await;
    assert_eq!(passed.code, 0, "{passed:?}");
    assert_eq!(passed.json()["passed"], true);
    place.write(
        "choice.test.json",
        &transcript("So it is huge.").to_string(),
    );
    for named in ["choice.test.json", "."] {
        let failed = place.run(&["bot", "test", named]).await;
        assert_eq!(failed.code, 1, "{failed:?}");
        assert!(
            failed.out.contains("FAILED") && failed.out.contains("So it is l."),
            "{}",
            failed.out
        );
    }
    std::fs::create_dir(place.folder().join("empty")).unwrap();
    place
        .run(&["bot", "test", "empty"])
        .await
        .refused(1, "no NAME.test.json");
}
