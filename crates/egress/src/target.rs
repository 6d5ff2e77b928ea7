//! What a URL says before anybody is asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::error::Refused;
use crate::policy::Policy;

const LONGEST_URL: usize = 8192;

/// `localhost` and all below it, which RFC 6761 gives to the loopback addresses. They are never
/// looked up: no name server and no hosts file can give them another meaning.
pub(crate) const LOCALHOST: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

pub(crate) fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Checks a URL as far as that goes without a look-up and returns it in its normal form.
pub(crate) fn check(policy: &Policy, text: &str) -> Result<Url, Refused> {
    if text.len() > LONGEST_URL {
        return Err(Refused::TooLong);
    }
    let mut url = Url::parse(text).map_err(|_| Refused::Malformed)?;
    let https = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(Refused::Scheme),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    if url.fragment().is_some() {
        return Err(Refused::Fragment);
    }
    let port = url.port_or_known_default().ok_or(Refused::Port)?;
    match url.host().ok_or(Refused::Malformed)? {
        Host::Ipv4(ip) => policy.permit(IpAddr::V4(ip), https, port)?,
        Host::Ipv6(ip) => policy.permit(IpAddr::V6(ip), https, port)?,
        Host::Domain(name) => {
            let plain = name.strip_suffix('.').unwrap_or(name);
            if !is_host_name(plain) {
                return Err(Refused::Malformed);
            }
            if is_localhost(plain) {
                // One of the two is enough: whoever allowed 127.0.0.1 means this name, too.
                let permitted = LOCALHOST.map(|ip| policy.permit(ip, https, port));
                if permitted.iter().all(Result::is_err) {
                    return Err(Refused::Address);
                }
            } else {
                policy.permit_unknown(https, port)?;
            }
            if plain.len() != name.len() {
                // One spelling per name: for the pool, for certificates, for the resolver.
                let plain = plain.to_owned();
                url.set_host(Some(&plain)).map_err(|_| Refused::Malformed)?;
            }
        }
    }
    Ok(url)
}

fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(url: &str) -> Result<String, Refused> {
        check(&Policy::default(), url).map(String::from)
    }

    fn with(allow: &str, url: &str) -> Result<String, Refused> {
        check(&Policy::parse(allow).unwrap(), url).map(String::from)
    }

    #[test]
    fn good_urls_pass_in_their_normal_form() {
        for (given, normal) in [
            ("https://example.com", "https://example.com/"),
            ("HTTPS://EXAMPLE.com:443/a?b=c", "https://example.com/a?b=c"),
            ("https://example.com./hook", "https://example.com/hook"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://example.com:8443/", "https://example.com:8443/"),
            ("https://example.com:80/", "https://example.com:80/"),
            ("https://8.8.8.8/dns", "https://8.8.8.8/dns"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
            (
                "https://my_host.example.com/",
                "https://my_host.example.com/",
            ),
            ("  https://example.com/a b \n", "https://example.com/a%20b"),
        ] {
            assert_eq!(closed(given).as_deref(), Ok(normal), "{given}");
        }
    }

    #[test]
    fn each_fault_has_its_reason() {
        let long = format!("https://example.com/{}", "a".repeat(LONGEST_URL));
        let label = format!("https://{}.com/", "a".repeat(64));
        for (url, reason) in [
            (long.as_str(), Refused::TooLong),
            (label.as_str(), Refused::Malformed),
            ("", Refused::Malformed),
            ("example.com/hook", Refused::Malformed),
            ("/hook", Refused::Malformed),
            ("https://", Refused::Malformed),
            ("https://exa mple.com/", Refused::Malformed),
            ("https://example.com../", Refused::Malformed),
            ("https://a..example.com/", Refused::Malformed),
            ("https://ex!ample.com/", Refused::Malformed),
            ("https://example.com:99999/", Refused::Malformed),
            ("http://example.com/", Refused::Scheme),
            ("http://8.8.8.8/", Refused::Scheme),
            ("ftp://example.com/", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("gopher://example.com/_x", Refused::Scheme),
            ("data:text/plain,x", Refused::Scheme),
            ("javascript:alert(1)", Refused::Scheme),
            ("ws://example.com/", Refused::Scheme),
            ("https://user@example.com/", Refused::Credentials),
            ("https://user:secret@example.com/", Refused::Credentials),
            ("https://:secret@example.com/", Refused::Credentials),
            ("https://8.8.8.8@example.com/", Refused::Credentials),
            ("https://example.com/#top", Refused::Fragment),
            ("https://example.com/?unit=Apt #4", Refused::Fragment),
            ("https://example.com:22/", Refused::Port),
            ("https://example.com:25/", Refused::Port),
            ("https://example.com:0/", Refused::Port),
            ("https://8.8.8.8:6/", Refused::Port),
            ("https://127.0.0.1/", Refused::Address),
            ("http://127.0.0.1/", Refused::Address),
            ("https://localhost/", Refused::Address),
            ("https://LOCALHOST./", Refused::Address),
            ("https://a.b.localhost/", Refused::Address),
        ] {
            assert_eq!(closed(url), Err(reason), "{url}");
        }
    }

    #[test]
    fn an_allowed_network_opens_http_and_any_port_for_what_may_lie_in_it() {
        let allow = "127.0.0.1/32";
        assert!(with(allow, "http://127.0.0.1:9/").is_ok());
        assert!(with(allow, "http://localhost:9/").is_ok());
        assert!(with("::1/128", "http://localhost:9/").is_ok());
        assert!(with(allow, "http://receiver.internal:81/").is_ok());
        assert_eq!(with(allow, "http://127.0.0.2/"), Err(Refused::Address));
        assert_eq!(with(allow, "http://8.8.8.8/"), Err(Refused::Scheme));
        assert_eq!(
            with("10.0.0.0/8", "http://localhost:9/"),
            Err(Refused::Address)
        );
    }

    #[test]
    fn a_refusal_tells_nothing_of_the_address() {
        let said = |url| closed(url).unwrap_err().to_string();
        let first = said("https://127.0.0.1/");
        for url in [
            "https://10.0.0.1/",
            "https://169.254.169.254/",
            "https://[fe80::1]/",
        ] {
            assert_eq!(said(url), first);
        }
        for word in ["127", "loopback", "private", "metadata", "internal"] {
            assert!(!first.contains(word), "{first}");
        }
    }
}
