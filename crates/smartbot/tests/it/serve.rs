//! A server's life: start, health, stop, start again.
use crate::support::http::{session_of, texts};
use crate::support::{Http, PATIENCE, Place, documents};
use serde_json::{Value, json};
use smartbot_testkit::{Answer, Receiver, free_port, spawn, until};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_tells_how_it_is() {
    let mut place = Place::alone();
    let metrics = free_port();
    place.set("METRICS_LISTEN", format!("127.0.0.1:{metrics}"));
    let http = place.http().await;
    place
        .server()
        .err
        .shows("make one with: smartbot init")
        .await;
    let listening = format!("listening on {}", place.url());
    place.server().err.shows(&listening).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(http.get(path).await.0, 200, "{path}");
    }
    assert_eq!(
        http.get("/metrics").await.0,
        404,
        "it has a listener of its own"
    );
    let (status, text) = Http::new(&format!("http://127.0.0.1:{metrics}"))
        .get("/metrics")
        .await;
    assert_eq!(status, 200);
    assert!(
        text.as_str().unwrap().contains("smartbot_http_seconds"),
        "{text}"
    );
    let said = place.stop().await;
    assert!(said.contains("stopped"), "{said}");
}

/// Stops a server that is in the middle of everything: a stream is open, a webhook and an External API call hang.
#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_stops_in_time_and_goes_on_where_it_was() {
    let mut place = Place::served().await;
    place.init().await;
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::hang());
    receiver.answer("/api", Answer::hang());
    place
        .endpoint(&receiver.url("/hook"), "session.started")
        .await;
    let mut caller = documents::caller(&receiver.url("/api"));
    caller["boxes"][1]["timeout_ms"] = json!(30_000);
    caller["boxes"][1]
        .as_object_mut()
        .unwrap()
        .remove("headers");
    place.publish(&caller).await;
    let (http, started) = place.chat("Caller").await;
    let session = session_of(&started);
    let mut stream = http
        .open(&format!("/api/v1/sessions/{session}/stream"))
        .await;
    assert!(stream.next_chunk().await.unwrap().is_some());
    receiver.next_requests_to("/hook", 1).await;
    let asking = {
        let (http, session) = (http.clone(), session.clone());
        spawn(async move { http.say(&session, "hello").await })
    };
    let first = receiver.next_requests_to("/api", 1).await[0].clone();

    let begin = Instant::now();
    let said = place.stop().await;
    // What hangs would take thirty seconds.
    assert!(
        begin.elapsed() < Duration::from_secs(25),
        "a stop has a deadline"
    );
    assert!(
        !said.contains("cut off") && !said.contains("ERROR"),
        "{said}"
    );
    while stream.next_chunk().await.is_ok_and(|it| it.is_some()) {}
    let answered = asking.await.unwrap();
    assert_eq!(
        answered["awaiting"]["kind"], "api",
        "who waited is answered with what there is: {answered}"
    );

    // The call and the event were given back, so the next server has them at once.
    receiver.answer("/hook", Answer::status(204));
    receiver.answer("/api", Answer::json(200, &json!({"plan": "Gold"})));
    place.serve_again().await;
    let calls = receiver.next_requests_to("/api", 2).await;
    let key = |it: &smartbot_testkit::Request| it.header("idempotency-key").unwrap().to_owned();
    assert_eq!(key(&calls[1]), key(&first), "the same call");
    let hooks = receiver.next_requests_to("/hook", 2).await;
    assert_eq!(
        (hooks[0].header("webhook-id"), &hooks[0].body),
        (hooks[1].header("webhook-id"), &hooks[1].body)
    );
    until("the bot to go on", PATIENCE, async || {
        let (_, page) = http
            .get(&format!("/api/v1/sessions/{session}/messages"))
            .await;
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["text"] == "Your plan is Gold.")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::intake()).await;
    let (http, started) = place.chat("Intake").await;
    let session = session_of(&started);
    http.say(&session, "Ana").await;
    let before = http.get(&format!("/api/v1/sessions/{session}")).await;
    let settings: Vec<String> = lists(&place).await;
    place.stop().await;
    place.serve_again().await;
    assert_eq!(
        http.get(&format!("/api/v1/sessions/{session}")).await,
        before
    );
    assert_eq!(lists(&place).await, settings);
    assert_eq!(
        texts(&http.say(&session, "44").await),
        ["What brings you here?"]
    );
    let key = started["session_key"].as_str().unwrap();
    let (_, page) = http
        .with(key)
        .get(&format!("/api/v1/sessions/{session}/messages"))
        .await;
    let told: Vec<&Value> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["text"])
        .collect();
    assert_eq!(
        told,
        [
            "Hello! What is your name?",
            "Ana",
            "How old are you, Ana?",
            "44",
            "What brings you here?"
        ]
    );
}

async fn lists(place: &Place) -> Vec<String> {
    let mut all = Vec::new();
    for kind in ["token", "bot", "webhook", "secret"] {
        let mut rows = place.run(&[kind, "list", "--json"]).await.ok().lines();
        rows.iter_mut()
            .for_each(|it| drop(it.as_object_mut().unwrap().remove("last_used_at")));
        all.extend(rows.iter().map(Value::to_string));
    }
    all
}
