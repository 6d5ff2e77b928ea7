//! Reports: what the counters say is what really happened, also after a stop in the middle and with two nodes that count.
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_testkit::until;
use std::time::Duration;

async fn report(server: &TestServer, path: &str) -> Value {
    let path = format!("/api/v1/reports/{path}");
    server.db().get(&path).await.ok()
}

/// Waits until everything is counted.
async fn counted(server: &TestServer) {
    until("all turns are counted", PATIENCE, async || {
        server.app.store.oldest_uncounted().await == Ok(None)
    })
    .await;
}

/// Days are of the workspace's zone, and no test goes over a midnight of it: midnights are at full hours.
fn long_before_midnight(server: &TestServer) {
    if server.app.now().unix_seconds() % 3_600 > 3_000 {
        server.clock.advance(Duration::from_secs(15 * 60));
    }
}

fn sum(report: &Value, name: &str) -> i64 {
    let data = report["data"].as_array().unwrap();
    data.iter().map(|it| it[name].as_i64().unwrap()).sum()
}

fn of_box<'a>(report: &'a Value, id: &str) -> &'a Value {
    let data = report["data"].as_array().unwrap();
    let found = data.iter().find(|it| it["box_id"] == id);
    found.unwrap_or_else(|| panic!("no box {id}: {report}"))
}

async fn volumes_and_goals_are_what_happened(server: TestServer) {
    long_before_midnight(&server);
    let advanced = server.publish(&bots::advanced()).await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..3 {
        let chat = server.bots().start(&advanced).await;
        for text in ["Berlin", "X-1", "170"] {
            chat.say(text).await;
        }
    }
    server.bots().start(&greeter).await.end().await;
    server.bots().start(&greeter).await;
    counted(&server).await;
    let volumes = report(&server, "volumes").await;
    assert_eq!(volumes["time_zone"], "America/New_York");
    let today = volumes["to"].clone();
    assert_eq!(
        volumes["data"],
        json!([
            {"day": today, "function_id": "Advanced", "sessions_started": 3, "sessions_ended": 3,
             "messages_from_users": 9, "messages_from_bots": 12, "messages_from_agents": 0},
            {"day": today, "function_id": "Greeter", "sessions_started": 2, "sessions_ended": 1,
             "messages_from_users": 0, "messages_from_bots": 4, "messages_from_agents": 0},
        ])
    );
    let goals = report(&server, "goals").await;
    let goal = json!({"day": today, "function_id": "Advanced", "goal": "registered", "count": 3});
    assert_eq!(goals["data"], json!([goal]));
    for (query, expected) in [
        ("?function_id=Greeter", 2),
        ("?function_id=Nobody", 0),
        ("?version=1", 5),
        ("?version=2", 0),
        ("?from=2020-01-01&to=2020-12-31", 0),
    ] {
        let volumes = report(&server, &format!("volumes{query}")).await;
        assert_eq!(sum(&volumes, "sessions_started"), expected, "{query}");
    }
    let neighbour = server.another_workspace().await;
    let theirs = neighbour.db().get("/api/v1/reports/volumes").await.ok();
    assert_eq!(theirs["data"], json!([]));
}

