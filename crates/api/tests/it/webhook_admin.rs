//! Webhook endpoints, deliveries and runs, as agents manage them with a browser.
use crate::support::events::{delivered, verify};
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::delivery::endpoints::{EndpointOptions, NewEndpoint};
use smartbot_app::delivery::log::DeliveryFilter;
use smartbot_app::delivery::resend::{NewResend, ResendKind};
use smartbot_model::agent::Role;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_model::{DeliveryId, EndpointId, ResendId, Time, WorkspaceId};
use smartbot_testkit::{Answer, Receiver, until, until_some};
use std::time::Duration;

const ENDPOINTS: &str = "/api/v1/admin/webhook_endpoints";
const DELIVERIES: &str = "/api/v1/admin/deliveries";
const RESENDS: &str = "/api/v1/admin/resends";

/// The value of a header of an endpoint's own; it must be seen nowhere.
const CANARY: &str = "canary-of-a-header";

fn id_of(it: &Value) -> String {
    it["id"].as_str().unwrap().to_owned()
}

fn one(list: &str, it: &Value) -> String {
    format!("{list}/{}", id_of(it))
}

/// An endpoint that is told of publications.
async fn told_of_publications(browser: &Api, receiver: &Receiver) -> Value {
    let body = json!({"url": receiver.url("/hook"), "events": ["bot.published"], "headers": {"X-Api-Key": CANARY}});
    browser.post(ENDPOINTS, &body).await.created()
}

/// Waits for the only delivery to look so.
async fn the_delivery(browser: &Api, looks: impl Fn(&Value) -> bool) -> Value {
    until_some("the delivery", PATIENCE, async || {
        let page = browser.get(DELIVERIES).await.ok();
        let first = page["data"][0].clone();
        (first.is_object() && looks(&first)).then_some(first)
    })
    .await
}

async fn an_endpoint_is_made_read_changed_and_removed(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let body = json!({
        "url": "https://portal.example/hooks", "description": "The inbox", "events": ["flag.assigned"], "detail": "ids_only",
        "filter": {"flags": ["vip"]}, "ordered_by": "user", "rate_per_second": 20, "timeout_seconds": 5, "signature": "both",
        "headers": {"X-Api-Key": CANARY, "x-other": "2"}
    });
    let reply = browser.post(ENDPOINTS, &body).await;
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(reply.header("cache-control"), "no-store");
    let made = reply.created();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert!(made["public_key"].as_str().unwrap().starts_with("whpk_"));
    assert_eq!(made["check"], json!(null));
    let path = one(ENDPOINTS, &made);
    let read = browser.get(&path).await.ok();
    for (key, value) in [
        ("filter", json!({"function_ids": [], "flags": ["vip"]})),
        ("headers", json!(["x-api-key", "x-other"])),
        ("ordered_by", json!("user")),
        ("rate_per_second", json!(20)),
        ("state", json!("active")),
        ("held_until", json!(null)),
        ("failing_since", json!(null)),
        ("failures", json!(0)),
    ] {
        assert_eq!(read[key], value, "{key}");
        assert_eq!(made[key], value, "{key}");
    }
    let patch = json!({
        "rate_per_second": null, "ordered_by": null, "state": "disabled", "headers": {"X-Other": null, "x-third": "3"}
    });
    let reply = browser.patch(&path, &patch).await;
    assert_eq!(reply.header("etag"), "\"2\"");
    let changed = reply.ok();
    assert_eq!(changed["headers"], json!(["x-api-key", "x-third"]));
    assert_eq!(
        (&changed["state"], &changed["disabled_reason"]),
        (&json!("disabled"), &json!("by_hand"))
    );
    assert_eq!(changed["rate_per_second"], json!(null));
    assert_eq!(changed["description"], "The inbox", "what is absent stays");
    let merge = browser
        .clone()
        .header("content-type", "application/merge-patch+json");
    let reply = merge.call(http::Method::PATCH, &path, "{}").await.ok();
    assert_eq!(reply["timeout_seconds"], 5);
    let page = browser.get(ENDPOINTS).await.ok();
    assert_eq!(page["data"], json!([browser.get(&path).await.ok()]));
    browser.delete(&path).await.done();
    browser.delete(&path).await.problem(404, "not_found");
    browser.get(&path).await.problem(404, "not_found");
}

