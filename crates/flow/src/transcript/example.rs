//! Examples of box types as bots with a test.
use crate::boxes::Example;
use serde_json::{Value, json};

/// The bot around an example's box, and its test file. Targets that the example does not define are ends that say their
/// name.
pub(crate) fn bot_and_tests(example: &Example) -> (Value, Value) {
    let id = |text: &str| {
        text.replace(' ', "_")
            .chars()
            .filter(|it| !it.is_whitespace())
            .collect::<String>()
    };
    let mut boxes = vec![example.settings.clone()];
    boxes.extend(example.others.as_array().cloned().unwrap());
    let mut links = example.links.as_array().cloned().unwrap();
    for link in &mut links {
        let target = link["to"].as_str().unwrap().to_owned();
        if boxes.iter().all(|it| it["id"] != id(&target)) {
            boxes.push(json!({"id": id(&target), "type": "end", "message": target}));
        }
        link["to"] = id(&target).into();
    }
    let bot = json!({
        "format": "smartbot/1", "function_id": "Example", "name": "Example", "type": "flow", "language": "en",
        "fields": [], "start": example.settings["id"], "boxes": boxes, "links": links,
    });
    let mut test = example.test.clone();
    test["name"] = example.title.into();
    test["steps"] = example.steps.clone();
    (bot, json!({"tests": [test]}))
}
