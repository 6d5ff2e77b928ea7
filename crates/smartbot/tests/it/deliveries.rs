//! `smartbot webhook`: options of endpoints, tests, the delivery log, and the ways back.
use crate::support::everywhere;
use crate::support::{PATIENCE, Place, documents};
use serde_json::{Value, json};
use smartbot_testkit::{Answer, Receiver, until, until_some};

everywhere!(
    an_endpoint_takes_options_and_is_checked_at_once,
    endpoints_are_paused_resumed_rotated_and_removed,
    an_endpoint_is_changed_and_its_keys_shown,
    runs_begin_to_any_number_of_endpoints,
    samples_are_sent_and_their_answers_shown,
    what_waits_is_listed_and_its_run_too,
);

fn id_of(it: &Value) -> &str {
    it["id"].as_str().unwrap()
}

async fn an_endpoint_takes_options_and_is_checked_at_once(place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    let url = receiver.url("/hook");
    let base = ["webhook", "add", &url, "--json", "--check"];
    let options = [
        "--ordered-by",
        "user",
        "--rate",
        "20",
        "--timeout",
        "25",
        "--only-bots",
        "Choice,Echo",
        "--only-flags",
        "vip",
        "--header",
        "X-Api-Key: k-17",
        "--signature",
        "both",
        "--detail",
        "ids_only",
        "--description",
        "The inbox",
    ];
    let made = place.run(&[&base[..], &options].concat()).await.ok();
    let made = made.json();
    assert_eq!(
        (&made["check"]["ok"], &made["check"]["type"]),
        (&json!(true), &json!("webhook.test"))
    );
    let request = receiver.requests_to("/hook").remove(0);
    assert_eq!(request.header("x-api-key"), Some("k-17"));
    let signatures = request.header("webhook-signature").unwrap();
    assert!(signatures.contains("v1,") && signatures.contains("v1a,"));

    receiver.answer("/hook", Answer::status(500));
    let told = place.run(&["webhook", "add", &url, "--check"]).await.ok();
    assert!(
        told.out.contains("500 after") && told.out.contains("whsec_"),
        "{}",
        told.out
    );
    for (name, value, code, why) in [
        ("--timeout", "31", 1, "1 to 30 seconds"),
        ("--rate", "0", 1, "A rate is"),
        ("--header", "webhook-id: 1", 1, "error:"),
        ("--header", "nothing", 2, "x-api-key: abc"),
        ("--ordered-by", "time", 2, "invalid value"),
        ("--signature", "v2", 2, "invalid value"),
    ] {
        let refused = place.run(&["webhook", "add", &url, name, value]).await;
        refused.refused(code, why);
    }
    let listed = place.run(&["webhook", "list", "--json"]).await.ok();
    assert_eq!(listed.lines().len(), 2);
}

async fn endpoints_are_paused_resumed_rotated_and_removed(place: Place) {
    place.init().await;
    let made = place.endpoint("https://portal.example/hooks", "all").await;
    let id = id_of(&made);
    let run = async |args: &[&str]| place.run(&[&["webhook"], args].concat()).await;
    let state = async || {
        let listed = run(&["list", "--json"]).await.ok().json();
        listed["state"].as_str().unwrap().to_owned()
    };
    let said = run(&["pause", id]).await.ok().out;
    assert_eq!(said, format!("{id} is paused\n"));
    assert_eq!(state().await, "paused");
    let resumed = run(&["resume", id, "--json"]).await.ok().json();
    assert_eq!(
        resumed,
        json!({"id": id, "url": made["url"], "events": "all", "state": "active"})
    );
    assert_eq!(state().await, "active");
    let first = run(&["rotate", id, "--json"]).await.ok().json();
    let second = run(&["rotate", id, "--overlap", "now"]).await.ok().out;
    for secret in [first["secret"].as_str().unwrap(), second.trim()] {
        assert!(
            secret.starts_with("whsec_") && secret != made["secret"],
            "{secret}"
        );
    }
    let too_long = run(&["rotate", id, "--overlap", "8d"]).await;
    too_long.refused(1, "at most seven days");
    assert_eq!(
        run(&["remove", id]).await.ok().out,
        format!("removed {id}\n")
    );
    for command in ["pause", "resume", "remove", "rotate"] {
        run(&[command, id]).await.refused(1, "no such endpoint");
    }
    run(&["pause", "whk_1"]).await.refused(2, "invalid value");
    assert_eq!(run(&["list", "--json"]).await.ok().out, "");
}

