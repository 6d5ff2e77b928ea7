//! Bots as the Bot Builder makes, edits, publishes and puts them away.
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_model::{EventType, Time};
use smartbot_testkit::until;

const BOTS: &str = "/api/v1/admin/bots";

/// A builder's browser.
async fn builder(server: &TestServer) -> Api {
    let browser = server.browser(Role::Builder).await;
    browser.header("content-type", "application/json")
}

fn at(function_id: &str, rest: &str) -> String {
    format!("{BOTS}/{function_id}{rest}")
}

/// Makes a blank bot and gives what the answer says of it.
async fn blank(api: &Api, function_id: &str) -> Value {
    let body = json!({"function_id": function_id, "name": "Refills"});
    api.post(BOTS, &body).await.created()
}

async fn save(api: &Api, function_id: &str, tag: &str, document: &Value) -> crate::support::Reply {
    let api = api.clone().header("if-match", tag);
    let body = json!({"document": document}).to_string();
    api.call(Method::PUT, &at(function_id, "/draft"), body)
        .await
}

async fn publish(api: &Api, function_id: &str, body: &Value) -> crate::support::Reply {
    let api = api.clone().header("if-match", "*");
    api.post(&at(function_id, "/publish"), body).await
}

async fn a_bot_is_made_from_nothing_and_talks_once_it_is_published(server: TestServer) {
    let api = builder(&server).await;
    let body = json!({"function_id": "Refill", "name": " Refills ", "language": "es"});
    let reply = api.post(BOTS, &body).await;
    assert_eq!(reply.header("etag"), "\"1\"");
    let made = reply.created();
    assert_eq!(
        (&made["revision"], &made["findings"]),
        (&json!(1), &json!([]))
    );
    let bot = &made["bot"];
    for (key, value) in [
        ("function_id", json!("Refill")),
        ("name", json!("Refills")),
        ("type", json!("flow")),
        ("status", json!("active")),
        ("live_version", Value::Null),
        ("published_at", Value::Null),
        ("draft_revision", json!(1)),
        ("draft_changed", json!(true)),
        ("problems", json!({"errors": 0, "warnings": 0})),
        ("last_7_days", json!({"sessions": 0, "completed": 0})),
    ] {
        assert_eq!(bot[key], value, "{key}");
    }
    assert_eq!(bot["updated_by"]["kind"], "agent");
    assert_eq!(made["document"]["language"], "es");
    let start = json!({"function_id": "Refill"});
    server
        .bots()
        .sessions(&start)
        .await
        .problem(404, "not_found");
    let published = publish(&api, "Refill", &json!({"note": "First"}))
        .await
        .ok();
    assert_eq!(published, json!({"version": 1, "findings": []}));
    let chat = server.bots().start("Refill").await;
    assert_eq!(chat.started["messages"][0]["text"], "Hello!");
    let read = api.get(&at("Refill", "")).await;
    assert_eq!(read.header("etag"), "\"1\"");
    let bot = &read.ok()["bot"];
    assert_eq!(
        (&bot["live_version"], &bot["draft_changed"]),
        (&json!(1), &json!(false))
    );
    assert!(bot["published_at"].is_string());
}

async fn a_bot_is_made_of_a_document_a_template_or_another_bot(server: TestServer) {
    let api = builder(&server).await;
    let document = bots::echo();
    let made = api
        .post(BOTS, &json!({"document": document}))
        .await
        .created();
    assert_eq!(made["document"], document);
    let function_id = document["function_id"].as_str().unwrap();
    let copy = json!({"function_id": "Copy", "name": "A copy", "copy_of": function_id});
    let made = api.post(BOTS, &copy).await.created();
    let mut expected = document.clone();
    expected["function_id"] = "Copy".into();
    expected["name"] = "A copy".into();
    assert_eq!(made["document"], expected);
    let templates = api.get("/api/v1/admin/templates").await.ok();
    let templates = templates["data"].as_array().unwrap();
    assert_eq!(templates.len(), 7);
    for (number, template) in templates.iter().enumerate() {
        let body =
            json!({"function_id": format!("T{number}"), "name": "T", "template": template["id"]});
        let made = api.post(BOTS, &body).await.created();
        assert_eq!(
            made["document"]["boxes"].as_array().map_or(0, Vec::len),
            template["boxes"]
        );
        assert_eq!(made["bot"]["problems"]["errors"], 0, "{}", template["id"]);
    }
}

