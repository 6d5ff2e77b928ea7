//! Nothing that is secret or personal stands in clear where people and machines look who need not know it.
use crate::support::http::session_of;
use crate::support::{Http, PASSWORD, Place, documents};
use http::Method;
use serde_json::json;
use smartbot_testkit::{Answer, Receiver};
use std::path::Path;

const NAME: &str = "Wilhelmina-Featherstone";
const PHONE: &str = "+12133734253";
const TEXT: &str = "my left knee hurts like thunder";
const EXTERNAL_ID: &str = "patient-4711-extern";
const ANSWERED: &str = "Platinum-Zephyr-Plan";
const SECRET: &str = "portal-password-of-good-news";
const EMAIL: &str = "jo@clinic.example";
const WRONG_PASSWORD: &str = "cabbage thunder ribbon stone";
const AGENT: &str = "bea-the-agent@clinic.example";
const AGENT_NAME: &str = "Beatrix-Underhill";
const AGENT_PASSWORD: &str = "granite pelican lemon ferry";
const IMPORTED: &str = "Ferdinand-Oakenshade";
const IMPORTED_ID: &str = "patient-0815-bulk";
const IMPORTED_EMAIL: &str = "ferdinand@oakenshade.example";
const SEARCHED: &str = "thunderous-knee-of-wilhelmina";
const HEADER: &str = "header-value-of-the-intranet";
const NEW_PASSWORD: &str = "violet anchor pepper tundra";
const METADATA: &str = "appointment-of-the-sore-knee";

