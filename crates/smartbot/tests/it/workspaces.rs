//! `smartbot init`, and which workspace a command is about.
use crate::support::everywhere;
use crate::support::{PASSWORD, Place};
use serde_json::json;

everywhere!(
    weak_owners_are_refused_and_leave_nothing,
    with_several_workspaces_a_command_names_one
);

const INIT: [&str; 5] = [
    "init",
    "--workspace",
    "Riverside",
    "--password-stdin",
    "--owner",
];

async fn weak_owners_are_refused_and_leave_nothing(place: Place) {
    let good = [&INIT[..], &["jo@clinic.example"]].concat();
    place
        .run_with(&good, "password")
        .await
        .refused(1, "at least 12 characters");
    place
        .run_with(&good, "password1234")
        .await
        .refused(1, "too easy to guess");
    place
        .run_with(&good, "jo@clinic.example")
        .await
        .refused(1, "too easy to guess");
    place
        .run_with(&good, "")
        .await
        .refused(1, "standard input had no password");
    let wrong = [&INIT[..], &["nobody"]].concat();
    place
        .run_with(&wrong, PASSWORD)
        .await
        .refused(1, "jo@clinic.example");
    let zone = [&good[..], &["--time-zone", "Mars/Olympus"]].concat();
    place
        .run_with(&zone, PASSWORD)
        .await
        .refused(1, "America/New_York");
    place
        .run(&["token", "list"])
        .await
        .refused(1, "run `smartbot init` first");

    let done = place.run_with(&good, &format!("{PASSWORD}\n")).await.ok();
    assert!(
        done.out.contains("next: smartbot token create"),
        "{}",
        done.out
    );
    place
        .run_with(&good, PASSWORD)
        .await
        .refused(1, "Choose another name");
    assert_eq!(
        place.run(&["token", "list", "--json"]).await.ok().lines(),
        Vec::<serde_json::Value>::new()
    );
}

async fn with_several_workspaces_a_command_names_one(place: Place) {
    let first = place.init_named("Riverside").await;
    assert_eq!(first["name"], "Riverside");
    assert_eq!(first["owner"], "jo@clinic.example");
    assert!(first["workspace_id"].as_str().unwrap().starts_with("wsp_"));
    assert!(first["owner_id"].as_str().unwrap().starts_with("agt_"));
    place.run(&["secret", "list"]).await.ok();
    assert_ne!(
        place.init_named("Hillside").await["workspace_id"],
        first["workspace_id"]
    );

    place
        .run(&["secret", "list"])
        .await
        .refused(2, "--workspace NAME");
    place
        .run(&["secret", "list", "--workspace", "Seaside"])
        .await
        .refused(1, "smartbot init");
    place
        .run_with(
            &["secret", "set", "portal", "--workspace", "Hillside"],
            "abc",
        )
        .await
        .ok();
    let secrets = async |workspace: &str| {
        place
            .run(&["--workspace", workspace, "secret", "list", "--json"])
            .await
            .ok()
            .lines()
    };
    assert_eq!(secrets("Hillside").await, [json!({"name": "portal"})]);
    assert_eq!(secrets("Riverside").await, Vec::<serde_json::Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn init_without_a_name_is_wrong_use() {
    let place = Place::alone();
    place
        .run(&["init", "--owner", "jo@clinic.example"])
        .await
        .refused(2, "--workspace NAME");
    assert!(!place.data().exists(), "nothing was made");
}