async fn an_endpoint_is_changed_and_its_keys_shown(place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    let run = async |args: &[&str]| place.run(&[&["webhook"], args].concat()).await;
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    let url = receiver.url("/before");
    let options = [
        "--secret",
        own,
        "--signature",
        "v1a",
        "--rate",
        "20",
        "--only-bots",
        "Choice",
        "--only-flags",
        "vip",
        "--header",
        "x-old: 1",
        "--json",
    ];
    let made = run(&[&["add", &url], &options[..]].concat()).await.ok();
    let made = made.json();
    let id = id_of(&made);
    assert_eq!(made["secret"], own);
    let key = made["public_key"].as_str().unwrap();
    assert!(key.starts_with("whpk_"), "{key}");
    let shown = run(&["secret", id]).await.ok().out;
    assert_eq!(shown, format!("{own}\n{key}\n"));

    let url = receiver.url("/after");
    let change = [
        "--url",
        &url,
        "--events",
        "webhook.test",
        "--rate",
        "none",
        "--only-bots",
        "",
        "--header",
        "X-New: 2",
        "--remove-header",
        "X-Old",
        "--signature",
        "both",
        "--detail",
        "ids_only",
        "--timeout",
        "25",
        "--description",
        "The desk",
        "--json",
    ];
    let changed = run(&[&["update", id], &change[..]].concat()).await.ok();
    assert_eq!(
        changed.json(),
        json!({"id": id, "url": url, "events": ["webhook.test"], "state": "active"})
    );
    run(&["trigger", "webhook.test"]).await.ok();
    let request = receiver.requests_to("/after").remove(0);
    assert_eq!(request.header("x-new"), Some("2"));
    assert_eq!(request.header("x-old"), None);
    let signatures = request.header("webhook-signature").unwrap();
    assert!(signatures.contains("v1,") && signatures.contains("v1a,"));
    let rotated = run(&["rotate", id, "--json"]).await.ok().json();
    assert_ne!(rotated["public_key"], key);
    assert_eq!(run(&["secret", id, "--json"]).await.ok().json(), rotated);
    let plain = ["update", id, "--signature", "v1"];
    assert_eq!(run(&plain).await.ok().out, format!("{id} is changed\n"));
    let shown = run(&["secret", id]).await.ok().out;
    assert_eq!(shown.trim(), rotated["secret"], "no key that signs nothing");
    run(&["update", id]).await.refused(2, "required");
    run(&["update", id, "--rate", "fast"])
        .await
        .refused(2, "or none");
    run(&["update", id, "--timeout", "31"])
        .await
        .refused(1, "1 to 30 seconds");
    run(&["add", &url, "--secret", "short"])
        .await
        .refused(1, "A secret is");
}

async fn runs_begin_to_any_number_of_endpoints(place: Place) {
    place.init().await;
    let run = async |args: &[&str]| place.run(&[&["webhook"], args].concat()).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let url = format!("https://portal.example/{number}");
        let made = place.endpoint(&url, "all").await;
        ids.push(id_of(&made).to_owned());
    }
    let begun = run(&["recover", "--since", "2h", "--json"]).await.ok();
    assert_eq!(begun.err, "");
    let begun = begun.lines();
    let mut to: Vec<_> = begun.iter().map(|it| &it["endpoint_id"]).collect();
    to.sort_by_key(|it| it.to_string());
    assert_eq!(to, ids.iter().collect::<Vec<_>>());
    let mut all: Vec<_> = begun.iter().map(id_of).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 7, "each has its run");
}