async fn what_is_no_new_bot_is_refused_with_its_place(server: TestServer) {
    let api = builder(&server).await;
    blank(&api, "Refill").await;
    for (body, pointer) in [
        (json!({}), "/function_id"),
        (json!({"function_id": "A"}), "/name"),
        (json!({"function_id": "A b", "name": "A"}), "/function_id"),
        (json!({"function_id": "A", "name": " "}), "/name"),
        (
            json!({"function_id": "A", "name": "x".repeat(201)}),
            "/name",
        ),
        (
            json!({"function_id": "A", "name": "A", "template": "nothing"}),
            "/template",
        ),
        (
            json!({"function_id": "A", "name": "A", "copy_of": "Nobody"}),
            "/copy_of",
        ),
        (
            json!({"function_id": "A", "name": "A", "template": "contact", "copy_of": "Refill"}),
            "/copy_of",
        ),
        (json!({"document": bots::echo(), "name": "A"}), "/name"),
        (
            json!({"document": {"format": "smartbot/1"}}),
            "/document/function_id",
        ),
        (json!({"document": []}), "/document/function_id"),
        (
            json!({"function_id": "A", "name": "A", "colour": 1}),
            "/colour",
        ),
    ] {
        let faults = api.post(BOTS, &body).await.faults();
        assert_eq!(faults[0].0, pointer, "{body}");
    }
    let again = json!({"function_id": "Refill", "name": "Again"});
    api.post(BOTS, &again)
        .await
        .problem(409, "function_id_taken");
    let page = api.get(BOTS).await.ok();
    assert_eq!(page["data"].as_array().unwrap().len(), 1, "{page}");
}

async fn two_who_edit_one_draft_overwrite_nobody(server: TestServer) {
    let (ana, ben) = (builder(&server).await, builder(&server).await);
    let mut document = blank(&ana, "Refill").await["document"].clone();
    document["name"] = "Ana's".into();
    let saved = save(&ana, "Refill", "\"1\"", &document).await;
    assert_eq!(saved.header("etag"), "\"2\"");
    let saved = saved.ok();
    assert_eq!(
        (&saved["revision"], &saved["bot"]["name"]),
        (&json!(2), &json!("Ana's"))
    );
    document["name"] = "Ben's".into();
    let stale = save(&ben, "Refill", "\"1\"", &document).await;
    let problem = stale.problem(412, "revision_changed");
    assert_eq!(problem["revision"], 2);
    let read = ben.get(&at("Refill", "")).await.ok();
    assert_eq!(read["document"]["name"], "Ana's");
    let path = at("Refill", "/draft");
    let body = json!({"document": document}).to_string();
    let without = ben.call(Method::PUT, &path, body).await;
    without.problem(428, "if_match_required");
    save(&ben, "Refill", "\"2\"", &document).await.ok();
    let stale = ana.clone().header("if-match", "\"2\"");
    let stale = stale.post(&at("Refill", "/publish"), &json!({})).await;
    assert_eq!(stale.problem(412, "revision_changed")["revision"], 3);
    let without = ana.post(&at("Refill", "/publish"), &json!({})).await;
    without.problem(428, "if_match_required");
    // All at once: one of them is kept.
    let wishes = (0..8).map(|number| {
        let mut document = document.clone();
        document["name"] = format!("{number}").into();
        let ana = ana.clone();
        async move { save(&ana, "Refill", "\"3\"", &document).await.status }
    });
    let mut answers = futures_util::future::join_all(wishes).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 412, 412, 412, 412, 412, 412, 412]);
}

