//! The admin app as the server gives it out. What is in it is tested in `web/`.
use crate::support::{TestServer, on_both_databases};

/// The policy of the page and the number in it.
async fn policy(server: &TestServer, path: &str) -> (String, String) {
    let reply = server
        .nobody()
        .header("accept", "text/html")
        .get(path)
        .await;
    assert_eq!(reply.status, 200, "{path}");
    assert!(reply.header("content-type").starts_with("text/html"));
    assert_eq!(reply.header("cache-control"), "no-store");
    let policy = reply.header("content-security-policy").to_owned();
    let (_, after) = policy.split_once("'nonce-").unwrap();
    let (nonce, _) = after.split_once('\'').unwrap();
    (policy.clone(), nonce.to_owned())
}

async fn every_path_of_the_app_is_its_page_with_a_strict_policy(server: TestServer) {
    let (first, nonce) = policy(&server, "/app/").await;
    assert!(first.contains("script-src 'self';"), "{first}");
    assert!(!first.contains("unsafe"), "{first}");
    assert!(first.contains("frame-ancestors 'none'"), "{first}");
    let (_, another) = policy(&server, "/app/bots/Greeter?tab=outline").await;
    assert_ne!(nonce, another);
    let there = server.nobody().get("/").await;
    assert_eq!((there.status, there.header("location")), (307, "/app/"));
}

async fn what_is_no_file_of_the_app_is_not_found(server: TestServer) {
    for path in [
        "/app/assets/nothing.js",
        "/app/..%2f..%2f..%2fCargo.toml",
        "/app/%2e%2e/%2e%2e/Cargo.toml",
        "/app/%2fetc%2fpasswd",
        "/app/assets/%00",
    ] {
        server.nobody().get(path).await.problem(404, "not_found");
    }
}

on_both_databases!(
    every_path_of_the_app_is_its_page_with_a_strict_policy,
    what_is_no_file_of_the_app_is_not_found,
);
