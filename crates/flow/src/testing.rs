//! Surroundings for unit tests.
use crate::{
    Context, Flow, Identity, NoLibrary,
    scope::{ApiResult, Scope},
};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use std::{cell::OnceCell, collections::BTreeSet};

/// Monday 23 November 2026, 09:00 UTC, seen from Los Angeles by a user with the flag `vip`. `fields` are variables.
pub(crate) fn with_scope<T>(fields: &Value, test: impl FnOnce(&Scope<'_>) -> T) -> T {
    with_answer(fields, &Value::Null, test)
}

/// As [`with_scope`], with an answer unless it is null, after a call that was answered with 503 and a split that drew `a`.
pub(crate) fn with_answer<T>(
    fields: &Value,
    answer: &Value,
    test: impl FnOnce(&Scope<'_>) -> T,
) -> T {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let identity = Identity {
        user_id: "usr_1".into(),
        ..Identity::default()
    };
    let flow = Flow::for_tests();
    let cx = Context {
        now: "2026-11-23T09:00:00Z".parse().unwrap(),
        zone: &zone,
        language: "en",
        region: "US",
        seed: 1,
        profile: &Map::new(),
        flags: &BTreeSet::from(["vip".to_owned()]),
        identity: &identity,
        agents_available: false,
        within_hours: true,
        small_talk: None,
        library: &NoLibrary,
    };
    test(&Scope {
        cx: &cx,
        flow: &flow,
        variables: fields.as_object().unwrap(),
        profile: &[],
        flags: &[],
        pending: &[],
        answer: Some(answer).filter(|it| !it.is_null()),
        valid: !answer.is_null(),
        api: Some(ApiResult {
            succeeded: false,
            status: Some(503),
        }),
        split: Some("a"),
        no_agent: true,
        normalised: OnceCell::new(),
    })
}
