//! `smartbot webhook listen`: a receiver at a developer's desk.
use crate::support::http::session_of;
use crate::support::{Http, PATIENCE, Place, Process, documents};
use http::Method;
use serde_json::{Value, json};
use smartbot_testkit::{Answer, Receiver, free_port, until};

async fn listening(place: &Place, more: &[&str]) -> (Process, String) {
    for _ in 0..3 {
        let port = free_port().to_string();
        let mut process = place.begin(&[&["webhook", "listen", "--port", &port], more].concat());
        let base = format!("http://127.0.0.1:{port}");
        let http = Http::new(&base);
        let mut is_up = false;
        until("the receiver to listen", PATIENCE, async || {
            // Not a POST of an event, so nothing but a refusal comes of it.
            is_up = http.try_call(Method::GET, "/", &[], None).await.is_ok();
            is_up || process.has_ended()
        })
        .await;
        if is_up {
            return (process, base);
        }
    }
    panic!("no port can be had");
}

fn last_line(text: &str) -> Value {
    serde_json::from_str(text.trim_end().lines().last().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_verified_printed_and_passed_on() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::choice()).await;
    let behind = Receiver::start().await;
    behind.answer("/hooks", Answer::new(202, "taken"));
    // The secret is known only once the endpoint is there, and the port only once somebody listens.
    let port = free_port();
    let made = place
        .endpoint(
            &format!("http://127.0.0.1:{port}/from-smartbot"),
            "session.started",
        )
        .await;
    let secret = made["secret"].as_str().unwrap();
    let forward = behind.url("/hooks");
    let args = [
        "webhook",
        "listen",
        "--port",
        &port.to_string(),
        "--secret",
        secret,
        "--forward",
        &forward,
        "--json",
    ];
    let mut process = place.begin(&args);
    let (_, started) = place.chat("Choice").await;
    process.out.shows("\"trusted\":true").await;
    let printed = last_line(&process.out.get());
    assert_eq!(printed["payload"]["type"], "session.started");
    assert_eq!(
        printed["payload"]["data"]["session_id"],
        session_of(&started).as_str()
    );
    let passed = behind.next_requests_to("/hooks", 1).await;
    assert_eq!(passed[0].json(), printed["payload"], "unchanged");
    assert_eq!(
        passed[0].header("webhook-id").unwrap(),
        printed["webhook_id"]
    );
    assert!(
        passed[0]
            .header("webhook-signature")
            .unwrap()
            .starts_with("v1,"),
        "so that the next can verify it too"
    );
    assert!(!process.has_ended());
}

