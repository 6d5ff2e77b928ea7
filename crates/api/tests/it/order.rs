//! Messages that come at once are handled one after the other, in one order that everybody sees.
use crate::support::{Chat, TestServer, bots, on_both_databases, texts};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Checks that every word was answered by itself, in one gapless order, and returns the messages.
async fn check_order(chat: &Chat, words: &[String], answers: &[Value]) -> Vec<Value> {
    for (word, answer) in words.iter().zip(answers) {
        assert_eq!(
            texts(answer),
            [&format!("You said {word}."), "Say something."],
            "{answer}"
        );
        assert_eq!(answer["awaiting"]["kind"], "text");
    }
    let messages = chat.messages().await;
    assert_eq!(messages.len(), 1 + 3 * words.len());
    for (message, seq) in messages.iter().zip(1..) {
        assert_eq!(message["seq"], seq);
    }
    for turn in messages[1..].chunks(3) {
        let word = turn[0]["text"].as_str().unwrap();
        assert_eq!(turn[0]["from"], "user");
        assert_eq!(turn[1]["text"], format!("You said {word}."));
        assert_eq!(turn[2]["text"], "Say something.");
        let answer = answers
            .iter()
            .find(|it| it["messages"][0]["id"] == turn[1]["id"]);
        assert_eq!(answer.unwrap()["session"]["last_seq"], turn[2]["seq"]);
    }
    assert_eq!(chat.state().await["last_seq"], messages.len());
    messages
}

async fn two_messages_at_once_are_answered_one_after_the_other(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let words = ["left".to_owned(), "right".to_owned()];
    let (left, right) = tokio::join!(chat.say(&words[0]), chat.say(&words[1]));
    check_order(&chat, &words, &[left, right]).await;
}

async fn fifty_messages_at_once_have_one_order_that_everybody_sees(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream().await;
    let words: Vec<String> = (0..50).map(|it| format!("word {it}")).collect();
    let answers = join_all(words.iter().map(|it| chat.say(it))).await;
    let messages = check_order(&chat, &words, &answers).await;
    for message in &messages {
        assert_eq!(stream.message().await.data, *message);
    }
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(log["messages"], Value::Array(messages));
}

async fn many_sessions_at_once_do_not_mix(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let api = server.bots();
    let talk = async |number: usize| {
        let chat = api.start(&echo).await;
        let words: Vec<String> = (0..4).map(|it| format!("{number}-{it}")).collect();
        let mut answers = Vec::new();
        for word in &words {
            answers.push(chat.say(word).await);
        }
        check_order(&chat, &words, &answers).await;
    };
    join_all((0..20).map(talk)).await;
}

async fn one_user_in_two_sessions_at_once_loses_no_answer(server: TestServer) {
    let ask = |name: &str, field: &str| {
        let question = json!({"type": "text", "text": "?", "save_to": field});
        let mut bot = bots::one_question(name, question);
        bot["fields"] = json!([]);
        bot
    };
    let mut chats = Vec::new();
    for field in ["user_city", "user_state", "user_gender", "user_zip"] {
        let bot = server.publish(&ask(field, field)).await;
        let body = json!({"function_id": bot, "user": {"external_id": "p-1"}});
        chats.push((field, server.bots().start_with(body).await));
    }
    join_all(chats.iter().map(|(field, chat)| chat.say(field))).await;
    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    let expected = json!({"user_city": "user_city", "user_state": "user_state", "user_gender": "user_gender", "user_zip": "user_zip"});
    assert_eq!(user["fields"], expected);
}

async fn one_user_in_fifty_sessions_at_once_is_answered_in_each(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let api = server.bots();
    let talk = async |number: usize| {
        let body = json!({"function_id": advanced, "user": {"external_id": "kiosk"}});
        let chat = api.start_with(body).await;
        // The answer changes the profile, which all of them share.
        let answer = chat.say(&format!("City {number}")).await;
        assert_eq!(texts(&answer), ["Your number?"]);
    };
    join_all((0..50).map(talk)).await;
    let mut events = server.events().await;
    events.retain(|it| it.data["user"]["external_id"] == "kiosk");
    events.sort_by_key(|it| it.sequence);
    assert!(
        events
            .iter()
            .zip(1..)
            .all(|(it, sequence)| it.sequence == sequence)
    );
}

async fn messages_to_two_nodes_at_once_have_one_order(server: TestServer) {
    if !server.is_shared() {
        // One file belongs to one process.
        return;
    }
    let echo = server.publish(&bots::echo()).await;
    let other = server.another_node().await;
    let here = server.bots().start(&echo).await;
    let there = here.by(other.bots());
    let words: Vec<String> = (0..20).map(|it| format!("word {it}")).collect();
    let say = |(number, word): (usize, &String)| {
        let chat = if number % 2 == 0 {
            here.clone()
        } else {
            there.clone()
        };
        let word = word.clone();
        async move { chat.say(&word).await }
    };
    let answers = join_all(words.iter().enumerate().map(say)).await;
    check_order(&here, &words, &answers).await;
}

async fn a_session_that_is_too_long_ends(server: TestServer) {
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "0"}, {"id": "a", "type": "message", "text": "1"},
        {"id": "b", "type": "message", "text": "2"}, {"id": "c", "type": "message", "text": "3"},
        {"id": "d", "type": "message", "text": "4"}, {"id": "e", "type": "message", "text": "5"},
    ]);
    let mut bot = bots::chain("Talker", boxes, json!([]));
    bot["links"]
        .as_array_mut()
        .unwrap()
        .push(json!({"from": "e", "to": "ask"}));
    let talker = server.publish(&bot).await;
    let chat = server.bots().start(&talker).await;
    // Each turn has a message of the user and six of the bot: 1 + 7 * 285 = 1,996.
    let mut answer = chat.started.clone();
    for _ in 0..285 {
        answer = chat.say("x").await;
        assert_eq!(answer["session"]["status"], "active");
    }
    assert_eq!(answer["session"]["last_seq"], 1_996);
    let last = chat.say("x").await;
    assert_eq!(
        (&last["session"]["status"], &last["session"]["last_seq"]),
        (&json!("ended"), &json!(2_000))
    );
    assert_eq!(last["messages"].as_array().unwrap().len(), 3);
    let ended = server
        .events()
        .await
        .into_iter()
        .find(|it| it.event_type == smartbot_model::EventType::SessionEnded);
    assert_eq!(ended.unwrap().data["reason"], "too_long");
    chat.send(&json!({"text": "x"}))
        .await
        .problem(410, "session_ended");
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(log["messages"].as_array().unwrap().len(), 2_000);
}

on_both_databases!(
    a_session_that_is_too_long_ends,
    fifty_messages_at_once_have_one_order_that_everybody_sees,
    many_sessions_at_once_do_not_mix,
    messages_to_two_nodes_at_once_have_one_order,
    one_user_in_fifty_sessions_at_once_is_answered_in_each,
    one_user_in_two_sessions_at_once_loses_no_answer,
    two_messages_at_once_are_answered_one_after_the_other,
);
