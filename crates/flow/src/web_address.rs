//! Addresses that builders write: scheme and host are literal, and values cannot climb out of the path.
use crate::{FindingCode, boxes::Check, template::Template};

/// Checks the setting `url`.
pub(crate) fn check(url: &Template, check: &mut Check) {
    let prefix = url.prefix();
    let Some(rest) = strip_scheme(prefix) else {
        let message = "The address must begin with `https://` or `http://`.";
        let templated = url.literal().is_none() && (prefix.is_empty() || !prefix.contains("://"));
        let code = if templated {
            FindingCode::UrlHostTemplate
        } else {
            FindingCode::BadUrl
        };
        return check.report(code, "url", message);
    };
    let authority_end = rest.find(['/', '?', '#']);
    if authority_end.is_none() && url.literal().is_none() {
        let message = "The host must be written out: a `{field}` may stand only behind the first `/` after it.";
        return check.report(FindingCode::UrlHostTemplate, "url", message);
    }
    let authority = &rest[..authority_end.unwrap_or(rest.len())];
    if authority.contains('@') {
        return check.report(
            FindingCode::BadUrl,
            "url",
            "The address must not hold a user or password; use a header.",
        );
    }
    if !is_authority(authority) {
        return check.report(
            FindingCode::BadUrl,
            "url",
            format!("`{authority}` is not a host."),
        );
    }
    if url
        .literals()
        .any(|it| it.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\'))
    {
        return check.report(
            FindingCode::BadUrl,
            "url",
            "The address holds white space or a backslash.",
        );
    }
    if url.literals().any(|it| it.contains('#')) {
        return check.report(
            FindingCode::BadUrl,
            "url",
            "The part behind `#` never reaches the other side.",
        );
    }
    if url.literal().is_some_and(climbs) {
        check.report(
            FindingCode::BadUrl,
            "url",
            "The path must not hold `.` or `..` as a part.",
        );
    }
}

fn strip_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|it| {
        text.get(..it.len())
            .filter(|start| start.eq_ignore_ascii_case(it))
            .map(|_| &text[it.len()..])
    })
}

fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => {
                return address.parse::<std::net::Ipv6Addr>().is_ok()
                    && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
            }
            None => return false,
        },
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_host = !host.is_empty()
        && host.len() <= 253
        && host.split('.').enumerate().all(|(index, label)| {
            (!label.is_empty() || index > 0)
                && label.len() <= 63
                && label
                    .chars()
                    .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_'))
        })
        && !host.contains("..");
    is_host && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|it| it > 0)
}

/// Whether the path has `.` or `..` as a part, also in a percent-encoded spelling: clients would take it as "up".
pub(crate) fn climbs(url: &str) -> bool {
    let path = strip_scheme(url)
        .and_then(|it| it.split_once('/'))
        .map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split(['/', '\\']).any(|part| {
        let part = part.replace("%2e", ".").replace("%2E", ".");
        part == "." || part == ".."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> Option<FindingCode> {
        let mut found = Check { found: vec![] };
        check(&Template::parse(url).unwrap(), &mut found);
        found.found.first().map(|it| it.0)
    }

    #[test]
    fn scheme_and_host_are_literal() {
        for good in [
            "https://a.example",
            "https://a.example/{x}",
            "http://localhost:8080/x?q={x}",
            "https://[::1]:9/x",
            "https://a.example?x={x}",
            "HTTPS://ü.example/",
        ] {
            assert_eq!(code(good), None, "{good}");
        }
        for host in [
            "{x}",
            "https://{x}/",
            "https://a.{x}.example/",
            "https://a.example{x}",
            "https://a.example:{x}/",
            "{x}://a.example/",
        ] {
            assert_eq!(code(host), Some(FindingCode::UrlHostTemplate), "{host}");
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example/",
            "https://",
            "https:///x",
            "https://u:p@a.example/",
            "https://a b/",
            "https://a.example/#{x}",
            "https://a.example:0/",
            "https://a..b/",
            "https://a.example/../x",
            "https://a.example\\x",
        ] {
            assert_eq!(code(bad), Some(FindingCode::BadUrl), "{bad}");
        }
    }

    #[test]
    fn values_cannot_climb() {
        for url in [
            "https://a.example/x/../y",
            "https://a.example/%2e%2E",
            "https://a.example/.",
            "https://a.example/x/.%2e?y",
        ] {
            assert!(climbs(url), "{url}");
        }
        for url in [
            "https://a.example",
            "https://a.example/x..y/...",
            "https://a.example/x?y=/../",
        ] {
            assert!(!climbs(url), "{url}");
        }
    }
}
