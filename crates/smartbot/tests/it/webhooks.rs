//! `smartbot webhook add` and `list`, and `smartbot secret`.
use crate::support::everywhere;
use crate::support::{Place, documents};
use serde_json::{Value, json};
use smartbot_testkit::Receiver;

everywhere!(
    endpoints_are_added_listed_and_served,
    secrets_are_kept_and_never_shown
);

async fn endpoints_are_added_listed_and_served(mut place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    let url = receiver.url("/hook");
    let made = place.endpoint(&url, "session.started, box.reached").await;
    let keys: Vec<_> = made
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["events", "id", "secret", "url"]);
    assert_eq!(
        (&made["url"], &made["events"]),
        (&json!(url), &json!(["session.started", "box.reached"]))
    );
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let all = place
        .endpoint("https://portal.example/webhooks", "all")
        .await;
    let mut listed = place.run(&["webhook", "list", "--json"]).await.ok().lines();
    listed.sort_by_key(|it| it["id"].as_str().unwrap().to_owned());
    let row = |made: &Value| json!({"id": made["id"], "url": made["url"], "events": made["events"], "state": "active"});
    assert_eq!(listed, [row(&made), row(&all)]);
    assert_eq!(all["events"], "all");
    let table = place.run(&["webhook", "list"]).await.ok().out;
    assert!(
        table.contains("session.started,box.reached") && !table.contains("whsec_"),
        "{table}"
    );

    let add = async |url: &str| place.run(&["webhook", "add", url]).await;
    add("https://10.0.0.1/webhooks")
        .await
        .refused(1, "egress_allow");
    add("https://user:pass@portal.example/")
        .await
        .refused(1, "use a header instead.\n");
    add("not a url").await.refused(1, "error:");
    place
        .run(&["webhook", "add", &url, "--events", "session.begun"])
        .await
        .refused(2, "no event type session.begun");

    // The endpoint takes part at once, and only in what it chose.
    place.publish(&documents::choice()).await;
    let (_, started) = place.chat("Choice").await;
    let received = receiver.next_requests_to("/hook", 1).await;
    let event = received[0].json();
    assert_eq!(
        (&event["type"], &event["data"]["session_id"]),
        (&json!("session.started"), &started["session"]["id"])
    );
}

async fn secrets_are_kept_and_never_shown(place: Place) {
    place.init().await;
    let set = async |name: &str, value: &str| place.run_with(&["secret", "set", name], value).await;
    set("portal-token", "Bearer of-good-news\n").await.ok();
    set("portal-token", "Bearer of-better-news").await.ok();
    set("other", "x").await.ok();
    set("smartbot.signing", "mine")
        .await
        .refused(1, "letters, digits");
    set("9lives", "x").await.refused(1, "letters, digits");
    set("empty", "")
        .await
        .refused(1, "standard input had no secret");
    let listed = place.run(&["secret", "list", "--json"]).await.ok();
    assert_eq!(
        listed.lines(),
        [json!({"name": "other"}), json!({"name": "portal-token"})]
    );
    place.run(&["secret", "remove", "other"]).await.ok();
    place
        .run(&["secret", "remove", "other"])
        .await
        .refused(1, "smartbot secret list");
    place
        .run(&["secret", "remove", "smartbot.signing"])
        .await
        .refused(1, "no such secret");
    assert_eq!(
        place.run(&["secret", "list"]).await.ok().out,
        "portal-token\n"
    );
    let signing = place.run(&["webhook", "signing-secret"]).await.ok().out;
    assert!(signing.starts_with("whsec_"), "{signing}");
    assert_eq!(
        place
            .run(&["webhook", "signing-secret", "--json"])
            .await
            .ok()
            .json(),
        json!({"secret": signing.trim()})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_https_is_called_unless_networks_are_allowed() {
    let mut place = Place::alone();
    place.set("EGRESS_ALLOW", "");
    place.init().await;
    let add = async |url: &str| place.run(&["webhook", "add", url]).await;
    add("http://portal.example/webhooks")
        .await
        .refused(1, "https");
    add("https://127.0.0.1:9000/webhooks")
        .await
        .refused(1, "egress_allow");
    add("https://portal.example/webhooks").await.ok();
}
