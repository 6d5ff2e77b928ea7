use super::*;
use crate::{FindingCode, testing::with_answer};
use serde_json::json;

fn holds(condition: Value, answer: &Value) -> bool {
    let fields = json!({
        "age": 42, "age_text": "42", "city": "São Paulo", "at": "2026-11-24T10:00:00-08:00", "born": "1980-02-03",
        "tags": ["red", "blue"], "agreed": true, "empty": "", "none": null, "other": 40,
    });
    let condition = read(&condition).unwrap_or_else(|it| panic!("{condition}: {it:?}"));
    with_answer(&fields, answer, |scope| condition.holds(scope))
}

#[test]
fn conditions_hold_as_flow_md_says() {
    // Monday 23 November 2026, 01:00 in Los Angeles; the user has the flag `vip`.
    let text = json!("Ich möchte ein Café, bitte!");
    let cases = [
        (json!({"op": "has_valid_value"}), json!("x"), true),
        (
            json!({"op": "equals", "values": ["no", "ICH MOCHTE ein cafe bitte"]}),
            text.clone(),
            true,
        ),
        (
            json!({"op": "equals", "value": "cafe"}),
            text.clone(),
            false,
        ),
        (
            json!({"op": "contains", "values": ["tee", "CAFÉ"]}),
            text.clone(),
            true,
        ),
        (
            json!({"op": "starts_with", "value": "ich"}),
            text.clone(),
            true,
        ),
        (
            json!({"op": "starts_with", "value": "möchte"}),
            text.clone(),
            false,
        ),
        (
            json!({"op": "matches", "value": "caf[eé],\\s+B"}),
            text.clone(),
            true,
        ),
        (
            json!({"op": "matches", "values": ["^tee", "^cafe$"]}),
            text,
            false,
        ),
        (
            json!({"op": "approximately_equals", "value": "insurance"}),
            json!("insurace"),
            true,
        ),
        (
            json!({"op": "approximately_contains", "value": "appointment"}),
            json!("an apointment please"),
            true,
        ),
        (
            json!({"op": "equals", "value": "{city}"}),
            json!("sao paulo"),
            true,
        ),
        (json!({"op": "eq", "value": 5}), json!(5), true),
        (json!({"op": "eq", "value": "5"}), json!(5.0), true),
        (json!({"op": "ne", "value": 5}), json!(6), true),
        (json!({"op": "ne", "values": [5, 6]}), json!(6), false),
        (json!({"op": "ne", "value": 5}), Value::Null, false),
        (json!({"op": "lt", "value": 5}), json!(4.5), true),
        (json!({"op": "le", "value": 5}), json!(5), true),
        (json!({"op": "gt", "value": "{other}"}), json!(41), true),
        (json!({"op": "ge", "value": 5}), json!("many"), false),
        (json!({"op": "between", "values": [1, 5]}), json!(5), true),
        (json!({"op": "between", "values": [1, 5]}), json!(0), false),
        (
            json!({"op": "gt", "field": "age", "value": 40}),
            json!("x"),
            true,
        ),
        (
            json!({"op": "gt", "field": "age_text", "value": 40}),
            json!("x"),
            true,
        ),
        (
            json!({"op": "after", "value": "now"}),
            json!("2026-11-23T01:00:01-08:00"),
            true,
        ),
        (
            json!({"op": "after", "value": "now"}),
            json!("2026-11-23T08:59:00Z"),
            false,
        ),
        (
            json!({"op": "after", "value": "today"}),
            json!("2026-11-23T15:00:00-08:00"),
            false,
        ),
        (
            json!({"op": "after", "value": "today"}),
            json!("2026-11-24"),
            true,
        ),
        (
            json!({"op": "before", "value": "now+2h"}),
            json!("2026-11-23T02:00:00-08:00"),
            true,
        ),
        (
            json!({"op": "on", "value": "tomorrow"}),
            json!("2026-11-24T23:00:00-08:00"),
            true,
        ),
        (
            json!({"op": "on", "values": ["2026-11-25", "2026-11-26"]}),
            json!("2026-11-24"),
            false,
        ),
        (
            json!({"op": "between", "values": ["today", "today+7d"]}),
            json!("2026-11-30T20:00:00-08:00"),
            true,
        ),
        (
            json!({"op": "before", "field": "born", "value": "2000-01-01"}),
            Value::Null,
            true,
        ),
        (
            json!({"op": "eq", "field": "at", "value": "{at}"}),
            Value::Null,
            true,
        ),
        (json!({"op": "choice_is", "value": "b"}), json!("b"), true),
        (
            json!({"op": "choice_is", "values": ["x", "c"]}),
            json!(["a", "c"]),
            true,
        ),
        (
            json!({"op": "choice_is", "value": "yes"}),
            json!(true),
            true,
        ),
        (
            json!({"op": "choice_is", "value": "yes"}),
            json!(false),
            false,
        ),
        (json!({"op": "equals", "value": "no"}), json!(false), true),
        (json!({"op": "eq", "value": true}), json!(true), true),
        (json!({"op": "eq", "value": false}), json!(true), false),
        (
            json!({"op": "contains", "field": "tags", "value": "BLUE"}),
            Value::Null,
            true,
        ),
        (json!({"op": "is_set", "field": "age"}), Value::Null, true),
        (
            json!({"op": "is_set", "field": "empty"}),
            Value::Null,
            false,
        ),
        (json!({"op": "is_set", "field": "none"}), Value::Null, false),
        (
            json!({"op": "is_empty", "field": "nobody"}),
            Value::Null,
            true,
        ),
        (
            json!({"op": "is_empty", "field": "tags"}),
            Value::Null,
            false,
        ),
        (json!({"op": "is_set"}), Value::Null, false),
        (json!({"op": "has_flag", "value": "vip"}), Value::Null, true),
        (
            json!({"op": "has_flag", "values": ["new", "vip"]}),
            Value::Null,
            true,
        ),
        (
            json!({"op": "lacks_flag", "values": ["new", "vip"]}),
            Value::Null,
            false,
        ),
        (
            json!({"op": "lacks_flag", "value": "new"}),
            Value::Null,
            true,
        ),
        (json!({"op": "api_succeeded"}), Value::Null, false),
        (json!({"op": "api_failed"}), Value::Null, true),
        (
            json!({"op": "api_status", "values": [404, "5xx"]}),
            Value::Null,
            true,
        ),
        (
            json!({"op": "api_status", "value": "404"}),
            Value::Null,
            false,
        ),
        (json!({"op": "split_is", "value": "a"}), Value::Null, true),
        (json!({"op": "no_agent"}), Value::Null, true),
        (
            json!({"op": "all", "of": [{"op": "gt", "value": 1}, {"op": "lt", "value": 3}]}),
            json!(2),
            true,
        ),
        (
            json!({"op": "any", "of": [{"op": "gt", "value": 9}, {"op": "has_flag", "value": "vip"}]}),
            json!(2),
            true,
        ),
        (
            json!({"op": "not", "of": {"op": "gt", "value": 1}}),
            json!(2),
            false,
        ),
    ];
    for (condition, answer, expected) in cases {
        assert_eq!(
            holds(condition.clone(), &answer),
            expected,
            "{condition} with {answer}"
        );
    }
}

