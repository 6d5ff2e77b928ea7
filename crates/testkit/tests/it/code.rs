//! What holds for the source text of the crates, where the compiler does not look.
use smartbot_testkit::repository;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All Rust files below a folder of the repository.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn below(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, all);
            } else if path.extension().is_some_and(|it| it == "rs") {
                all.push(path);
            }
        }
    }
    let mut all = Vec::new();
    below(&repository().join(folder), &mut all);
    all.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    all.into_iter().map(read).collect()
}

/// The names under which the types of a file stand in the document of the API.
fn schemas(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (place, _) in text.match_indices("ToSchema") {
        let before = &text[..place];
        let is_derived = before
            .rfind("#[derive(")
            .is_some_and(|it| !before[it..].contains(']'));
        // A type begins its line; what stands before it are its attributes and its words.
        let after = &text[place..];
        let Some((start, kind)) = ["struct ", "enum "]
            .iter()
            .filter_map(|kind| Some((declared(after, kind)?, *kind)))
            .min()
            .filter(|_| is_derived)
        else {
            continue;
        };
        let name = |it: &str| -> String {
            let letters = it
                .chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_');
            letters.collect()
        };
        let renamed = after[..start].split_once("schema(as = ");
        names.push(match renamed {
            Some((_, other)) => name(other),
            None => name(&after[start + kind.len()..]),
        });
    }
    names
}

/// Where a type of this kind is declared first.
fn declared(text: &str, kind: &str) -> Option<usize> {
    let is_first = |place: &usize| {
        let line = text[..*place].rfind('\n').map_or(0, |it| it + 1);
        let before = text[line..*place].trim();
        before.is_empty() || before.starts_with("pub")
    };
    text.match_indices(kind).map(|it| it.0).find(is_first)
}

/// Of two with one name the document would hold one, and say nothing.
#[test]
fn no_two_types_of_the_api_share_a_name() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, text) in sources("crates") {
        let is_in = |folder| path.components().any(|it| it.as_os_str() == folder);
        // Boxes stand in the schema of flows, which is another document.
        if is_in("src") && !is_in("boxes") {
            for name in schemas(&text) {
                places.entry(name).or_default().push(path.clone());
            }
        }
    }
    assert!(places.len() > 100, "they are found: {}", places.len());
    places.retain(|_, it| it.len() > 1);
    assert!(places.is_empty(), "name one `schema(as = …)`: {places:#?}");
}

/// What is ready at once is taken in one order, so that a simulated life is the same each time.
#[test]
fn nothing_in_the_app_is_chosen_by_chance() {
    let mut found = 0;
    for (path, text) in sources("crates/app/src") {
        for (place, what) in text.match_indices("select! {") {
            let next = text[place + what.len()..].trim_start();
            found += 1;
            assert!(
                next.starts_with("biased;"),
                "{}: `biased;` first in each `select!`",
                path.display()
            );
        }
    }
    assert!(found > 10, "they are found: {found}");
}

#[test]
fn names_are_read_as_they_stand_in_the_document() {
    let text = "#[derive(Debug, ToSchema)]\n/// A struct of words.\npub struct Plain { a: u8 }\n\
        #[derive(utoipa::ToSchema)]\n#[schema(as = Other)]\npub(crate) enum Renamed {}\n\
        impl ToSchema for Hand {}\nstruct Not;";
    assert_eq!(schemas(text), ["Plain", "Other"]);
}