/// What the server behind says is what SmartBot hears, so that what it does about it can be tried.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_behind_answers_is_passed_back() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::choice()).await;
    let behind = Receiver::start().await;
    let busy = Answer::new(503, "out to lunch").header("retry-after", "600");
    behind.answer_once("/hooks", busy);
    behind.answer("/hooks", Answer::hang());
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/");
    // SmartBot waits for longer than the other waits for the server behind.
    let add = ["webhook", "add", &url, "--events", "session.started"];
    let add = [&add[..], &["--timeout", "30", "--json"]].concat();
    let made = place.run(&add).await.ok().json();
    let secret = made["secret"].as_str().unwrap();
    let forward = behind.url("/hooks");
    let port = port.to_string();
    let args = [
        "webhook",
        "listen",
        "--port",
        &port,
        "--secret",
        secret,
        "--forward",
        &forward,
    ];
    let process = place.begin(&args);
    process.out.shows("listening").await;
    let (http, _) = place.chat("Choice").await;
    process.err.shows("answered 503").await;
    let tried = async |count: usize| {
        let mut tried = Vec::new();
        until("the answer to be noted", PATIENCE, async || {
            let listed = place.run(&["webhook", "deliveries", "--json"]).await;
            tried = listed.ok().lines();
            tried.retain(|it| it["last_status"].is_number());
            tried.len() == count
        })
        .await;
        tried
    };
    let refused = tried(1).await.remove(0);
    assert_eq!(refused["last_status"], 503);
    // The other one is silent, for longer than anybody waits for it.
    let body = json!({"function_id": "Choice"});
    http.start(body).await;
    process.out.shows("signature ok").await;
    process.err.shows("did not answer").await;
    let silent = tried(2).await;
    let silent = silent.iter().find(|it| it["id"] != refused["id"]).unwrap();
    assert_eq!(silent["last_status"], 502);
    let next = |it: &Value| it["next_attempt_at"].as_str().unwrap().to_owned();
    assert!(next(&refused) > next(silent), "Retry-After is passed back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_key_verifies_and_a_wish_to_give_up_is_passed_back() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::choice()).await;
    let behind = Receiver::start().await;
    let enough = Answer::status(400).header("webhook-delivery", "abort-message");
    behind.answer("/hooks", enough);
    let port = free_port().to_string();
    let url = format!("http://127.0.0.1:{port}/");
    let add = ["webhook", "add", &url, "--signature", "v1a", "--json"];
    let made = place.run(&add).await.ok().json();
    let key = made["public_key"].as_str().unwrap();
    let forward = behind.url("/hooks");
    let args = [
        "webhook",
        "listen",
        "--port",
        &port,
        "--secret",
        key,
        "--forward",
        &forward,
    ];
    let process = place.begin(&args);
    process.out.shows("listening").await;
    place.chat("Choice").await;
    process.out.shows("signature ok").await;
    until("it is given up at once", PATIENCE, async || {
        let listed = place.run(&["webhook", "deliveries", "--json"]).await;
        let listed = listed.ok().lines();
        listed.iter().any(|it| it["state"] == "dead")
    })
    .await;
    let secret = made["secret"].as_str().unwrap();
    let (_other, base) = listening(&place, &["--secret", secret]).await;
    let request = behind.requests_to("/hooks").remove(0);
    let header = |name| (name, request.header(name).unwrap());
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    let body = request.json();
    let http = Http::new(&base);
    let replayed = http.try_call(Method::POST, "/", &headers, Some(&body));
    assert_eq!(replayed.await.unwrap().0, 401, "no secret made it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_refused_and_not_passed_on() {
    let place = Place::alone();
    let behind = Receiver::start().await;
    let forward = behind.url("/hooks");
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (process, base) = listening(&place, &["--secret", secret, "--forward", &forward]).await;
    let http = Http::new(&base);
    let headers = [
        ("webhook-id", "evt_1"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ];
    let body = json!({"type": "flag.assigned", "data": {}});
    let (status, _) = http
        .try_call(Method::POST, "/", &headers, Some(&body))
        .await
        .unwrap();
    assert_eq!(status, 401, "too old");
    process.out.shows("evt_1 (refused: the timestamp").await;
    assert_eq!(http.post("/", &body).await.0, 401, "no signature at all");
    assert!(behind.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_it_says_that_nothing_is_checked() {
    let place = Place::alone();
    let (process, base) = listening(&place, &[]).await;
    let body = json!({"type": "flag.assigned", "data": {"flag": "vip"}});
    assert_eq!(Http::new(&base).post("/", &body).await.0, 204);
    process.out.shows("← flag.assigned").await;
    let said = process.out.get();
    assert!(
        said.contains("signatures are not checked") && said.contains("(not checked)"),
        "{said}"
    );
    assert!(said.contains("\"flag\": \"vip\""), "{said}");
    let port = base.rsplit(':').next().unwrap();
    place
        .run(&["webhook", "listen", "--port", port])
        .await
        .refused(1, "cannot listen on");
    let wrong = [
        "webhook",
        "listen",
        "--port",
        "0",
        "--forward",
        "ftp://x",
        "--json",
    ];
    place.run(&wrong).await.refused(1, "--forward ftp://x");
}
