//! How fast the engine is on one core: steps per second over bots, and the validation of a bot with 10,000 boxes.
//!
//! `cargo run --release -p smartbot-flow --example bench_engine [BOT.json …]`; without arguments the bots of the
//! repository. A bot is played by answers that fit what it asks; boxes that look for dates are counted apart, and at the
//! end comes what a step costs by what it answers. `bench_engine validation` leaves out the bots.
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use smartbot_flow::{
    ApiOutcome, Context, Effect, Flow, Identity, Input, Known, NoLibrary, State, parse, step,
    validate,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

fn main() {
    smartbot_nlu::warm(&["en"]);
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bots");
        let entries = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|it| it.path());
        files.extend(entries.filter(|it| {
            let name = it
                .file_name()
                .and_then(|it| it.to_str())
                .unwrap_or_default();
            name.ends_with(".json") && !name.ends_with(".test.json")
        }));
        files.sort();
    }
    if files.iter().any(|it| it.as_os_str() == "validation") {
        return validation();
    }
    let mut total = Rate::default();
    for file in files {
        let Some(bot) = std::fs::read(&file)
            .ok()
            .and_then(|it| serde_json::from_slice::<Value>(&it).ok())
        else {
            println!("{}: cannot be read", file.display());
            continue;
        };
        match Flow::compile(&parse(&bot).0) {
            Ok(flow) => total.add(&play(&flow, flow.function_id())),
            Err(findings) => println!("{}: has {} errors", file.display(), findings.len()),
        }
    }
    for (name, boxes) in plain_bots() {
        let flow = Flow::compile(&parse(&boxes).0).expect("a bot of our own compiles");
        total.add(&play(&flow, name));
    }
    total.print("all bots together");
    for (kind, steps) in &total.kinds {
        println!("    {kind:20} {}", show(*steps));
    }
    validation();
}

/// Steps and the time that they took.
type Steps = (u64, Duration);

#[derive(Debug, Clone, Default)]
struct Rate {
    plain: Steps,
    dates: Steps,
    /// By what was answered.
    kinds: BTreeMap<String, Steps>,
}

impl Rate {
    fn count(&mut self, kind: &str, looks_for_date: bool, (steps, time): Steps) {
        let sum = |into: &mut Steps| *into = (into.0 + steps, into.1 + time);
        sum(if looks_for_date {
            &mut self.dates
        } else {
            &mut self.plain
        });
        sum(self.kinds.entry(kind.to_owned()).or_default());
    }

    fn add(&mut self, other: &Self) {
        self.plain = (self.plain.0 + other.plain.0, self.plain.1 + other.plain.1);
        self.dates = (self.dates.0 + other.dates.0, self.dates.1 + other.dates.1);
        for (kind, (steps, time)) in &other.kinds {
            let into = self.kinds.entry(kind.clone()).or_default();
            *into = (into.0 + steps, into.1 + *time);
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:24} a step {:26} a step that looks for a date {}",
            show(self.plain),
            show(self.dates)
        );
    }
}

