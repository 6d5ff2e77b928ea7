//! The lists of the desk with filters, and what messages tell of who wrote and what was picked.
use crate::desk::{act, listed, own_id, shown};
use crate::support::{Chat, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::AgentPatch;
use smartbot_model::AgentId;
use smartbot_model::agent::Role;

const STREAM: &str = "/api/v1/desk/stream";

async fn flag(server: &TestServer, chat: &Chat, name: &str) {
    let path = format!("/api/v1/users/{}/flags/{name}", chat.user());
    assert_eq!(server.db().put(&path).await.status, 204);
}

fn sorted(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let mut all: Vec<String> = ids.into_iter().map(|it| it.as_ref().to_owned()).collect();
    all.sort();
    all
}

async fn lists_are_narrowed_by_all_filters_that_are_given(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let greeter = server.publish(&bots::greeter()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    let start = async |bot: &str, language: &str| {
        let body = json!({"function_id": bot, "language": language});
        server.bots().start_with(body).await
    };
    let plain = start(&echo, "en").await;
    let german = start(&echo, "de").await;
    let greeted = start(&greeter, "de").await;
    let [held, theirs] = [start(&echo, "en").await, start(&echo, "en").await];
    for chat in [&german, &held] {
        flag(&server, chat, "billing").await;
    }
    act(&one, &held, "take_over", json!({})).await.ok();
    act(&other, &theirs, "take_over", json!({})).await.ok();
    let [own, colleague] = [own_id(&one).await, own_id(&other).await];
    let [own, colleague] = [own.as_str().unwrap(), colleague.as_str().unwrap()];
    let found = async |query: String| sorted(listed(&one, &query).await);
    let cases: [(String, Vec<&Chat>); 13] = [
        ("list=all&flag=billing".into(), vec![&german, &held]),
        ("flag=nothing".into(), vec![]),
        ("function_id=Greeter".into(), vec![&greeted]),
        ("language=de".into(), vec![&german, &greeted]),
        ("language=de&function_id=Echo".into(), vec![&german]),
        ("language=de&flag=billing&q=Say".into(), vec![&german]),
        ("language=en&function_id=Greeter".into(), vec![]),
        (format!("agent_id={own}"), vec![&held]),
        (format!("agent_id={colleague}"), vec![&theirs]),
        (
            format!("list=mine&agent_id={own}&flag=billing"),
            vec![&held],
        ),
        (format!("list=mine&agent_id={colleague}"), vec![]),
        (format!("list=with_bot&agent_id={own}"), vec![]),
        ("list=with_bot&language=en".into(), vec![&plain]),
    ];
    for (query, chats) in cases {
        let ids = sorted(chats.iter().map(|it| &it.id));
        assert_eq!(found(query.clone()).await, ids, "{query}");
    }
    act(&one, &held, "close", json!({})).await.ok();
    plain.end().await;
    let closed = found("list=closed".into()).await;
    assert_eq!(closed, sorted([&held.id, &plain.id]));
    let by_agent = found(format!("list=closed&agent_id={own}")).await;
    assert_eq!(by_agent, [held.id.as_str()], "what the agent took part in");
    let bad = one.get("/api/v1/desk/sessions?agent_id=1").await;
    bad.problem(400, "invalid_parameter");
    // A cursor belongs to its filter.
    let first = one.get("/api/v1/desk/sessions?limit=1&language=de").await;
    let cursor = first.ok()["next_cursor"].as_str().unwrap().to_owned();
    let next = format!("/api/v1/desk/sessions?limit=1&language=en&cursor={cursor}");
    one.get(&next).await.problem(400, "invalid_parameter");
    let next = format!("/api/v1/desk/sessions?limit=1&language=de&cursor={cursor}");
    let rest = one.get(&next).await.ok();
    assert_eq!(rest["data"][0]["session"]["id"], german.id);
}

async fn filters_reach_no_further_than_flags(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = server.browser(Role::Agent).await;
    let caller = Caller::system(server.workspace);
    let id: AgentId = own_id(&agent).await.as_str().unwrap().parse().unwrap();
    let patch = AgentPatch {
        limited_to_flags: Some(vec!["cardiology".into()]),
        ..AgentPatch::default()
    };
    let limit = server.app.update_agent(&caller, id, patch, None);
    limit.await.unwrap();
    let owner = server.browser(Role::Owner).await;
    let (seen, hidden) = (
        server.bots().start(&echo).await,
        server.bots().start(&echo).await,
    );
    flag(&server, &seen, "cardiology").await;
    for chat in [&seen, &hidden] {
        flag(&server, chat, "billing").await;
        act(&owner, chat, "take_over", json!({})).await.ok();
    }
    let holder = own_id(&owner).await;
    let holder = holder.as_str().unwrap();
    let by_agent = format!("agent_id={holder}");
    for query in ["flag=billing", "function_id=Echo", "language=en", &by_agent] {
        assert_eq!(listed(&agent, query).await, [seen.id.as_str()], "{query}");
        assert_eq!(listed(&owner, query).await.len(), 2, "{query}");
    }
    for chat in [&seen, &hidden] {
        act(&owner, chat, "close", json!({})).await.ok();
    }
    let closed = format!("list=closed&{by_agent}");
    assert_eq!(listed(&agent, &closed).await, [seen.id.as_str()]);
}

async fn messages_of_agents_name_them_to_agents_only(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Owner).await,
    );
    let chat = server.bots().start(&echo).await;
    let mut desk = other.open(STREAM).await;
    let mut stream = chat.stream().await;
    let mut expected = Vec::new();
    for (agent, text) in [(&one, "This is the first."), (&other, "And the second.")] {
        act(agent, &chat, "take_over", json!({})).await.ok();
        act(agent, &chat, "messages", json!({"text": text}))
            .await
            .ok();
        let me = agent.get("/api/v1/admin/me").await.ok()["agent"].clone();
        expected.push(json!({"id": me["id"], "name": me["name"]}));
        let heard = loop {
            let sent = desk.message().await.data;
            if sent["message"]["text"] == text {
                break sent;
            }
        };
        assert_eq!(&heard["message"]["agent"], expected.last().unwrap());
        let to = json!({"agent_id": own_id(&other).await});
        if std::ptr::eq(agent, &one) {
            act(&one, &chat, "transfer", to).await.ok();
            act(&other, &chat, "transfer/accept", json!({})).await.ok();
        }
    }
    chat.say("Thank you.").await;
    let agents_of = |all: &Value| -> Vec<Value> {
        let messages = all["messages"].as_array().unwrap().iter();
        let named = messages.filter(|it| !it["agent"].is_null());
        named
            .inspect(|it| assert_eq!(it["from"], "agent"))
            .map(|it| it["agent"].clone())
            .collect()
    };
    assert_eq!(agents_of(&shown(&other, &chat).await), expected);
    let path = format!("/api/v1/chat_logs/{}", chat.id);
    assert_eq!(agents_of(&server.db().get(&path).await.ok()), expected);
    // The visitor and BotsManagement get the words alone.
    let id = expected[0]["id"].as_str().unwrap().to_owned();
    let seen = json!(chat.messages().await).to_string();
    assert!(
        !seen.contains(&id) && !seen.contains("\"agent\":{"),
        "{seen}"
    );
    loop {
        let sent = stream.next().await.expect("the stream ended");
        assert!(!sent.data.to_string().contains(&id), "{}", sent.data);
        if sent.data["text"] == "Thank you." {
            break;
        }
    }
    // Of one who is no agent any more there is no name.
    let one = format!("/api/v1/agents/{id}");
    other.delete(&one).await.done();
    assert_eq!(agents_of(&shown(&other, &chat).await), expected[1..]);
}