async fn days_are_those_of_the_workspace(server: TestServer) {
    long_before_midnight(&server);
    let greeter = server.publish(&bots::greeter()).await;
    server.bots().start(&greeter).await;
    counted(&server).await;
    let first = report(&server, "volumes").await["to"].clone();
    // A day has 25 hours when the summer is over.
    server.clock.advance(Duration::from_secs(25 * 3_600));
    server.bots().start(&greeter).await;
    counted(&server).await;
    let volumes = report(&server, "volumes").await;
    let days: Vec<_> = volumes["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["day"])
        .collect();
    assert_eq!(days, [&first, &volumes["to"]]);
    let first = first.as_str().unwrap();
    let one = report(&server, &format!("volumes?from={first}&to={first}")).await;
    assert_eq!(sum(&one, "sessions_started"), 1);
    for wrong in [
        "?from=2026-11-02&to=2026-11-01",
        "?from=2020-01-01&to=2026-01-01",
        "?from=2026-11-01T00:00:00Z",
        "?to=tomorrow",
        "?version=x",
        "?function_id=%00",
        "?limit=1",
    ] {
        for name in ["volumes", "goals", "boxes"] {
            let reply = server
                .db()
                .get(&format!("/api/v1/reports/{name}{wrong}"))
                .await;
            reply.problem(400, "invalid_parameter");
        }
    }
}

async fn a_box_tells_who_stayed_in_it(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let hands_off = server.publish(&bots::hands_off()).await;
    let start = async || server.bots().start(&greeter).await;
    for _ in 0..2 {
        start().await.say("done").await;
    }
    start().await.end().await;
    let (silent, _waiting) = (start().await, start().await);
    server.bots().start(&hands_off).await.end().await;
    counted(&server).await;
    let boxes = report(&server, "boxes").await;
    let ask = json!({"function_id": "Greeter", "version": 1, "box_id": "ask", "visits": 5,
        "completed": 0, "handed_off": 0, "drop_outs": 1, "waiting": 2});
    assert_eq!(of_box(&boxes, "ask"), &ask);
    let hello = of_box(&boxes, "hello");
    assert_eq!(
        (&hello["visits"], &hello["drop_outs"]),
        (&json!(5), &json!(0))
    );
    let bye = of_box(&boxes, "bye");
    assert_eq!((&bye["visits"], &bye["completed"]), (&json!(2), &json!(2)));
    let agent = of_box(&boxes, "agent");
    // That agents end it, or nobody comes, is no matter of the box.
    assert_eq!(
        (&agent["handed_off"], &agent["drop_outs"]),
        (&json!(1), &json!(0))
    );
    server.clock.advance(Duration::from_secs(46 * 60));
    let span = |boxes: &Value| {
        let ask = of_box(boxes, "ask");
        (ask["drop_outs"].as_i64(), ask["waiting"].as_i64())
    };
    let query = format!("boxes?from={}", boxes["from"].as_str().unwrap());
    let boxes = report(&server, &query).await;
    assert_eq!(span(&boxes), (Some(3), Some(0)), "two fell silent");
    silent.say("here I am").await;
    counted(&server).await;
    let boxes = report(&server, &query).await;
    assert_eq!(span(&boxes), (Some(2), Some(0)), "one came back");
    assert_eq!(of_box(&boxes, "bye")["completed"], 3);
    let greeters = report(&server, "boxes?function_id=Greeter&version=1").await;
    assert_eq!(greeters["data"].as_array().unwrap().len(), 3);
    let others = report(&server, "boxes?function_id=Greeter&version=2").await;
    assert_eq!(others["data"], json!([]));
}

async fn boxes_of_other_bots_and_versions_are_told_apart(server: TestServer) {
    let inner = json!([
        {"id": "inside", "type": "text", "text": "Inside?"},
        {"id": "over", "type": "end"},
    ]);
    server
        .publish(&bots::chain("Inner", inner.clone(), json!([])))
        .await;
    server
        .publish(&bots::chain("Inner", inner, json!([])))
        .await;
    let outer = json!([
        {"id": "jump", "type": "jump", "function_id": "Inner", "return": true},
        {"id": "after", "type": "text", "text": "After?"},
    ]);
    let outer = server
        .publish(&bots::chain("Outer", outer, json!([])))
        .await;
    let chat = server.bots().start(&outer).await;
    counted(&server).await;
    let boxes = report(&server, "boxes").await;
    let inside = of_box(&boxes, "inside");
    assert_eq!(inside["function_id"], "Inner");
    let version = inside["version"].clone();
    assert_eq!(inside["waiting"], 1);
    chat.say("yes").await;
    counted(&server).await;
    let boxes = report(&server, "boxes").await;
    let inside = of_box(&boxes, "inside");
    assert_eq!(
        (&inside["version"], &inside["waiting"]),
        (&version, &json!(0))
    );
    assert_eq!(of_box(&boxes, "after")["waiting"], 1);
    assert_eq!(of_box(&boxes, "after")["function_id"], "Outer");
}

/// Stops in the middle, and two nodes that count the same turns where a database is shared.
async fn each_turn_is_counted_once_whatever_happens(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let other = match server.is_shared() {
        true => Some(server.another_node().await),
        false => None,
    };
    let mut server = server;
    for _ in 0..3 {
        let chats = (0..10).map(async |_| {
            let chat = server.bots().start(&echo).await;
            for text in ["one", "two", "three"] {
                chat.say(text).await;
            }
        });
        futures_util::future::join_all(chats).await;
        server = server.restart().await;
    }
    counted(&server).await;
    drop(other);
    let volumes = report(&server, "volumes?function_id=Echo").await;
    assert_eq!(sum(&volumes, "sessions_started"), 30);
    assert_eq!(sum(&volumes, "messages_from_users"), 90);
    assert_eq!(sum(&volumes, "messages_from_bots"), 30 + 90 * 2);
    let boxes = report(&server, "boxes?function_id=Echo").await;
    assert_eq!(of_box(&boxes, "ask")["visits"], 120);
    assert_eq!(of_box(&boxes, "echo")["visits"], 90);
    assert_eq!(of_box(&boxes, "ask")["waiting"], 30);
    assert_eq!(of_box(&boxes, "echo")["waiting"], 0);
}

on_both_databases!(
    volumes_and_goals_are_what_happened,
    days_are_those_of_the_workspace,
    a_box_tells_who_stayed_in_it,
    boxes_of_other_bots_and_versions_are_told_apart,
    each_turn_is_counted_once_whatever_happens,
);
