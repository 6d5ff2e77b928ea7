//! The pages at `/docs`: everything is there, nothing comes from elsewhere, and every problem leads to its page.
use crate::support::{Reply, TestServer, on_both_databases};
use smartbot_api::problem::ErrorCode;

fn html(reply: Reply) -> String {
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    let policy = reply.header("content-security-policy").to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    String::from_utf8(reply.with_bytes(200)).unwrap()
}

/// What the policy would block, or what would load from elsewhere.
#[track_caller]
fn stands_alone(page: &str) {
    for wrong in [
        " style=\"",
        "<style",
        " onclick",
        "javascript:",
        "src=\"http",
        "src=\"//",
        "@import",
    ] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    for tag in page
        .split('<')
        .filter(|it| it.starts_with("script ") || it.starts_with("link "))
    {
        let is_ours = tag.contains("\"/docs/") || tag.contains("href=\"data:,\"");
        assert!(is_ours, "{tag}");
    }
    assert!(!page.contains("<script>"), "a script within the page");
}

async fn the_reader_shows_every_operation_event_and_schema(server: TestServer) {
    let page = html(server.nobody().get("/docs").await);
    stands_alone(&page);
    let document = server.nobody().get("/openapi.json").await.ok();
    for part in ["paths", "webhooks"] {
        for (path, item) in document[part].as_object().unwrap() {
            for operation in item.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(page.contains(&format!("id=\"{id}\"")), "{id} is not shown");
                assert!(
                    page.contains(&format!("href=\"#{id}\"")),
                    "{id} is not in the contents"
                );
            }
            assert!(page.contains(&format!(">{path}<")), "{path} is not shown");
        }
    }
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            page.contains(&format!("id=\"schema-{name}\"")),
            "{name} is not shown"
        );
    }
    for link in page
        .split("href=\"#")
        .skip(1)
        .filter_map(|it| it.split('"').next())
    {
        assert!(
            page.contains(&format!("id=\"{link}\"")),
            "#{link} leads nowhere"
        );
    }
    for (path, kind) in [
        ("/docs/style.css", "text/css"),
        ("/docs/script.js", "text/javascript"),
    ] {
        let reply = server.nobody().get(path).await;
        assert_eq!(reply.header("content-type"), kind);
        assert!(!reply.with_bytes(200).is_empty());
    }
}

async fn every_problem_leads_to_its_page(server: TestServer) {
    let problem = server
        .nobody()
        .get("/api/v1/bots")
        .await
        .problem(401, "token_missing");
    let page = html(server.nobody().get(problem["type"].as_str().unwrap()).await);
    assert!(
        page.contains("<h1><code>token_missing</code></h1>"),
        "{page}"
    );
    assert!(page.contains("/docs#list_bots"), "it names who answers it");
    let list = html(server.nobody().get("/docs/errors").await);
    for code in ErrorCode::ALL {
        let page = html(server.nobody().get(&code.page()).await);
        stands_alone(&page);
        assert!(page.contains(&format!("&quot;code&quot;: &quot;{}&quot;", code.as_str())));
        assert!(list.contains(&format!("href=\"{}\"", code.page())));
    }
    server
        .nobody()
        .get("/docs/errors/nothing")
        .await
        .problem(404, "not_found");
}

on_both_databases!(
    every_problem_leads_to_its_page,
    the_reader_shows_every_operation_event_and_schema
);
