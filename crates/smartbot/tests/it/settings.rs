//! Settings: where they come from, what is wrong with them, `smartbot config` and `smartbot migrate`.
use crate::support::Place;
use serde_json::{Value, json};

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

#[tokio::test(flavor = "multi_thread")]
async fn config_tells_values_origins_and_help_and_masks_secrets() {
    let mut place = Place::alone();
    place.set(
        "DATABASE_URL",
        "postgres://smartbot:hunter2@db.example/smartbot",
    );
    place.write(
        "smartbot.toml",
        &format!("listen = \"127.0.0.1:1\"\nlog = \"warn\"\nmaster_key = \"{KEY}\"\n"),
    );
    let shown = place
        .run(&["config", "--json", "--data", "elsewhere"])
        .await
        .ok();
    assert!(
        !shown.out.contains("hunter2") && !shown.out.contains(KEY),
        "{}",
        shown.out
    );
    let rows = shown.lines();
    let row = |name: &str| -> (Value, Value) {
        let row = rows.iter().find(|it| it["name"] == name).unwrap();
        assert!(row["help"].as_str().unwrap().ends_with('.'), "{row}");
        (row["value"].clone(), row["origin"].clone())
    };
    assert_eq!(row("data"), (json!("elsewhere"), json!("flag")));
    assert_eq!(row("listen").1, "environment", "wins over the file");
    assert_eq!(row("log"), (json!("warn"), json!("file")));
    assert_eq!(row("master_key"), (json!("•••"), json!("file")));
    assert_eq!(row("database_url"), (json!("•••"), json!("environment")));
    assert_eq!(row("log_format"), (json!("human"), json!("default")));
    let table = place.run(&["config"]).await.ok().out;
    assert!(
        table.starts_with("SETTING") && table.lines().count() == rows.len() + 1,
        "{table}"
    );

    place.write("other.toml", "log = \"error\"");
    let named = place
        .run(&["--config", "other.toml", "config", "--json"])
        .await
        .ok()
        .lines();
    assert!(named.contains(&json!({"name": "log", "value": "error", "origin": "file", "help": rows.iter().find(|it| it["name"] == "log").unwrap()["help"]})));
    place
        .run(&["--config", "missing.toml", "config"])
        .await
        .refused(1, "missing.toml cannot be read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_stops_the_start_and_is_named() {
    for (name, value, word) in [
        ("LISTEN", "here", "`listen`"),
        ("EGRESS_ALLOW", "10.0.0.0/99", "`egress_allow`"),
        ("LOG_FORMAT", "xml", "`log_format`"),
        ("LOG", "smartbot=loud", "`log`"),
        ("LOG", "verbose", "`log`"),
        ("MASTER_KEY", "c2hvcnQ=", "`master_key`"),
        ("PUBLIC_URL", "bots.example", "`public_url`"),
        ("METRICS_LISTEN", "9090", "`metrics_listen`"),
        ("DATABASE_CONNECTIONS", "many", "`database_connections`"),
        ("DATABASE_CONNECTIONS", "0", "`database_connections`"),
        (
            "DATABASE_URL",
            "mysql://db.example/smartbot",
            "`database_url`",
        ),
    ] {
        let mut place = Place::alone();
        place.set(name, value);
        let done = place.run(&["serve"]).await.refused(1, word);
        assert!(
            !done.err.contains("c2hvcnQ=") && !done.err.contains("db.example"),
            "a secret is not repeated: {}",
            done.err
        );
        assert!(!place.data().exists(), "{name}: nothing was made");
    }
    let place = Place::alone();
    place.write("smartbot.toml", "lisen = \"127.0.0.1:8360\"");
    let done = place.run(&["serve"]).await.refused(1, "no setting `lisen`");
    assert!(
        done.err.contains("listen, database_url"),
        "lists what there is: {}",
        done.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_database_is_migrated_by_command_or_by_the_start() {
    let place = Place::alone();
    let pending = place.run(&["migrate", "--check", "--json"]).await;
    assert_eq!(
        (pending.code, &pending.json()["applied"]),
        (1, &json!(false))
    );
    assert!(!place.data().exists(), "a check makes nothing");
    let applied = place.run(&["migrate"]).await.ok();
    assert!(applied.out.contains("applied: "), "{}", applied.out);
    assert_eq!(
        place.run(&["migrate", "--check"]).await.ok().out,
        "the database is up to date\n"
    );
    let place = Place::served().await;
    assert_eq!(
        place.run(&["migrate", "--json"]).await.ok().json(),
        json!({"pending": [], "applied": false})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_migrated_by_command() {
    let mut place = Place::alone();
    place.set("DATABASE_URL", smartbot_testkit::postgres().new_database());
    assert_eq!(place.run(&["migrate", "--check"]).await.code, 1);
    place.run(&["migrate"]).await.ok();
    place.run(&["migrate", "--check"]).await.ok();
    place.set(
        "DATABASE_URL",
        "postgres://smartbot:hunter2@127.0.0.1:9/smartbot",
    );
    let refused = place.run(&["migrate"]).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("database") && !refused.err.contains("hunter2"),
        "{}",
        refused.err
    );
}