#[tokio::test(flavor = "multi_thread")]
async fn people_s_logs_hold_nothing_secret() {
    searched(Place::alone(), "human").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_in_json_hold_nothing_secret() {
    searched(Place::alone(), "json").await;
}

async fn searched(mut place: Place, format: &str) {
    place.set("LOG", "debug");
    place.set("LOG_FORMAT", format);
    place.serve().await;
    place.init().await;
    let receiver = Receiver::start().await;
    receiver.answer_once("/api", Answer::json(200, &json!({"plan": ANSWERED})));
    receiver.answer("/api", Answer::new(500, format!("{TEXT} {PHONE}")));
    receiver.answer_once(
        "/hook",
        Answer::new(500, format!("no room for {NAME} {PHONE}")),
    );
    let hook = place
        .endpoint(
            &receiver.url("/hook"),
            "box.reached,message.received,message.sent,user.created",
        )
        .await;
    let header = format!("X-Intranet: {HEADER}");
    let url = receiver.url("/headers");
    let add = [
        "webhook", "add", &url, "--header", &header, "--events", "all",
    ];
    place.run(&add).await.ok();
    // Nobody listens there: a delivery that fails otherwise.
    place
        .endpoint("http://127.0.0.1:9/hook", "user.created")
        .await;
    place
        .run_with(&["secret", "set", "portal"], SECRET)
        .await
        .ok();
    let signing = place
        .run(&["webhook", "signing-secret"])
        .await
        .ok()
        .out
        .trim()
        .to_owned();
    let mut caller = documents::caller(&receiver.url("/api"));
    caller["boxes"][1]["timeout_ms"] = json!(30_000);
    place.publish(&caller).await;
    place.publish(&documents::echo()).await;
    let (bots, office) = (
        place.token("bots_management").await,
        place.token("db_update").await,
    );
    let http = Http::new(&place.url()).with(&bots);

    let user =
        json!({"external_id": EXTERNAL_ID, "fields": {"user_fname": NAME, "user_phone": PHONE}});
    let started = http
        .start(json!({"function_id": "Caller", "user": user, "metadata": {"note": METADATA}}))
        .await;
    let key = started["session_key"].as_str().unwrap();
    let session = session_of(&started);
    for _ in 0..2 {
        http.say(&session, TEXT).await;
    }
    http.say(
        &session_of(
            &http
                .start(json!({"function_id": "Echo", "user": {"external_id": EXTERNAL_ID}}))
                .await,
        ),
        TEXT,
    )
    .await;
    mistakes(&http, &session).await;
    http.with(key)
        .post(&format!("/api/v1/sessions/{session}/end"), &json!({}))
        .await;
    let office_http = http.with(&office);
    let (_, log) = office_http
        .get(&format!("/api/v1/chat_logs/{session}"))
        .await;
    assert!(
        [NAME, PHONE, TEXT, ANSWERED]
            .iter()
            .all(|it| log.to_string().contains(it)),
        "it is all there: {log}"
    );
    receiver.next_requests_to("/hook", 4).await;
    let told = receiver.next_requests_to("/headers", 1).await;
    assert_eq!(told[0].header("x-intranet"), Some(HEADER), "it is sent");
    let (invitation, cookie) = agents(&place, &Http::new(&place.url())).await;
    users(&place, &office_http).await;

    let metrics = http.get("/metrics").await.1.to_string();
    let document = http.get("/openapi.json").await.1.to_string();
    let printed = place.server().out.get();
    let before_the_stop = folder(&place.data());
    let logged = place.stop().await;
    assert!(
        logged.len() > 2_000 && logged.contains("answered"),
        "the log tells something: {logged}"
    );
    let mut places = vec![
        ("stdout".to_owned(), printed.into_bytes()),
        ("stderr".to_owned(), logged.into_bytes()),
        ("/metrics".to_owned(), metrics.into_bytes()),
        ("/openapi.json".to_owned(), document.into_bytes()),
    ];
    places.extend(before_the_stop);
    places.extend(folder(&place.data()));
    assert!(
        places.iter().any(|it| it.0.ends_with("smartbot.db"))
            && places.iter().any(|it| it.0.ends_with("-wal"))
    );
    let secrets = [
        hook["secret"].as_str().unwrap(),
        &signing,
        &bots,
        &office,
        key,
        &invitation,
        &cookie,
    ];
    for planted in [
        NAME,
        PHONE,
        TEXT,
        EXTERNAL_ID,
        ANSWERED,
        SECRET,
        EMAIL,
        PASSWORD,
        WRONG_PASSWORD,
        AGENT,
        AGENT_NAME,
        AGENT_PASSWORD,
        IMPORTED,
        IMPORTED_ID,
        IMPORTED_EMAIL,
        SEARCHED,
        HEADER,
        NEW_PASSWORD,
        METADATA,
    ]
    .iter()
    .chain(&secrets)
    {
        for spelling in [
            planted.to_string(),
            planted.trim_start_matches("whsec_").to_owned(),
            planted.to_uppercase(),
        ] {
            for (name, content) in &places {
                let is_there = content
                    .windows(spelling.len())
                    .any(|it| it == spelling.as_bytes());
                assert!(!is_there, "{spelling:?} stands in {name}");
            }
        }
    }
}

/// Requests that are wrong in ways that tempt a server to repeat what it was sent.
async fn mistakes(http: &Http, session: &str) {
    let messages = format!("/api/v1/sessions/{session}/messages");
    let knee = TEXT.replace(' ', "%20");
    for (path, body) in [
        (messages.as_str(), json!({"text": TEXT, NAME: PHONE})),
        (&messages, json!({"text": [TEXT]})),
        (
            "/api/v1/sessions",
            json!({"function_id": TEXT, "user": {"external_id": EXTERNAL_ID}}),
        ),
        (
            "/api/v1/sessions",
            json!({"function_id": "Echo", "user": {"fields": {"user_phone": [PHONE], NAME: TEXT}}}),
        ),
        (
            &format!("/api/v1/{knee}?phone={PHONE}"),
            json!({"name": NAME}),
        ),
    ] {
        let (status, _) = http.post(path, &body).await;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    let almost = format!("sbm_{}", "x".repeat(49));
    assert_eq!(http.with(&almost).get("/api/v1/bots").await.0, 401);
    let wrong = [
        ("content-type", "text/plain"),
        ("idempotency-key", EXTERNAL_ID),
    ];
    let (status, _) = http
        .try_call(
            Method::POST,
            &messages,
            &wrong,
            Some(&json!({"text": TEXT})),
        )
        .await
        .unwrap();
    assert_eq!(status, 415);
}

/// Imports users in both ways, rightly and wrongly, searches, lists and exports.
async fn users(place: &Place, http: &Http) {
    let user = json!({"external_id": IMPORTED_ID, "fields": {"user_fname": IMPORTED, "user_email": IMPORTED_EMAIL}});
    let wrong = json!({"external_id": IMPORTED_ID, "fields": {"user_email": [IMPORTED_EMAIL]}, IMPORTED: IMPORTED_ID});
    let lines = format!("{user}\n{wrong}\n{{\"{IMPORTED}\n");
    place.write("users.ndjson", &lines);
    place.run(&["user", "import", "users.ndjson"]).await;
    let ndjson = [("content-type", "application/x-ndjson")];
    let told = http.try_text("/api/v1/users/bulk", &ndjson, &lines).await;
    assert!(
        told.1.contains("unchanged") && told.1.contains("failed"),
        "{told:?}"
    );
    let csv = [("content-type", "text/csv")];
    let table = format!("external_id,user_email,{IMPORTED}\n{IMPORTED_ID},{IMPORTED},1\n");
    http.try_text("/api/v1/users/bulk", &csv, &table).await;
    let phone = PHONE.replace('+', "%2B");
    for (path, status) in [
        (format!("/api/v1/chat_logs?q={SEARCHED}"), 200),
        (
            format!(
                "/api/v1/chat_logs/export?q={}&format=csv",
                TEXT.replace(' ', "+")
            ),
            200,
        ),
        (format!("/api/v1/chat_logs?{SEARCHED}={SEARCHED}"), 400),
        (
            format!("/api/v1/users?q={IMPORTED}&user_phone={phone}"),
            200,
        ),
        (format!("/api/v1/users?user_email={IMPORTED_EMAIL}"), 200),
        (
            format!("/api/v1/users?cursor={IMPORTED}&external_id={IMPORTED_ID}"),
            400,
        ),
        (format!("/api/v1/users/ext:{IMPORTED_ID}"), 200),
        (format!("/api/v1/users/ext:{SEARCHED}"), 404),
        ("/api/v1/chat_logs/export".to_owned(), 200),
        ("/api/v1/events".to_owned(), 200),
        ("/api/v1/agents".to_owned(), 200),
    ] {
        assert_eq!(http.get(&path).await.0, status, "{path}");
    }
    let id = format!("ext:{IMPORTED_ID}");
    let exported = place.run(&["user", "export", &id]).await.ok().out;
    assert!(exported.contains(IMPORTED), "{exported}");
}

/// All files of a folder, by name.
fn folder(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(folder(&path));
        } else if path.is_file() {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    files
}

/// Invites an agent, signs in rightly and wrongly; gives the secrets of the invitation and of the cookie.
async fn agents(place: &Place, http: &Http) -> (String, String) {
    let add = [
        "agent", "add", AGENT, "--role", "admin", "--name", AGENT_NAME,
    ];
    let link = place.run(&add).await.ok().out;
    let invitation = link.trim().rsplit('#').next().unwrap().to_owned();
    let accept = json!({"token": invitation, "password": AGENT_PASSWORD});
    let accepted = http.post("/api/v1/admin/invitations/accept", &accept).await;
    assert_eq!(accepted.0, 200);
    assert_eq!(http.sign_in(EMAIL, WRONG_PASSWORD).await, None);
    let cookie = http.sign_in(EMAIL, PASSWORD).await.unwrap();
    let sent = [("cookie", cookie.as_str())];
    let me = http.try_call(Method::GET, "/api/v1/admin/me", &sent, None);
    assert_eq!(me.await.unwrap().0, 200);
    let body = json!({"old_password": WRONG_PASSWORD, "new_password": NEW_PASSWORD, AGENT_NAME: 1});
    let path = "/api/v1/admin/password";
    let wrong = http.try_call(Method::POST, path, &sent, Some(&body));
    assert_eq!(wrong.await.unwrap().0, 400);
    let body = json!({"old_password": PASSWORD, "new_password": NEW_PASSWORD});
    let right = http.try_call(Method::POST, path, &sent, Some(&body));
    assert_eq!(right.await.unwrap().0, 204);
    let secret = cookie.split('=').nth(1).unwrap().to_owned();
    assert!(secret.starts_with("sbs_"));
    (invitation, secret)
}
