//! The pages of the widget as the server gives them out. What is in them is tested in `web/`.
use crate::support::{TestServer, bots, on_both_databases};

async fn the_panel_is_framed_by_the_sites_of_its_bot_only(server: TestServer) {
    let bot = server.publish(&bots::echo()).await;
    let panel = format!(
        "/widget/panel?workspace={}&function_id={bot}",
        server.workspace
    );
    let ancestors = async |path: &str| {
        let reply = server.nobody().get(path).await;
        assert_eq!(
            (reply.status, reply.header("cache-control")),
            (200, "no-store")
        );
        let policy = reply.header("content-security-policy").to_owned();
        assert!(!policy.contains("unsafe"), "{policy}");
        policy.split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    assert_eq!(ancestors(&panel).await, "'self'", "closed");
    server
        .open(
            &bot,
            &["https://www.clinic.example", "http://localhost:5173"],
        )
        .await;
    let sites = "'self' https://www.clinic.example http://localhost:5173";
    assert_eq!(ancestors(&panel).await, sites);
    assert_eq!(ancestors("/widget/panel").await, "'self'");
    assert_eq!(
        ancestors("/widget/panel?workspace=x&function_id=y").await,
        "'self'"
    );
    let page = format!("/chat/{}/{bot}", server.workspace);
    assert_eq!(ancestors(&page).await, "'none'");
    let short = server.nobody().get(&format!("/chat/{bot}")).await;
    assert_eq!(
        (short.status, short.header("location")),
        (307, page.as_str())
    );
    server
        .nobody()
        .get("/chat/Nobody")
        .await
        .problem(404, "not_found");
    server
        .nobody()
        .get("/chat/x/y")
        .await
        .problem(404, "not_found");
    let demo = server.nobody().get("/demo").await;
    let there = format!("/demo?workspace={}&function_id={bot}", server.workspace);
    assert_eq!(
        (demo.status, demo.header("location")),
        (307, there.as_str())
    );
    assert_eq!(ancestors(&there).await, "'none'");
}

async fn what_is_no_file_of_the_widget_is_not_found(server: TestServer) {
    for path in [
        "/widget/nothing.js",
        "/widget/..%2f..%2fCargo.toml",
        "/widget/%2fetc%2fpasswd",
    ] {
        server.nobody().get(path).await.problem(404, "not_found");
    }
}

on_both_databases!(
    the_panel_is_framed_by_the_sites_of_its_bot_only,
    what_is_no_file_of_the_widget_is_not_found,
);
