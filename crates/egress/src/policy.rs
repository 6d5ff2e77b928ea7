//! The operator's decision about which addresses may be called.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use crate::address::{Class, class};
use crate::error::Refused;

/// Which addresses may be called. The default is closed: public addresses by https only.
///
/// `allow` opens the operator's own networks (on-premises receivers, tests): addresses in them may
/// be reached by http and on any port. Three classes are opened only by an entry that names the one
/// address (`169.254.169.254/32`, `fd00:ec2::254/128`), never by a wider network, not even `/0`:
/// cloud metadata services, link-local addresses, and IPv6 addresses that carry another address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The operator's networks.
    pub allow: Vec<IpNet>,
}

/// What a [`Policy`] says about one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// On the public internet: https, on ports 80, 443 and from 1024.
    Public,
    /// In one of the operator's networks: http too, on any port.
    Allowed,
    /// Not to be called. The class is for the operator's eyes only.
    Forbidden(Class),
}

/// An entry of the operator's list that is neither a network nor an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{entry}` is not a network: write it like 10.1.0.0/16 or 127.0.0.1/32")]
pub struct PolicyError {
    /// The entry as written.
    pub entry: String,
}

impl Policy {
    /// Reads a list such as `10.1.0.0/16, 127.0.0.1/32`, separated by commas or white space. A bare
    /// address stands for itself alone. An empty list is the closed policy.
    ///
    /// # Errors
    /// The first entry that is not a network.
    pub fn parse(list: &str) -> Result<Self, PolicyError> {
        let allow = list
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(network)
            .collect::<Result<_, _>>()?;
        Ok(Self { allow })
    }

    /// Everything that has an address, by http too: for the command line, whose own user typed the
    /// address. Metadata, link-local and transition addresses stay closed.
    pub fn open() -> Self {
        Self {
            allow: vec![
                IpNet::V4(Ipv4Net::default()),
                IpNet::V6(ipnet::Ipv6Net::default()),
            ],
        }
    }

    /// Judges one address.
    pub fn judge(&self, ip: IpAddr) -> Verdict {
        let ip = ip.to_canonical();
        let class = class(ip);
        let opened = |net: &IpNet| {
            net.contains(&ip)
                && (!class.opens_only_by_name() || net.prefix_len() == net.max_prefix_len())
        };
        if self.allow.iter().any(opened) {
            Verdict::Allowed
        } else if class == Class::Public {
            Verdict::Public
        } else {
            Verdict::Forbidden(class)
        }
    }

    /// Whether a call by this scheme and port to this address may be made.
    pub(crate) fn permit(&self, ip: IpAddr, https: bool, port: u16) -> Result<(), Refused> {
        match self.judge(ip) {
            Verdict::Allowed => Ok(()),
            Verdict::Public => public_rules(https, port),
            Verdict::Forbidden(class) => {
                tracing::info!(%ip, class = class.as_str(), "a call to a forbidden address was refused");
                Err(Refused::Address)
            }
        }
    }

    /// What holds for a name before anybody looked it up. With no allowed network at all, no
    /// look-up can make http or a low port right, so none is made.
    pub(crate) fn permit_unknown(&self, https: bool, port: u16) -> Result<(), Refused> {
        if self.allow.is_empty() {
            public_rules(https, port)
        } else {
            Ok(())
        }
    }
}

fn public_rules(https: bool, port: u16) -> Result<(), Refused> {
    if !https {
        return Err(Refused::Scheme);
    }
    match port {
        80 | 443 | 1024.. => Ok(()),
        _ => Err(Refused::Port),
    }
}

