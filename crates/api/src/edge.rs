//! What surrounds every request: its id, its span, the client's address, problems in their final form, a panic that becomes a problem.
use crate::accept::{MAX_HEAD, MAX_HEADERS};
use crate::client::{self, ClientAddress};
use crate::problem::{ErrorCode, Problem};
use crate::{Context, cors};
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use smartbot_app::limits::Allowance;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

/// Puts the edge around all routes.
pub(crate) fn wrap(routes: Router<Context>, context: &Context) -> Router<Context> {
    routes
        .fallback(async || {
            Problem::new(
                ErrorCode::NotFound,
                "There is no such path. The paths are listed in /openapi.json.",
            )
        })
        .method_not_allowed_fallback(async || {
            Problem::new(
                ErrorCode::MethodNotAllowed,
                "This path does not take this method. See /openapi.json.",
            )
        })
        .layer(CatchPanicLayer::custom(|_| {
            Problem::new(ErrorCode::Internal, ErrorCode::Internal.description()).into_response()
        }))
        .layer(middleware::from_fn_with_state(context.clone(), accompany))
}

/// What becomes known on the way in and is told on the way out, whatever the answer is.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    allowance: Option<Allowance>,
    origin: Option<HeaderValue>,
}

impl Told {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A limit that the request counts in; of several the last.
    pub(crate) fn allowance(&self, allowance: Allowance) {
        self.notes().allowance = Some(allowance);
    }

    /// The origin whose pages may read the answer.
    pub(crate) fn origin(&self, origin: HeaderValue) {
        self.notes().origin = Some(origin);
    }

    fn tell(&self, headers: &mut HeaderMap) {
        let notes = self.notes();
        if let Some(Allowance {
            limit,
            remaining,
            reset,
            ..
        }) = notes.allowance
        {
            let seconds = reset.as_secs() + u64::from(reset.subsec_nanos() > 0);
            headers.insert("ratelimit-limit", limit.into());
            headers.insert("ratelimit-remaining", remaining.into());
            headers.insert("ratelimit-reset", seconds.into());
        }
        if let Some(origin) = &notes.origin {
            cors::allow(headers, origin.clone());
        }
    }
}

async fn accompany(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    let mut bytes = [0; 16];
    context.app.random.fill(&mut bytes);
    let id = format!("req_{:032x}", u128::from_be_bytes(bytes));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or("-", |it| it.as_str())
        .to_owned();
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    let started = Instant::now();
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let client = client_of(&context, &request);
    request.extensions_mut().insert(client);
    let mut response = async {
        let preflight = match cors::asking(&request) {
            Some(origin) => cors::preflight(&context.app, origin).await,
            None => None,
        };
        let fits = head_fits(&request).and_then(|()| has_room(&context, &request));
        let response = match (preflight, fits) {
            (_, Err(problem)) => problem.into_response(),
            (Some(response), _) => response,
            (None, Ok(())) => next.run(request).await,
        };
        tracing::debug!(http.status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.render(&id);
    }
    told.tell(response.headers_mut());
    let status = response.status().as_u16().to_string();
    metrics::histogram!("smartbot_http_seconds", "method" => method.to_string(), "route" => route, "status" => status)
        .record(started.elapsed().as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
        .headers_mut()
        .entry("x-content-type-options")
        .or_insert(HeaderValue::from_static("nosniff"));
    response
}

/// How long whoever wants to write waits for somebody to make room.
const ROOM_WITHIN: Duration = Duration::from_secs(30);

/// While the disk is nearly full, only what reads is let through, and signing in and out.
fn has_room(context: &Context, request: &Request) -> Result<(), Problem> {
    let may_write = || ["/api/v1/admin/sign_in", "/api/v1/admin/sign_out"];
    if !context.app.disk.is_short()
        || request.method().is_safe()
        || may_write().contains(&request.uri().path())
    {
        return Ok(());
    }
    let code = ErrorCode::DiskFull;
    Err(Problem::new(code, code.description()).retry_after(ROOM_WITHIN))
}

/// Holds the head of a request to its limits, as it looks in HTTP/1.1.
fn head_fits(request: &Request) -> Result<(), Problem> {
    const BETWEEN: usize = ": ".len() + "\r\n".len();
    const FIRST_LINE: usize = "  HTTP/1.1\r\n".len() + "\r\n".len();
    let target = request.uri().path_and_query();
    let first = request.method().as_str().len() + target.map_or(0, |it| it.as_str().len());
    let headers = request.headers();
    let lines = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + BETWEEN);
    if headers.len() <= MAX_HEADERS && first + FIRST_LINE + lines.sum::<usize>() <= MAX_HEAD {
        return Ok(());
    }
    let code = ErrorCode::HeadTooLarge;
    Err(Problem::new(code, code.description()))
}

fn client_of(context: &Context, request: &Request) -> ClientAddress {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0.ip());
    let trusted = &context.options.trusted_proxies;
    ClientAddress(client::address(peer, request.headers(), trusted))
}
