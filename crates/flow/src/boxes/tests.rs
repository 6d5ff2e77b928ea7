use super::TYPES;
use crate::{NoLibrary, Severity, parse, transcript};
use std::collections::BTreeSet;

#[test]
fn every_file_of_the_folder_is_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/boxes");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter_map(|it| it.strip_suffix(".rs").map(str::to_owned))
        .filter(|it| !matches!(it.as_str(), "mod" | "common" | "tests"))
        .collect();
    let listed: BTreeSet<String> = TYPES.iter().map(|it| it.name.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_type_is_described_and_shown_by_an_example() {
    let catalogue = crate::box_catalogue();
    for it in catalogue.as_array().unwrap() {
        assert!(
            it["description"].as_str().is_some_and(|it| it.len() > 10),
            "{}",
            it["type"]
        );
        assert!(
            it["title"].as_str().is_some_and(|it| !it.is_empty()),
            "{}",
            it["type"]
        );
        assert!(
            it["icon"].as_str().is_some_and(|it| !it.is_empty()),
            "{}",
            it["type"]
        );
        assert!(
            !it["examples"].as_array().unwrap().is_empty(),
            "{}",
            it["type"]
        );
        for (name, property) in it["schema"]["properties"].as_object().unwrap() {
            let known = matches!(name.as_str(), "type" | "advanced")
                || property["description"].is_string()
                || property["$ref"].is_string()
                || property["oneOf"].is_array();
            assert!(
                known,
                "{}.{name} has no description: {property}",
                it["type"]
            );
        }
    }
}

#[test]
fn every_example_is_valid_and_happens_as_it_says() {
    for it in TYPES {
        for example in (it.examples)() {
            let (bot, tests) = transcript::example::bot_and_tests(&example);
            let (doc, findings) = parse(&bot);
            assert_eq!(findings, [], "{}: {}", it.name, example.title);
            let errors: Vec<_> = crate::validate(&doc, &crate::Known::default())
                .into_iter()
                .filter(|it| it.severity == Severity::Error)
                .collect();
            assert_eq!(errors, [], "{}: {}", it.name, example.title);
            for result in transcript::run(&bot, &tests, &NoLibrary) {
                if let Some(failure) = result.failure {
                    panic!("{}: {}: {failure}", it.name, example.title);
                }
            }
        }
    }
}
