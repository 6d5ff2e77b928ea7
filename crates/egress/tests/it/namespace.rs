//! The guard on a network of its own in which every address of the world is this machine, and one canary listens on all of them: whatever a
//! forbidden request dialled, it would be heard.

use std::process::Command;

use smartbot_egress::{Client, Error, Policy, Refused};

use crate::names::Scripted;
use crate::server::{Server, get};
use crate::spellings;

/// Set where this test has started itself again on that network.
const INSIDE: &str = "SMARTBOT_TEST_NAMESPACE";
/// This test, as the harness names it.
const NAME: &str = "namespace::nobody_is_called_where_every_address_answers";

/// Every address is local: `ip-route(8)`, routes of type `local`.
const SET_UP: &str =
    "ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo";

fn in_namespace(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--net", "sh", "-ec", script]);
    command
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test that starts itself again has no other way to know"
)]
fn nobody_is_called_where_every_address_answers() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(call_everybody());
    }
    let can = in_namespace(SET_UP).output();
    if !can.is_ok_and(|it| it.status.success()) {
        eprintln!(
            "SKIPPED {NAME}: no network of its own can be made here (unshare, ip; user namespaces)"
        );
        return;
    }
    let script = format!("{SET_UP} && exec \"$0\" --exact {NAME} --nocapture");
    let done = in_namespace(&script)
        .arg(std::env::current_exe().unwrap())
        .env(INSIDE, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

async fn call_everybody() {
    let canary = Server::canary("[::]:443").await;
    let plain = Server::canary("[::]:80").await;
    let heard = || canary.accepted() + plain.accepted();

    // The canaries do hear: an open policy and a public address reach them, over both families.
    let open = Client::new(Policy::open()).unwrap();
    // A name that slips through gets the worst answer that a resolver can give.
    let lying = Scripted::new(&[&["127.0.0.1"]]);
    let closed = Client::with_resolver(Policy::default(), lying).unwrap();
    for (number, (client, url)) in [
        (&open, "http://10.1.2.3/"),
        (&open, "http://[fd00::1]/"),
        (&closed, "https://8.8.8.8/"),
        (&closed, "https://[2606:4700::1111]/"),
    ]
    .into_iter()
    .enumerate()
    {
        let error = client.send(get(url)).await.unwrap_err();
        assert!(!matches!(error, Error::Refused(_)), "{url}: {error}");
        assert_eq!(heard(), number + 1, "{url}");
    }
    let before = heard();

    for host in spellings::hosts() {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}/");
            let error = closed.send(get(&url)).await.unwrap_err();
            assert!(matches!(error, Error::Refused(_)), "{url}: {error}");
            assert_eq!(heard(), before, "{url}");
        }
    }

    // Name servers that lie, also about one of several addresses, also the second time.
    for answers in [
        &[&["169.254.169.254"][..]][..],
        &[&["8.8.8.8", "10.0.0.1"]],
        &[&["::ffff:192.168.1.1"]],
        &[&["fd00:ec2::254"], &["100.64.0.1"]],
    ] {
        let client = Client::with_resolver(Policy::default(), Scripted::new(answers)).unwrap();
        for url in ["https://innocent.test/", "http://innocent.test/"] {
            for _ in 0..2 {
                let error = client.send(get(url)).await.unwrap_err();
                assert!(
                    matches!(error, Error::Refused(_)),
                    "{url} {answers:?}: {error}"
                );
            }
        }
    }
    assert_eq!(heard(), before);

    // A redirect is an answer: where it leads to hears nothing.
    let policy = Policy::parse("127.0.0.1/32").unwrap();
    let allowed = Client::new(policy).unwrap();
    for to in [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/",
        "https://10.0.0.1/",
    ] {
        let redirecting = Server::answering(format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        ))
        .await;
        let answer = allowed.send(get(redirecting.url("/"))).await.unwrap();
        assert_eq!(answer.status, 307);
        assert_eq!(
            allowed.send(get(to)).await.unwrap_err(),
            Error::Refused(Refused::Address)
        );
    }
    assert_eq!(heard(), before);
}
