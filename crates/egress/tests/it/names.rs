//! Resolvers that lie, and one that does not.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smartbot_egress::{Client, Error, LookUp, NotFound, Phase, Policy, Refused, Resolve};

use crate::server::{OK, Server, client, get, local};

/// Gives its answers in turn, the last one for ever.
pub(crate) struct Scripted {
    answers: Vec<Result<Vec<IpAddr>, NotFound>>,
    asked: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| Ok(list.iter().map(|ip| ip.parse().unwrap()).collect());
        Arc::new(Self {
            answers: answers.iter().map(parse).collect(),
            asked: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Scripted {
    fn look_up<'a>(&'a self, _: &'a str) -> LookUp<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn.min(self.answers.len() - 1)].clone();
        Box::pin(std::future::ready(answer))
    }
}

fn with(allow: &str, resolver: &Arc<Scripted>) -> Client {
    Client::with_resolver(Policy::parse(allow).unwrap(), resolver.clone()).unwrap()
}

const REFUSED: Error = Error::Refused(Refused::Address);

#[tokio::test]
async fn a_name_in_an_allowed_network_is_called_by_its_name() {
    let server = Server::answering(OK).await;
    let resolver = Scripted::new(&[&["127.0.0.1"]]);
    let client = with("127.0.0.1/32", &resolver);
    let url = format!("http://receiver.test:{}/", server.address.port());
    for _ in 0..5 {
        assert_eq!(client.send(get(&url)).await.unwrap().body, "ok");
    }
    assert_eq!(resolver.asked(), 1, "a kept connection asks nobody");
}

#[tokio::test]
async fn one_forbidden_address_refuses_the_whole_name() {
    let canary = Server::canary("127.0.0.1:0").await;
    let port = canary.address.port();
    for (allow, scheme, answer) in [
        ("", "https", &["127.0.0.1"][..]),
        ("", "https", &["8.8.8.8", "127.0.0.1"]),
        ("", "https", &["127.0.0.1", "8.8.8.8"]),
        ("", "https", &["8.8.8.8", "1.1.1.1", "9.9.9.9", "10.0.0.1"]),
        ("", "https", &["8.8.8.8", "::1"]),
        ("", "https", &["2606:4700::1111", "::ffff:127.0.0.1"]),
        ("", "https", &["8.8.8.8", "64:ff9b::7f00:1"]),
        ("", "https", &["8.8.8.8", "fd00:ec2::254"]),
        ("", "https", &["169.254.169.254"]),
        ("127.0.0.1/32", "http", &["127.0.0.1", "127.0.0.2"]),
        ("127.0.0.1/32", "http", &["127.0.0.1", "::1"]),
        ("127.0.0.0/8", "http", &["127.0.0.1", "169.254.169.254"]),
    ] {
        let resolver = Scripted::new(&[answer]);
        let url = format!("{scheme}://innocent.test:{port}/");
        let error = with(allow, &resolver).send(get(url)).await.unwrap_err();
        assert_eq!(error, REFUSED, "{answer:?}");
        assert_eq!(error.code(), "refused_address");
        assert_eq!(
            resolver.asked(),
            1,
            "what was judged is what would be dialled"
        );
    }
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_address_is_judged_again() {
    let server = Server::closing_after(OK).await;
    let port = server.address.port();
    let canary = Server::canary(&format!("127.0.0.2:{port}")).await;
    let resolver = Scripted::new(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"]]);
    let client = with("127.0.0.1/32", &resolver);
    let url = format!("http://rebinding.test:{port}/");
    assert_eq!(client.send(get(&url)).await.unwrap().body, "ok");
    assert_eq!(client.send(get(&url)).await.unwrap_err(), REFUSED);
    assert_eq!(client.send(get(&url)).await.unwrap().body, "ok");
    assert_eq!((server.accepted(), canary.accepted()), (2, 0));
}

#[tokio::test]
async fn ten_thousand_tries_to_rebind_reach_nobody() {
    let canary = Server::canary("127.0.0.1:0").await;
    let port = canary.address.port();
    for answers in [
        [&["127.0.0.1"][..], &["8.8.8.8", "127.0.0.1"]],
        [&["::ffff:127.0.0.1"], &["127.0.0.1", "::1"]],
    ] {
        let client = with("", &Scripted::new(&answers));
        for n in 0..5_000 {
            let url = format!("https://r{n}.test:{port}/");
            assert_eq!(client.send(get(url)).await.unwrap_err(), REFUSED);
        }
    }
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn an_allowed_network_does_not_open_http_to_the_rest_of_the_world() {
    let resolver = Scripted::new(&[&["8.8.8.8"]]);
    let client = with("127.0.0.1/32", &resolver);
    let plain = client.send(get("http://public.test/")).await.unwrap_err();
    assert_eq!(plain, Error::Refused(Refused::Scheme));
    let ssh = client
        .send(get("https://public.test:22/"))
        .await
        .unwrap_err();
    assert_eq!(ssh, Error::Refused(Refused::Port));
    let mixed = with("127.0.0.1/32", &Scripted::new(&[&["127.0.0.1", "8.8.8.8"]]));
    let plain = mixed.send(get("http://mixed.test/")).await.unwrap_err();
    assert_eq!(plain, Error::Refused(Refused::Scheme));
}

#[tokio::test]
async fn without_an_allowed_network_no_name_is_looked_up_in_vain() {
    let resolver = Scripted::new(&[&["8.8.8.8"]]);
    let client = with("", &resolver);
    for url in [
        "http://public.test/",
        "https://public.test:22/",
        "https://a@public.test/",
    ] {
        assert!(matches!(
            client.send(get(url)).await,
            Err(Error::Refused(_))
        ));
    }
    assert_eq!(resolver.asked(), 0);
}

#[tokio::test]
async fn a_name_without_addresses_is_not_found() {
    let nothing = with("", &Scripted::new(&[&[]]));
    let error = nothing
        .send(get("https://nothing.test/"))
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.is_network()), ("name_not_found", true));
    let unknown = Arc::new(Scripted {
        answers: vec![Err(NotFound)],
        asked: AtomicUsize::new(0),
    });
    let error = with("", &unknown)
        .send(get("https://unknown.test/"))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Resolve);
}

struct Silent;

impl Resolve for Silent {
    fn look_up<'a>(&'a self, _: &'a str) -> LookUp<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_server_that_hangs_costs_no_more_than_the_deadline() {
    let client = Client::with_resolver(Policy::default(), Arc::new(Silent)).unwrap();
    let mut request = get("https://slow.test/");
    request.deadline = Duration::from_millis(200);
    let begun = tokio::time::Instant::now();
    let error = client.send(request).await.unwrap_err();
    assert_eq!(
        error,
        Error::Timeout {
            phase: Phase::LookUp
        }
    );
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_dead_address_gives_way_to_a_living_one_of_the_same_name() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    let resolver = Scripted::new(&[&["127.0.0.3", "127.0.0.4", "127.0.0.1"]]);
    let client = with("127.0.0.0/8", &resolver);
    let answer = client
        .send(get(format!("http://several.test:{port}/")))
        .await
        .unwrap();
    assert_eq!(answer.peer.to_string(), "127.0.0.1");
}

#[tokio::test]
async fn localhost_needs_the_operators_word() {
    let server = Server::answering(OK).await;
    let port = server.address.port();
    for name in ["localhost", "LOCALHOST", "localhost.", "bot.localhost"] {
        let url = format!("http://{name}:{port}/");
        assert_eq!(local().send(get(&url)).await.unwrap().body, "ok", "{name}");
        let secure = format!("https://{name}:{port}/");
        assert_eq!(
            client("").send(get(&secure)).await.unwrap_err(),
            REFUSED,
            "{name}"
        );
        let elsewhere = client("10.0.0.0/8").send(get(&url)).await.unwrap_err();
        assert_eq!(elsewhere, REFUSED, "{name}");
    }
}

#[tokio::test]
async fn localhost_is_never_a_question_for_the_resolver() {
    let resolver = Scripted::new(&[&["8.8.8.8"]]);
    let error = with("", &resolver)
        .send(get("https://localhost/"))
        .await
        .unwrap_err();
    assert_eq!((error, resolver.asked()), (REFUSED, 0));
}

#[test]
fn a_client_is_made_outside_of_any_run_time_and_used_inside() {
    let client = local();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = Server::answering(OK).await;
        assert_eq!(client.send(get(server.url("/"))).await.unwrap().body, "ok");
    });
}
