//! The guides are run as they stand: what a reader types works, in this order, on a fresh data folder.
use crate::support::Place;
use crate::support::place::binary;
use smartbot_testkit::{free_port, repository};
use std::process::Stdio;
use tokio::process::Command;

/// The ports that the guides use; each run gets its own in their place.
const PORTS: [&str; 3] = ["8360", "9000", "9001"];

/// The blocks of a document that are marked as for the shell.
fn shell_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_end() == "```sh" {
            blocks.push(
                lines
                    .by_ref()
                    .take_while(|it| it.trim_end() != "```")
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        }
    }
    blocks
}

async fn run(name: &str, section: Option<&str>) {
    let mut text = std::fs::read_to_string(repository().join(name)).unwrap();
    if let Some(section) = section {
        let rest = text.split_once(&format!("\n## {section}\n")).unwrap().1;
        text = rest.split("\n## ").next().unwrap().to_owned();
    }
    let blocks = shell_blocks(&text);
    assert!(!blocks.is_empty(), "{name} has nothing to run");
    let mut place = Place::alone();
    place.unset("EGRESS_ALLOW");
    place.unset("DATA");
    std::os::unix::fs::symlink(repository().join("bots"), place.folder().join("bots")).unwrap();
    // What runs in the background ends with the script, whatever happens to it.
    let mut script =
        "set -euo pipefail\ntrap 'trap - EXIT; kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\n"
            .to_owned();
    script += &format!(
        "PATH='{}':\"$PATH\"\n",
        binary().parent().unwrap().display()
    );
    for (number, block) in blocks.iter().enumerate() {
        script += &format!("echo '# block {}' >&2\n{block}\n", number + 1);
    }
    let mut ports = vec![place.url().rsplit(':').next().unwrap().to_owned()];
    ports.extend((1..PORTS.len()).map(|_| free_port().to_string()));
    // By way of what stands in no port: one of its own may have another of the guides' in it, as 19000 has.
    for (number, port) in PORTS.iter().enumerate() {
        script = script.replace(port, &format!("\u{1}{number}\u{1}"));
    }
    for (number, own) in ports.iter().enumerate() {
        script = script.replace(&format!("\u{1}{number}\u{1}"), own);
    }
    let mut command = Command::new("bash");
    place.environment(&mut command);
    let output = command
        .args(["-c", &script])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{name}:\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

macro_rules! guides {
    ($($test:ident: $name:literal),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                run(concat!("docs/guides/", $name), None).await;
            }
        )+

        #[test]
        fn no_guide_is_left_out() {
            // The first has a test of its own, the second is about screens, which the browser tests go through.
            let known = ["testing-bots.md", "chats.md", $($name),+];
            for entry in std::fs::read_dir(repository().join("docs/guides")).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(known.contains(&name.as_str()), "{name} is not run");
            }
        }
    };
}

guides! {
    the_quick_start_works: "quick-start.md",
    the_guide_to_webhooks_works: "webhooks.md",
    the_guide_to_receiving_works: "receiving.md",
    the_guide_to_errors_works: "errors.md",
    the_guide_to_external_api_works: "external-api.md",
    the_guide_to_operation_works: "operation.md",
    the_guide_to_bots_management_works: "bots-management.md",
    the_guide_to_db_update_works: "db-update.md",
    the_guide_to_embedding_works: "embedding.md",
    the_guide_to_agents_works: "agents.md",
    the_guide_to_the_desk_works: "desk.md",
    the_guide_to_visitors_works: "visitors.md",
    the_guide_to_files_works: "files.md",
    the_guide_to_notifications_works: "notifications.md",
    the_guide_to_faq_works: "faq.md",
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_s_commands_work() {
    run("README.md", Some("By hand")).await;
}

/// The table of settings says what `smartbot config` says.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_settings_is_complete() {
    let place = Place::alone();
    let guide = std::fs::read_to_string(repository().join("docs/guides/operation.md")).unwrap();
    let mut clean = Command::new(binary());
    clean
        .args(["config", "--json"])
        .current_dir(place.folder())
        .env_clear();
    let output = clean.output().await.unwrap();
    let rows: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert!(rows.len() >= 10);
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let default = if text("value").is_empty() {
            String::new()
        } else {
            format!("`{}`", text("value"))
        };
        let line = format!("| `{}` | {default} | {} |", text("name"), text("help"));
        assert!(guide.contains(&line), "the guide lacks: {line}");
    }
}
