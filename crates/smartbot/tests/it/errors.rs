//! Help, exit statuses and what is said when something is wrong.
use crate::support::{Http, Place};
use serde_json::Value;
use smartbot_testkit::repository;

/// Every command, by its words.
async fn commands(place: &Place, path: Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
    args.push("--help");
    let help = place.run(&args).await.ok();
    assert_eq!(help.err, "");
    let listed = help
        .out
        .split_once("Commands:\n")
        .map(|(_, rest)| rest.split("\n\n").next().unwrap().to_owned());
    let Some(listed) = listed else {
        found.push((path, help.out));
        return;
    };
    // Names stand two spaces in; what follows of a long description stands further in.
    for line in listed
        .lines()
        .filter(|it| it.starts_with("  ") && !it.starts_with("   "))
    {
        let name = line.split_whitespace().next().unwrap().to_owned();
        Box::pin(commands(place, [&path[..], &[name]].concat(), found)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_of_each_command_has_an_example() {
    let place = Place::alone();
    let mut found = Vec::new();
    commands(&place, Vec::new(), &mut found).await;
    assert!(
        found.len() >= 25,
        "{:?}",
        found.iter().map(|it| it.0.join(" ")).collect::<Vec<_>>()
    );
    for (path, help) in found {
        let name = path.join(" ");
        let example = help
            .split_once("Example:\n")
            .unwrap_or_else(|| panic!("{name} has no example"))
            .1;
        assert!(
            example.contains(&format!("smartbot {name}")),
            "{name}: {example}"
        );
        assert!(help.contains("--data") && help.contains("--json"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_are_there_for_every_shell_and_bash_completes_with_them() {
    let place = Place::alone();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.run(&["completions", shell]).await.ok().out;
        assert!(script.contains("webhook"), "{shell}");
        place.write(&format!("completions.{shell}"), &script);
    }
    let typed = "source completions.bash; COMP_WORDS=(smartbot webh); COMP_CWORD=1; _smartbot smartbot webh smartbot; echo \"${COMPREPLY[@]}\"";
    let mut bash = tokio::process::Command::new("bash");
    place.environment(&mut bash);
    let output = bash.args(["-c", typed]).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "webhook\n");
    place
        .run(&["completions", "tcsh"])
        .await
        .refused(2, "invalid value 'tcsh'");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_use_has_status_2_and_failure_1() {
    let place = Place::alone();
    for wrong in [
        &["dance"][..],
        &["token", "create", "--kind", "admin", "--name", "x"],
        &["token", "create", "--kind", "db_update"],
        &[
            "token",
            "create",
            "--kind",
            "db_update",
            "--name",
            "x",
            "--expires",
            "soon",
        ],
        &[
            "token",
            "create",
            "--kind",
            "db_update",
            "--name",
            "x",
            "--allow-ip",
            "10.0.0.0/99",
        ],
        &["token", "revoke", "tok_1"],
        &["bot", "validate"],
        &["webhook", "add"],
        &["serve", "--listen", "here"],
        &["--nonsense"],
    ] {
        let done = place.run(wrong).await;
        assert_eq!(
            (done.code, done.out.as_str()),
            (2, ""),
            "{wrong:?}: {done:?}"
        );
        assert!(
            done.err.contains("--help") || done.err.contains("Usage"),
            "{wrong:?}: {}",
            done.err
        );
    }
    place
        .run(&["bot", "list"])
        .await
        .refused(1, "run `smartbot init` first");
    let told = place.run(&["bot", "list", "--json"]).await;
    let told: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(told["error"]["code"], "not_found");
    assert!(
        told["error"]["message"]
            .as_str()
            .unwrap()
            .contains("smartbot init")
    );
    assert_eq!(
        place.run(&["--version"]).await.ok().out,
        format!("smartbot {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_is_the_one_that_is_checked_in_and_served() {
    let mut place = Place::served().await;
    let printed = place.run(&["openapi"]).await.ok().out;
    let kept = std::fs::read_to_string(repository().join("api/openapi.json")).unwrap();
    assert!(
        printed == kept,
        "run `make accept TEST=openapi` and read the diff"
    );
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let http: Http = place.http().await;
    assert_eq!(http.get("/openapi.json").await, (200, document));
}
