//! Bodies and parameters, read strictly: what is not understood is refused with its place.
use crate::body_pace::{IMPORT_WITHIN, Paced, WITHIN};
use crate::problem::{ErrorCode, Problem};
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smartbot_app::bots::MAX_DOCUMENT;
use smartbot_app::turns::{DEFAULT_WAIT, MAX_WAIT, Once, once};
use smartbot_model::problem::InputError;
use smartbot_model::strict_json::{self, push_pointer};
use std::time::Duration;
use utoipa::ToSchema;

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// The largest body with the document of a bot in it, in bytes: what surrounds the document included.
const MAX_WITH_DOCUMENT: usize = MAX_DOCUMENT + 64 * 1024;

/// The largest body of a call with a session key, in bytes.
pub(crate) const MAX_VISITOR_BODY: usize = 64 * 1024;

/// How large this request's body may be, when its credential says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// How much more than that is read before the answer says that it was too much, in bytes.
const MAX_DISCARDED: usize = 64 * 1024 * 1024;

/// Nothing to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NothingBody {}

/// A JSON body, and what makes the request known again.
pub(crate) struct Json<T> {
    pub(crate) value: T,
    key: Option<String>,
    fingerprint: [u8; 32],
}

impl<T> Json<T> {
    /// The wish to act once only, when the request has an `Idempotency-Key`.
    pub(crate) fn once(&self, scope: &str) -> Option<Once> {
        self.key
            .as_ref()
            .map(|key| Once::request(scope, key, self.fingerprint))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json(request, &["application/json"], Bounds::Usual).await
    }
}

/// A JSON body that holds the document of a bot, and may be as large as one.
pub(crate) struct WithDocument<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for WithDocument<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let read = json(request, &["application/json"], Bounds::Document).await?;
        Ok(Self(read.value))
    }
}

/// A JSON Merge Patch (RFC 7396), which may come as plain JSON too.
pub(crate) struct Patch<T>(pub(crate) Json<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Patch<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let types = ["application/merge-patch+json", "application/json"];
        json(request, &types, Bounds::Usual).await.map(Self)
    }
}

/// A request that says all with its path.
pub(crate) struct Bare(Json<NoBody>);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBody {}

impl Bare {
    /// The wish to act once only, when the request has an `Idempotency-Key`.
    pub(crate) fn once(&self, scope: &str) -> Option<Once> {
        self.0.once(scope)
    }
}

impl<S: Send + Sync> FromRequest<S> for Bare {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json(request, &["application/json"], Bounds::Usual)
            .await
            .map(Self)
    }
}

/// How large a body may be, and its texts and objects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bounds {
    /// What requests have.
    Usual,
    /// What a bot of any size has: the canvas alone is an object with a key for each box.
    Document,
}

async fn json<T: DeserializeOwned>(
    request: Request,
    types: &[&str],
    bounds: Bounds,
) -> Result<Json<T>, Problem> {
    let (parts, body) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let most = match bounds {
        Bounds::Document => MAX_WITH_DOCUMENT,
        Bounds::Usual => {
            let own = parts.extensions.get::<BodyLimit>();
            own.map_or(MAX_BODY, |it| it.0)
        }
    };
    let bytes = read(&parts.headers, body, most).await?;
    let value = parse(&parts.headers, &bytes, types, bounds)?;
    let path = parts.uri.path().as_bytes();
    let fingerprint = once::fingerprint(&[parts.method.as_str().as_bytes(), path, &bytes]);
    Ok(Json {
        value,
        key,
        fingerprint,
    })
}

/// The body of a file: of at most `most` bytes, for which there is more time.
pub(crate) async fn content(request: Request, most: usize) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    read_within(&parts.headers, body, most, IMPORT_WITHIN).await
}

/// Reads a body of at most `most` bytes.
async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Problem> {
    read_within(headers, body, most, WITHIN).await
}

async fn read_within(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    within: Duration,
) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!("The body is larger than {most} bytes.");
        Problem::new(ErrorCode::TooLarge, detail)
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    // Who asks before sending need not send.
    if announced.is_some_and(|it| it > most) && headers.contains_key(header::EXPECT) {
        return Err(too_large());
    }
    let mut chunks = Paced::new(body, within);
    let mut kept = BytesMut::with_capacity(announced.unwrap_or_default().min(most));
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if kept.len() + chunk.len() > most {
            drop(kept);
            discard(chunks).await;
            return Err(too_large());
        }
        kept.extend_from_slice(&chunk);
    }
    Ok(kept.freeze())
}

