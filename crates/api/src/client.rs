//! Which address a request comes from, when proxies stand before the server.
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client: what lists of addresses, rate limits and sign-in go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Stands for a client whose address is hidden or garbled: in no list of addresses but one that lets everybody in.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";

/// The address of the client. Only what a trusted proxy says is believed: headers are read from their end, past all proxies that are
/// trusted, up to the first address that is not. Whoever connects without being trusted is the client, whatever the headers say.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |it: &IpAddr| trusted.iter().any(|network| network.contains(it));
    if !is_trusted(&peer) {
        return peer;
    }
    let named = |name: &'static str, read: fn(&str) -> Option<IpAddr>| {
        let hops = hops(headers, &HeaderName::from_static(name))?;
        Some(client(peer, &hops, read, is_trusted))
    };
    match (
        named(X_FORWARDED_FOR, plain),
        named(FORWARDED, in_forwarded),
    ) {
        (None, None) => peer,
        (Some(one), None) | (None, Some(one)) => one,
        // A proxy that writes one of them lets the other through as the client sent it.
        (Some(one), Some(other)) if one == other => one,
        (Some(_), Some(_)) => UNKNOWN,
    }
}

/// The entries of a header, which may come several times; none when it does not come.
fn hops<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    headers.contains_key(name).then(|| {
        let values = headers.get_all(name).iter();
        values
            .flat_map(|it| it.to_str().unwrap_or("?").split(','))
            .map(str::trim)
            .collect()
    })
}

fn client(
    peer: IpAddr,
    hops: &[&str],
    read: fn(&str) -> Option<IpAddr>,
    is_trusted: impl Fn(&IpAddr) -> bool,
) -> IpAddr {
    let mut client = peer;
    for hop in hops.iter().rev() {
        let Some(address) = read(hop) else {
            return UNKNOWN;
        };
        client = address;
        if !is_trusted(&address) {
            break;
        }
    }
    client
}

/// `198.51.100.7`, `198.51.100.7:1234`, `2001:db8::7`, `[2001:db8::7]` or `[2001:db8::7]:1234`.
fn plain(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    address.or_else(with_port).map(|it| it.to_canonical())
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn in_forwarded(text: &str) -> Option<IpAddr> {
    let value = text.split(';').find_map(|it| {
        let (name, value) = it.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    })?;
    plain(value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8", "2001:db8:1::/48"].map(|it| it.parse().unwrap());
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn whoever_is_not_trusted_is_the_client() {
        let lie = [
            ("x-forwarded-for", "10.1.1.1"),
            ("forwarded", "for=10.1.1.1"),
        ];
        assert_eq!(from("198.51.100.7", &lie), "198.51.100.7");
        assert_eq!(from("::ffff:198.51.100.7", &lie), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_last_address_that_is_not_trusted_is_the_client() {
        for (value, client) in [
            ("198.51.100.7", "198.51.100.7"),
            ("1.1.1.1, 198.51.100.7", "198.51.100.7"),
            ("1.1.1.1,198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("2001:db8::7, 2001:db8:1::1", "2001:db8::7"),
            ("10.0.0.9, 10.0.0.2", "10.0.0.9"),
            ("nonsense, 198.51.100.7", "198.51.100.7"),
            ("198.51.100.7, unknown", "0.0.0.0"),
            ("198.51.100.7, ", "0.0.0.0"),
        ] {
            assert_eq!(from("10.0.0.1", &[("x-forwarded-for", value)]), client);
        }
        let twice = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-for", "198.51.100.7"),
        ];
        assert_eq!(from("10.0.0.1", &twice), "198.51.100.7");
    }

    #[test]
    fn the_standard_header_is_read_too() {
        for (value, client) in [
            ("for=198.51.100.7", "198.51.100.7"),
            ("For=\"[2001:db8::7]:4711\"; proto=https", "2001:db8::7"),
            ("for=1.1.1.1, proto=http;for=198.51.100.7", "198.51.100.7"),
            ("for=198.51.100.7, for=_hidden", "0.0.0.0"),
            ("proto=https", "0.0.0.0"),
        ] {
            assert_eq!(from("10.0.0.1", &[("forwarded", value)]), client);
        }
    }

    #[test]
    fn two_headers_that_disagree_name_nobody() {
        let both = |it: &str, other: &str| {
            from("10.0.0.1", &[("x-forwarded-for", it), ("forwarded", other)])
        };
        assert_eq!(both("198.51.100.7", "for=198.51.100.7"), "198.51.100.7");
        assert_eq!(both("198.51.100.7", "for=10.1.1.1"), "0.0.0.0");
    }
}
