//! The client: one pool, one policy.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::RootCertStore;
use tokio::time::timeout;
use url::Url;

use crate::connect::{Connector, Facts, micros};
use crate::error::{Error, Refused, SetUpError, Unanswered};
use crate::header;
use crate::message::{Answer, OverLimit, Phases, Request};
use crate::network::Network;
use crate::policy::Policy;
use crate::progress::{Phase, Progress};
use crate::resolve::{Resolve, System};
use crate::target;
use crate::tls;

const IDLE_LIMIT: Duration = Duration::from_secs(30);
const MOST_IDLE_PER_HOST: usize = 16;
/// The head of an answer must fit, and no more of a body is ever held beside what is kept.
const READ_BUFFER: usize = 32 * 1024;
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("SmartBot/", env!("CARGO_PKG_VERSION")));

/// The HTTP client for addresses that customers give. Cheap to clone; clones share the pool.
///
/// It knows no redirects, no proxies, no cookies and no compression. Connections are kept for 30
/// seconds, at most 16 idle ones per scheme, host and port, and belong to the tokio run-time that
/// made the first call: one client per run-time.
#[derive(Clone)]
pub struct Client {
    policy: Arc<Policy>,
    pool: Pool<Connector, Full<Bytes>>,
    /// Takes the requests instead of the pool.
    network: Option<Arc<dyn Network>>,
}

/// Makes a [`Client`] that differs from the ordinary one.
pub struct Builder {
    policy: Policy,
    resolver: Option<Arc<dyn Resolve>>,
    roots: RootCertStore,
    network: Option<Arc<dyn Network>>,
}

impl Builder {
    /// Another way to look names up.
    #[must_use]
    pub fn resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// Another network than the machine's, for [`Client::send`].
    #[must_use]
    pub fn network(mut self, network: Arc<dyn Network>) -> Self {
        self.network = Some(network);
        self
    }

    /// Trusts the authorities in a PEM text beside Mozilla's: a clinic's own.
    ///
    /// # Errors
    /// When the text holds no certificate, or one that cannot be read.
    pub fn trust_pem(mut self, pem: &[u8]) -> Result<Self, SetUpError> {
        tls::add_pem(&mut self.roots, pem)?;
        Ok(self)
    }

    /// The client.
    ///
    /// # Errors
    /// When the resolver or TLS does not take its configuration.
    pub fn build(self) -> Result<Client, SetUpError> {
        let resolver = match self.resolver {
            Some(resolver) => resolver,
            None => Arc::new(System::new()?),
        };
        let policy = Arc::new(self.policy);
        let connector = Connector::new(policy.clone(), resolver, tls::config(&self.roots)?);
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_LIMIT)
            .pool_max_idle_per_host(MOST_IDLE_PER_HOST)
            .http1_max_buf_size(READ_BUFFER)
            .build(connector);
        Ok(Client {
            policy,
            pool,
            network: self.network,
        })
    }
}

impl Client {
    /// A client with the system's resolver and Mozilla's roots.
    ///
    /// # Errors
    /// When the resolver or TLS does not take its configuration.
    pub fn new(policy: Policy) -> Result<Self, SetUpError> {
        Self::builder(policy).build()
    }

    /// A client that looks names up in another way.
    ///
    /// # Errors
    /// When TLS does not take its configuration.
    pub fn with_resolver(policy: Policy, resolver: Arc<dyn Resolve>) -> Result<Self, SetUpError> {
        Self::builder(policy).resolver(resolver).build()
    }

    /// For a client that differs in more than its policy.
    pub fn builder(policy: Policy) -> Builder {
        Builder {
            policy,
            resolver: None,
            roots: RootCertStore::empty(),
            network: None,
        }
    }

