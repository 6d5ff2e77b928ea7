//! Two documents of a bot compared, in words that a builder understands.
use super::CANVAS;
use crate::words::{box_title, link_condition, title_of};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use utoipa::ToSchema;

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// It is gone.
    Removed,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The bot as a whole.
    Bot,
    /// A box.
    Box,
    /// A link.
    Link,
    /// A field that the bot declares.
    Field,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// What it is about.
    pub what: Changed,
    /// The box, or the box that the link leaves; null otherwise.
    #[schema(example = "when")]
    pub box_id: Option<String>,
    /// What people call it.
    #[schema(example = "Visit type")]
    pub title: String,
    /// What stood there before; null for what is new.
    #[schema(value_type = Option<Object>, example = "When?")]
    pub before: Option<Value>,
    /// What stands there now; null for what is gone.
    #[schema(value_type = Option<Object>, example = "When would you like to come?")]
    pub after: Option<Value>,
    /// The difference in words.
    #[schema(example = "The text of “Visit type” is changed.")]
    pub sentence: String,
}

/// What is different in `to`, in the order of its parts: the bot, its fields, its boxes, its links. Where boxes stand does not count.
pub fn changes(from: &Value, to: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    bot(from, to, &mut found);
    fields(from, to, &mut found);
    boxes(from, to, &mut found);
    links(from, to, &mut found);
    found
}

fn difference(before: Option<&Value>, after: Option<&Value>) -> Option<ChangeKind> {
    match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (Some(before), Some(after)) => (before != after).then_some(ChangeKind::Changed),
    }
}

const fn participle(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "new",
        ChangeKind::Changed => "changed",
        ChangeKind::Removed => "removed",
    }
}

/// The keys of two objects, each once, in the order of the alphabet.
fn keys<'v>(one: &'v Map<String, Value>, other: &'v Map<String, Value>) -> Vec<&'v str> {
    let mut keys: Vec<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn bot(from: &Value, to: &Value, found: &mut Vec<Change>) {
    let (one, other) = (object(from), object(to));
    let title = to["name"].as_str().unwrap_or("the bot");
    let apart = ["boxes", "links", "fields"];
    for key in keys(&one, &other) {
        if apart.contains(&key) || CANVAS.contains(&key) {
            continue;
        }
        let (before, after) = (one.get(key), other.get(key));
        let Some(kind) = difference(before, after) else {
            continue;
        };
        let sentence = match key {
            "start" => format!(
                "The bot starts at “{}”.",
                title_of(to, to["start"].as_str().unwrap_or_default())
            ),
            other => format!(
                "The bot's {} is {}.",
                other.replace('_', " "),
                participle(kind)
            ),
        };
        found.push(Change {
            kind,
            what: Changed::Bot,
            box_id: None,
            title: title.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            sentence,
        });
    }
}

/// The entries of a list by their name; of several of one name the first.
fn named<'v>(document: &'v Value, list: &str, key: &str) -> Vec<(&'v str, &'v Value)> {
    let mut seen = HashSet::new();
    let all = document[list].as_array().into_iter().flatten();
    all.filter_map(|it| Some((it[key].as_str()?, it)))
        .filter(|(name, _)| seen.insert(*name))
        .collect()
}

/// Pairs of entries by their name: those of `to` in their order, then those that are gone.
fn pairs<'v>(
    from: &[(&'v str, &'v Value)],
    to: &[(&'v str, &'v Value)],
) -> Vec<(&'v str, Option<&'v Value>, Option<&'v Value>)> {
    let before: BTreeMap<&str, &Value> = from.iter().copied().collect();
    let after: BTreeMap<&str, &Value> = to.iter().copied().collect();
    let kept = to
        .iter()
        .map(|&(name, it)| (name, before.get(name).copied(), Some(it)));
    let gone = from
        .iter()
        .filter(|(name, _)| !after.contains_key(name))
        .map(|&(name, it)| (name, Some(it), None));
    kept.chain(gone).collect()
}

fn fields(from: &Value, to: &Value, found: &mut Vec<Change>) {
    let (one, other) = (named(from, "fields", "name"), named(to, "fields", "name"));
    for (name, before, after) in pairs(&one, &other) {
        if let Some(kind) = difference(before, after) {
            found.push(Change {
                kind,
                what: Changed::Field,
                box_id: None,
                title: name.to_owned(),
                before: before.cloned(),
                after: after.cloned(),
                sentence: format!("The field {{{name}}} is {}.", participle(kind)),
            });
        }
    }
}

