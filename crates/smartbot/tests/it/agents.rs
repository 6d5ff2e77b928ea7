//! `smartbot agent`, and the logins that commands make.
use crate::support::everywhere;
use crate::support::{Http, PASSWORD, Place};
use serde_json::{Value, json};

everywhere!(agents_are_added_listed_and_removed);

const SIGN_IN: &str = "/api/v1/admin/sign_in";

async fn signs_in(http: &Http, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    http.post(SIGN_IN, &body).await.0
}

async fn agents_are_added_listed_and_removed(mut place: Place) {
    place.init().await;
    let add = ["agent", "add", "bea@clinic.example", "--role", "builder"];
    let named = [&add[..], &["--name", "Bea Ruiz", "--limit-to-flag", "vip"]].concat();
    let done = place.run(&named).await.ok();
    let link = done.out.trim().to_owned();
    assert!(link.contains("/app/invitation#sbi_"), "{link}");
    assert!(done.err.contains("works once"), "{}", done.err);
    place.run(&add).await.refused(1, "e-mail address already");
    let given = [
        "agent",
        "add",
        "cy@clinic.example",
        "--role",
        "viewer",
        "--password-stdin",
    ];
    let weak = place.run_with(&given, "password1234").await;
    weak.refused(1, "easy to guess");
    place.run_with(&given, PASSWORD).await.ok();
    place
        .run(&["agent", "add", "x@clinic.example", "--role", "king"])
        .await
        .refused(2, "king");
    let listed = place.run(&["agent", "list", "--json"]).await.ok().lines();
    let shown: Vec<_> = listed
        .iter()
        .map(|it| {
            (
                it["email"].as_str().unwrap(),
                it["role"].as_str().unwrap(),
                it["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("jo@clinic.example", "owner", "active"),
            ("bea@clinic.example", "builder", "invited"),
            ("cy@clinic.example", "viewer", "active"),
        ]
    );
    assert_eq!(
        (&listed[1]["name"], &listed[1]["limited_to_flags"]),
        (&json!("Bea Ruiz"), &json!(["vip"]))
    );
    let table = place.run(&["agent", "list"]).await.ok().out;
    assert!(
        table.contains("bea@clinic.example") && table.contains("STATUS"),
        "{table}"
    );

    let http = place.http().await;
    let token = link.rsplit('#').next().unwrap();
    let accept = json!({"token": token, "password": "walnut ladder comet breeze"});
    let (status, body) = http.post("/api/v1/admin/invitations/accept", &accept).await;
    assert_eq!((status, &body["status"]), (200, &json!("active")), "{body}");
    assert_eq!(
        signs_in(&http, "bea@clinic.example", "walnut ladder comet breeze").await,
        200
    );
    assert_eq!(signs_in(&http, "cy@clinic.example", PASSWORD).await, 200);
    assert_eq!(signs_in(&http, "jo@clinic.example", PASSWORD).await, 200);
    place.alone_again().await;

    place
        .run(&["agent", "remove", "bea@clinic.example"])
        .await
        .ok();
    let id = listed[2]["id"].as_str().unwrap();
    place.run(&["agent", "remove", id]).await.ok();
    place
        .run(&["agent", "remove", id])
        .await
        .refused(1, "smartbot agent list");
    place
        .run(&["agent", "remove", "jo@clinic.example"])
        .await
        .refused(1, "last owner");
    assert_eq!(
        place
            .run(&["agent", "list", "--json"])
            .await
            .ok()
            .lines()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_without_a_password_gets_an_invitation() {
    let place = Place::alone();
    let init = [
        "init",
        "--workspace",
        "Riverside",
        "--owner",
        "jo@clinic.example",
    ];
    let done = place.run(&init).await.ok();
    let link = done
        .out
        .lines()
        .find(|it| it.contains("/app/invitation#sbi_"));
    assert!(link.is_some(), "{}", done.out);
    let listed: Value = place.run(&["agent", "list", "--json"]).await.ok().json();
    assert_eq!(listed["status"], "invited");
}
