//! `smartbot demo`: the lines that it prints, pasted as they are.
use crate::support::{Http, PATIENCE, Place, Process};
use serde_json::Value;
use smartbot_testkit::until;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Instant;
use tokio::process::Command;

const LAST_LINE: &str = "Stop with Ctrl-C. Webhooks appear below.\n";

async fn started(place: &Place) -> Process {
    let begin = Instant::now();
    let demo = place.begin(&["demo"]);
    demo.out.shows(LAST_LINE).await;
    println!("from start to the printed lines: {:?}", begin.elapsed());
    demo
}

/// The lines that are meant to be pasted: those that stand in, up to the one with the chat.
fn to_paste(printed: &str) -> String {
    let printed = printed
        .split_once("Paste this")
        .unwrap()
        .1
        .split_once("Or talk")
        .unwrap()
        .0;
    let lines: Vec<&str> = printed
        .lines()
        .filter_map(|it| it.strip_prefix("  "))
        .collect();
    assert!(lines.len() >= 4, "{printed}");
    lines.join("\n")
}

/// What is printed before the webhooks, but for the portal's line: its port may have been taken meanwhile.
fn lasting(printed: &str) -> Vec<&str> {
    let welcome = printed.split(LAST_LINE).next().unwrap();
    let lines = welcome.lines();
    lines.filter(|it| !it.contains("clinic's portal")).collect()
}

/// Signs in with the login that was printed, and tells whose it is.
async fn owner_signs_in(place: &Place, printed: &str) -> String {
    let line = printed.lines().find(|it| it.trim().starts_with("Owner"));
    let words: Vec<&str> = line.unwrap().split_whitespace().collect();
    let body = serde_json::json!({"email": words[1], "password": words[2]});
    let http = Http::new(&place.url());
    let (status, me) = http.post("/api/v1/admin/sign_in", &body).await;
    assert_eq!(
        (status, &me["agent"]["role"]),
        (200, &"owner".into()),
        "{me}"
    );
    me["agent"]["name"].as_str().unwrap().to_owned()
}

async fn paste(place: &Place, lines: &str) -> (String, String) {
    let mut command = Command::new("bash");
    place.environment(&mut command);
    let output = command
        .args(["-c", lines])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// The events that the demo printed, by type, each with whether its signature was right and its data.
fn events(printed: &str) -> Vec<(String, bool, Value)> {
    let blocks = printed.split("\n← ").skip(1);
    let event = |block: &str| -> Option<(String, bool, Value)> {
        let (head, body) = block.split_once('\n')?;
        let mut values = serde_json::Deserializer::from_str(body).into_iter::<Value>();
        Some((
            head.split(' ').next()?.to_owned(),
            head.ends_with("(signature ok)"),
            values.next()?.ok()?,
        ))
    };
    blocks.filter_map(event).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_lines_work_and_a_second_start_uses_the_first() {
    let place = Place::alone();
    let mut demo = started(&place).await;
    let welcome = demo.out.get();
    assert_eq!(
        place
            .data()
            .join("demo.json")
            .metadata()
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    assert!(welcome.contains(&place.url()), "{welcome}");
    assert_eq!(owner_signs_in(&place, &welcome).await, "Jo Rivera");
    let lines = to_paste(&welcome);
    let (out, err) = paste(&place, &lines).await;
    assert!(err.contains("Hello Ana!"), "the bot greets: {err}");
    assert!(
        out.contains("plan **Gold PPO** is active"),
        "the portal's answer is used: {out}"
    );
    assert!(out.contains("$25.00"), "{out}");
    assert!(
        out.contains("\"insurance-verified\""),
        "the chat log came: {out}"
    );

    let is_there = |kind: &str| events(&demo.out.get()).into_iter().find(|it| it.0 == kind);
    until("the webhook with profile and flags", PATIENCE, async || {
        is_there("box.reached").is_some()
    })
    .await;
    let (_, is_signed, data) = is_there("box.reached").unwrap();
    assert!(is_signed);
    assert_eq!(data["user"]["fields"]["user_fname"], "Ana");
    assert_eq!(data["user"]["external_id"], "p-17");
    assert_eq!(
        data["user"]["flags"],
        serde_json::json!(["insurance-verified"])
    );
    assert_eq!(data["variables"]["plan"], "Gold PPO");
    assert!(
        events(&demo.out.get()).iter().all(|it| it.1),
        "every signature is right"
    );

    let chat = welcome
        .split_once("Or talk in the terminal:\n\n  ")
        .unwrap()
        .1
        .lines()
        .next()
        .unwrap();
    let (said, _) = paste(&place, chat).await;
    assert!(
        said.contains("I can help you get a visit with a doctor"),
        "{said}"
    );

    demo.terminate().await;
    assert!(demo.ended().await.success(), "{}", demo.err.get());
    let mut again = started(&place).await;
    assert_eq!(
        lasting(&again.out.get()),
        lasting(&welcome),
        "the same logins, tokens and lines"
    );
    let (out, _) = paste(&place, &lines).await;
    assert!(out.contains("plan **Gold PPO** is active"), "{out}");
    again.kill().await;
}