fn show((steps, time): Steps) -> String {
    if steps == 0 {
        return "-".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let steps = steps as f64;
    format!(
        "{:.2} µs ({:.0}/s)",
        time.as_secs_f64() * 1e6 / steps,
        steps / time.as_secs_f64()
    )
}

fn answer_to(kind: &str, details: &Map<String, Value>) -> Input {
    let text = match kind {
        "yes_no" | "consent" => "yes",
        "number" => "25",
        "rating" => "2",
        "email" => "ana@example.com",
        "phone" => "(213) 373-4253",
        "name" => "Ana Lopez",
        "date" => "February 3, 1980",
        "date_time" => "tomorrow at 10 am",
        "address" => "12 Main Street, Springfield, IL 62704",
        "multiple_choice" => details
            .get("choices")
            .and_then(|it| it[0]["label"].as_str())
            .unwrap_or("1"),
        _ => "I have a question about my bill",
    };
    Input::Text {
        text: text.to_owned(),
    }
}

/// Records the inputs of one conversation, then plays it again and again.
fn play(flow: &Flow, name: &str) -> Rate {
    let zone = TimeZone::get("America/New_York").expect("a zone of the database");
    let (profile, flags) = (Map::new(), BTreeSet::new());
    let identity = Identity {
        user_id: "usr_1".into(),
        ..Identity::default()
    };
    let cx = Context {
        now: "2026-11-23T15:00:00Z".parse().expect("a time"),
        zone: &zone,
        language: "en",
        region: "US",
        seed: 1,
        profile: &profile,
        flags: &flags,
        identity: &identity,
        agents_available: true,
        within_hours: true,
        small_talk: None,
        library: &NoLibrary,
    };
    let mut script = vec![(Input::Start, "start".to_owned(), false)];
    let mut stepped = step(flow, State::new(), Input::Start, &cx);
    while !stepped.state.is_ended() && script.len() < 40 {
        let Some(awaiting) = stepped.state.awaiting(flow, &NoLibrary) else {
            break;
        };
        let looks_for_date = flow.needs_time_parsing(&stepped.state);
        let input = match awaiting.kind.as_str() {
            "api" => {
                let body = br#"{"status":"active","plan":"gold","copay":25}"#.to_vec();
                let outcome = ApiOutcome::Answer {
                    status: 200,
                    content_type: Some("application/json".into()),
                    body,
                };
                Input::ApiReply {
                    call: stepped.state.awaited_call().unwrap_or_default(),
                    outcome,
                }
            }
            "agent" => Input::AgentReturned { box_id: None },
            "timer" => {
                let timer = stepped.effects.iter().find_map(|it| {
                    if let Effect::StartTimer { id, .. } = it {
                        Some(*id)
                    } else {
                        None
                    }
                });
                Input::Timer {
                    id: timer.unwrap_or_default(),
                }
            }
            kind => answer_to(kind, &awaiting.details),
        };
        script.push((input.clone(), awaiting.kind.clone(), looks_for_date));
        stepped = step(flow, stepped.state, input, &cx);
    }
    // What each step of the conversation took, added up over many conversations.
    let mut times = vec![Steps::default(); script.len()];
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(500) {
        let mut state = State::new();
        for ((input, _, _), time) in script.iter().zip(&mut times) {
            let input = input.clone();
            let since = Instant::now();
            let stepped = step(flow, state, input, &cx);
            *time = (time.0 + 1, time.1 + since.elapsed());
            state = black_box(stepped).state;
        }
    }
    let mut rate = Rate::default();
    for ((_, kind, looks_for_date), time) in script.iter().zip(times) {
        rate.count(kind, *looks_for_date, time);
    }
    rate.print(name);
    rate
}

/// One bot per common question, to see them apart.
fn plain_bots() -> BTreeMap<&'static str, Value> {
    let settings = [
        ("(a text)", json!({"type": "text", "save_to": "a"})),
        ("(yes or no)", json!({"type": "yes_no", "save_to": "a"})),
        (
            "(a choice)",
            json!({"type": "multiple_choice", "save_to": "a", "choices": [{"value": "new", "label": "New patient"}, {"value": "old", "label": "Known patient"}, {"value": "x", "label": "Somebody else"}]}),
        ),
        (
            "(a number)",
            json!({"type": "number", "save_to": "a", "min": 0, "max": 120}),
        ),
    ];
    settings
        .into_iter()
        .map(|(name, settings)| {
            let mut boxes = vec![];
            let mut links = vec![];
            for at in 0..10 {
                let mut it = settings.clone();
                it["id"] = format!("q{at}").into();
                it["text"] = format!("Question {at}, {{user_fname|friend}}?").into();
                boxes.push(it);
                links.push(json!({"from": format!("q{at}"), "to": format!("q{}", at + 1), "when": {"op": "has_valid_value"}}));
            }
            boxes.push(json!({"id": "q10", "type": "end", "message": "Thank you for {a}."}));
            let bot = json!({"format": "smartbot/1", "function_id": "Plain", "name": "Plain", "type": "flow", "language": "en", "start": "q0", "boxes": boxes, "links": links});
            (name, bot)
        })
        .collect()
}

fn validation() {
    let bot = big_bot(10_000);
    let best = |work: &dyn Fn()| {
        (0..9)
            .map(|_| {
                let begin = Instant::now();
                work();
                begin.elapsed()
            })
            .min()
            .unwrap_or_default()
    };
    let (doc, found) = parse(&bot);
    assert!(found.is_empty(), "the bot is well-formed");
    let reading = best(&|| drop(black_box(parse(&bot))));
    let judging = best(&|| drop(black_box(validate(&doc, &Known::default()))));
    let compiling = best(&|| drop(black_box(Flow::compile(&doc))));
    println!(
        "10,000 boxes: parse {reading:.1?}, validate {judging:.1?}, compile (validates too) {compiling:.1?}"
    );
}

/// A bot of many kinds of boxes in one long way with branches.
fn big_bot(count: usize) -> Value {
    let mut boxes = Vec::with_capacity(count);
    let mut links = Vec::with_capacity(count * 2);
    for at in 0..count {
        let id = format!("box{at}");
        let next = format!("box{}", (at + 1) % count);
        let mut link = |when: Value| {
            let mut link = json!({"from": id, "to": next});
            if !when.is_null() {
                link["when"] = when;
            }
            links.push(link);
        };
        boxes.push(match at % 5 {
            0 => {
                link(Value::Null);
                json!({"id": id, "type": "message", "title": format!("Message {at}"), "text": "Hello {user_fname|there}, this is it."})
            }
            1 => {
                link(json!({"op": "choice_is", "values": ["a", "b"]}));
                link(json!({"op": "has_valid_value"}));
                json!({"id": id, "type": "multiple_choice", "text": "Which one?", "save_to": "choice", "choices": [{"value": "a", "label": "The first"}, {"value": "b", "label": "The second"}]})
            }
            2 => {
                link(json!({"op": "gt", "value": 10}));
                link(json!({"op": "exhausted"}));
                json!({"id": id, "type": "number", "text": "How many?", "save_to": "number", "min": 0})
            }
            3 => {
                link(json!({"op": "all", "of": [{"op": "is_set", "field": "number"}, {"op": "has_flag", "value": "vip"}]}));
                link(Value::Null);
                json!({"id": id, "type": "condition"})
            }
            _ => {
                link(Value::Null);
                json!({"id": id, "type": "set_field", "field": "total", "formula": "number|default(0) + 1"})
            }
        });
    }
    json!({
        "format": "smartbot/1", "function_id": "Big", "name": "Big", "type": "flow", "language": "en", "start": "box0",
        "fields": [{"name": "choice", "kind": "variable", "type": "choice"}, {"name": "number", "kind": "variable", "type": "number"}, {"name": "total", "kind": "variable", "type": "number"}],
        "boxes": boxes, "links": links,
    })
}
