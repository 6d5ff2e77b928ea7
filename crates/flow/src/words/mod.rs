//! Bots in words: conditions, boxes and what a step does, as a builder reads them. Made from documents as they are written, so that a
//! draft with errors has words too.
mod action;
mod condition;

pub use action::action;
pub use condition::condition;

use serde_json::Value;

/// The longest part of a text that is quoted, in characters.
const MAX_QUOTED: usize = 60;

/// What stands for a text in a sentence.
fn quoted(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("“{}…”", text[..end].trim_end()),
        None => format!("“{text}”"),
    }
}

/// A value in a sentence: texts in quotes, `{field}` as it is, all else as JSON.
fn value(it: &Value) -> String {
    match it {
        Value::String(text) if is_field(text) => text.trim().to_owned(),
        Value::String(text) => quoted(text),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => "nothing".to_owned(),
        other => shortened(&other.to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a text is `{name}` and nothing else.
fn is_field(text: &str) -> bool {
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    inner.is_some_and(|it| !it.is_empty() && !it.contains(['{', '}']))
}

/// `a`, `a or b`, `a, b or c`.
fn listed(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// What people call a box: its title, else what it says, else its id.
pub fn box_title(it: &Value) -> String {
    let text = |key: &str| it[key].as_str().map(str::trim).filter(|it| !it.is_empty());
    if let Some(title) = text("title") {
        return title.to_owned();
    }
    match text("text").or_else(|| text("message")) {
        Some(said) => shortened(said),
        None => text("id").unwrap_or("a box").to_owned(),
    }
}

/// The box of this id in a document.
pub fn find_box<'d>(document: &'d Value, id: &str) -> Option<&'d Value> {
    let boxes = document["boxes"].as_array()?;
    boxes.iter().find(|it| it["id"] == id)
}

/// What people call the box of this id in a document.
pub fn title_of(document: &Value, id: &str) -> String {
    find_box(document, id).map_or_else(|| id.to_owned(), box_title)
}

/// The condition of a link in words; of one without a condition, that it is the default.
pub fn link_condition(link: &Value) -> String {
    match &link["when"] {
        Value::Null => "otherwise".to_owned(),
        when => condition(when),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn boxes_are_called_by_their_title_words_or_id() {
        for (it, title) in [
            (
                json!({"id": "a", "title": " Visit type ", "text": "x"}),
                "Visit type",
            ),
            (json!({"id": "a", "title": "", "text": "When?"}), "When?"),
            (json!({"id": "a", "message": "Bye."}), "Bye."),
            (json!({"id": "a"}), "a"),
            (json!(7), "a box"),
        ] {
            assert_eq!(box_title(&it), title);
        }
        let long = json!({"id": "a", "text": "é".repeat(100)});
        assert_eq!(box_title(&long).chars().count(), MAX_QUOTED + 1);
        let bot = json!({"boxes": [{"id": "a", "title": "First"}]});
        assert_eq!(
            (title_of(&bot, "a"), title_of(&bot, "b")),
            ("First".into(), "b".into())
        );
        assert_eq!(title_of(&json!(null), "b"), "b");
    }

    #[test]
    fn values_are_written_as_people_write_them() {
        for (it, text) in [
            (json!("x"), "“x”"),
            (json!("{a.b}"), "{a.b}"),
            (json!("{a} and {b}"), "“{a} and {b}”"),
            (json!(5.5), "5.5"),
            (json!(true), "yes"),
            (json!(null), "nothing"),
            (json!(["a"]), "[\"a\"]"),
        ] {
            assert_eq!(value(&it), text);
        }
        let all: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(listed(&all, "or"), "a, b or c");
        assert_eq!(listed(&all[..2], "and"), "a and b");
        assert_eq!(listed(&[], "or"), "");
    }
}
