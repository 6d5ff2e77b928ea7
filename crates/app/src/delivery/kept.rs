//! What is kept and shown of a receiver's answer. It may repeat what it was sent, so what nobody is to read again is masked.
use crate::delivery::sign;
use crate::mask::Mask;
use http::{HeaderMap, HeaderValue, header};
use smartbot_egress::Answer;
use smartbot_model::webhook::Endpoint;
use smartbot_store::EndpointSecrets;

/// How much of an answer's body is kept.
const MAX_KEPT: usize = 16 * 1024;

/// An answer as it is kept.
pub(crate) struct Kept {
    /// The headers, without cookies.
    pub(crate) headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub(crate) body: String,
}

impl Kept {
    /// What is kept of an answer. Most say nothing that a mask would have to be made for.
    pub(crate) fn of(answer: &Answer, mask: impl FnOnce() -> Mask) -> Self {
        let mut names = answer.headers.keys();
        let says_nothing = answer.body.is_empty()
            && names.all(|it| *it == header::DATE || *it == header::CONTENT_LENGTH);
        let mask = if says_nothing {
            Mask::default()
        } else {
            mask()
        };
        Self {
            headers: shown_headers(&answer.headers, &mask),
            body: mask.start_of(&String::from_utf8_lossy(&answer.body), MAX_KEPT),
        }
    }
}

/// Masks what a request told the receiver alone: the values of the endpoint's own headers, its secrets and the signatures that were sent.
pub(crate) fn mask(
    endpoint: &Endpoint,
    secrets: &EndpointSecrets,
    signatures: Option<&HeaderValue>,
) -> Mask {
    let own = endpoint.headers.iter().map(|(_, value)| value.as_str());
    let old = secrets.old.iter().map(|it| it.secret.expose().as_str());
    let all = old.chain([secrets.current.expose().as_str()]);
    let all = all.flat_map(|it| [it, it.strip_prefix(sign::PREFIX).unwrap_or(it)]);
    let signatures = signatures
        .into_iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(str::split_whitespace)
        .flat_map(|it| [it, it.split_once(',').map_or(it, |it| it.1)]);
    Mask::new(own.chain(all).chain(signatures))
}

/// Headers as they are shown; cookies are nobody's business.
pub(crate) fn shown_headers(headers: &HeaderMap, mask: &Mask) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| **name != header::SET_COOKIE)
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), mask.of(&value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_of_receivers_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert("set-cookie", "a=b".parse().unwrap());
        headers.insert("x-trace", "1 of key-17".parse().unwrap());
        let shown = shown_headers(&headers, &Mask::new(["key-17"]));
        assert_eq!(shown, [("x-trace".to_owned(), "1 of •••".to_owned())]);
    }
}
