//! `smartbot chat`, driven as by somebody at a keyboard.
use crate::support::{Place, documents};
use serde_json::json;
use smartbot_testkit::{Answer, Receiver};

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_picked_by_number_and_the_token_does_not_stay() {
    let place = Place::served().await;
    place.init().await;
    place.publish(&documents::choice()).await;
    let mut chat = place.begin(&["chat", "Choice", "--trace", "--external-id", "p-17"]);
    chat.out.shows("  2. Large\n> ").await;
    chat.type_in("\n2\n").await;
    assert!(chat.ended().await.success(), "{}", chat.err.get());
    let said = chat.out.get();
    assert!(
        said.contains("Which size?\n  · ask (start)\n  1. Small\n"),
        "{said}"
    );
    assert!(
        said.contains("So it is l.\n  · done (link 0)\n— the session has ended —"),
        "{said}"
    );
    let tokens = place.run(&["token", "list", "--json"]).await.ok().json();
    assert_eq!(tokens["name"], "smartbot chat");
    assert!(tokens["revoked_at"].is_string(), "{tokens}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_input_ends_the_session() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::intake()).await;
    let receiver = Receiver::start().await;
    place
        .endpoint(&receiver.url("/hook"), "session.ended")
        .await;
    let token = place.token("bots_management").await;
    place.set("TOKEN", token);
    let done = place
        .run_with(&["chat", "Intake"], "Ana\nforty four\n")
        .await
        .ok();
    assert!(
        done.out.contains("How old are you, Ana?") && done.out.contains("What brings you here?"),
        "{}",
        done.out
    );
    let ended = receiver.next_requests_to("/hook", 1).await[0].json();
    assert_eq!(
        (&ended["type"], &ended["data"]["reason"]),
        (&json!("session.ended"), &json!("ended"))
    );
    assert_eq!(
        place
            .run(&["token", "list", "--json"])
            .await
            .ok()
            .lines()
            .len(),
        1,
        "none was made"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_a_slow_call_is_shown() {
    let place = Place::served().await;
    place.init().await;
    let receiver = Receiver::start().await;
    receiver.answer("/api", Answer::json(200, &json!({"plan": "Gold"})));
    let mut bot = documents::caller(&receiver.url("/api"));
    bot["boxes"][1].as_object_mut().unwrap().remove("headers");
    bot["boxes"][1]["timeout_ms"] = json!(30_000);
    place.publish(&bot).await;
    let mut chat = place.begin(&["chat", "Caller"]);
    chat.out.shows("Say something.\n> ").await;
    chat.type_in("hello\n").await;
    chat.out
        .shows("Your plan is Gold.\nSay something.\n> ")
        .await;
    chat.end_of_input();
    assert!(chat.ended().await.success(), "{}", chat.err.get());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_or_a_bot_it_says_so() {
    let mut place = Place::alone();
    place.init().await;
    place
        .run(&["chat", "Choice"])
        .await
        .refused(1, "does the server run?");
    place.serve().await;
    place
        .run(&["chat", "Nobody"])
        .await
        .refused(1, "(not_found)");
    place
        .run(&["chat", "Choice", "--token", "sbm_wrong"])
        .await
        .refused(1, "(token_invalid)");
}