#[test]
fn malformed_conditions_are_refused() {
    use FindingCode::{BadCondition, UnknownKey, UnknownOperator, UnsupportedOperator};
    let deep = (0..20).fold(
        json!({"op": "has_valid_value"}),
        |inner, _| json!({"op": "not", "of": inner}),
    );
    let cases = [
        (json!("x"), BadCondition),
        (json!({}), BadCondition),
        (json!({"op": "likes"}), UnknownOperator),
        (json!({"op": "within_hours", "value": "x"}), UnknownKey),
        (
            json!({"op": "semantically_similar", "value": "x", "threshold": 0.8}),
            UnsupportedOperator,
        ),
        (json!({"op": "equals"}), BadCondition),
        (json!({"op": "equals", "value": "..."}), BadCondition),
        (
            json!({"op": "equals", "value": "x", "values": ["y"]}),
            BadCondition,
        ),
        (json!({"op": "equals", "valeu": "x"}), UnknownKey),
        (
            json!({"op": "has_flag", "field": "x", "value": "y"}),
            UnknownKey,
        ),
        (json!({"op": "between", "values": [1]}), BadCondition),
        (json!({"op": "between", "values": [5, 1]}), BadCondition),
        (json!({"op": "after", "value": "soon"}), BadCondition),
        (json!({"op": "matches", "value": "("}), BadCondition),
        (
            json!({"op": "matches", "value": "(\\w{50}){50}"}),
            BadCondition,
        ),
        (
            json!({"op": "matches", "value": "x".repeat(257)}),
            BadCondition,
        ),
        (json!({"op": "no_reply_for", "value": "soon"}), BadCondition),
        (json!({"op": "no_reply_for", "value": "0m"}), BadCondition),
        (json!({"op": "api_status", "value": "6xx"}), BadCondition),
        (json!({"op": "all", "of": []}), BadCondition),
        (json!({"op": "is_set", "field": "a b"}), BadCondition),
        (json!({"op": "eq", "value": [1]}), BadCondition),
        (deep, BadCondition),
    ];
    for (condition, code) in cases {
        assert_eq!(
            read(&condition).err().map(|it| it.code),
            Some(code),
            "{condition}"
        );
    }
}
