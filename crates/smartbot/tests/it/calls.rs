//! A server that is killed while it waits for an External API.
use crate::support::http::session_of;
use crate::support::{PATIENCE, Place, documents};
use serde_json::json;
use smartbot_testkit::{Answer, Receiver, spawn, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_killed_server_made_is_made_again() {
    killed_in_a_call(Place::served().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_killed_node_made_is_made_again_when_its_lease_ends() {
    killed_in_a_call(Place::postgres().await).await;
}

async fn killed_in_a_call(mut place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    receiver.answer_once("/api", Answer::hang());
    receiver.answer("/api", Answer::json(200, &json!({"plan": "Gold"})));
    place
        .run_with(&["secret", "set", "portal"], "of-good-news")
        .await
        .ok();
    let mut caller = documents::caller(&receiver.url("/api"));
    // The server is killed before it gives up.
    caller["boxes"][1]["timeout_ms"] = json!(5_000);
    place.publish(&caller).await;
    let (http, started) = place.chat("Caller").await;
    let path = format!("/api/v1/sessions/{}/messages", session_of(&started));
    let body = json!({"text": "hello", "client_message_id": "m-1"});
    let asking = {
        let (http, path, body) = (http.clone(), path.clone(), body.clone());
        spawn(async move {
            http.try_call(http::Method::POST, &path, &[], Some(&body))
                .await
        })
    };
    receiver.next_requests_to("/api", 1).await;
    place.server().kill().await;
    assert!(asking.await.unwrap().is_err(), "nobody was there to answer");
    place.serve_again().await;
    // A lease outlasts the time for the call by ten seconds.
    until("the call to be made again", PATIENCE, async || {
        receiver.requests_to("/api").len() >= 2
    })
    .await;
    let calls = receiver.requests_to("/api");
    for header in ["idempotency-key", "webhook-id", "x-portal"] {
        assert_eq!(
            calls[0].header(header).unwrap(),
            calls[1].header(header).unwrap(),
            "{header}"
        );
    }
    assert_eq!(calls[1].header("x-portal"), Some("of-good-news"));
    assert_eq!(calls[0].body, calls[1].body);
    until("the bot to go on", PATIENCE, async || {
        let (_, page) = http.get(&path).await;
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["text"] == "Your plan is Gold.")
    })
    .await;
    // Who was never answered asks again and gets the answer.
    let (status, answered) = http.post(&path, &body).await;
    assert_eq!(status, 200, "{answered}");
    let told: Vec<_> = answered["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["text"])
        .collect();
    assert_eq!(told, ["Your plan is Gold.", "Say something."]);
    assert_eq!(
        receiver.requests_to("/api").len(),
        2,
        "a repeat calls nobody"
    );
}