async fn a_draft_with_errors_is_kept_and_not_published(server: TestServer) {
    let api = builder(&server).await;
    let mut document = blank(&api, "Refill").await["document"].clone();
    document["links"][0]["to"] = "nowhere".into();
    document["boxes"][0]["text"] = "Hello {nobody}!".into();
    let saved = save(&api, "Refill", "\"1\"", &document).await.ok();
    let codes: Vec<_> = saved["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["code"])
        .collect();
    assert!(codes.contains(&&json!("link_to_nowhere")), "{codes:?}");
    let problems = &saved["bot"]["problems"];
    assert!(problems["errors"].as_u64() >= Some(1) && problems["warnings"].as_u64() >= Some(1));
    let page = api.get(BOTS).await.ok();
    assert_eq!(page["data"][0]["problems"], *problems);
    let judged = api
        .post(&format!("{BOTS}/validate"), &json!({"document": document}))
        .await
        .ok();
    assert_eq!(judged["findings"], saved["findings"]);
    let refused = publish(&api, "Refill", &json!({"accept_warnings": true})).await;
    let problem = refused.problem(422, "bot_invalid");
    assert_eq!(problem["findings"], saved["findings"]);
    for other in ["Other", ""] {
        document["function_id"] = other.into();
        let faults = save(&api, "Refill", "*", &document).await.faults();
        assert_eq!(faults[0].0, "/document/function_id");
    }
}

async fn warnings_have_to_be_accepted_and_the_same_is_not_published_twice(server: TestServer) {
    let api = builder(&server).await;
    let mut document = blank(&api, "Refill").await["document"].clone();
    document["boxes"][0]["advanced"] = json!({"push_to_webhook": true, "assign_flags": ["vip"]});
    save(&api, "Refill", "\"1\"", &document).await.ok();
    let codes = |it: &Value| {
        let found = it["findings"].as_array().unwrap().iter();
        found
            .map(|it| it["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let refused = publish(&api, "Refill", &json!({})).await;
    let problem = refused.problem(409, "warnings_not_accepted");
    assert_eq!(codes(&problem), ["unknown_flag", "no_endpoint"]);
    let accepted = publish(&api, "Refill", &json!({"accept_warnings": true}))
        .await
        .ok();
    assert_eq!(codes(&accepted), ["unknown_flag", "no_endpoint"]);
    let again = publish(&api, "Refill", &json!({"accept_warnings": true})).await;
    again.problem(409, "nothing_to_publish");
    // The canvas is not what a bot says.
    document["layout"]["start"]["x"] = json!(99);
    let saved = save(&api, "Refill", "*", &document).await.ok();
    assert_eq!(saved["bot"]["draft_changed"], false);
    let again = publish(&api, "Refill", &json!({"accept_warnings": true})).await;
    again.problem(409, "nothing_to_publish");
    // The flag is known by now, and somebody takes what boxes send.
    server
        .endpoint(
            "http://127.0.0.1:1/",
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    let judged = api
        .post(&format!("{BOTS}/validate"), &json!({"document": document}))
        .await
        .ok();
    assert_eq!(judged["findings"], json!([]));
    assert_eq!(server.count(EventType::BotPublished).await, 1);
}

async fn versions_are_listed_read_rolled_back_and_restored(server: TestServer) {
    let api = builder(&server).await;
    let mut document = blank(&api, "Refill").await["document"].clone();
    for (version, text) in [(1, "One"), (2, "Two"), (3, "Three")] {
        document["boxes"][0]["text"] = text.into();
        document["boxes"][1] = json!({"id": "end", "type": "text", "text": "And?"});
        save(&api, "Refill", "*", &document).await.ok();
        let body = json!({"note": format!(" note {version} "), "accept_warnings": true});
        publish(&api, "Refill", &body).await.ok();
        server.bots().start("Refill").await;
    }
    let list = api.get(&at("Refill", "/versions?limit=2")).await.ok();
    let shown = |it: &Value| {
        (
            it["version"].clone(),
            it["live"].clone(),
            it["note"].clone(),
            it["open_sessions"].clone(),
        )
    };
    let data = list["data"].as_array().unwrap();
    assert_eq!(
        shown(&data[0]),
        (json!(3), json!(true), json!("note 3"), json!(1))
    );
    assert_eq!(
        shown(&data[1]),
        (json!(2), json!(false), json!("note 2"), json!(1))
    );
    assert_eq!(data[0]["published_by"]["kind"], "agent");
    let cursor = list["next_cursor"].as_str().unwrap();
    let rest = api
        .get(&at("Refill", &format!("/versions?limit=2&cursor={cursor}")))
        .await
        .ok();
    assert_eq!(rest["data"][0]["version"], 1);
    assert_eq!(rest["next_cursor"], Value::Null);
    let first = api.get(&at("Refill", "/versions/1")).await.ok();
    assert_eq!(
        (&first["document"]["boxes"][0]["text"], &first["live"]),
        (&json!("One"), &json!(false))
    );
    for path in ["/versions/9", "/versions/x", "/versions/0"] {
        api.get(&at("Refill", path)).await.problem(404, "not_found");
    }
    let back = json!({"version": 1, "note": "Three was wrong"});
    let rolled = api.post(&at("Refill", "/roll_back"), &back).await.ok();
    assert_eq!(rolled, json!({"version": 4}));
    let chat = server.bots().start("Refill").await;
    assert_eq!(chat.started["messages"][0]["text"], "One");
    let draft = api.get(&at("Refill", "")).await.ok();
    assert_eq!(
        draft["document"]["boxes"][0]["text"], "Three",
        "the draft stays"
    );
    assert_eq!(
        (
            &draft["bot"]["live_version"],
            &draft["bot"]["draft_changed"]
        ),
        (&json!(4), &json!(true))
    );
    let again = api.post(&at("Refill", "/roll_back"), &back).await;
    again.problem(409, "nothing_to_publish");
    let unknown = api
        .post(&at("Refill", "/roll_back"), &json!({"version": 9}))
        .await;
    unknown.problem(404, "not_found");
    let stale = api.clone().header("if-match", "\"1\"");
    let stale = stale
        .post(&at("Refill", "/restore_draft"), &json!({"version": 2}))
        .await;
    stale.problem(412, "revision_changed");
    let seen = api.clone().header("if-match", "\"4\"");
    let restored = seen
        .post(&at("Refill", "/restore_draft"), &json!({"version": 2}))
        .await;
    assert_eq!(restored.header("etag"), "\"5\"");
    assert_eq!(restored.ok()["document"]["boxes"][0]["text"], "Two");
    assert_eq!(server.count(EventType::BotPublished).await, 4);
}

async fn an_archived_bot_starts_nothing_and_its_sessions_go_on(server: TestServer) {
    let api = builder(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let archived = api.post(&at(&echo, "/archive"), &json!({})).await.ok();
    assert_eq!(archived["status"], "archived");
    let start = json!({"function_id": echo});
    server
        .bots()
        .sessions(&start)
        .await
        .problem(404, "not_found");
    let path = format!("/api/v1/bots/{echo}");
    server.bots().get(&path).await.problem(404, "not_found");
    assert_eq!(
        server.bots().get("/api/v1/bots").await.ok()["data"],
        json!([])
    );
    chat.say("still here").await;
    let list = async |status: &str| {
        let page = api.get(&format!("{BOTS}?status={status}")).await.ok();
        page["data"].as_array().unwrap().len()
    };
    assert_eq!((list("active").await, list("archived").await), (0, 1));
    api.get(&format!("{BOTS}?status=gone"))
        .await
        .problem(400, "invalid_parameter");
    api.delete(&at(&echo, "")).await.problem(409, "bot_in_use");
    let restored = api.post(&at(&echo, "/restore"), &json!({})).await.ok();
    assert_eq!(restored["status"], "active");
    server.bots().start(&echo).await;
}

async fn a_bot_that_nobody_chatted_with_goes_for_good(server: TestServer) {
    let api = builder(&server).await;
    blank(&api, "Refill").await;
    publish(&api, "Refill", &json!({})).await.ok();
    let refused = api.delete(&at("Refill", "")).await;
    refused.problem(409, "bot_in_use");
    api.post(&at("Refill", "/archive"), &json!({})).await.ok();
    api.delete(&at("Refill", "")).await.done();
    api.get(&at("Refill", "")).await.problem(404, "not_found");
    api.delete(&at("Refill", ""))
        .await
        .problem(404, "not_found");
    blank(&api, "Refill").await;
}

async fn bots_are_listed_by_name_in_pages(server: TestServer) {
    let api = builder(&server).await;
    for (function_id, name) in [
        ("A", "zebra"),
        ("B", "Émile"),
        ("C", "apple"),
        ("D", "Apple"),
    ] {
        let body = json!({"function_id": function_id, "name": name});
        api.post(BOTS, &body).await.created();
    }
    let ids = |page: &Value| {
        let data = page["data"].as_array().unwrap().iter();
        data.map(|it| it["function_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = api.get(&format!("{BOTS}?limit=3")).await.ok();
    assert_eq!(ids(&first), ["C", "D", "A"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = api
        .get(&format!("{BOTS}?limit=3&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(
        (ids(&rest), &rest["next_cursor"]),
        (vec!["B".to_owned()], &Value::Null)
    );
    for (q, expected) in [
        ("APP", vec!["C", "D"]),
        ("%C3%A9mi", vec!["B"]),
        ("a", vec!["C", "D", "A"]),
        ("x", vec![]),
    ] {
        let page = api.get(&format!("{BOTS}?q={q}")).await.ok();
        assert_eq!(ids(&page), expected, "{q}");
    }
    api.get(&format!("{BOTS}?q=%20"))
        .await
        .problem(400, "invalid_parameter");
}

async fn a_summary_counts_the_last_seven_days(server: TestServer) {
    let api = builder(&server).await;
    let greeter = server.publish(&bots::greeter()).await;
    let echo = server.publish(&bots::echo()).await;
    for _ in 0..3 {
        server.bots().start(&echo).await;
    }
    let chat = server.bots().start(&greeter).await;
    let is_ended = chat.started["session"]["status"] == "ended";
    let days = async |function_id: &str| {
        let draft = api.get(&at(function_id, "")).await.ok();
        draft["bot"]["last_7_days"].clone()
    };
    until("the sessions are counted", PATIENCE, async || {
        days(&echo).await == json!({"sessions": 3, "completed": 0})
            && days(&greeter).await == json!({"sessions": 1, "completed": u8::from(is_ended)})
    })
    .await;
    let page = api.get(BOTS).await.ok();
    let listed: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["last_7_days"]["sessions"].as_u64().unwrap())
        .collect();
    assert_eq!(listed.iter().sum::<u64>(), 4, "{page}");
    server
        .clock
        .advance(std::time::Duration::from_secs(8 * 24 * 3_600));
    let api = builder(&server).await;
    let draft = api.get(&at(&echo, "")).await.ok();
    assert_eq!(
        draft["bot"]["last_7_days"],
        json!({"sessions": 0, "completed": 0})
    );
}

async fn a_bot_is_exported_as_a_file_that_import_takes(server: TestServer) {
    let api = builder(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let draft = api.get(&at(&echo, "/export")).await;
    let name = format!("attachment; filename=\"{echo}.json\"");
    assert_eq!(draft.header("content-disposition"), name);
    assert_eq!(draft.header("content-type"), "application/json");
    let mut document = draft.ok();
    assert_eq!(document, bots::echo());
    let version = api.get(&at(&echo, "/export?version=1")).await;
    let name = format!("attachment; filename=\"{echo}-v1.json\"");
    assert_eq!(version.header("content-disposition"), name);
    assert_eq!(version.ok(), document);
    api.get(&at(&echo, "/export?version=2"))
        .await
        .problem(404, "not_found");
    document["function_id"] = "Imported".into();
    api.post(BOTS, &json!({"document": document}))
        .await
        .created();
}

async fn a_large_draft_is_taken_and_a_larger_one_refused(server: TestServer) {
    let api = builder(&server).await;
    let mut document = blank(&api, "Refill").await["document"].clone();
    let boxes = |count: usize| {
        let text = "x".repeat(30_000);
        let one = |number| json!({"id": format!("b{number}"), "type": "message", "text": text});
        (0..count).map(one).collect::<Value>()
    };
    document["boxes"] = boxes(100);
    save(&api, "Refill", "*", &document).await.ok();
    document["boxes"] = boxes(600);
    save(&api, "Refill", "*", &document)
        .await
        .problem(413, "payload_too_large");
    let body = json!({"function_id": "A", "name": "A".repeat(2 << 20)});
    let admin = server.browser(Role::Admin).await;
    let other = admin.post("/api/v1/admin/tokens", &body).await;
    other.problem(413, "payload_too_large");
}

/// What was saved before anybody noted what is found of a draft is looked at when somebody asks.
async fn drafts_from_before_are_judged_when_they_are_listed(server: TestServer) {
    use smartbot_store::{BotHead, BotRow, Change};
    let api = builder(&server).await;
    let now = Time::from_micros(1_000_000);
    let head = BotHead {
        id: "bot_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".parse().unwrap(),
        function_id: "Old".into(),
        name: "Old".into(),
        kind: "flow".into(),
        status: smartbot_model::bot::BotStatus::Active,
        draft_revision: 4,
        judgement: None,
        live_version: None,
        published_at: None,
        created_at: now,
        updated_at: now,
        updated_by: None,
    };
    let draft = json!({"format": "smartbot/1", "function_id": "Old", "name": "Old", "type": "flow", "language": "en", "start": "a", "boxes": [], "links": []});
    let bot = BotRow {
        head,
        draft: draft.to_string(),
    };
    let insert = Change::InsertBot {
        bot,
        tests: "[]".into(),
    };
    server
        .app
        .store
        .commit(server.workspace, vec![insert])
        .await
        .unwrap();
    let page = api.get(BOTS).await.ok();
    let old = &page["data"][0];
    assert_eq!(
        (&old["problems"]["errors"], &old["updated_by"]),
        (&json!(1), &Value::Null)
    );
    let kept = server.app.store.bots(server.workspace).await.unwrap();
    let judgement = kept[0].judgement.unwrap();
    assert_eq!((judgement.errors, judgement.changed), (1, true));
}

on_both_databases!(
    a_bot_is_exported_as_a_file_that_import_takes,
    a_bot_is_made_from_nothing_and_talks_once_it_is_published,
    a_bot_is_made_of_a_document_a_template_or_another_bot,
    a_bot_that_nobody_chatted_with_goes_for_good,
    a_draft_with_errors_is_kept_and_not_published,
    a_large_draft_is_taken_and_a_larger_one_refused,
    a_summary_counts_the_last_seven_days,
    an_archived_bot_starts_nothing_and_its_sessions_go_on,
    bots_are_listed_by_name_in_pages,
    drafts_from_before_are_judged_when_they_are_listed,
    two_who_edit_one_draft_overwrite_nobody,
    versions_are_listed_read_rolled_back_and_restored,
    warnings_have_to_be_accepted_and_the_same_is_not_published_twice,
    what_is_no_new_bot_is_refused_with_its_place,
);