async fn samples_are_sent_and_their_answers_shown(place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    let run = async |args: &[&str]| place.run(&[&["webhook", "trigger"], args].concat()).await;
    run(&["flag.assigned"]).await.refused(1, "no such endpoint");
    let good = place.endpoint(&receiver.url("/good"), "all").await;
    receiver.answer("/bad", Answer::new(403, "who are you?"));
    let bad = place.endpoint(&receiver.url("/bad"), "all").await;
    let one = run(&["flag.assigned", "--endpoint", id_of(&good), "--json"]).await;
    let one = one.ok().json();
    assert_eq!(
        (&one["ok"], &one["type"], &one["endpoint_id"]),
        (&json!(true), &json!("flag.assigned"), &good["id"])
    );
    let sent = receiver.requests_to("/good").remove(0).json();
    assert_eq!(sent["type"], "flag.assigned");
    // One that fails makes the command fail, and the others are sent to all the same.
    let all = run(&["webhook.test"]).await;
    assert_eq!(all.code, 1, "{all:?}");
    assert!(
        all.out.contains(&format!("{}: 200 after", id_of(&good))),
        "{all:?}"
    );
    assert!(
        all.out.contains(&format!("{}: 403 after", id_of(&bad))),
        "{all:?}"
    );
    assert!(all.out.contains("who are you?"), "{all:?}");
    run(&["flag.asigned"]).await.refused(2, "no event type");
    let listed = place.run(&["webhook", "deliveries", "--json"]).await.ok();
    assert_eq!(listed.out, "", "a sample is no delivery");
}

/// What needs nobody who sends.
async fn what_waits_is_listed_and_its_run_too(place: Place) {
    place.init().await;
    let run = async |args: &[&str]| place.run(&[&["webhook"], args].concat()).await;
    let made = place.endpoint("http://127.0.0.1:1/", "bot.published").await;
    run(&["pause", id_of(&made)]).await.ok();
    place.publish(&documents::choice()).await;
    let waiting = run(&["deliveries", "--json"]).await.ok().json();
    let keys: Vec<_> = waiting.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "attempts",
            "endpoint_id",
            "event_id",
            "id",
            "last_status",
            "next_attempt_at",
            "state",
            "type"
        ]
    );
    assert_eq!(
        (&waiting["state"], &waiting["type"], &waiting["attempts"]),
        (&json!("pending"), &json!("bot.published"), &json!(0))
    );
    assert_eq!(
        run(&["deliveries", "--failed", "--json"]).await.ok().out,
        ""
    );
    for (more, count) in [
        (["--type", "bot.published"], 1),
        (["--type", "flag.assigned"], 0),
        (["--since", "1h"], 1),
        (["--until", "1h"], 0),
    ] {
        let args = [&["deliveries", "--json"], &more[..]].concat();
        assert_eq!(run(&args).await.ok().lines().len(), count, "{more:?}");
    }
    let shown = run(&["delivery", id_of(&waiting)]).await.ok().out;
    assert!(
        shown.contains("pending") && shown.contains("curl -X POST 'http://127.0.0.1:1/'"),
        "{shown}"
    );
    let retried = run(&["retry", id_of(&waiting)]).await.ok().out;
    assert_eq!(retried, format!("{} is sent again\n", id_of(&waiting)));
    let begun = run(&["replay", "--since", "2h", "--rate", "1", "--json"]).await;
    let begun = begun.ok().json();
    assert_eq!(
        (
            &begun["kind"],
            &begun["endpoint_id"],
            &begun["rate_per_second"]
        ),
        (&json!("replay"), &made["id"], &json!(1))
    );
    let cancelled = run(&["cancel", id_of(&begun), "--json"]).await.ok().json();
    let listed = run(&["runs", "--json"]).await.ok().json();
    assert_eq!((&listed, &listed["id"]), (&cancelled, &begun["id"]));
    assert!(run(&["runs"]).await.ok().out.contains("replay"));
    run(&["recover", "--since", "soon"])
        .await
        .refused(2, "how long ago");
    run(&["recover", "--since", "2999-01-01T00:00:00Z"])
        .await
        .refused(1, "in the past");
    let nobody = "019aae3c5d1e7c0f9a3b1c2d3e4f5a6b";
    for (args, what) in [
        (["retry", &format!("dlv_{nobody}")], "no such delivery"),
        (["delivery", &format!("dlv_{nobody}")], "no such delivery"),
        (["secret", &format!("whk_{nobody}")], "no such endpoint"),
        (["cancel", &format!("rsd_{nobody}")], "no such run"),
    ] {
        run(&args).await.refused(1, what);
    }
}

