//! What an operator opens, and what stays shut all the same.

use smartbot_egress::{Error, Policy, Refused};

use crate::server::{OK, Server, client, get};

#[tokio::test]
async fn the_closed_policy_reaches_nothing_on_this_machine() {
    let canary = Server::canary("127.0.0.1:0").await;
    let closed = client("");
    for url in [canary.url("/"), canary.url("/").replace("http:", "https:")] {
        let error = closed.send(get(url)).await.unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Address));
        assert!(!error.is_network());
    }
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn only_the_allowed_address_is_reached() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let canary = Server::canary(&format!("127.0.0.2:{port}")).await;
    let client = client("127.0.0.1/32");
    assert_eq!(client.send(get(server.url("/"))).await.unwrap().body, "ok");
    let error = client.send(get(canary.url("/"))).await.unwrap_err();
    assert_eq!(error, Error::Refused(Refused::Address));
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn spellings_of_an_allowed_address_are_that_address() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let client = client("127.0.0.1/32");
    for host in [
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::ffff:127.0.0.1]",
        "127。0。0。1",
    ] {
        let answer = client
            .send(get(format!("http://{host}:{port}/")))
            .await
            .unwrap();
        assert_eq!(answer.peer.to_string(), "127.0.0.1", "{host}");
    }
}

#[tokio::test]
async fn the_open_policy_reaches_this_machine_but_no_metadata() {
    let server = Server::answering(OK).await;
    let open = smartbot_egress::Client::new(Policy::open()).unwrap();
    assert_eq!(open.send(get(server.url("/"))).await.unwrap().body, "ok");
    let error = open
        .send(get("http://169.254.169.254/latest/meta-data/"))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Refused(Refused::Address));
}

#[tokio::test]
async fn a_refusal_says_the_same_of_every_address() {
    let closed = client("");
    let mut said = Vec::new();
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00::1]",
        "localhost",
    ] {
        let error = closed
            .send(get(format!("https://{host}/")))
            .await
            .unwrap_err();
        said.push((error.to_string(), format!("{error:?}")));
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
}
