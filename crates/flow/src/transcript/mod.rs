//! Plays written conversations against a bot: for `smartbot bot test`, the examples of box types and our own tests.
//!
//! The format is told in `docs/guides/testing-bots.md`. Everything is simulated: time, the profile, flags, timers, the
//! other side of External API calls. All that the bot says must be expected, in order.
mod compare;
mod step;
mod world;
mod written;

pub(crate) use step::Step;
pub use written::written;

use crate::{BotDocument, Flow, Library, parse};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use world::World;

/// How one test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// What went wrong; `None` if it passed.
    pub failure: Option<Failure>,
}

impl TestResult {
    /// Whether it passed.
    pub const fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// What went wrong in a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The number of the step, from 1; `None` when the test could not begin.
    pub step: Option<usize>,
    /// What the step expected.
    pub expected: String,
    /// What was there instead.
    pub got: String,
    /// The conversation so far, a line each.
    pub transcript: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(step) = self.step {
            write!(out, "step {step}: ")?;
        }
        write!(out, "expected {}, got {}", self.expected, self.got)?;
        self.transcript
            .iter()
            .try_for_each(|it| write!(out, "\n    {it}"))
    }
}

/// A test file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestFile {
    tests: Vec<Value>,
}

/// One test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    name: String,
    /// When it begins.
    #[serde(default = "some_day")]
    now: Timestamp,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    profile: Map<String, Value>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    variables: Map<String, Value>,
    #[serde(default)]
    agents_available: bool,
    #[serde(default = "always")]
    within_hours: bool,
    steps: Vec<Value>,
}

const fn always() -> bool {
    true
}

/// Monday 23 November 2026, 09:00 UTC: tests without a `now` must not change with the calendar.
const fn some_day() -> Timestamp {
    Timestamp::constant(1_795_424_400, 0)
}

/// Runs the tests of a file against a bot. A bot with errors, or a malformed file, gives one failed result.
pub fn run(bot: &Value, tests: &Value, library: &dyn Library) -> Vec<TestResult> {
    let broken = |name: &str, expected: &str, got: String| {
        let failure = Failure {
            step: None,
            expected: expected.to_owned(),
            got,
            transcript: vec![],
        };
        vec![TestResult {
            name: name.to_owned(),
            failure: Some(failure),
        }]
    };
    let (doc, _): (BotDocument, _) = parse(bot);
    let flow = match Flow::compile(&doc) {
        Ok(flow) => flow,
        Err(findings) => {
            let all: Vec<String> = findings.iter().map(|it| it.message.clone()).collect();
            return broken("the bot", "a bot without errors", all.join(" "));
        }
    };
    let file = match TestFile::deserialize(tests) {
        Ok(file) => file,
        Err(error) => return broken("the test file", "an object with `tests`", error.to_string()),
    };
    let run_one = |(index, test): (usize, &Value)| match Test::deserialize(test) {
        Ok(test) => TestResult {
            failure: one(&flow, &test, library).err(),
            name: test.name,
        },
        Err(error) => {
            let name = test
                .get("name")
                .and_then(Value::as_str)
                .map_or_else(|| format!("test {}", index + 1), str::to_owned);
            let failure = Failure {
                step: None,
                expected: "a test".into(),
                got: error.to_string(),
                transcript: vec![],
            };
            TestResult {
                name,
                failure: Some(failure),
            }
        }
    };
    file.tests.iter().enumerate().map(run_one).collect()
}

fn one(flow: &Flow, test: &Test, library: &dyn Library) -> Result<(), Failure> {
    let refuse = |expected: &str, got: String| Failure {
        step: None,
        expected: expected.to_owned(),
        got,
        transcript: vec![],
    };
    let zone = test.time_zone.as_deref().unwrap_or("UTC");
    let zone = TimeZone::get(zone)
        .map_err(|_| refuse("a time zone such as `America/New_York`", zone.to_owned()))?;
    let mut steps = Vec::with_capacity(test.steps.len());
    for (index, step) in test.steps.iter().enumerate() {
        let step = Step::deserialize(step).map_err(|error| {
            let mut failure = refuse("a step that is known", format!("{step}: {error}"));
            failure.step = Some(index + 1);
            failure
        })?;
        steps.push(step);
    }
    let mut world = World::new(flow, library, test, &zone)
        .map_err(|got| refuse("variables of at most 64 KiB", got))?;
    world.start();
    for (index, step) in steps.iter().enumerate() {
        world
            .play(step)
            .map_err(|mismatch| world.failure(Some(index + 1), mismatch))?;
    }
    world
        .all_was_expected("the end of the test")
        .map_err(|mismatch| world.failure(Some(steps.len()), mismatch))
}

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;