fn boxes(from: &Value, to: &Value, found: &mut Vec<Change>) {
    let (one, other) = (named(from, "boxes", "id"), named(to, "boxes", "id"));
    for (id, before, after) in pairs(&one, &other) {
        let title = after.or(before).map_or_else(|| id.to_owned(), box_title);
        let of = |kind, before: Option<&Value>, after: Option<&Value>, sentence| Change {
            kind,
            what: Changed::Box,
            box_id: Some(id.to_owned()),
            title: title.clone(),
            before: before.cloned(),
            after: after.cloned(),
            sentence,
        };
        match (before, after) {
            (Some(before), Some(after)) => {
                let (one, other) = (object(before), object(after));
                for key in keys(&one, &other) {
                    let (before, after) = (one.get(key), other.get(key));
                    if let Some(kind) = difference(before, after) {
                        let sentence = setting(key, &title, kind);
                        found.push(of(ChangeKind::Changed, before, after, sentence));
                    }
                }
            }
            (before, after) => {
                if let Some(kind) = difference(before, after) {
                    let sentence = format!("The box “{title}” is {}.", participle(kind));
                    found.push(of(kind, before, after, sentence));
                }
            }
        }
    }
}

/// A setting of a box that is different, in words.
fn setting(key: &str, title: &str, kind: ChangeKind) -> String {
    let name = match key {
        "text" | "message" => "text",
        "save_to" => "field that keeps the answer",
        "retry_text" => "text for asking again",
        "max_retries" => "number of retries",
        "advanced" => "Advanced panel",
        "title" => return format!("The box is called “{title}” now."),
        other => {
            return format!(
                "The setting {} of “{title}” is {}.",
                other.replace('_', " "),
                participle(kind)
            );
        }
    };
    format!("The {name} of “{title}” is {}.", participle(kind))
}

/// What a link is compared by: where it comes from and goes to, and its condition.
fn links_of(document: &Value) -> Vec<&Value> {
    document["links"].as_array().into_iter().flatten().collect()
}

fn links(from: &Value, to: &Value, found: &mut Vec<Change>) {
    let (before, after) = (links_of(from), links_of(to));
    let mut gone: Vec<&Value> = before.clone();
    let mut fresh: Vec<&Value> = Vec::new();
    for link in &after {
        match gone.iter().position(|it| it == link) {
            Some(place) => drop(gone.remove(place)),
            None => fresh.push(link),
        }
    }
    for link in fresh {
        // A link between the same two boxes, or with the same condition from the same box, is the same link.
        let twin = gone.iter().position(|it| {
            it["from"] == link["from"] && (it["to"] == link["to"] || it["when"] == link["when"])
        });
        let old = twin.map(|it| gone.remove(it));
        found.push(link_change(old.map(|it| (from, it)), Some((to, link))));
    }
    found.extend(
        gone.into_iter()
            .map(|it| link_change(Some((from, it)), None)),
    );
    order(from, to, &before, &after, found);
}

/// A link with the document it stands in.
type LinkIn<'v> = (&'v Value, &'v Value);

fn link_change(before: Option<LinkIn<'_>>, after: Option<LinkIn<'_>>) -> Change {
    let told = |(document, link): LinkIn<'_>| {
        let title = |key: &str| title_of(document, link[key].as_str().unwrap_or_default());
        format!(
            "from “{}” to “{}”: {}",
            title("from"),
            title("to"),
            link_condition(link)
        )
    };
    let kind = match (before.is_some(), after.is_some()) {
        (false, _) => ChangeKind::Added,
        (true, false) => ChangeKind::Removed,
        (true, true) => ChangeKind::Changed,
    };
    let sentence = match (before, after) {
        (Some(before), Some(after)) => {
            format!("The link {} – is now {}.", told(before), told(after))
        }
        (one, other) => {
            let told = one.or(other).map_or_else(String::new, told);
            format!("The link {told} – is {}.", participle(kind))
        }
    };
    let shown = after.or(before);
    let from = shown.and_then(|it| it.1["from"].as_str());
    Change {
        kind,
        what: Changed::Link,
        box_id: from.map(str::to_owned),
        title: shown.map_or_else(String::new, |(document, _)| {
            title_of(document, from.unwrap_or_default())
        }),
        before: before.map(|it| it.1.clone()),
        after: after.map(|it| it.1.clone()),
        sentence,
    }
}

