//! Headers that customers may add to their calls.

use http::{HeaderMap, HeaderName, HeaderValue};

const LONGEST_NAME: usize = 256;
const LONGEST_VALUE: usize = 8192;

/// They frame the message, belong to the connection, or ask for something that the client does not
/// do. A customer's value would make two parties disagree about where a request ends.
const OURS: [&str; 11] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "http2-settings",
    "accept-encoding",
];

/// Why a header of a customer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderRefused {
    /// Empty, too long, or with signs that names do not have.
    #[error("this is not a header name")]
    Name,
    /// Set by the server itself: `Host`, `Content-Length`, `Transfer-Encoding`, `Connection`, `TE`,
    /// `Upgrade`, `Expect`, `Proxy-*`, `webhook-*` and their like.
    #[error("this header is set by the server")]
    Reserved,
    /// Line breaks, control signs, anything but ASCII, or over 8192 bytes.
    #[error("a header value must be printable ASCII of at most 8192 bytes")]
    Value,
}

/// Checks the name of a header that a customer wants to add.
///
/// # Errors
/// [`HeaderRefused::Name`] or [`HeaderRefused::Reserved`].
pub fn check_header_name(name: &str) -> Result<HeaderName, HeaderRefused> {
    if name.len() > LONGEST_NAME {
        return Err(HeaderRefused::Name);
    }
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderRefused::Name)?;
    if is_ours(&name) || name.as_str().starts_with("webhook-") {
        return Err(HeaderRefused::Reserved);
    }
    Ok(name)
}

/// Checks the value of a header that a customer wants to add. It is not marked as sensitive: that
/// is for the caller, who knows where it came from.
///
/// # Errors
/// [`HeaderRefused::Value`].
pub fn check_header_value(value: &str) -> Result<HeaderValue, HeaderRefused> {
    // Latin-1 or UTF-8: receivers disagree, so a value has neither.
    if value.len() > LONGEST_VALUE || !value.is_ascii() {
        return Err(HeaderRefused::Value);
    }
    HeaderValue::from_str(value).map_err(|_| HeaderRefused::Value)
}

/// The second line of defence: a caller that forgot to check.
pub(crate) fn has_ours(headers: &HeaderMap) -> bool {
    headers.keys().any(is_ours)
}

fn is_ours(name: &HeaderName) -> bool {
    let name = name.as_str();
    OURS.contains(&name) || name.starts_with("proxy-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_refused_in_any_case() {
        for name in OURS.iter().chain(&[
            "proxy-authorization",
            "proxy-connection",
            "proxy-anything",
            "webhook-id",
            "webhook-signature",
            "webhook-timestamp",
        ]) {
            for spelled in [name.to_lowercase(), name.to_uppercase(), capitals(name)] {
                assert_eq!(
                    check_header_name(&spelled),
                    Err(HeaderRefused::Reserved),
                    "{spelled}"
                );
            }
        }
    }

    fn capitals(name: &str) -> String {
        let part = |part: &str| part[..1].to_uppercase() + &part[1..];
        name.split('-').map(part).collect::<Vec<_>>().join("-")
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "x".repeat(LONGEST_NAME + 1);
        for name in [
            "", " host", "Host ", "a:b", "a\r\nb", "ä", "a b", "(x)", &long,
        ] {
            assert_eq!(
                check_header_name(name),
                Err(HeaderRefused::Name),
                "{name:?}"
            );
        }
    }

    #[test]
    fn ordinary_names_and_values_pass() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "Content-Type",
            "Accept",
            "Cookie",
            "X_y",
        ] {
            assert_eq!(
                check_header_name(name).unwrap().as_str(),
                name.to_lowercase()
            );
        }
        for value in ["", "Bearer abc", "a\tb", "text/plain; q=0.5"] {
            assert_eq!(check_header_value(value).unwrap(), value);
        }
    }

    #[test]
    fn values_cannot_break_out_of_their_line() {
        let long = "x".repeat(LONGEST_VALUE + 1);
        for value in ["a\r\nHost: b", "a\nb", "a\rb", "a\0b", "\u{7f}", "ü", &long] {
            assert_eq!(
                check_header_value(value),
                Err(HeaderRefused::Value),
                "{value:?}"
            );
        }
    }
}