/// Everything that somebody has to send, with the server running.
async fn what_was_given_up_comes_back(mut place: Place) {
    place.init().await;
    let receiver = Receiver::start().await;
    let refusal = Answer::status(400).header("webhook-delivery", "abort-message");
    receiver.answer("/hook", refusal);
    let made = place
        .endpoint(&receiver.url("/hook"), "session.started")
        .await;
    place.publish(&documents::choice()).await;
    for _ in 0..3 {
        place.chat("Choice").await;
    }
    let list = async |more: &[&str]| {
        let args = [&["webhook", "deliveries", "--json"], more].concat();
        place.run(&args).await.ok().lines()
    };
    let dead = until_some("three are dead", PATIENCE, async || {
        let found = list(&["--failed", "--endpoint", id_of(&made)]).await;
        let all = found.iter().all(|it| it["state"] == "dead");
        (found.len() == 3 && all).then_some(found)
    })
    .await;
    assert_eq!(
        (&dead[0]["last_status"], &dead[0]["attempts"]),
        (&json!(400), &json!(1))
    );
    assert_eq!(dead[0]["last_error"], "http_status");
    assert_eq!(list(&["--failed", "--limit", "2"]).await, dead[..2]);
    let shown = place
        .run(&["webhook", "delivery", id_of(&dead[0]), "--json"])
        .await;
    let shown = shown.ok().json();
    assert_eq!(
        (&shown["id"], &shown["attempt_log"][0]["status"]),
        (&dead[0]["id"], &json!(400))
    );
    receiver.answer("/hook", Answer::status(204));
    place.run(&["webhook", "retry", id_of(&dead[2])]).await.ok();
    until("one is delivered", PATIENCE, async || {
        let all = list(&[]).await;
        all[2]["state"] == "delivered" && all[2]["attempts"] == 2
    })
    .await;
    assert_eq!(list(&["--failed"]).await.len(), 2);
    let begun = place
        .run(&["webhook", "recover", "--since", "1h", "--json"])
        .await;
    let begun = begun.ok().json();
    assert_eq!(begun["kind"], "recover");
    until("all are delivered", PATIENCE, async || {
        list(&["--failed"]).await.is_empty()
    })
    .await;
    until("the run is done", PATIENCE, async || {
        let run = place.run(&["webhook", "runs", "--json"]).await.ok().json();
        (&run["state"], &run["sent"]) == (&json!("done"), &json!(2))
    })
    .await;
    let arrived = receiver.requests_to("/hook").len();
    place
        .run(&[
            "webhook",
            "replay",
            "--since",
            "1h",
            "--endpoint",
            id_of(&made),
        ])
        .await
        .ok();
    receiver.next_requests_to("/hook", arrived + 3).await;

    receiver.answer("/gone", Answer::status(410));
    let gone = place
        .endpoint(&receiver.url("/gone"), "session.started")
        .await;
    let replay = ["webhook", "replay", "--since", "1h", "--endpoint"];
    place
        .run(&[&replay[..], &[id_of(&gone)]].concat())
        .await
        .ok();
    until("it is switched off", PATIENCE, async || {
        let listed = place.run(&["webhook", "list", "--json"]).await.ok().lines();
        let mut gone = listed.iter().filter(|it| it["id"] == gone["id"]);
        gone.all(|it| it["state"] == "disabled")
    })
    .await;
    let recover = ["webhook", "recover", "--since", "1h", "--json"];
    let begun = place.run(&recover).await.ok();
    let left_out = format!("{} is disabled and left out\n", id_of(&gone));
    assert_eq!(begun.err, left_out);
    assert_eq!(begun.json()["endpoint_id"], made["id"]);
    let one = [&recover[..], &["--endpoint", id_of(&gone)]].concat();
    place.run(&one).await.refused(1, "disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_comes_back_by_the_control_socket() {
    what_was_given_up_comes_back(Place::served().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_comes_back_from_beside_the_server() {
    what_was_given_up_comes_back(Place::postgres().await).await;
}
