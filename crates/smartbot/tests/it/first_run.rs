//! The first run: a server that starts without a workspace, set up with the code that it prints.
use crate::support::{Http, PASSWORD, Place};
use serde_json::{Value, json};

const SETUP: &str = "/api/v1/admin/setup";

/// The code that the server printed.
async fn code(place: &mut Place) -> String {
    place.server().out.shows("set-up code").await;
    let out = place.server().out.get();
    let line = out.lines().find(|it| it.contains("set-up code")).unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

fn wish(code: &str) -> Value {
    json!({
        "code": code, "workspace": "Riverside", "time_zone": "Europe/Berlin", "name": "Jo Park",
        "email": "jo@clinic.example", "password": PASSWORD
    })
}

async fn set_up(http: &Http, wish: &Value) -> (u16, Value) {
    http.post(SETUP, wish).await
}

async fn sets_up(mut place: Place) {
    let http = Http::new(&place.url());
    let code = code(&mut place).await;
    let needed = async || http.get(SETUP).await;
    assert_eq!(needed().await, (200, json!({"needed": true})));
    let (status, wrong) = set_up(&http, &wish("22222-22222-22222-22222")).await;
    assert_eq!(
        (status, &wrong["errors"][0]["pointer"]),
        (400, &json!("/code"))
    );
    for (key, value) in [
        ("workspace", json!(" ")),
        ("time_zone", json!("Mars/Base")),
        ("name", json!("")),
        ("email", json!("nobody")),
        ("password", json!("short")),
    ] {
        let mut body = wish(&code);
        body[key] = value;
        let (status, told) = set_up(&http, &body).await;
        assert_eq!(status, 400, "{told}");
        assert_eq!(told["errors"][0]["pointer"], format!("/{key}"), "{told}");
    }
    assert_eq!(
        needed().await.1["needed"],
        true,
        "nothing was kept of those"
    );
    let typed = code.to_lowercase().replace('-', " ");
    let (status, me) = set_up(&http, &wish(&typed)).await;
    assert_eq!(status, 201, "{me}");
    assert_eq!(
        (
            &me["workspace"]["name"],
            &me["agent"]["role"],
            &me["agent"]["email"]
        ),
        (
            &json!("Riverside"),
            &json!("owner"),
            &json!("jo@clinic.example")
        )
    );
    assert!(
        me["permissions"]
            .as_array()
            .unwrap()
            .contains(&json!("manage_owners"))
    );
    assert_eq!(needed().await, (200, json!({"needed": false})));
    let (status, again) = set_up(&http, &wish(&code)).await;
    assert_eq!((status, &again["code"]), (409, &json!("already_set_up")));
    let sign_in = json!({"email": "jo@clinic.example", "password": PASSWORD});
    let (status, _) = http.post("/api/v1/admin/sign_in", &sign_in).await;
    assert_eq!(status, 200);
    let said = place.stop().await;
    assert!(!said.contains(&code), "the code is in the log");
    place.serve_again().await;
    assert_eq!(needed().await.1["needed"], false);
    let out = place.server().out.get();
    assert!(!out.contains("set-up code"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_makes_the_first_workspace_once() {
    sets_up(Place::served().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_makes_the_first_workspace_once_on_postgresql() {
    sets_up(Place::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_a_restart_makes_a_new_code() {
    let mut place = Place::served().await;
    let http = Http::new(&place.url());
    let old = code(&mut place).await;
    let guess = wish("22222-22222-22222-22222");
    let mut statuses = Vec::new();
    while !statuses.contains(&429) && statuses.len() < 10 {
        statuses.push(set_up(&http, &guess).await.0);
    }
    assert_eq!(statuses[..3], [400, 400, 400]);
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    place.stop().await;
    place.serve_again().await;
    assert_ne!(code(&mut place).await, old);
}
