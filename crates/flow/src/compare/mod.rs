//! What is different between two documents of a bot.
mod changes;

pub use changes::{Change, ChangeKind, Changed, changes};

use serde_json::{Map, Value};

/// What only the canvas reads.
const CANVAS: [&str; 2] = ["layout", "notes"];

/// Whether two documents say the same. Where boxes stand on the canvas, and what is noted there, does not count.
pub fn says_the_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => spoken(one).eq(spoken(other)),
        _ => one == other,
    }
}

/// What the engine reads, sorted by its keys.
fn spoken(document: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let mut all: Vec<_> = document
        .iter()
        .filter(|(key, _)| !CANVAS.contains(&key.as_str()))
        .collect();
    all.sort_unstable_by_key(|it| it.0);
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_the_engine_reads_counts() {
        let bot = json!({"name": "A", "boxes": [{"id": "a"}], "layout": {"a": {"x": 1}}});
        let moved =
            json!({"boxes": [{"id": "a"}], "name": "A", "layout": {"a": {"x": 2}}, "notes": []});
        let renamed = json!({"name": "B", "boxes": [{"id": "a"}], "layout": {"a": {"x": 1}}});
        assert!(says_the_same(&bot, &moved));
        assert!(!says_the_same(&bot, &renamed));
        assert!(!says_the_same(&bot, &json!([])));
        assert!(says_the_same(&json!(1), &json!(1)));
    }
}
