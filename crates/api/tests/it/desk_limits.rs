//! Agents who are limited to flags: of all other users nothing is there, on no path of the desk.
use crate::matrix::all_operations;
use crate::support::browser::PASSWORD;
use crate::support::sse::{Sent, Sse};
use crate::support::{Chat, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::NewAgent;
use smartbot_model::agent::Role;
use std::time::Duration;

async fn limited(server: &TestServer) -> crate::support::Api {
    let new = NewAgent {
        email: "cardio@clinic.example".into(),
        name: None,
        role: Role::Agent,
        limited_to_flags: vec!["cardiology".into()],
        password: Some(PASSWORD.into()),
    };
    let caller = Caller::system(server.workspace);
    server.app.add_agent(&caller, new, None).await.unwrap();
    server.signed_in("cardio@clinic.example").await
}

/// The next event that is about chats; counts and colleagues are no secret.
async fn next_news(desk: &mut Sse) -> Sent {
    loop {
        let sent = desk.next().await.expect("the stream ended");
        if !["counts", "presence"].contains(&sent.name.as_str()) {
            return sent;
        }
    }
}

async fn flag(server: &TestServer, chat: &Chat, name: &str) {
    let path = format!("/api/v1/users/{}/flags/{name}", chat.user());
    assert_eq!(server.db().put(&path).await.status, 204);
}

async fn what_is_out_of_sight_is_on_no_path_of_the_desk(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = limited(&server).await;
    let (seen, hidden) = (
        server.bots().start(&echo).await,
        server.bots().start(&echo).await,
    );
    flag(&server, &seen, "cardiology").await;
    flag(&server, &hidden, "billing").await;
    let mut tried = 0;
    for operation in all_operations(&server).await {
        let template = operation.template().to_owned();
        if !template.starts_with("/api/v1/desk/sessions/{id}") {
            continue;
        }
        let body = match operation.id.as_str() {
            _ if !operation.has_body() => String::new(),
            "answer_chat" | "note_chat" => json!({"text": "x"}).to_string(),
            "snooze_chat" => {
                let until = server.app.now().plus(Duration::from_secs(3_600));
                json!({"until": until}).to_string()
            }
            "transfer_chat" => json!({"flag": "cardiology"}).to_string(),
            "set_chat_fields" => json!({"fields": {"user_city": "x"}}).to_string(),
            _ => "{}".to_owned(),
        };
        let api = agent.clone().header("content-type", "application/json");
        let call = async |id: &str| {
            let path = template.replace("{id}", id).replace("{flag}", "vip");
            api.call(operation.method.clone(), &path, body.clone())
                .await
        };
        let theirs = call(&hidden.id).await.problem(404, "not_found");
        let nobodys = call("ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b")
            .await
            .problem(404, "not_found");
        assert_eq!(theirs["detail"], nobodys["detail"], "{}", operation.id);
        assert_ne!(call(&seen.id).await.status, 404, "{}", operation.id);
        tried += 1;
    }
    assert!(tried >= 15, "only {tried}");
    for list in [
        "all",
        "with_bot",
        "needs_person",
        "mine",
        "snoozed",
        "closed",
    ] {
        let page = agent
            .get(&format!("/api/v1/desk/sessions?list={list}"))
            .await
            .ok();
        assert!(!page.to_string().contains(&hidden.id), "{list}");
    }
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", hidden.id))
        .await
        .ok();
    assert_eq!(
        (&log["notes"], log["messages"].as_array().unwrap().len()),
        (&json!([]), 1),
        "nothing was done"
    );
}

async fn lists_counts_search_and_stream_show_what_the_flags_reach(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = limited(&server).await;
    let hidden = server.bots().start(&echo).await;
    hidden.say("a secret word").await;
    let mut desk = agent.open("/api/v1/desk/stream").await;
    assert_eq!(desk.expect("counts").await.data["all"], 0);
    hidden.say("more of it").await;
    let seen = server.bots().start(&echo).await;
    flag(&server, &seen, "cardiology").await;
    seen.say("a public word").await;
    // The desk may look before it hears of the flag or after it: whatever it tells is of the chat that may be seen.
    let (mut reloaded, mut told) = (false, false);
    while !(reloaded && told) {
        let news = next_news(&mut desk).await;
        if news.name == "reload" {
            reloaded = true;
        } else {
            assert!(news.data.to_string().contains(&seen.id), "{}", news.name);
            told |= news.name == "message";
        }
    }
    let all = agent.get("/api/v1/desk/sessions").await.ok();
    let ids: Vec<&Value> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["session"]["id"])
        .collect();
    assert_eq!(ids, [&json!(seen.id)]);
    assert_eq!(agent.get("/api/v1/desk/counts").await.ok()["all"], 1);
    for (word, count) in [("public", 1), ("more", 0), ("secret", 0)] {
        let found = agent
            .get(&format!("/api/v1/desk/sessions?q={word}"))
            .await
            .ok();
        assert_eq!(found["data"].as_array().unwrap().len(), count, "{word}");
    }
    let owner = server.browser(Role::Owner).await;
    assert_eq!(owner.get("/api/v1/desk/counts").await.ok()["all"], 2);
}

