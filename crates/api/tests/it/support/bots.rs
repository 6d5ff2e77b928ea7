//! Small bots, each for what a test is about.
use serde_json::{Map, Value, json};

/// A bot of these boxes, links and fields; it begins with the first box.
pub(crate) fn bot(function_id: &str, boxes: Value, links: Value, fields: Value) -> Value {
    let start = boxes[0]["id"].clone();
    json!({
        "format": "smartbot/1", "function_id": function_id, "name": format!("The bot {function_id}"), "type": "flow",
        "language": "en", "fields": fields, "start": start, "boxes": boxes, "links": links,
    })
}

/// A bot that goes through its boxes in their order.
pub(crate) fn chain(function_id: &str, boxes: Value, fields: Value) -> Value {
    let ids: Vec<&Value> = boxes
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    let links: Value = ids
        .windows(2)
        .map(|it| json!({"from": it[0], "to": it[1]}))
        .collect();
    bot(function_id, boxes, links, fields)
}

/// Greets, asks for a word, says it and ends.
pub(crate) fn greeter() -> Value {
    let boxes = json!([
        {"id": "hello", "type": "message", "text": "Hello {user_fname|there}!"},
        {"id": "ask", "type": "text", "text": "What is it about?", "save_to": "topic"},
        {"id": "bye", "type": "end", "message": "Thank you: {topic}."},
    ]);
    chain(
        "Greeter",
        boxes,
        json!([{"name": "topic", "kind": "variable", "type": "text"}]),
    )
}

/// Repeats every text, for ever.
pub(crate) fn echo() -> Value {
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "Say something.", "save_to": "word"},
        {"id": "echo", "type": "message", "text": "You said {word}."},
    ]);
    let links = json!([{"from": "ask", "to": "echo"}, {"from": "echo", "to": "ask"}]);
    bot(
        "Echo",
        boxes,
        links,
        json!([{"name": "word", "kind": "variable", "type": "text"}]),
    )
}

/// Asks nothing but one question.
pub(crate) fn one_question(function_id: &str, question: Value) -> Value {
    let mut boxes = json!([question, {"id": "bye", "type": "end", "message": "Bye."}]);
    boxes[0]["id"] = "ask".into();
    chain(function_id, boxes, json!([]))
}

/// Calls `url` at once and says `Done: {result}.`, or `Failed.` after a failure; ends in both cases. `settings` are
/// more keys of the box.
pub(crate) fn caller(url: &str, settings: Value, fields: Value) -> Value {
    let boxes = json!([
        {"id": "wait", "type": "message", "text": "One moment."},
        call_box(url, settings),
        {"id": "good", "type": "end", "message": "Done: {result}."},
        {"id": "bad", "type": "end", "message": "Failed."},
    ]);
    bot("Caller", boxes, call_links("wait"), fields)
}

/// As [`caller`], but asks a question after the call.
pub(crate) fn caller_who_asks(url: &str, settings: Value) -> Value {
    let boxes = json!([
        {"id": "wait", "type": "message", "text": "One moment."},
        call_box(url, settings),
        {"id": "good", "type": "text", "text": "Done: {result}. And you?", "save_to": "word"},
        {"id": "bad", "type": "end", "message": "Failed."},
        {"id": "bye", "type": "end", "message": "You said {word}."},
    ]);
    let mut links = call_links("wait");
    links
        .as_array_mut()
        .unwrap()
        .push(json!({"from": "good", "to": "bye"}));
    bot(
        "Caller",
        boxes,
        links,
        json!([{"name": "word", "kind": "variable", "type": "text"}]),
    )
}

fn call_box(url: &str, settings: Value) -> Value {
    let mut call = Map::new();
    call.insert("id".into(), "call".into());
    call.insert("type".into(), "external_api".into());
    call.insert("url".into(), url.into());
    call.extend(settings.as_object().unwrap().clone());
    Value::Object(call)
}

fn call_links(before: &str) -> Value {
    json!([
        {"from": before, "to": "call"},
        {"from": "call", "to": "good", "when": {"op": "api_succeeded"}},
        {"from": "call", "to": "bad"},
    ])
}

/// Asks the user's city and a secret, then reaches a box with everything of the Advanced panel and ends.
pub(crate) fn advanced() -> Value {
    let boxes = json!([
        {"id": "city", "type": "text", "text": "Where do you live?", "save_to": "user_city",
         "advanced": {"assign_flags": ["new-patient", "asked"]}},
        {"id": "number", "type": "text", "text": "Your number?", "save_to": "insurance_number", "sensitive": true},
        {"id": "size", "type": "number", "text": "How tall are you?", "save_to": "size"},
        {"id": "reached", "type": "end", "message": "Thanks.",
         "advanced": {"push_to_webhook": true, "goal": "registered", "remove_flags": ["asked"],
                      "notify": {"roles": ["admin"], "media": ["email"]}}},
    ]);
    let fields = json!([
        {"name": "insurance_number", "kind": "profile", "type": "text", "sensitive": true},
        {"name": "size", "kind": "variable", "type": "number"},
    ]);
    chain("Advanced", boxes, fields)
}

/// Hands off at once, and says goodbye when an agent gives the chat back.
pub(crate) fn hands_off() -> Value {
    let boxes = json!([
        {"id": "agent", "type": "hand_off", "flag": "billing", "message": "One moment, please."},
        {"id": "bye", "type": "end", "message": "Bye."},
    ]);
    chain("HandsOff", boxes, json!([]))
}