async fn whoever_names_a_revision_overwrites_nobody(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    let body = json!({"url": "https://portal.example/hooks"});
    let made = browser.post(ENDPOINTS, &body).await.created();
    let path = one(ENDPOINTS, &made);
    let change = async |tag: &str, text: &str| {
        let api = browser.clone().header("if-match", tag);
        api.patch(&path, &json!({"description": text})).await
    };
    change("\"1\"", "first").await.ok();
    for stale in ["\"1\"", "W/\"2\"", "2", "nonsense", ""] {
        change(stale, "lost")
            .await
            .problem(412, "precondition_failed");
    }
    let read = browser.get(&path).await;
    assert_eq!(read.header("etag"), "\"2\"");
    assert_eq!(read.ok()["description"], "first");
    for (number, good) in ["\"2\"", "\"1\", \"3\"", "*"].into_iter().enumerate() {
        let changed = change(good, good).await.ok();
        assert_eq!(changed["revision"], number + 3, "{good}");
    }
    // Of two who have seen the same, one comes through.
    let (one, other) = tokio::join!(change("\"5\"", "one"), change("\"5\"", "other"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

async fn what_is_no_endpoint_is_refused_with_its_place(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    let url = "https://portal.example/hooks";
    let made = browser
        .post(ENDPOINTS, &json!({"url": url}))
        .await
        .created();
    let path = one(ENDPOINTS, &made);
    for (key, value, pointer) in [
        ("url", json!("https://10.0.0.1/"), "/url"),
        ("url", json!("here"), "/url"),
        ("description", json!("x".repeat(501)), "/description"),
        ("events", json!([]), "/events"),
        ("events", json!("some"), "/events"),
        ("events", json!(["flag.asigned"]), "/events"),
        ("timeout_seconds", json!(31), "/timeout_seconds"),
        ("rate_per_second", json!(0), "/rate_per_second"),
        ("ordered_by", json!("time"), "/ordered_by"),
        ("headers", json!({"webhook-id": "x"}), "/headers/webhook-id"),
        ("headers", json!({"a/b": "x"}), "/headers/a~1b"),
        ("headers", json!({"x-a": "1\n2"}), "/headers/x-a"),
        ("filter", json!({"bots": []}), "/filter/bots"),
        ("colour", json!("red"), "/colour"),
    ] {
        let mut new = json!({"url": url});
        new[key] = value.clone();
        let faults = browser.post(ENDPOINTS, &new).await.faults();
        assert_eq!(faults[0].0, pointer, "{new}");
        let mut patch = json!({});
        patch[key] = value;
        let faults = browser.patch(&path, &patch).await.faults();
        assert_eq!(faults[0].0, pointer, "{patch}");
    }
    let twice = json!({"url": url, "headers": {"X-A": "1", "x-a": "2"}});
    let faults = browser.post(ENDPOINTS, &twice).await.faults();
    assert_eq!(faults[0], ("/headers/x-a".into(), "repeated".into()));
    let short = json!({"url": url, "secret": "whsec_short"});
    assert_eq!(
        browser.post(ENDPOINTS, &short).await.faults()[0].0,
        "/secret"
    );
    for (path, body, pointer) in [
        (
            "rotate_secret",
            json!({"overlap_hours": 169}),
            "/overlap_hours",
        ),
        ("rotate_secret", json!({"overlap": 1}), "/overlap"),
        ("test", json!({"type": "flag.asigned"}), "/type"),
        ("test", json!({"event": "x"}), "/event"),
    ] {
        let path = format!("{}/{path}", one(ENDPOINTS, &made));
        assert_eq!(browser.post(&path, &body).await.faults()[0].0, pointer);
    }
    let all = browser.get(ENDPOINTS).await.ok();
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        all["data"][0]["revision"], 1,
        "a refused change changes nothing"
    );
}

async fn a_workspace_has_at_most_fifty_endpoints_in_pages(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    for number in 0..50 {
        let url = format!("https://portal.example/{number}");
        server
            .endpoint(&url, EventSelection::ALL, PayloadDetail::Full)
            .await;
    }
    let body = json!({"url": "https://portal.example/hooks"});
    browser
        .post(ENDPOINTS, &body)
        .await
        .problem(409, "conflict");
    let first = browser.get(&format!("{ENDPOINTS}?limit=30")).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = browser
        .get(&format!("{ENDPOINTS}?limit=30&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(rest["next_cursor"], json!(null));
    let urls = |page: &Value| {
        let all = page["data"].as_array().unwrap().iter();
        all.map(|it| it["url"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut seen = [urls(&first), urls(&rest)].concat();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 50);
    for list in [DELIVERIES, RESENDS] {
        let reply = browser.get(&format!("{list}?cursor={cursor}")).await;
        reply.problem(400, "invalid_parameter");
    }
}

async fn a_test_tells_its_answer_at_once(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::new(403, "who are you?"));
    let body =
        json!({"url": receiver.url("/hook"), "check": true, "headers": {"x-api-key": CANARY}});
    let made = browser.post(ENDPOINTS, &body).await.created();
    let check = &made["check"];
    assert_eq!(
        (&check["ok"], &check["status"], &check["error"]),
        (&json!(false), &json!(403), &json!("http_status"))
    );
    assert_eq!(check["response_body"], "who are you?");
    receiver.answer("/hook", Answer::status(204));
    let path = format!("{}/test", one(ENDPOINTS, &made));
    let result = browser
        .post(&path, &json!({"type": "flag.assigned"}))
        .await
        .ok();
    assert_eq!(
        (&result["ok"], &result["status"]),
        (&json!(true), &json!(204))
    );
    let sent: Value = serde_json::from_str(result["request_body"].as_str().unwrap()).unwrap();
    assert_eq!(sent["type"], "flag.assigned");
    let by_default = browser.post(&path, &json!({})).await.ok();
    assert!(
        by_default["request_body"]
            .as_str()
            .unwrap()
            .contains("webhook.test")
    );
    let requests = receiver.requests_to("/hook");
    assert_eq!(requests.len(), 3);
    let secret = made["secret"].as_str().unwrap();
    for request in &requests {
        verify(request, secret, server.clock.now());
        assert_eq!(request.header("x-api-key"), Some(CANARY));
    }
    assert_eq!(requests[1].json()["actor"]["kind"], "agent");
    let nobody = json!({"url": "http://127.0.0.1:1/", "check": true});
    let made = browser.post(ENDPOINTS, &nobody).await.created();
    assert_eq!(made["check"]["ok"], false);
    assert_eq!(browser.get(DELIVERIES).await.ok()["data"], json!([]));
}

async fn a_secret_is_shown_to_who_asks_for_it_and_rotated(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let receiver = Receiver::start().await;
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    let body = json!({"url": receiver.url("/hook"), "events": ["bot.published"], "secret": own});
    let made = browser.post(ENDPOINTS, &body).await.created();
    assert_eq!(made["secret"], own);
    let path = |what: &str| format!("{}/{what}", one(ENDPOINTS, &made));
    let reply = browser.get(&path("secret")).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let shown = reply.ok();
    assert_eq!(
        shown,
        json!({"secret": own, "public_key": made["public_key"]})
    );
    let rotate = async |body: Value| browser.post(&path("rotate_secret"), &body).await.ok();
    let new = rotate(json!({})).await;
    assert_ne!(new["public_key"], made["public_key"]);
    assert_eq!(browser.get(&path("secret")).await.ok(), new);
    server.publish(&bots::echo()).await;
    delivered(&receiver, "/hook", 1).await;
    let request = receiver.requests_to("/hook").remove(0);
    for secret in [own, new["secret"].as_str().unwrap()] {
        verify(&request, secret, server.clock.now());
    }
    let newest = rotate(json!({"overlap_hours": 0})).await;
    server.publish(&bots::greeter()).await;
    delivered(&receiver, "/hook", 2).await;
    let request = receiver.requests_to("/hook").remove(1);
    verify(
        &request,
        newest["secret"].as_str().unwrap(),
        server.clock.now(),
    );
    let signatures = request.header("webhook-signature").unwrap();
    assert_eq!(
        signatures.matches("v1,").count(),
        1,
        "the older ones are over"
    );
}

async fn deliveries_are_found_looked_into_and_sent_again(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let receiver = Receiver::start().await;
    let refusal = Answer::new(400, "no").header("webhook-delivery", "abort-message");
    receiver.answer("/hook", refusal);
    let endpoint = told_of_publications(&browser, &receiver).await;
    let start = server.clock.now();
    server.publish(&bots::echo()).await;
    let dead = the_delivery(&browser, |it| it["state"] == "dead").await;
    assert_eq!(
        (&dead["type"], &dead["last_status"], &dead["attempts"]),
        (&json!("bot.published"), &json!(400), &json!(1))
    );
    let found = async |query: &str| {
        let page = browser.get(&format!("{DELIVERIES}?{query}")).await.ok();
        page["data"].as_array().unwrap().len()
    };
    let before = start.minus(Duration::from_secs(60)).to_string();
    let after = start.plus(Duration::from_secs(60)).to_string();
    for (query, count) in [
        ("state=dead".to_owned(), 1),
        ("state=delivered".to_owned(), 0),
        ("type=bot.published".to_owned(), 1),
        ("type=box.reached".to_owned(), 0),
        (format!("endpoint_id={}", id_of(&endpoint)), 1),
        (format!("since={before}"), 1),
        (format!("since={after}"), 0),
        (format!("until={before}"), 0),
        (format!("since={before}&until={after}"), 1),
    ] {
        assert_eq!(found(&query).await, count, "{query}");
    }
    for wrong in [
        "state=lost",
        "type=x",
        "endpoint_id=1",
        "since=soon",
        "until=soon",
        "colour=red",
        "limit=0",
    ] {
        let reply = browser.get(&format!("{DELIVERIES}?{wrong}")).await;
        reply.problem(400, "invalid_parameter");
    }
    let path = one(DELIVERIES, &dead);
    let detail = browser.get(&path).await.ok();
    assert_eq!(detail["attempt_log"][0]["response_body"], "no");
    assert_eq!(detail["url"], endpoint["url"]);
    receiver.answer("/hook", Answer::status(204));
    let again = browser
        .post(&format!("{path}/retry"), &json!({}))
        .await
        .ok();
    assert_eq!(again["id"], dead["id"]);
    let done = the_delivery(&browser, |it| it["state"] == "delivered").await;
    assert_eq!((&done["id"], &done["attempts"]), (&dead["id"], &json!(2)));
    server.publish(&bots::greeter()).await;
    delivered(&receiver, "/hook", 2).await;
    let first = browser.get(&format!("{DELIVERIES}?limit=1")).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = browser
        .get(&format!("{DELIVERIES}?limit=1&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(
        second["data"][0]["id"], dead["id"],
        "the newest comes first"
    );
    assert_eq!(second["next_cursor"], json!(null));
    let other = format!("{DELIVERIES}?limit=1&state=dead&cursor={cursor}");
    browser.get(&other).await.problem(400, "invalid_parameter");
}

async fn runs_are_started_followed_and_cancelled(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let receiver = Receiver::start().await;
    server.clock.stop();
    for bot in [bots::echo(), bots::greeter(), bots::advanced()] {
        server.publish(&bot).await;
    }
    let endpoint = told_of_publications(&browser, &receiver).await;
    server.clock.advance(Duration::from_secs(1));
    let body = |kind: &str, rate: u32| json!({"endpoint_id": id_of(&endpoint), "kind": kind, "since": "2020-01-01T00:00:00Z", "rate_per_second": rate});
    let run = browser
        .post(RESENDS, &body("replay", 1_000))
        .await
        .created();
    assert_eq!(
        (&run["kind"], &run["state"]),
        (&json!("replay"), &json!("running"))
    );
    delivered(&receiver, "/hook", 3).await;
    until("the run is done", PATIENCE, async || {
        let now = browser.get(&one(RESENDS, &run)).await.ok();
        (&now["state"], &now["sent"]) == (&json!("done"), &json!(3))
    })
    .await;
    // Each begins at an instant of its own.
    server.clock.advance(Duration::from_millis(5));
    let slow = browser.post(RESENDS, &body("replay", 1)).await.created();
    let cancel = format!("{}/cancel", one(RESENDS, &slow));
    let cancelled = browser.post(&cancel, &json!({})).await.ok();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(browser.post(&cancel, &json!({})).await.ok(), cancelled);
    server.clock.advance(Duration::from_millis(5));
    let nothing = browser.post(RESENDS, &body("recover", 50)).await.created();
    until("it is done too", PATIENCE, async || {
        browser.get(&one(RESENDS, &nothing)).await.ok()["state"] == "done"
    })
    .await;
    let mut seen = Vec::new();
    let mut path = format!("{RESENDS}?limit=1");
    loop {
        let page = browser.get(&path).await.ok();
        seen.push(id_of(&page["data"][0]));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{RESENDS}?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, [id_of(&nothing), id_of(&slow), id_of(&run)]);
    for (key, value, pointer) in [
        ("kind", json!("all"), "/kind"),
        ("since", json!("2999-01-01T00:00:00Z"), "/since"),
        ("until", json!("2019-01-01T00:00:00Z"), "/since"),
        ("rate_per_second", json!(1_001), "/rate_per_second"),
        ("endpoint_id", json!("1"), "/endpoint_id"),
        ("colour", json!("red"), "/colour"),
    ] {
        let mut wrong = body("recover", 50);
        wrong[key] = value;
        assert_eq!(
            browser.post(RESENDS, &wrong).await.faults()[0].0,
            pointer,
            "{wrong}"
        );
    }
}

async fn an_endpoint_tells_how_it_does(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let receiver = Receiver::start().await;
    receiver.answer_all(Answer::status(500));
    // None is tried again before all have failed once.
    server.clock.stop();
    let endpoint = told_of_publications(&browser, &receiver).await;
    for number in 0..5 {
        let mut bot = bots::echo();
        bot["function_id"] = format!("Echo{number}").into();
        server.publish(&bot).await;
    }
    let path = one(ENDPOINTS, &endpoint);
    let failing = until_some("it is held back", PATIENCE, async || {
        let now = browser.get(&path).await.ok();
        (now["held_until"].is_string() && now["failures"] == 5).then_some(now)
    })
    .await;
    assert!(failing["failing_since"].is_string());
    let listed = browser.get(ENDPOINTS).await.ok();
    assert_eq!(listed["data"][0]["failing_since"], failing["failing_since"]);
    receiver.answer_all(Answer::status(204));
    // What somebody has looked after is tried at once.
    for state in ["paused", "active"] {
        browser.patch(&path, &json!({"state": state})).await.ok();
    }
    let well = browser.get(&path).await.ok();
    assert_eq!(
        (
            &well["held_until"],
            &well["failing_since"],
            &well["failures"]
        ),
        (&json!(null), &json!(null), &json!(0))
    );
}

/// What a page with secrets of its own may show, and nothing else may.
async fn secrets_and_values_of_headers_are_nowhere_else(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    let receiver = Receiver::start().await;
    let made = told_of_publications(&browser, &receiver).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(!made.to_string().contains(CANARY));
    server.publish(&bots::echo()).await;
    let delivery = the_delivery(&browser, |it| it["state"] == "delivered").await;
    let path = one(ENDPOINTS, &made);
    let mut told = vec![
        browser
            .patch(&path, &json!({"headers": {"x-two": CANARY}}))
            .await
            .ok(),
        browser.post(&format!("{path}/test"), &json!({})).await.ok(),
        browser
            .post(
                ENDPOINTS,
                &json!({"url": "x", "headers": {"x-a": format!("{CANARY}\n")}}),
            )
            .await
            .json(),
    ];
    for read in [
        ENDPOINTS,
        &path,
        DELIVERIES,
        &one(DELIVERIES, &delivery),
        RESENDS,
    ] {
        told.push(browser.get(read).await.ok());
    }
    told.push(server.db().get("/api/v1/events").await.ok());
    for answer in told.iter().map(Value::to_string) {
        assert!(
            !answer.contains(secret) && !answer.contains("whsec_"),
            "{answer}"
        );
        assert!(!answer.contains(CANARY), "{answer}");
    }
    let shown = browser.get(&one(DELIVERIES, &delivery)).await.ok();
    let headers = shown["request_headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["x-api-key", "•••"])),
        "{headers:?}"
    );
}

/// An endpoint of another workspace, a delivery to it and a run.
async fn of_another(
    server: &TestServer,
    workspace: WorkspaceId,
) -> (EndpointId, DeliveryId, ResendId) {
    let app = &server.app;
    let new = NewEndpoint {
        url: "http://127.0.0.1:1/".into(),
        description: String::new(),
        events: EventSelection::ALL,
        detail: PayloadDetail::Full,
        options: EndpointOptions::default(),
        secret: None,
    };
    let endpoint = app.add_endpoint(workspace, new).await.unwrap().0.id;
    let caller = Caller::system(workspace);
    app.import_bot(&caller, &bots::echo(), true).await.unwrap();
    let filter = DeliveryFilter {
        limit: 1,
        ..DeliveryFilter::default()
    };
    let delivery = app.deliveries(workspace, filter).await.unwrap()[0].id;
    let new = NewResend {
        endpoint_id: endpoint,
        kind: ResendKind::Recover,
        since: Time::default(),
        until: None,
        rate_per_second: None,
    };
    let run = app.start_resend(workspace, new).await.unwrap().id;
    (endpoint, delivery, run)
}

async fn what_another_workspace_has_is_not_there(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    let neighbour = server.another_workspace().await;
    let (theirs, delivery, run) = of_another(&server, neighbour.id).await;
    let none = json!({});
    for path in [
        format!("{ENDPOINTS}/{theirs}"),
        format!("{ENDPOINTS}/{theirs}/secret"),
        format!("{DELIVERIES}/{delivery}"),
        format!("{RESENDS}/{run}"),
    ] {
        browser.get(&path).await.problem(404, "not_found");
    }
    for path in [
        format!("{ENDPOINTS}/{theirs}/rotate_secret"),
        format!("{ENDPOINTS}/{theirs}/test"),
        format!("{DELIVERIES}/{delivery}/retry"),
        format!("{RESENDS}/{run}/cancel"),
    ] {
        browser.post(&path, &none).await.problem(404, "not_found");
    }
    let path = format!("{ENDPOINTS}/{theirs}");
    browser.patch(&path, &none).await.problem(404, "not_found");
    browser.delete(&path).await.problem(404, "not_found");
    let body = json!({"endpoint_id": theirs, "kind": "replay", "since": "2020-01-01T00:00:00Z"});
    browser.post(RESENDS, &body).await.problem(404, "not_found");
    for list in [
        ENDPOINTS.to_owned(),
        DELIVERIES.to_owned(),
        format!("{DELIVERIES}?endpoint_id={theirs}"),
        RESENDS.to_owned(),
    ] {
        assert_eq!(browser.get(&list).await.ok()["data"], json!([]), "{list}");
    }
    assert!(server.app.endpoint(neighbour.id, theirs).await.is_ok());
}

on_both_databases!(
    a_secret_is_shown_to_who_asks_for_it_and_rotated,
    a_test_tells_its_answer_at_once,
    a_workspace_has_at_most_fifty_endpoints_in_pages,
    an_endpoint_is_made_read_changed_and_removed,
    an_endpoint_tells_how_it_does,
    deliveries_are_found_looked_into_and_sent_again,
    runs_are_started_followed_and_cancelled,
    secrets_and_values_of_headers_are_nowhere_else,
    what_another_workspace_has_is_not_there,
    what_is_no_endpoint_is_refused_with_its_place,
    whoever_names_a_revision_overwrites_nobody,
);
