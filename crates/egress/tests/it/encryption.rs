//! https against servers whose certificates are good, bad and missing.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use smartbot_egress::{Client, Error, Phase, Policy, SetUpError, TlsFailure, set_up_crypto};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::names::Scripted;
use crate::server::{OK, Server, ends_at_the_deadline, get, local};

struct Secure {
    server: Server,
    pem: String,
}

/// Speaks TLS with a certificate of its own making for this name.
async fn secure(name: &str, expired: bool) -> Secure {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    set_up_crypto();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut buffer = [0; 4096];
            while matches!(stream.read(&mut buffer).await, Ok(read) if read > 0) {
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let pem = certificate.pem();
    Secure { server, pem }
}

impl Secure {
    fn url(&self, name: &str) -> String {
        format!("https://{name}:{}/", self.server.address.port())
    }

    /// Trusts the server's certificate and finds every name here.
    fn trusting(&self) -> Client {
        Client::builder(Policy::parse("127.0.0.1/32").unwrap())
            .resolver(Scripted::new(&[&["127.0.0.1"]]))
            .trust_pem(self.pem.as_bytes())
            .unwrap()
            .build()
            .unwrap()
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_not_trusted() {
    let secure = secure("127.0.0.1", false).await;
    let error = local()
        .send(get(secure.url("127.0.0.1")))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Tls(TlsFailure::Untrusted));
    assert_eq!((error.code(), error.is_network()), ("tls_failed", false));
}

#[tokio::test]
async fn an_own_authority_is_trusted_for_names_and_addresses() {
    for name in ["127.0.0.1", "receiver.test"] {
        let secure = secure(name, false).await;
        let client = secure.trusting();
        let first = client.send(get(secure.url(name))).await.unwrap();
        assert_eq!(first.body, "ok");
        assert!(first.phases.connect_us > 0);
        let second = client.send(get(secure.url(name))).await.unwrap();
        assert!(second.phases.reused());
        assert_eq!(secure.server.accepted(), 1);
    }
}

#[tokio::test]
async fn a_name_with_a_trailing_dot_has_the_same_certificate() {
    let secure = secure("receiver.test", false).await;
    let answer = secure
        .trusting()
        .send(get(secure.url("Receiver.test.")))
        .await;
    assert_eq!(answer.unwrap().body, "ok");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let secure = secure("other.test", false).await;
    let error = secure
        .trusting()
        .send(get(secure.url("receiver.test")))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Tls(TlsFailure::WrongName));
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let secure = secure("receiver.test", true).await;
    let error = secure
        .trusting()
        .send(get(secure.url("receiver.test")))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Tls(TlsFailure::Expired));
}

#[tokio::test]
async fn a_server_without_tls_fails_the_handshake() {
    for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail ESMTP\r\n", ""] {
        let server = Server::start(move |mut stream| async move {
            let _ = stream.read_u8().await;
            let _ = stream.write_all(greeting.as_bytes()).await;
            let _ = stream.shutdown().await;
        })
        .await;
        let url = server.url("/").replace("http:", "https:");
        let error = local().send(get(url)).await.unwrap_err();
        assert_eq!(error, Error::Tls(TlsFailure::Handshake), "{greeting:?}");
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_ends_at_the_deadline() {
    let server = Server::start(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    ends_at_the_deadline(Phase::Tls, async |deadline| {
        let mut request = get(server.url("/").replace("http:", "https:"));
        request.deadline = deadline;
        local().send(request).await.unwrap_err()
    })
    .await;
}

#[test]
fn what_is_no_certificate_is_not_trusted() {
    for pem in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let refused = Client::builder(Policy::default()).trust_pem(pem.as_bytes());
        assert!(
            matches!(refused, Err(SetUpError::Certificates | SetUpError::Tls(_))),
            "{pem:?}"
        );
    }
}

#[test]
fn crypto_is_set_up_as_often_as_one_likes() {
    set_up_crypto();
    set_up_crypto();
    assert!(rustls::crypto::CryptoProvider::get_default().is_some());
}
