//! The guard itself: from a URI to a connection with a vetted address and no other.
//!
//! It sits in the connector because that is the only place which no URL, no redirect and no name
//! server gets around: whatever hyper wants a connection for, the address is judged here and dialled
//! here. A pooled connection was made by the same policy, since a client never changes its own.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::{Extensions, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use crate::dial::{alternating, first_of};
use crate::error::{Error, Refused};
use crate::policy::Policy;
use crate::progress::{Phase, Progress};
use crate::resolve::Resolve;
use crate::target::{LOCALHOST, is_localhost};

/// A look-up has no more than this, however long the call may take.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(5);
/// A connection that hyper makes for the pool, after its call found another one, has no deadline
/// of its own. This ends it.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// What is known of a connection. The first call on it takes the times; later calls did not wait.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) peer: IpAddr,
    look_up_us: u64,
    connect_us: AtomicU64,
    dialled: Instant,
    fresh: AtomicBool,
}

impl Facts {
    /// The micro-seconds of look-up and connecting, the latter with TLS; zeros from the second
    /// call on.
    pub(crate) fn take_times(&self) -> (u64, u64) {
        if self.fresh.swap(false, Ordering::Relaxed) {
            (self.look_up_us, self.connect_us.load(Ordering::Relaxed))
        } else {
            (0, 0)
        }
    }
}

/// A TCP connection to a vetted address.
pub(crate) struct Link {
    io: TokioIo<TcpStream>,
    facts: Arc<Facts>,
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        Connected::new().extra(Arc::clone(&self.facts))
    }
}

impl Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl Write for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }
}

/// The connector that hyper's pool uses: [`Dialer`], then TLS for https.
#[derive(Clone)]
pub(crate) struct Connector(HttpsConnector<Dialer>);

impl Connector {
    pub(crate) fn new(policy: Arc<Policy>, resolver: Arc<dyn Resolve>, tls: ClientConfig) -> Self {
        Self(HttpsConnector::from((Dialer { policy, resolver }, tls)))
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Link>;
    type Error = Error;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let progress = Progress::current();
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let stream = timeout(CONNECT_LIMIT, connecting)
                .await
                .map_err(|_| Error::Timeout {
                    phase: progress.phase(),
                })?
                .map_err(|error| Error::from_handshake(&*error))?;
            let mut extras = Extensions::new();
            stream.connected().get_extras(&mut extras);
            if let Some(facts) = extras.get::<Arc<Facts>>() {
                facts
                    .connect_us
                    .store(micros(facts.dialled), Ordering::Relaxed);
            }
            progress.enter(Phase::Headers);
            Ok(stream)
        })
    }
}

/// Looks up, judges, dials.
#[derive(Clone)]
pub(crate) struct Dialer {
    policy: Arc<Policy>,
    resolver: Arc<dyn Resolve>,
}

impl Service<Uri> for Dialer {
    type Response = Link;
    type Error = Error;
    type Future = Connecting<Link>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (dialer, progress) = (self.clone(), Progress::current());
        Box::pin(async move { dialer.dial(&uri, &progress).await })
    }
}

impl Dialer {
    async fn dial(&self, uri: &Uri, progress: &Progress) -> Result<Link, Error> {
        let host = uri.host().ok_or(Refused::Malformed)?;
        let https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });

        progress.enter(Phase::LookUp);
        let started = Instant::now();
        let addresses = self.vetted(host, https, port).await?;
        let look_up_us = micros(started);

        progress.enter(Phase::Connect);
        let dialled = Instant::now();
        let stream = first_of(&addresses).await?;
        let peer = stream.peer_addr().map_err(|_| Error::Connect)?;
        let peer = one_of(&addresses, peer)?;
        stream.set_nodelay(true).map_err(|_| Error::Connect)?;
        if https {
            progress.enter(Phase::Tls);
        }
        Ok(Link {
            io: TokioIo::new(stream),
            facts: Arc::new(Facts {
                peer,
                look_up_us,
                connect_us: AtomicU64::new(0),
                dialled,
                fresh: AtomicBool::new(true),
            }),
        })
    }

    /// The addresses of a host, all of them permitted; otherwise none.
    async fn vetted(&self, host: &str, https: bool, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let literal = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host)
            .parse::<IpAddr>();
        let found = match literal {
            Ok(ip) => vec![ip],
            Err(_) if is_localhost(host) => {
                // Both addresses are the name's own, so a forbidden one is left out, not held
                // against the other.
                let open = |ip: &IpAddr| self.policy.permit(*ip, https, port).is_ok();
                let open: Vec<_> = LOCALHOST.into_iter().filter(open).collect();
                if open.is_empty() {
                    return Err(Refused::Address.into());
                }
                open
            }
            Err(_) => timeout(LOOK_UP_LIMIT, self.resolver.look_up(host))
                .await
                .map_err(|_| Error::Timeout {
                    phase: Phase::LookUp,
                })?
                .map_err(|_| Error::Resolve)?,
        };
        let mut vetted: Vec<SocketAddr> = Vec::with_capacity(found.len());
        for ip in found {
            let ip = ip.to_canonical();
            self.policy.permit(ip, https, port)?;
            let address = SocketAddr::new(ip, port);
            if !vetted.contains(&address) {
                vetted.push(address);
            }
        }
        if vetted.is_empty() {
            return Err(Error::Resolve);
        }
        Ok(alternating(vetted))
    }
}