/// Every reading call that a browser opens, with whatever it can name of somebody out of sight.
async fn no_call_that_reads_shows_who_is_out_of_sight(server: TestServer) {
    const CANARY: &str = "canary-finch";
    let echo = server.publish(&bots::echo()).await;
    let owner = server.browser(Role::Owner).await;
    let new = NewAgent {
        email: "limited@clinic.example".into(),
        name: None,
        role: Role::Owner,
        limited_to_flags: vec!["cardiology".into()],
        password: Some(PASSWORD.into()),
    };
    let caller = Caller::system(server.workspace);
    server.app.add_agent(&caller, new, None).await.unwrap();
    let limited = server.signed_in("limited@clinic.example").await;
    let start = json!({
        "function_id": echo,
        "user": {"external_id": CANARY, "fields": {"user_fname": CANARY}},
        "metadata": {"from": CANARY},
    });
    let hidden = server.bots().start_with(start).await;
    flag(&server, &hidden, "billing").await;
    hidden.say(CANARY).await;
    hidden
        .api
        .post(&hidden.path("/hand_off"), &json!({}))
        .await
        .ok();
    let note = format!("/api/v1/desk/sessions/{}/notes", hidden.id);
    owner.post(&note, &json!({"text": CANARY})).await.created();
    let (mut tried, mut refused) = (0, 0);
    for operation in all_operations(&server).await {
        let is_read = operation.method.is_safe() && operation.id != "stream_desk";
        if !is_read || !operation.opened_by.iter().any(|it| it == "browser_session") {
            continue;
        }
        let path = if operation.template().starts_with("/api/v1/desk/") {
            operation.template().replace("{id}", &hidden.id)
        } else if operation.is_admin() {
            operation.admin_request(&server, &owner).await.0
        } else {
            operation.path(&hidden, &echo)
        };
        let reply = limited.get(&path).await;
        let said = String::from_utf8_lossy(&reply.body);
        for secret in [CANARY, &hidden.id, hidden.user()] {
            // A problem repeats what was asked for.
            let is_told = said.replace(&path, "").contains(secret);
            assert!(!is_told, "{} shows {secret}: {said}", operation.id);
        }
        if path.contains(&hidden.id) || path.contains(hidden.user()) {
            assert_eq!(reply.status, 404, "{}", operation.id);
            refused += 1;
        }
        tried += 1;
    }
    assert!(tried >= 40 && refused >= 4, "{tried}, {refused}");
    let seen = server.bots().start(&echo).await;
    flag(&server, &seen, "cardiology").await;
    let mut desk = limited.open("/api/v1/desk/stream").await;
    assert_eq!(desk.expect("counts").await.data["all"], 1);
    hidden.say(CANARY).await;
    let typing = hidden.api.post(&hidden.path("/typing"), &json!({})).await;
    typing.done();
    owner.post(&note, &json!({"text": CANARY})).await.created();
    // Once the desk tells of the other chat it has looked at all of that, and nothing of it was told.
    seen.say("word").await;
    let mut is_said = false;
    loop {
        let news = next_news(&mut desk).await;
        assert!(news.data.to_string().contains(&seen.id), "{}", news.name);
        is_said |= news.data["message"]["text"] == "You said word.";
        if is_said && news.name == "session" {
            break;
        }
    }
    flag(&server, &hidden, "cardiology").await;
    // Now it comes into sight, and only what is new from now on.
    assert_eq!(next_news(&mut desk).await.name, "reload");
    hidden.say("hello").await;
    // Where there may be other nodes it is looked now and then for what they did, and the chats are told anew, without old messages.
    let first = loop {
        let news = next_news(&mut desk).await;
        if news.name != "session" {
            break news;
        }
    };
    assert_eq!(
        (
            first.name.as_str(),
            first.data["message"]["text"].as_str().unwrap()
        ),
        ("message", "hello")
    );
}

on_both_databases!(
    lists_counts_search_and_stream_show_what_the_flags_reach,
    no_call_that_reads_shows_who_is_out_of_sight,
    what_is_out_of_sight_is_on_no_path_of_the_desk,
);
