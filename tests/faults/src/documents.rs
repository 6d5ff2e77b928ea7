//! Small bots.
use serde_json::{Value, json};

/// The bot of the bench: four questions and an end.
pub fn intake() -> Value {
    let path = smartbot_testkit::repository().join("bench/intake.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Asks for a word for ever; each word pushes the profile to the webhooks and assigns and removes a flag: three events a turn.
pub fn echo() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Echo", "name": "Echo", "type": "flow", "language": "en",
        "fields": [{"name": "word", "kind": "variable", "type": "text"}],
        "start": "ask",
        "boxes": [
            {"id": "ask", "type": "text", "text": "Say something.", "save_to": "word"},
            {"id": "said", "type": "message", "text": "You said {word}.", "advanced": {"push_to_webhook": true, "assign_flags": ["talks"]}},
            {"id": "on", "type": "message", "text": "Go on.", "advanced": {"remove_flags": ["talks"]}}
        ],
        "links": [
            {"from": "ask", "to": "said", "when": {"op": "has_valid_value"}},
            {"from": "said", "to": "on"},
            {"from": "on", "to": "ask"}
        ]
    })
}

/// Asks for a choice, then says which it was, and ends.
pub fn choice() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Choice", "name": "Choice", "type": "flow", "language": "en",
        "fields": [{"name": "size", "kind": "variable", "type": "text"}],
        "start": "ask",
        "boxes": [
            {"id": "ask", "type": "multiple_choice", "text": "Which size?", "save_to": "size",
             "choices": [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}]},
            {"id": "done", "type": "end", "message": "So it is {size}."}
        ],
        "links": [{"from": "ask", "to": "done", "when": {"op": "has_valid_value"}}]
    })
}

/// Asks for a word, posts it to `url` within a second a try, and says which plan came back; fails over to an excuse.
pub fn caller(url: &str) -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Caller", "name": "Caller", "type": "flow", "language": "en",
        "fields": [
            {"name": "word", "kind": "variable", "type": "text"},
            {"name": "plan", "kind": "variable", "type": "text"}
        ],
        "start": "ask",
        "boxes": [
            {"id": "ask", "type": "text", "text": "Say something.", "save_to": "word"},
            {"id": "call", "type": "external_api", "url": url, "timeout_ms": 1000, "retries": 0,
             "headers": {"x-portal": "{{secret:portal}}"}},
            {"id": "answered", "type": "message", "text": "Your plan is {plan}."},
            {"id": "failed", "type": "message", "text": "Nobody answers."}
        ],
        "links": [
            {"from": "ask", "to": "call", "when": {"op": "has_valid_value"}},
            {"from": "call", "to": "answered", "when": {"op": "api_succeeded"}},
            {"from": "call", "to": "failed", "when": {"op": "api_failed"}},
            {"from": "answered", "to": "ask"},
            {"from": "failed", "to": "ask"}
        ]
    })
}