/// Boxes whose links are the same but tried in another order.
fn order(from: &Value, to: &Value, before: &[&Value], after: &[&Value], found: &mut Vec<Change>) {
    let of = |links: &[&Value], id: &str| -> Vec<Value> {
        let own = links.iter().filter(|it| it["from"] == id);
        own.map(|it| (*it).clone()).collect()
    };
    for (id, it) in named(to, "boxes", "id") {
        let (old, new) = (of(before, id), of(after, id));
        let is_same = old.len() == new.len() && old.iter().all(|it| new.contains(it));
        if is_same && old != new && named(from, "boxes", "id").iter().any(|it| it.0 == id) {
            let title = box_title(it);
            found.push(Change {
                kind: ChangeKind::Changed,
                what: Changed::Link,
                box_id: Some(id.to_owned()),
                sentence: format!("The links of “{title}” are tried in another order."),
                title,
                before: Some(old.into()),
                after: Some(new.into()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bot() -> Value {
        json!({
            "name": "Refills", "start": "a", "fields": [{"name": "dose", "kind": "variable", "type": "text"}],
            "boxes": [
                {"id": "a", "type": "text", "title": "Medicine", "text": "Which?"},
                {"id": "b", "type": "end", "message": "Bye."},
                {"id": "c", "type": "end", "message": "Sorry."}
            ],
            "links": [
                {"from": "a", "to": "b", "when": {"op": "equals", "value": "yes"}},
                {"from": "a", "to": "c", "when": {"op": "equals", "value": "no"}},
                {"from": "a", "to": "c"}
            ],
            "layout": {"a": {"x": 0}}
        })
    }

    fn sentences(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let (from, mut to) = (bot(), bot());
        change(&mut to);
        let found = changes(&from, &to);
        assert_eq!(found.is_empty(), super::super::says_the_same(&from, &to));
        found.into_iter().map(|it| it.sentence).collect()
    }

    #[test]
    fn what_only_the_canvas_reads_is_no_change() {
        assert!(sentences(|it| it["layout"]["a"]["x"] = json!(9)).is_empty());
        assert!(sentences(|it| it["notes"] = json!([])).is_empty());
    }

    #[test]
    fn every_part_has_its_words() {
        let one = |change: fn(&mut Value)| {
            let all = sentences(change);
            assert_eq!(all.len(), 1, "{all:?}");
            all[0].clone()
        };
        for (change, sentence) in [
            (
                (|it| it["name"] = json!("New")) as fn(&mut Value),
                "The bot's name is changed.",
            ),
            (
                |it| it["description"] = json!("x"),
                "The bot's description is new.",
            ),
            (|it| it["start"] = json!("b"), "The bot starts at “Bye.”."),
            (
                |it| it["fields"] = json!([]),
                "The field {dose} is removed.",
            ),
            (
                |it| it["boxes"][0]["text"] = json!("What?"),
                "The text of “Medicine” is changed.",
            ),
            (
                |it| it["boxes"][0]["save_to"] = json!("dose"),
                "The field that keeps the answer of “Medicine” is new.",
            ),
            (
                |it| it["boxes"][0]["title"] = json!("Drug"),
                "The box is called “Drug” now.",
            ),
            (
                |it| it["boxes"][0]["min_length"] = json!(2),
                "The setting min length of “Medicine” is new.",
            ),
            (
                |it| it["boxes"][1]["advanced"] = json!({}),
                "The Advanced panel of “Bye.” is new.",
            ),
            (
                |it| it["links"][0]["when"]["value"] = json!("sure"),
                "The link from “Medicine” to “Bye.”: the answer is “yes” – is now from “Medicine” to “Bye.”: the answer is “sure”.",
            ),
            (
                |it| it["links"][0]["to"] = json!("c"),
                "The link from “Medicine” to “Bye.”: the answer is “yes” – is now from “Medicine” to “Sorry.”: the answer is “yes”.",
            ),
            (
                |it| it["links"].as_array_mut().unwrap().truncate(2),
                "The link from “Medicine” to “Sorry.”: otherwise – is removed.",
            ),
            (
                |it| it["links"].as_array_mut().unwrap().swap(0, 1),
                "The links of “Medicine” are tried in another order.",
            ),
        ] {
            assert_eq!(one(change), sentence);
        }
    }

    #[test]
    fn a_box_that_comes_or_goes_is_told_once() {
        let (from, mut to) = (bot(), bot());
        to["boxes"][2] = json!({"id": "d", "type": "message", "text": "Hm."});
        let told: Vec<_> = changes(&from, &to)
            .into_iter()
            .map(|it| (it.kind, it.box_id.unwrap(), it.sentence))
            .collect();
        assert_eq!(
            told,
            [
                (
                    ChangeKind::Added,
                    "d".into(),
                    "The box “Hm.” is new.".into()
                ),
                (
                    ChangeKind::Removed,
                    "c".into(),
                    "The box “Sorry.” is removed.".into()
                ),
            ]
        );
    }

    #[test]
    fn anything_may_be_compared() {
        for it in [
            json!(null),
            json!([]),
            json!({"boxes": 7, "links": {"a": 1}, "fields": [1]}),
        ] {
            changes(&it, &bot());
            changes(&bot(), &it);
            assert!(changes(&it, &it).is_empty());
        }
    }
}