    /// Checks what can be known of a URL without a look-up (scheme, credentials, port, fragment,
    /// literal addresses, `localhost`) and returns its normal form: for checking settings. A URL
    /// that passes may still be refused by [`Client::send`], which knows the name's addresses.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check_url(&self, url: &str) -> Result<Url, Refused> {
        target::check(&self.policy, url)
    }

    /// Sends a request and reads the answer within the request's deadline. Nothing is sent twice,
    /// except on a pooled connection that turned out closed before the first byte was written.
    ///
    /// # Errors
    /// No answer, see [`Error`]. Any HTTP status is an answer.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        self.send_told(request).await.map_err(|it| it.error)
    }

    /// As [`Client::send`], and a call that fails tells how far it had come.
    ///
    /// # Errors
    /// No answer, see [`Unanswered`]. Any HTTP status is an answer.
    pub async fn send_told(&self, request: Request) -> Result<Answer, Unanswered> {
        let started = Instant::now();
        let (max_body, over_limit) = (request.max_body, request.over_limit);
        let (deadline, progress) = (request.deadline, Progress::new());
        let call = async {
            if let Some(network) = &self.network {
                self.check_url(&request.url)?;
                return network.send(request).await;
            }
            let head = self.exchange(request, started).await?;
            progress.enter(Phase::Body);
            let (body, cut) = read(head.body, max_body, over_limit).await?;
            Ok(Answer {
                status: head.status,
                headers: head.headers,
                body,
                cut,
                elapsed: started.elapsed(),
                peer: head.peer,
                phases: Phases {
                    total_us: micros(started),
                    ..head.phases
                },
            })
        };
        let sent = within(deadline, &progress, call).await;
        sent.map_err(|error| Unanswered::new(error, &progress))
    }

    /// Sends a request and hands out the body as it comes, for event streams. The deadline covers
    /// everything until the headers; `max_body` and `over_limit` are not used.
    ///
    /// # Errors
    /// No headers, see [`Error`].
    pub async fn open(&self, request: Request) -> Result<Streaming, Error> {
        let (deadline, progress) = (request.deadline, Progress::new());
        let call = self.exchange(request, Instant::now());
        let head = within(deadline, &progress, call).await?;
        Ok(Streaming {
            status: head.status,
            headers: head.headers,
            peer: head.peer,
            body: head.body,
        })
    }

    async fn exchange(&self, request: Request, started: Instant) -> Result<Head, Error> {
        let url = self.check_url(&request.url)?;
        if request.method == Method::CONNECT {
            return Err(Refused::Method.into());
        }
        if header::has_ours(&request.headers) {
            return Err(Refused::Header.into());
        }
        let answer = self.pool.request(to_hyper(&url, request)?).await;
        let answer = answer.map_err(|error| Error::from_chain(&error))?;
        let to_headers_us = micros(started);
        let (mut parts, body) = answer.into_parts();
        let facts = parts.extensions.remove::<Arc<Facts>>();
        // Every connection of ours carries its facts.
        let facts = facts.ok_or(Error::Protocol)?;
        let (dns_us, connect_us) = facts.take_times();
        Ok(Head {
            status: parts.status,
            headers: parts.headers,
            body,
            peer: facts.peer,
            phases: Phases {
                dns_us,
                connect_us,
                to_headers_us,
                total_us: to_headers_us,
            },
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

struct Head {
    status: StatusCode,
    headers: HeaderMap,
    body: Incoming,
    peer: IpAddr,
    phases: Phases,
}

/// An answer whose body is still coming. Dropping it closes the connection.
pub struct Streaming {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The address that answers.
    pub peer: IpAddr,
    body: Incoming,
}

impl Streaming {
    /// The next part of the body, of at most 32 KiB and cut at any place; `None` at its end. May be
    /// dropped and called again without losing anything.
    ///
    /// # Errors
    /// [`Error::Closed`] or [`Error::Protocol`], after which nothing more comes.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|error| Error::from_chain(&error))?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

impl fmt::Debug for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("status", &self.status)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

async fn within<T>(
    deadline: Duration,
    progress: &Progress,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    timeout(deadline, progress.watch(call))
        .await
        .unwrap_or_else(|_| {
            Err(Error::Timeout {
                phase: progress.phase(),
            })
        })
}

fn to_hyper(url: &Url, request: Request) -> Result<http::Request<Full<Bytes>>, Error> {
    let uri = Uri::try_from(url.as_str()).map_err(|_| Refused::Malformed)?;
    let mut message = http::Request::new(Full::new(request.body));
    let length = message.body().size_hint().lower();
    // hyper leaves the length out when a body is empty, and some receivers answer 411 to that.
    let states_length =
        length > 0 || [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    *message.method_mut() = request.method;
    *message.uri_mut() = uri;
    *message.headers_mut() = request.headers;
    let headers = message.headers_mut();
    if states_length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.entry(USER_AGENT).or_insert(AGENT);
    Ok(message)
}

/// Reads up to `max` bytes. Dropping a body that has more closes its connection.
async fn read(mut body: Incoming, max: usize, over: OverLimit) -> Result<(Bytes, bool), Error> {
    let announced = body.size_hint().lower();
    if over == OverLimit::Fail && usize::try_from(announced).is_ok_and(|bytes| bytes > max) {
        return Err(Error::TooLarge);
    }
    let mut kept = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Error::from_chain(&error))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let room = max - kept.len();
        if data.len() > room {
            if over == OverLimit::Fail {
                return Err(Error::TooLarge);
            }
            kept.extend_from_slice(data.get(..room).unwrap_or_default());
            return Ok((kept.freeze(), true));
        }
        kept.extend_from_slice(&data);
    }
    Ok((kept.freeze(), false))
}
