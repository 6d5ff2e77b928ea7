//! `ETag` and `If-Match` (RFC 9110) for things that count their changes: whoever names the revision that was seen overwrites nobody.
use crate::problem::{ErrorCode, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use smartbot_app::Error;

/// The `ETag` of this revision.
pub(crate) fn etag(revision: u32) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(format!("\"{revision}\"")).map_err(|it| Error::internal(it).into())
}

/// The revisions that `If-Match` names; none when any will do.
pub(crate) struct IfMatch(pub(crate) Option<Vec<u32>>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let mut lines = parts.headers.get_all(header::IF_MATCH).iter().peekable();
        if lines.peek().is_none() {
            return Ok(Self(None));
        }
        let texts: Vec<_> = lines.map(|it| it.to_str().unwrap_or_default()).collect();
        Ok(Self(revisions(&texts.join(","))))
    }
}

/// The revisions that `If-Match` names, for what is changed by nobody who has not seen it; none when any will do.
pub(crate) struct RequiredIfMatch(pub(crate) Option<Vec<u32>>);

impl<S: Send + Sync> FromRequestParts<S> for RequiredIfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            let code = ErrorCode::IfMatchRequired;
            return Err(Problem::new(code, code.description()));
        }
        match IfMatch::from_request_parts(parts, state).await {
            Ok(IfMatch(revisions)) => Ok(Self(revisions)),
            Err(never) => match never {},
        }
    }
}

/// What is no `ETag` of ours names nothing that there is.
fn revisions(text: &str) -> Option<Vec<u32>> {
    if text.trim() == "*" {
        return None;
    }
    let revision = |tag: &str| {
        let number = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
        number
            .parse()
            .ok()
            .filter(|it: &u32| it.to_string() == number)
    };
    Some(text.split(',').filter_map(revision).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read() {
        for (text, read) in [
            ("*", None),
            ("\"3\"", Some(vec![3])),
            ("\"3\" , \"4\"", Some(vec![3, 4])),
            ("W/\"3\"", Some(vec![])),
            ("3", Some(vec![])),
            ("\"03\"", Some(vec![])),
            ("", Some(vec![])),
        ] {
            assert_eq!(revisions(text), read, "{text}");
        }
        assert_eq!(etag(7).unwrap(), "\"7\"");
    }
}