async fn what_was_picked_is_shown_in_the_words_of_the_choice(server: TestServer) {
    let question = json!({"type": "multiple_choice", "text": "What for?", "choices": [
        {"value": "checkup", "label": "Check-up"}, {"value": "other", "label": "Something else"}
    ]});
    let bot = bots::one_question("Picks", question);
    let bot = server.publish(&bot).await;
    let agent = server.browser(Role::Agent).await;
    let mut desk = agent.open(STREAM).await;
    let chat = server.bots().start(&bot).await;
    chat.send(&json!({"choices": ["checkup"]})).await.ok();
    let heard = loop {
        let sent = desk.message().await.data;
        if sent["message"]["from"] == "user" {
            break sent["message"].clone();
        }
    };
    assert_eq!(
        (&heard["text"], &heard["label"]),
        (&json!("checkup"), &json!("Check-up"))
    );
    let all = shown(&agent, &chat).await;
    let path = format!("/api/v1/chat_logs/{}", chat.id);
    let log = server.db().get(&path).await.ok();
    for messages in [&all["messages"], &log["messages"]] {
        let labels = messages.as_array().unwrap().iter();
        let labels: Vec<_> = labels.filter_map(|it| it.get("label")).collect();
        assert_eq!(labels, [&json!("Check-up")], "of the answer only");
    }
    // Words of one's own are nobody's label.
    let chat = server.bots().start(&bot).await;
    chat.say("checkup").await;
    assert!(!shown(&agent, &chat).await.to_string().contains("\"label\""));
}

on_both_databases!(
    filters_reach_no_further_than_flags,
    lists_are_narrowed_by_all_filters_that_are_given,
    messages_of_agents_name_them_to_agents_only,
    what_was_picked_is_shown_in_the_words_of_the_choice,
);
