//! A condition in words.
use super::{listed, quoted, value};
use serde_json::Value;

/// How deep a sentence follows conditions into each other.
const MAX_DEPTH: usize = 16;

/// A condition in words: `the answer is “yes” or “sure”`. What cannot be understood is told as that.
pub fn condition(when: &Value) -> String {
    at_depth(when, 0)
}

fn at_depth(when: &Value, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "…".to_owned();
    }
    let below = |it: &Value| match it["op"].as_str() {
        // Of several in each other it must be clear what belongs together.
        Some("all" | "any") => format!("({})", at_depth(it, depth + 1)),
        _ => at_depth(it, depth + 1),
    };
    match when["op"].as_str() {
        Some(op @ ("all" | "any")) => {
            let of = when["of"].as_array().into_iter().flatten();
            let parts: Vec<String> = of.map(below).collect();
            let word = if op == "all" { "and" } else { "or" };
            if parts.is_empty() {
                return format!("“{op}” of nothing");
            }
            parts.join(&format!(" {word} "))
        }
        Some("not") => format!("not: {}", below(&when["of"])),
        Some(op) => leaf(op, when),
        None => "a condition that cannot be read".to_owned(),
    }
}

/// The alternatives of a condition.
fn values(when: &Value) -> Vec<String> {
    match (&when["value"], &when["values"]) {
        (Value::Null, Value::Array(many)) => many.iter().map(value).collect(),
        (Value::Null, _) => Vec::new(),
        (one, _) => vec![value(one)],
    }
}

fn leaf(op: &str, when: &Value) -> String {
    let subject = match when["field"].as_str() {
        Some(field) => format!("{{{field}}}"),
        None => "the answer".to_owned(),
    };
    let all = values(when);
    let any = listed(&all, "or");
    let compared = |verb: &str| format!("{subject} {verb} {any}");
    match op {
        "has_valid_value" => "the answer is understood".to_owned(),
        "equals" | "eq" => compared("is"),
        "ne" if all.len() > 1 => compared("is none of"),
        "ne" => compared("is not"),
        "contains" => compared("contains"),
        "starts_with" => compared("begins with"),
        "matches" => compared("matches the pattern"),
        "approximately_equals" => format!("{} (give or take typing errors)", compared("is")),
        "approximately_contains" => {
            format!("{} (give or take typing errors)", compared("contains"))
        }
        "lt" => compared("is less than"),
        "le" => compared("is at most"),
        "gt" => compared("is more than"),
        "ge" => compared("is at least"),
        "between" => format!("{subject} is between {}", listed(&all, "and")),
        "before" => format!("{subject} is before {}", plain(when)),
        "after" => format!("{subject} is after {}", plain(when)),
        "on" => format!("{subject} is on {}", plain(when)),
        "choice_is" if when["field"].is_null() => format!("the choice is {any}"),
        "choice_is" => compared("is"),
        "is_set" => format!("{subject} has a value"),
        "is_empty" => format!("{subject} has no value"),
        "has_flag" => format!("the user has the flag {any}"),
        "lacks_flag" => format!("the user does not have the flag {any}"),
        "api_succeeded" => "the call succeeded".to_owned(),
        "api_failed" => "the call failed".to_owned(),
        "api_status" => format!("the call was answered with {}", plain(when)),
        "split_is" => format!("the draw is {any}"),
        "no_reply_for" => format!("there is no reply for {}", plain(when)),
        "exhausted" => "the question was asked too often".to_owned(),
        "no_agent" => "no agent is available".to_owned(),
        "within_hours" => "it is within opening hours".to_owned(),
        "semantically_similar" => compared("means something like"),
        other => format!("{} (an operator that is not known)", quoted(other)),
    }
}

