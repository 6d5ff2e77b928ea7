//! Generated files that are kept in the repository and checked by ordinary tests.

use std::path::Path;

use crate::repository;

/// Checks that the file at `path` (from the root of the repository) is what the code generates today.
///
/// `make accept` sets `SMARTBOT_ACCEPT=1`; then the file is written instead.
///
/// # Panics
/// If the file is missing or differs, with the first line that does; if it cannot be written.
#[track_caller]
pub fn generated_file(path: impl AsRef<Path>, content: &str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration; this is the switch of `make accept`"
    )]
    let accept = std::env::var_os("SMARTBOT_ACCEPT").is_some_and(|value| value == "1");
    check(&repository().join(path), content, accept);
}

#[track_caller]
fn check(path: &Path, content: &str, accept: bool) {
    if accept {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
        std::fs::write(path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let name = path.display();
    let kept = match std::fs::read_to_string(path) {
        Ok(kept) => kept,
        Err(error) => panic!("{name}: {error}; `make accept` writes it"),
    };
    if kept == content {
        return;
    }
    let same = kept
        .lines()
        .zip(content.lines())
        .take_while(|(kept, now)| kept == now)
        .count();
    panic!(
        "{name} is not what the code generates today; `make accept` updates it, then read the diff.\n\
         line {line}\n  kept:      {kept}\n  generated: {now}",
        line = same + 1,
        kept = kept.lines().nth(same).unwrap_or("(end of file)"),
        now = content.lines().nth(same).unwrap_or("(end of file)"),
    );
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::temp_dir;

    #[test]
    fn accepting_writes_the_file_with_its_folders_and_then_it_is_up_to_date() {
        let folder = temp_dir();
        let path = folder.path().join("deep/er/list.md");
        check(&path, "one\ntwo\n", true);
        check(&path, "one\ntwo\n", false);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    #[should_panic(expected = "line 2\n  kept:      two\n  generated: 2")]
    fn a_file_that_differs_names_the_first_line_that_does() {
        let folder = temp_dir();
        let path = folder.path().join("list.md");
        std::fs::write(&path, "one\ntwo\n").unwrap();
        check(&path, "one\n2\n", false);
    }

    #[test]
    #[should_panic(expected = "`make accept` writes it")]
    fn a_missing_file_says_how_to_write_it() {
        let folder = temp_dir();
        check(&folder.path().join("list.md"), "one\n", false);
    }
}