fn network(entry: &str) -> Result<IpNet, PolicyError> {
    let refused = || PolicyError {
        entry: entry.to_owned(),
    };
    let net = match entry.parse::<IpNet>() {
        Ok(net) => net.trunc(),
        Err(_) => IpNet::from(entry.parse::<IpAddr>().map_err(|_| refused())?),
    };
    // Addresses are judged as the IPv4 that they map to, so must the operator's networks be.
    if let IpNet::V6(v6) = net
        && let Some(v4) = v6.network().to_ipv4_mapped()
        && v6.prefix_len() >= 96
    {
        return Ipv4Net::new(v4, v6.prefix_len() - 96)
            .map(IpNet::V4)
            .map_err(|_| refused());
    }
    Ok(net)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn judge(policy: &str, ip: &str) -> Verdict {
        Policy::parse(policy).unwrap().judge(ip.parse().unwrap())
    }

    #[test]
    fn a_list_may_be_written_in_several_ways() {
        let policy = Policy::parse(
            " 10.1.2.3/16,127.0.0.1/32  192.168.7.7 fd00::/8\n::ffff:172.16.0.0/108,",
        )
        .unwrap();
        let written: Vec<_> = policy.allow.iter().map(ToString::to_string).collect();
        assert_eq!(
            written,
            [
                "10.1.0.0/16",
                "127.0.0.1/32",
                "192.168.7.7/32",
                "fd00::/8",
                "172.16.0.0/12"
            ]
        );
        assert_eq!(Policy::parse(" , ").unwrap(), Policy::default());
    }

    #[test]
    fn a_mapped_network_is_the_ipv4_network_that_it_is() {
        for (entry, expected) in [
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:127.0.0.1", "127.0.0.1/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(Policy::parse(entry).unwrap().allow[0].to_string(), expected);
        }
    }

    #[test]
    fn what_is_not_a_network_is_named() {
        for entry in [
            "10.0.0.0/33",
            "localhost",
            "10.0.0",
            "10.0.0.0/",
            "*",
            "fe80::1%eth0",
        ] {
            let error = Policy::parse(&format!("127.0.0.1/32,{entry}")).unwrap_err();
            assert_eq!(error.entry, entry);
        }
    }

    #[test]
    fn an_allowed_network_opens_its_addresses_and_no_others() {
        assert_eq!(judge("10.1.0.0/16", "10.1.255.255"), Verdict::Allowed);
        assert_eq!(judge("10.1.0.0/16", "::ffff:10.1.0.1"), Verdict::Allowed);
        assert_eq!(
            judge("10.1.0.0/16", "10.2.0.0"),
            Verdict::Forbidden(Class::Private)
        );
        assert_eq!(
            judge("127.0.0.1/32", "127.0.0.2"),
            Verdict::Forbidden(Class::Loopback)
        );
        assert_eq!(
            judge("127.0.0.1/32", "::1"),
            Verdict::Forbidden(Class::Loopback)
        );
        assert_eq!(judge("8.8.8.0/24", "8.8.8.8"), Verdict::Allowed);
        assert_eq!(judge("8.8.8.0/24", "1.1.1.1"), Verdict::Public);
    }

    #[test]
    fn metadata_opens_only_by_its_own_name() {
        for ip in [
            "169.254.169.254",
            "169.254.7.7",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fe80::1",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::a9fe:a9fe",
        ] {
            let address: IpAddr = ip.parse().unwrap();
            let wide = [
                "0.0.0.0/0, ::/0",
                "169.254.0.0/16, fe80::/10",
                "169.254.169.254/31, fd00:ec2::254/127",
                "100.64.0.0/10, fc00::/7, 168.0.0.0/8, 192.0.0.0/24",
                "64:ff9b::/96, 2002::/16, ::/96",
            ];
            for policy in wide {
                assert!(
                    matches!(judge(policy, ip), Verdict::Forbidden(_)),
                    "{policy} {ip}"
                );
            }
            assert_eq!(
                judge(&IpNet::from(address).to_string(), ip),
                Verdict::Allowed,
                "{ip}"
            );
        }
    }

    #[test]
    fn an_embedded_private_address_is_not_opened_by_its_ipv4_network() {
        assert_eq!(
            judge("10.0.0.0/8", "64:ff9b::10.0.0.1"),
            Verdict::Forbidden(Class::Transition)
        );
    }

    #[test]
    fn the_open_policy_keeps_credentials_shut() {
        let open = Policy::open();
        assert_eq!(open.judge("127.0.0.1".parse().unwrap()), Verdict::Allowed);
        assert_eq!(open.judge("::1".parse().unwrap()), Verdict::Allowed);
        assert_eq!(
            open.judge("169.254.169.254".parse().unwrap()),
            Verdict::Forbidden(Class::Metadata)
        );
    }

    #[test]
    fn scheme_and_port_depend_on_the_network() {
        let policy = Policy::parse("10.0.0.0/8").unwrap();
        let (inside, outside) = ("10.0.0.1".parse().unwrap(), "8.8.8.8".parse().unwrap());
        assert_eq!(policy.permit(inside, false, 22), Ok(()));
        assert_eq!(policy.permit(outside, false, 443), Err(Refused::Scheme));
        for port in [80, 443, 1024, 8443, 65535] {
            assert_eq!(policy.permit(outside, true, port), Ok(()), "{port}");
        }
        for port in [0, 1, 22, 25, 79, 81, 442, 444, 1023] {
            assert_eq!(
                policy.permit(outside, true, port),
                Err(Refused::Port),
                "{port}"
            );
        }
    }

    fn not_public() -> impl Strategy<Value = Ipv4Addr> {
        prop_oneof![
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0x0a00_0000 | (n & 0x00ff_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0xac10_0000 | (n & 0x000f_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0xc0a8_0000 | (n & 0x0000_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0x7f00_0000 | (n & 0x00ff_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0xa9fe_0000 | (n & 0x0000_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0x6440_0000 | (n & 0x003f_ffff))),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(n & 0x00ff_ffff)),
            (any::<u32>()).prop_map(|n| Ipv4Addr::from_bits(0xe000_0000 | (n & 0x1fff_ffff))),
        ]
    }

    proptest! {
        #[test]
        fn judging_never_panics(v4: u32, v6: u128, allow in proptest::collection::vec((any::<u128>(), 0u8..=128), 0..4)) {
            let policy = Policy {
                allow: allow
                    .into_iter()
                    .map(|(bits, len)| ipnet::Ipv6Net::new(Ipv6Addr::from_bits(bits), len).unwrap().into())
                    .collect(),
            };
            policy.judge(IpAddr::V4(Ipv4Addr::from_bits(v4)));
            policy.judge(IpAddr::V6(Ipv6Addr::from_bits(v6)));
        }

        #[test]
        fn reading_a_list_never_panics(list in "\\PC{0,60}") {
            let _ = Policy::parse(&list);
        }

        #[test]
        fn an_ipv4_address_that_is_not_public_is_refused_however_it_is_wrapped(v4 in not_public(), site: u16) {
            let [a, b, c, d] = v4.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let closed = Policy::default();
            let wrapped = [
                v4.to_ipv6_mapped(),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, site, 0, 0, 0, 1),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, high, 0, low, 0, 0),
                Ipv6Addr::new(0x2001, 0, site, site, 0, 0, !high, !low),
                Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0x5efe, high, low),
            ];
            prop_assert!(matches!(closed.judge(IpAddr::V4(v4)), Verdict::Forbidden(_)));
            for v6 in wrapped {
                prop_assert!(matches!(closed.judge(IpAddr::V6(v6)), Verdict::Forbidden(_)), "{v6}");
            }
        }
    }
}
