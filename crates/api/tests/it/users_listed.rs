//! Lists of users and searches.
use crate::support::{Api, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::time::Duration;

const USERS: &str = "/api/v1/users";

async fn make(api: &Api, count: usize) {
    for number in 0..count {
        let body = json!({
            "external_id": format!("p-{number}"),
            "fields": {"user_fname": format!("Name{number}"), "user_email": format!("n{}@x.example", number % 2)},
            "flags": if number % 3 == 0 { json!(["third"]) } else { json!([]) },
        });
        api.post(USERS, &body).await.created();
    }
}

fn ids(page: &Value) -> Vec<String> {
    let all = page["data"].as_array().unwrap().iter();
    all.map(|it| it["external_id"].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// All entries, page by page; `between` runs after the first.
async fn walk(api: &Api, query: &str, between: impl AsyncFnOnce()) -> Vec<String> {
    let mut page = api.get(&format!("{USERS}?{query}")).await.ok();
    between().await;
    let mut all = ids(&page);
    while let Some(cursor) = page["next_cursor"].as_str() {
        page = api
            .get(&format!("{USERS}?{query}&cursor={cursor}"))
            .await
            .ok();
        all.extend(ids(&page));
        assert!(all.len() < 1000, "no end");
    }
    all
}

fn named(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|it| format!("p-{it}")).collect()
}

async fn pages_stay_what_they_are_while_others_write(server: TestServer) {
    let db = server.db();
    make(&db, 7).await;
    let all = walk(&db, "limit=2", async || {
        // Neither one who is new nor one who changes moves the others.
        db.post(USERS, &json!({"external_id": "late"}))
            .await
            .created();
        db.patch(&format!("{USERS}/ext:p-6"), &json!({"fields": {"x": 1}}))
            .await
            .ok();
        db.delete(&format!("{USERS}/ext:p-3")).await.done();
    })
    .await;
    assert_eq!(all, named(&[6, 5, 4, 2, 1, 0]));
    assert_eq!(walk(&db, "limit=200", async || {}).await.len(), 7);
    let last = db.get(&format!("{USERS}?limit=7")).await.ok();
    assert_eq!(
        last["next_cursor"],
        Value::Null,
        "a full last page is the last"
    );
}

async fn filters_find_their_users(server: TestServer) {
    let db = server.db();
    make(&db, 7).await;
    let neighbour = server.another_workspace().await;
    make(&neighbour.db(), 1).await;
    let found = async |query: &str| walk(&db, query, async || {}).await;
    assert_eq!(found("external_id=p-3").await, named(&[3]));
    assert_eq!(
        found("user_email=N1%40x.example&limit=1").await,
        named(&[5, 3, 1])
    );
    assert_eq!(found("flag=third&limit=2").await, named(&[6, 3, 0]));
    assert_eq!(
        found("flag=third&user_email=n1%40x.example").await,
        named(&[3])
    );
    assert_eq!(found("user_phone=%2B1310").await, named(&[]));
    db.patch(
        &format!("{USERS}/ext:p-2"),
        &json!({"fields": {"user_phone": "+1310"}}),
    )
    .await
    .ok();
    assert_eq!(found("user_phone=%2B1310").await, named(&[2]));
    assert_eq!(ids(&neighbour.db().get(USERS).await.ok()), named(&[0]));
}

async fn changes_are_listed_in_their_order(server: TestServer) {
    let db = server.db();
    make(&db, 4).await;
    server.clock.advance(Duration::from_secs(3_600));
    let before = server.app.now();
    for number in [2, 0] {
        let path = format!("{USERS}/ext:p-{number}");
        db.patch(&path, &json!({"fields": {"x": 1}})).await.ok();
        server.clock.advance(Duration::from_secs(60));
    }
    let query = format!("updated_from={before}&limit=1");
    let all = walk(&db, &query, async || {
        // Who changes meanwhile comes again, and nobody is left out.
        db.patch(&format!("{USERS}/ext:p-2"), &json!({"fields": {"x": 2}}))
            .await
            .ok();
    })
    .await;
    assert_eq!(all, named(&[2, 0, 2]));
    let until = walk(&db, &format!("updated_to={before}&limit=1"), async || {}).await;
    assert_eq!(until, named(&[1, 3]));
}

async fn a_search_says_how_far_it_came(server: TestServer) {
    let db = server.db();
    make(&db, 7).await;
    db.patch(
        &format!("{USERS}/ext:p-1"),
        &json!({"fields": {"user_lname": "Díaz Núñez"}}),
    )
    .await
    .ok();
    let found = async |query: &str| db.get(&format!("{USERS}?{query}")).await.ok();
    let one = found("q=d%C3%ADaz%20NAME1").await;
    assert_eq!(
        (ids(&one), &one["next_cursor"]),
        (named(&[1]), &Value::Null)
    );
    assert!(one["searched_until"].is_string());
    assert_eq!(ids(&found("q=p-4").await), named(&[4]));
    assert_eq!(ids(&found("q=name&flag=third").await), named(&[6, 3, 0]));
    let none = found("q=nobody").await;
    assert_eq!(none["data"], json!([]));
    assert_eq!(
        walk(&db, "q=name&limit=2", async || {}).await,
        named(&[6, 5, 4, 3, 2, 1, 0])
    );
    let until = server.app.now();
    assert_eq!(
        ids(&found(&format!("q=name2&updated_to={until}")).await),
        named(&[2])
    );
    assert_eq!(
        ids(&found(&format!("q=name2&updated_from={until}")).await),
        named(&[])
    );
    let empty = server.another_workspace().await;
    let nothing = empty.db().get(&format!("{USERS}?q=x")).await.ok();
    assert_eq!(
        nothing,
        json!({"data": [], "next_cursor": null, "searched_until": null})
    );
}

async fn a_search_opens_so_many_and_no_more(server: TestServer) {
    let db = server.db();
    let mut lines = json!({"external_id": "first", "fields": {"x": "needle"}}).to_string();
    for number in 0..2_500 {
        lines.push_str(&format!("\n{{\"external_id\":\"p-{number}\"}}"));
    }
    let bulk = db.clone().header("content-type", "application/x-ndjson");
    let told = bulk
        .call(http::Method::POST, "/api/v1/users/bulk", lines)
        .await
        .lines();
    assert_eq!(told.len(), 2_501);
    let page = db.get(&format!("{USERS}?q=needle")).await.ok();
    assert_eq!(
        page["data"],
        json!([]),
        "the oldest is out of reach of one page"
    );
    assert!(page["searched_until"].is_string());
    assert_eq!(walk(&db, "q=needle", async || {}).await, ["first"]);
}

async fn wrong_parameters_are_refused(server: TestServer) {
    let db = server.db();
    make(&db, 3).await;
    let first = db.get(&format!("{USERS}?limit=1")).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let mut tampered = cursor.clone().into_bytes();
    tampered[30] ^= 1;
    let tampered = String::from_utf8_lossy(&tampered).into_owned();
    let neighbour = server.another_workspace().await;
    make(&neighbour.db(), 3).await;
    let theirs = neighbour.db().get(&format!("{USERS}?limit=1")).await.ok();
    for query in [
        "limit=0".to_owned(),
        "limit=201".to_owned(),
        "limit=x".to_owned(),
        "colour=red".to_owned(),
        "q=".to_owned(),
        format!("q={}", "x".repeat(201)),
        "updated_from=yesterday".to_owned(),
        "cursor=".to_owned(),
        "cursor=nonsense".to_owned(),
        format!("cursor={tampered}"),
        format!("flag=third&cursor={cursor}"),
        format!("cursor={}", theirs["next_cursor"].as_str().unwrap()),
    ] {
        let reply = db.get(&format!("{USERS}?{query}")).await;
        reply.problem(400, "invalid_parameter");
    }
    // Of another list.
    let flags = format!("{USERS}/ext:p-0/flags?cursor={cursor}");
    db.get(&flags).await.problem(400, "invalid_parameter");
    db.get(&format!("{USERS}?limit=2&cursor={cursor}"))
        .await
        .ok();
}

on_both_databases!(
    a_search_opens_so_many_and_no_more,
    a_search_says_how_far_it_came,
    changes_are_listed_in_their_order,
    filters_find_their_users,
    pages_stay_what_they_are_while_others_write,
    wrong_parameters_are_refused,
);