/// Reads on without keeping anything: closing a connection with unread bytes on it would tear the answer away from whoever still sends.
///
/// Whoever takes longer than a body may take has to live with a closed connection.
async fn discard(mut chunks: Paced) {
    let mut left = MAX_DISCARDED;
    while let Some(Ok(chunk)) = chunks.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

fn parse<T: DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &Bytes,
    types: &[&str],
    bounds: Bounds,
) -> Result<T, Problem> {
    // No body at all means "nothing to say": all fields absent.
    if bytes.is_empty() {
        return shape(Value::Object(serde_json::Map::new()));
    }
    let essence = content_type(headers);
    if !types.iter().any(|it| it.eq_ignore_ascii_case(essence)) {
        let types = types.join("` or `");
        return Err(Problem::new(
            ErrorCode::UnsupportedMediaType,
            format!("Send the body as `Content-Type: {types}`."),
        ));
    }
    shape(match bounds {
        Bounds::Usual => strict_json::parse_request(bytes)?,
        Bounds::Document => strict_json::parse(bytes)?,
    })
}

/// The type of the body, without parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Gives a document its shape; an error says where it does not fit.
pub(crate) fn shape<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                serde_path_to_error::Segment::Seq { index } => {
                    push_pointer(&mut pointer, &index.to_string());
                }
                serde_path_to_error::Segment::Map { key } => push_pointer(&mut pointer, key),
                serde_path_to_error::Segment::Enum { .. }
                | serde_path_to_error::Segment::Unknown => {}
            }
        }
        let message = error.inner().to_string();
        let named = |before: &str, after: &str| {
            let (name, _) = message.strip_prefix(before)?.split_once(after)?;
            Some(name.to_owned())
        };
        let unknown = named("unknown field `", "`, expected")
            .or_else(|| named("unknown field `", "`, there are no fields"));
        let code = if let Some(name) = unknown {
            let mut last = String::new();
            push_pointer(&mut last, &name);
            if !pointer.ends_with(&last) {
                pointer.push_str(&last);
            }
            "unknown_field"
        } else if let Some(name) = named("missing field `", "`") {
            push_pointer(&mut pointer, &name);
            "missing_field"
        } else {
            "invalid_value"
        };
        let mut message = message;
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let error = InputError::new(pointer, code, format!("{message}."));
        Problem::new(ErrorCode::InvalidRequest, error.message.clone()).with_errors(vec![error])
    })
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|it| (1..=once::MAX_KEY).contains(&it.len()));
    let wrong = || {
        let error = InputError::new(
            "Idempotency-Key",
            "invalid_value",
            "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        );
        Problem::new(ErrorCode::InvalidParameter, error.message.clone()).with_errors(vec![error])
    };
    key.map(|it| Some(it.to_owned())).ok_or_else(wrong)
}

/// How long the response may wait for an External API.
pub(crate) fn wait(max_wait_ms: Option<u64>) -> Result<Duration, Problem> {
    let wait = max_wait_ms.map_or(DEFAULT_WAIT, Duration::from_millis);
    if wait > MAX_WAIT {
        let message = format!("max_wait_ms is at most {}.", MAX_WAIT.as_millis());
        let error = InputError::new("/max_wait_ms", "invalid_value", message);
        return Err(
            Problem::new(ErrorCode::InvalidRequest, error.message.clone()).with_errors(vec![error]),
        );
    }
    Ok(wait)
}

/// U+0000 as it stands in an address: no database keeps it, so nothing has it in its name.
const NUL: &str = "%00";

/// Query parameters; unknown ones are refused.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|it| it.contains(NUL)) {
            return Err(Problem::new(
                ErrorCode::InvalidParameter,
                "A parameter holds U+0000, which no text can.",
            ));
        }
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|it| Self(it.0))
            .map_err(|error| Problem::new(ErrorCode::InvalidParameter, error.body_text()))
    }
}

/// Path parameters. An id that cannot be one names nothing, so it is simply not found.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || {
            Problem::new(
                ErrorCode::NotFound,
                "There is nothing with this id in this workspace.",
            )
        };
        if parts.uri.path().contains(NUL) {
            return Err(nothing());
        }
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|it| Self(it.0)).map_err(|_| nothing())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Outer {
        inner: Option<Inner>,
        list: Option<Vec<Inner>>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Inner {
        number: u32,
    }

    fn refused(text: &str) -> (String, String) {
        let problem = shape::<Outer>(serde_json::from_str(text).unwrap()).unwrap_err();
        let rendered = serde_json::to_value(problem.body("req_1")).unwrap();
        let error = &rendered["errors"][0];
        (
            error["pointer"].as_str().unwrap().to_owned(),
            error["code"].as_str().unwrap().to_owned(),
        )
    }

    #[test]
    fn faults_have_their_place() {
        assert_eq!(
            refused(r#"{"typo":1}"#),
            ("/typo".into(), "unknown_field".into())
        );
        assert_eq!(
            refused(r#"{"inner":{"number":1,"typo":1}}"#),
            ("/inner/typo".into(), "unknown_field".into())
        );
        assert_eq!(
            refused(r#"{"inner":{}}"#),
            ("/inner/number".into(), "missing_field".into())
        );
        assert_eq!(
            refused(r#"{"list":[{"number":1},{"number":"x"}]}"#),
            ("/list/1/number".into(), "invalid_value".into())
        );
        assert_eq!(
            refused(r#"{"inner":{"number":1,"a`b~/c":1}}"#),
            ("/inner/a`b~0~1c".into(), "unknown_field".into())
        );
    }
}