/// The peer, if it was judged. Nothing should be able to come between, and if something does, not a
/// byte leaves.
fn one_of(judged: &[SocketAddr], peer: SocketAddr) -> Result<IpAddr, Refused> {
    let ip = peer.ip().to_canonical();
    if judged.contains(&SocketAddr::new(ip, peer.port())) {
        return Ok(ip);
    }
    tracing::warn!(%peer, "connected to another address than the one that was judged");
    Err(Refused::Address)
}

pub(crate) fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::LookUp;

    struct Silent;

    impl Resolve for Silent {
        fn look_up<'a>(&'a self, _: &'a str) -> LookUp<'a> {
            Box::pin(std::future::pending())
        }
    }

    fn dialer(allow: &str) -> Dialer {
        Dialer {
            policy: Arc::new(Policy::parse(allow).unwrap()),
            resolver: Arc::new(Silent),
        }
    }

    #[tokio::test]
    async fn the_connector_judges_by_itself_what_nobody_checked_before() {
        for host in [
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "10.0.0.1",
            "localhost",
        ] {
            let refused = dialer("").vetted(host, true, 443).await.unwrap_err();
            assert_eq!(refused, Error::Refused(Refused::Address), "{host}");
        }
        let refused = dialer("").vetted("8.8.8.8", false, 80).await.unwrap_err();
        assert_eq!(refused, Error::Refused(Refused::Scheme));
        let refused = dialer("").vetted("8.8.8.8", true, 22).await.unwrap_err();
        assert_eq!(refused, Error::Refused(Refused::Port));
        let found = dialer("")
            .vetted("[::ffff:8.8.8.8]", true, 443)
            .await
            .unwrap();
        assert_eq!(found, addresses(&["8.8.8.8:443"]));
        let found = dialer("::1/128")
            .vetted("localhost", false, 9)
            .await
            .unwrap();
        assert_eq!(found, addresses(&["[::1]:9"]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_up_has_five_seconds_at_most() {
        let begun = tokio::time::Instant::now();
        let error = dialer("").vetted("slow.test", true, 443).await.unwrap_err();
        let phase = Phase::LookUp;
        assert_eq!(error, Error::Timeout { phase });
        assert_eq!(begun.elapsed().as_secs(), 5);
    }

    #[test]
    fn a_peer_that_was_not_judged_is_refused() {
        let judged = addresses(&["1.1.1.1:443", "[2606:4700::1]:443"]);
        for (peer, expected) in [
            ("1.1.1.1:443", Ok("1.1.1.1")),
            ("[::ffff:1.1.1.1]:443", Ok("1.1.1.1")),
            ("[2606:4700::1]:443", Ok("2606:4700::1")),
            ("1.1.1.1:80", Err(Refused::Address)),
            ("127.0.0.1:443", Err(Refused::Address)),
            ("[::1]:443", Err(Refused::Address)),
        ] {
            let expected = expected.map(|ip| ip.parse().unwrap());
            assert_eq!(one_of(&judged, peer.parse().unwrap()), expected, "{peer}");
        }
    }

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn only_the_first_call_waited_for_the_connection() {
        let facts = Facts {
            peer: LOCALHOST[0],
            look_up_us: 3,
            connect_us: AtomicU64::new(5),
            dialled: Instant::now(),
            fresh: AtomicBool::new(true),
        };
        assert_eq!(facts.take_times(), (3, 5));
        assert_eq!(facts.take_times(), (0, 0));
    }
}
