use serde_json::Value;
use smartbot_flow::{Finding, Flow, Flows, Known, parse, transcript, validate};
use std::{fs, path::PathBuf};

/// The ready-made bots and their test files.
fn bots() -> Vec<(PathBuf, Value, Option<Value>)> {
    let read = |path: &PathBuf| -> Option<Value> {
        let text = fs::read(path).ok()?;
        Some(serde_json::from_slice(&text).unwrap_or_else(|it| panic!("{}: {it}", path.display())))
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bots");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.retain(|it| {
        it.to_str()
            .is_some_and(|it| it.ends_with(".json") && !it.ends_with(".test.json"))
    });
    files.sort();
    files
        .into_iter()
        .map(|it| {
            (
                it.clone(),
                read(&it).unwrap(),
                read(&it.with_extension("test.json")),
            )
        })
        .collect()
}

#[test]
fn ready_made_bots_have_no_errors() {
    for (path, bot, _) in bots() {
        let (doc, mut found) = parse(&bot);
        found.extend(validate(&doc, &Known::default()));
        found.retain(Finding::is_error);
        assert_eq!(found, [], "{}", path.display());
    }
}

#[test]
fn ready_made_bots_talk_as_their_transcripts_say() {
    let mut failed = vec![];
    let library: Flows = bots()
        .iter()
        .filter_map(|(_, bot, _)| Flow::compile(&parse(bot).0).ok())
        .collect();
    for (path, bot, tests) in bots() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(tests) = tests else {
            failed.push(format!("{name} has no test file"));
            continue;
        };
        for it in transcript::run(&bot, &tests, &library) {
            if let Some(failure) = it.failure {
                failed.push(format!("{name}: {}: {failure}", it.name));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_example_of_the_guide_passes() {
    let guide = include_str!("../../../../docs/guides/testing-bots.md");
    let file = guide
        .split("```json\n")
        .nth(1)
        .and_then(|it| it.split("```").next())
        .unwrap();
    let bot = crate::engine::doctor();
    let results = transcript::run(
        &bot,
        &serde_json::from_str(file).unwrap(),
        &Flows::default(),
    );
    assert_eq!(
        results
            .iter()
            .map(|it| it.failure.as_ref())
            .collect::<Vec<_>>(),
        [None]
    );
}
