//! `smartbot token`.
use crate::support::Place;
use crate::support::everywhere;
use serde_json::{Value, json};

everywhere!(tokens_of_both_kinds_open_their_api_until_they_are_revoked);

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

async fn tokens_of_both_kinds_open_their_api_until_they_are_revoked(mut place: Place) {
    place.init().await;
    let make = async |kind: &str, more: &[&str]| {
        let args = [
            &[
                "token", "create", "--kind", kind, "--name", "portal", "--json",
            ],
            more,
        ]
        .concat();
        let made = place.run(&args).await.ok().json();
        assert_eq!(keys(&made), ["expires_at", "id", "kind", "name", "token"]);
        assert_eq!(
            (&made["kind"], &made["name"]),
            (&json!(kind), &json!("portal"))
        );
        assert!(made["id"].as_str().unwrap().starts_with("tok_"));
        made
    };
    let bots = make("bots_management", &[]).await;
    let office = make(
        "db_update",
        &[
            "--read-only",
            "--expires",
            "90d",
            "--allow-ip",
            "127.0.0.0/8",
        ],
    )
    .await;
    let elsewhere = make("bots_management", &["--allow-ip", "10.9.8.7"]).await;
    assert_eq!(bots["expires_at"], Value::Null);
    assert!(
        office["expires_at"].as_str().unwrap().ends_with('Z'),
        "{office}"
    );
    let secret = |made: &Value| made["token"].as_str().unwrap().to_owned();
    assert!(secret(&bots).starts_with("sbm_") && secret(&office).starts_with("sbd_"));

    let wrong = [
        "token",
        "create",
        "--kind",
        "bots_management",
        "--name",
        "x",
        "--read-only",
    ];
    place
        .run(&wrong)
        .await
        .refused(1, "Only db_update tokens can be read-only");
    place
        .run(&["token", "create", "--kind", "db_update", "--name", " "])
        .await
        .refused(1, "name of 1 to 100");

    let http = place.http().await;
    let user = "/api/v1/users/usr_01a20628d49d7a8bb4cec7a8b2fa6657";
    assert_eq!(http.with(&secret(&bots)).get("/api/v1/bots").await.0, 200);
    assert_eq!(
        http.with(&secret(&office)).get(user).await.0,
        404,
        "may ask"
    );
    assert_eq!(
        http.with(&secret(&office)).get("/api/v1/bots").await.1["code"],
        "wrong_token_kind"
    );
    assert_eq!(
        http.with(&secret(&elsewhere)).get("/api/v1/bots").await.0,
        403
    );

    place.alone_again().await;
    place
        .run(&["token", "revoke", bots["id"].as_str().unwrap()])
        .await
        .ok();
    let http = place.http().await;
    assert_eq!(
        http.with(&secret(&bots)).get("/api/v1/bots").await.0,
        401,
        "the next call"
    );
    assert_eq!(
        http.with(&secret(&office)).get(user).await.0,
        404,
        "others go on"
    );

    place.alone_again().await;
    let unknown = "tok_01a20628cd7172348e43d64af5fb7e67";
    place
        .run(&["token", "revoke", unknown])
        .await
        .refused(1, "smartbot token list");
    let listed = place.run(&["token", "list", "--json"]).await.ok().lines();
    assert_eq!(listed.len(), 3);
    let row = |made: &Value| listed.iter().find(|it| it["id"] == made["id"]).unwrap();
    assert!(row(&bots)["revoked_at"].is_string() && row(&office)["revoked_at"].is_null());
    assert_eq!(row(&office)["read_only"], true);
    assert_eq!(row(&office)["allow_ips"], json!(["127.0.0.0/8"]));
    let table = place.run(&["token", "list"]).await.ok().out;
    assert!(
        table.starts_with("ID ") && table.contains("revoked"),
        "{table}"
    );
    for made in [&bots, &office, &elsewhere] {
        assert!(
            !format!("{listed:?}{table}").contains(&secret(made)),
            "a secret is shown once"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_alone_is_on_stdout_for_people() {
    let place = Place::alone();
    place.init().await;
    let done = place
        .run(&[
            "token",
            "create",
            "--kind",
            "bots_management",
            "--name",
            "portal",
        ])
        .await
        .ok();
    assert!(
        done.out.starts_with("sbm_") && done.out.trim().len() == done.out.len() - 1,
        "{:?}",
        done.out
    );
    assert!(
        done.err.contains("not shown again") && done.err.contains("tok_"),
        "{}",
        done.err
    );
}