/// Alternatives without quotes: times and the like, which are words of their own.
fn plain(when: &Value) -> String {
    let bare: Vec<String> = values(when)
        .into_iter()
        .map(|it| it.trim_matches(['“', '”']).to_owned())
        .collect();
    listed(&bare, "or")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Operator, read};
    use serde_json::json;

    #[test]
    fn conditions_read_as_sentences() {
        for (when, sentence) in [
            (json!({"op": "has_valid_value"}), "the answer is understood"),
            (
                json!({"op": "equals", "values": ["yes", "sure", "ok"]}),
                "the answer is “yes”, “sure” or “ok”",
            ),
            (
                json!({"op": "equals", "field": "city", "value": "{other}"}),
                "{city} is {other}",
            ),
            (json!({"op": "eq", "value": 5}), "the answer is 5"),
            (json!({"op": "ne", "value": 5}), "the answer is not 5"),
            (
                json!({"op": "ne", "values": [5, 6]}),
                "the answer is none of 5 or 6",
            ),
            (
                json!({"op": "contains", "value": "pain"}),
                "the answer contains “pain”",
            ),
            (
                json!({"op": "starts_with", "value": "re"}),
                "the answer begins with “re”",
            ),
            (
                json!({"op": "matches", "value": "^a"}),
                "the answer matches the pattern “^a”",
            ),
            (
                json!({"op": "approximately_equals", "value": "insurance"}),
                "the answer is “insurance” (give or take typing errors)",
            ),
            (
                json!({"op": "approximately_contains", "value": "x"}),
                "the answer contains “x” (give or take typing errors)",
            ),
            (
                json!({"op": "lt", "field": "age", "value": 18}),
                "{age} is less than 18",
            ),
            (json!({"op": "le", "value": 5}), "the answer is at most 5"),
            (json!({"op": "gt", "value": 5}), "the answer is more than 5"),
            (json!({"op": "ge", "value": 5}), "the answer is at least 5"),
            (
                json!({"op": "between", "values": [1, 5]}),
                "the answer is between 1 and 5",
            ),
            (
                json!({"op": "before", "value": "today+7d"}),
                "the answer is before today+7d",
            ),
            (
                json!({"op": "after", "value": "now"}),
                "the answer is after now",
            ),
            (
                json!({"op": "on", "values": ["tomorrow", "{day}"]}),
                "the answer is on tomorrow or {day}",
            ),
            (
                json!({"op": "choice_is", "value": "checkup"}),
                "the choice is “checkup”",
            ),
            (
                json!({"op": "choice_is", "field": "visit", "value": "checkup"}),
                "{visit} is “checkup”",
            ),
            (json!({"op": "is_set", "field": "a.b"}), "{a.b} has a value"),
            (json!({"op": "is_empty"}), "the answer has no value"),
            (
                json!({"op": "has_flag", "value": "vip"}),
                "the user has the flag “vip”",
            ),
            (
                json!({"op": "lacks_flag", "values": ["a", "b"]}),
                "the user does not have the flag “a” or “b”",
            ),
            (json!({"op": "api_succeeded"}), "the call succeeded"),
            (json!({"op": "api_failed"}), "the call failed"),
            (
                json!({"op": "api_status", "values": [404, "5xx"]}),
                "the call was answered with 404 or 5xx",
            ),
            (json!({"op": "split_is", "value": "a"}), "the draw is “a”"),
            (
                json!({"op": "no_reply_for", "value": "30m"}),
                "there is no reply for 30m",
            ),
            (
                json!({"op": "exhausted"}),
                "the question was asked too often",
            ),
            (json!({"op": "no_agent"}), "no agent is available"),
            (
                json!({"op": "all", "of": [{"op": "gt", "value": 1}, {"op": "any", "of": [{"op": "eq", "value": 2}, {"op": "not", "of": {"op": "is_set"}}]}]}),
                "the answer is more than 1 and (the answer is 2 or not: the answer has a value)",
            ),
        ] {
            assert_eq!(condition(&when), sentence, "{when}");
            assert!(read(&when).is_ok(), "{when} is no condition");
        }
    }

    #[test]
    fn every_operator_has_words() {
        for op in Operator::ALL {
            let sentence = condition(&json!({"op": op.as_str(), "value": "x"}));
            assert!(!sentence.contains("not known"), "{}", op.as_str());
        }
    }

    #[test]
    fn what_is_no_condition_has_words_too() {
        let deep = (0..100).fold(
            json!({"op": "is_set"}),
            |of, _| json!({"op": "not", "of": of}),
        );
        for (when, part) in [
            (json!(7), "cannot be read"),
            (json!({}), "cannot be read"),
            (json!({"op": "likes"}), "not known"),
            (json!({"op": "all"}), "of nothing"),
            (json!({"op": "equals", "values": 7}), "the answer is "),
            (deep, "…"),
        ] {
            let sentence = condition(&when);
            assert!(sentence.contains(part), "{when}: {sentence}");
        }
    }
}
