//! Opening hours: set by the workspace, looked at by bots and shown to visitors.
use crate::support::{TestServer, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::agent::Role;

const SETTINGS: &str = "/api/v1/admin/settings";

fn bot() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Hours", "name": "Hours", "type": "flow", "language": "en", "start": "look",
        "fields": [],
        "boxes": [
            {"id": "look", "type": "condition"}, {"id": "open", "type": "end", "message": "We are here."},
            {"id": "closed", "type": "end", "message": "Come again tomorrow."}
        ],
        "links": [{"from": "look", "to": "open", "when": {"op": "within_hours"}}, {"from": "look", "to": "closed"}]
    })
}

/// Open all of these days, from midnight to midnight.
fn open_on(days: &[&str]) -> Value {
    let spans = days
        .iter()
        .map(|it| json!({"day": it, "from": "00:00", "to": "24:00"}));
    json!({"weekly": spans.collect::<Vec<_>>()})
}

async fn bots_and_visitors_see_whether_somebody_is_there(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let hours = server.publish(&bot()).await;
    let says = async || texts(&server.bots().start(&hours).await.started)[0].to_owned();
    let channel = format!("/api/v1/admin/bots/{hours}/channel");
    owner
        .patch(&channel, &json!({"is_public": true}))
        .await
        .ok();
    let path = format!("/api/v1/visitor/bots/{}/{hours}", server.workspace);
    let is_open = async || server.nobody().get(&path).await.ok()["is_open"].clone();
    // As long as nobody has said when, it is always open, and nothing is told of it.
    assert_eq!(owner.get(SETTINGS).await.ok()["opening_hours"], Value::Null);
    assert_eq!(
        (says().await.as_str(), is_open().await),
        ("We are here.", Value::Null)
    );
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let set = async |hours: &Value| {
        let body = json!({"opening_hours": hours, "time_zone": "UTC"});
        owner.patch(SETTINGS, &body).await
    };
    let kept = set(&open_on(&week)).await.ok();
    assert_eq!(kept["opening_hours"]["weekly"].as_array().unwrap().len(), 7);
    assert_eq!(
        (says().await.as_str(), is_open().await),
        ("We are here.", json!(true))
    );
    set(&open_on(&[])).await.ok();
    assert_eq!(
        (says().await.as_str(), is_open().await),
        ("Come again tomorrow.", json!(false))
    );
    // A holiday closes the whole day; tests may run over midnight.
    let today = server.app.now();
    let days = [today, today.plus(std::time::Duration::from_secs(86_400))];
    let closed = days.map(|it| json!({"date": it.to_string()[..10], "note": "A holiday"}));
    let mut holiday = open_on(&week);
    holiday["closed"] = json!(closed);
    assert_eq!(set(&holiday).await.ok()["opening_hours"], holiday);
    assert_eq!(
        (says().await.as_str(), is_open().await),
        ("Come again tomorrow.", json!(false))
    );
    // The test chat goes by its own clock.
    let builder = server.browser(Role::Builder).await;
    for (now, line) in [
        (
            today.plus(std::time::Duration::from_secs(5 * 86_400)),
            "We are here.",
        ),
        (today, "Come again tomorrow."),
    ] {
        let step = json!({"document": bot(), "input": {"start": true}, "now": now});
        let step = builder
            .post("/api/v1/admin/previews/step", &step)
            .await
            .ok();
        assert_eq!(texts(&step), [line]);
    }
    // Other settings leave them alone; null opens for ever.
    owner
        .patch(SETTINGS, &json!({"idle_minutes": 20}))
        .await
        .ok();
    assert_eq!(is_open().await, json!(false));
    set(&Value::Null).await.ok();
    assert_eq!(
        (says().await.as_str(), is_open().await),
        ("We are here.", Value::Null)
    );
}

async fn hours_that_cannot_be_meant_are_refused_with_their_place(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let span = |day: &str, from: &str, to: &str| json!({"day": day, "from": from, "to": to});
    for (hours, pointer) in [
        (
            json!({"weekly": [span("mon", "17:00", "08:00")]}),
            "/opening_hours/weekly/0/to",
        ),
        (
            json!({"weekly": [span("mon", "08:00", "12:00"), span("mon", "11:00", "13:00")]}),
            "/opening_hours/weekly/1",
        ),
        (
            json!({"weekly": [span("monday", "08:00", "12:00")]}),
            "/opening_hours/weekly/0/day",
        ),
        (
            json!({"weekly": [span("mon", "8", "12:00")]}),
            "/opening_hours/weekly/0/from",
        ),
        (
            json!({"weekly": [], "closed": [{"date": "2026-12-25"}, {"date": "2026-12-25"}]}),
            "/opening_hours/closed/1/date",
        ),
        (
            json!({"weekly": [], "closed": [{"date": "25.12.2026"}]}),
            "/opening_hours/closed/0/date",
        ),
    ] {
        let body = json!({"opening_hours": hours});
        let faults = owner.patch(SETTINGS, &body).await.faults();
        assert_eq!(faults[0].0, pointer, "{hours}");
    }
}

on_both_databases!(
    bots_and_visitors_see_whether_somebody_is_there,
    hours_that_cannot_be_meant_are_refused_with_their_place,
);
