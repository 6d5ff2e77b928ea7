//! What kind of place an address is: the forbidden set as one pure function.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of place that an address names. Everything but [`Class::Public`] is closed by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Globally reachable unicast.
    Public,
    /// `0.0.0.0/8`, `::`: most systems connect to themselves.
    Unspecified,
    /// `127.0.0.0/8`, `::1`.
    Loopback,
    /// RFC 1918, unique local, the old site-local.
    Private,
    /// `100.64.0.0/10`, carrier-grade NAT.
    CarrierNat,
    /// `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// Where clouds hand out credentials to whoever asks from inside.
    Metadata,
    /// An IPv6 address that carries another address: 6to4, Teredo, ISATAP, IPv4-compatible and
    /// -translated, NAT64 to something that is not public, local-use NAT64.
    Transition,
    /// `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// Documentation, benchmarking, protocol assignments, broadcast, future use, unassigned.
    Reserved,
}

impl Class {
    /// A stable word for logs and metrics of the operator. Never shown to customers: it would tell
    /// them what a name means inside the network.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::CarrierNat => "carrier_nat",
            Self::LinkLocal => "link_local",
            Self::Metadata => "metadata",
            Self::Transition => "transition",
            Self::Multicast => "multicast",
            Self::Reserved => "reserved",
        }
    }

    /// Whether an operator's network opens such an address only by naming it alone (`/32`, `/128`).
    ///
    /// A wide entry such as `10.0.0.0/8` or even `0.0.0.0/0` is written with servers in mind. It
    /// must not open, as a by-catch, the place that hands out the machine's credentials.
    pub(crate) fn opens_only_by_name(self) -> bool {
        matches!(self, Self::Metadata | Self::LinkLocal | Self::Transition)
    }
}

/// Metadata and platform services outside of the link-local networks: Azure's wire server (in
/// public space), Alibaba Cloud, Oracle Cloud.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// Link-local, but worth its own word in the operator's log.
const METADATA_LINK_LOCAL_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
];

/// Says what kind of place an address is. IPv4-mapped IPv6 counts as the IPv4 address that it is.
pub fn class(ip: IpAddr) -> Class {
    match ip.to_canonical() {
        IpAddr::V4(v4) => class_v4(v4),
        IpAddr::V6(v6) => class_v6(v6),
    }
}

fn class_v4(ip: Ipv4Addr) -> Class {
    if METADATA_V4.contains(&ip) || METADATA_LINK_LOCAL_V4.contains(&ip) {
        return Class::Metadata;
    }
    match ip.octets() {
        [0, ..] => Class::Unspecified,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Class::Private,
        [100, 64..=127, ..] => Class::CarrierNat,
        [127, ..] => Class::Loopback,
        [169, 254, ..] => Class::LinkLocal,
        // Protocol assignments, TEST-NET-1, the old 6to4 relays.
        [192, 0, 0 | 2, _] | [192, 88, 99, _] => Class::Reserved,
        // Benchmarking, TEST-NET-2, TEST-NET-3.
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => Class::Reserved,
        [224..=239, ..] => Class::Multicast,
        [240..=255, ..] => Class::Reserved,
        _ => Class::Public,
    }
}

fn class_v6(ip: Ipv6Addr) -> Class {
    let s = ip.segments();
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        // NAT64's well-known prefix: the gateway goes to the IPv4 address at the end. RFC 6052
        // forbids anything but public ones there, so whatever else is written is an attempt.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            match class_v4(Ipv4Addr::new(a, b, c, d)) {
                Class::Public => Class::Public,
                _ => Class::Transition,
            }
        }
        // The rest of ::/8: IPv4-compatible, IPv4-translated, local-use NAT64 (64:ff9b:1::/48).
        [0..=0xff, ..] => Class::Transition,
        // fd00:ec2::/32 is Amazon's, fd20:ce::254 is Google's.
        [0xfd00, 0x0ec2, ..] | [0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254] => Class::Metadata,
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Class::Private,
        [0xfe80..=0xfebf, ..] => Class::LinkLocal,
        [0xff00..=0xffff, ..] => Class::Multicast,
        // 6to4 and Teredo.
        [0x2002, ..] | [0x2001, 0, ..] => Class::Transition,
        // ISATAP: an IPv4 address behind a marker, in any prefix.
        [_, _, _, _, 0 | 0x0200, 0x5efe, _, _] => Class::Transition,
        // Protocol assignments, documentation.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Class::Reserved,
        [0x2000..=0x3fff, ..] => Class::Public,
        _ => Class::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class_of(text: &str) -> Class {
        class(text.parse().unwrap())
    }

    #[test]
    fn each_range_has_its_class_up_to_its_edges() {
        for (text, expected) in [
            ("0.0.0.0", Class::Unspecified),
            ("0.255.255.255", Class::Unspecified),
            ("1.0.0.0", Class::Public),
            ("9.255.255.255", Class::Public),
            ("10.0.0.0", Class::Private),
            ("10.255.255.255", Class::Private),
            ("11.0.0.0", Class::Public),
            ("100.63.255.255", Class::Public),
            ("100.64.0.0", Class::CarrierNat),
            ("100.127.255.255", Class::CarrierNat),
            ("100.128.0.0", Class::Public),
            ("100.100.100.200", Class::Metadata),
            ("126.255.255.255", Class::Public),
            ("127.0.0.0", Class::Loopback),
            ("127.255.255.255", Class::Loopback),
            ("128.0.0.0", Class::Public),
            ("168.63.129.15", Class::Public),
            ("168.63.129.16", Class::Metadata),
            ("169.253.255.255", Class::Public),
            ("169.254.0.0", Class::LinkLocal),
            ("169.254.169.254", Class::Metadata),
            ("169.254.255.255", Class::LinkLocal),
            ("169.255.0.0", Class::Public),
            ("172.15.255.255", Class::Public),
            ("172.16.0.0", Class::Private),
            ("172.31.255.255", Class::Private),
            ("172.32.0.0", Class::Public),
            ("191.255.255.255", Class::Public),
            ("192.0.0.0", Class::Reserved),
            ("192.0.0.192", Class::Metadata),
            ("192.0.1.0", Class::Public),
            ("192.0.2.255", Class::Reserved),
            ("192.88.98.255", Class::Public),
            ("192.88.99.1", Class::Reserved),
            ("192.88.100.0", Class::Public),
            ("192.167.255.255", Class::Public),
            ("192.168.0.0", Class::Private),
            ("192.168.255.255", Class::Private),
            ("192.169.0.0", Class::Public),
            ("198.17.255.255", Class::Public),
            ("198.18.0.0", Class::Reserved),
            ("198.19.255.255", Class::Reserved),
            ("198.20.0.0", Class::Public),
            ("198.51.99.255", Class::Public),
            ("198.51.100.0", Class::Reserved),
            ("198.51.101.0", Class::Public),
            ("203.0.112.255", Class::Public),
            ("203.0.113.0", Class::Reserved),
            ("203.0.114.0", Class::Public),
            ("223.255.255.255", Class::Public),
            ("224.0.0.0", Class::Multicast),
            ("239.255.255.255", Class::Multicast),
            ("240.0.0.0", Class::Reserved),
            ("255.255.255.255", Class::Reserved),
            ("::", Class::Unspecified),
            ("::1", Class::Loopback),
            ("::2", Class::Transition),
            ("::8.8.8.8", Class::Transition),
            ("::ffff:8.8.8.8", Class::Public),
            ("::ffff:10.0.0.1", Class::Private),
            ("::ffff:0:8.8.8.8", Class::Transition),
            ("64:ff9b::8.8.8.8", Class::Public),
            ("64:ff9b::169.254.169.254", Class::Transition),
            ("64:ff9b::10.0.0.1", Class::Transition),
            ("64:ff9b:0:0:0:1:808:808", Class::Transition),
            ("64:ff9b:1::8.8.8.8", Class::Transition),
            ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Class::Transition),
            ("ff:ffff::", Class::Transition),
            ("100::1", Class::Reserved),
            ("1fff:ffff::", Class::Reserved),
            ("2000::", Class::Public),
            ("2001::1", Class::Transition),
            ("2001:0:ffff::", Class::Transition),
            ("2001:1::1", Class::Reserved),
            ("2001:1ff:ffff::", Class::Reserved),
            ("2001:200::", Class::Public),
            ("2001:db7:ffff::", Class::Public),
            ("2001:db8::1", Class::Reserved),
            ("2001:db9::", Class::Public),
            ("2001:ffff::", Class::Public),
            ("2002::", Class::Transition),
            ("2002:ffff::", Class::Transition),
            ("2003::", Class::Public),
            ("2606:4700::5efe:a00:1", Class::Transition),
            ("2606:4700:0:0:200:5efe:a00:1", Class::Transition),
            ("3ffe:ffff::", Class::Public),
            ("3fff::", Class::Reserved),
            ("3fff:fff:ffff::", Class::Reserved),
            ("3fff:1000::", Class::Public),
            ("4000::", Class::Reserved),
            ("5f00::1", Class::Reserved),
            ("fbff::", Class::Reserved),
            ("fc00::", Class::Private),
            ("fd00:ec1::254", Class::Private),
            ("fd00:ec2::254", Class::Metadata),
            ("fd20:ce::254", Class::Metadata),
            ("fdff:ffff::", Class::Private),
            ("fe00::", Class::Reserved),
            ("fe80::1", Class::LinkLocal),
            ("febf::1", Class::LinkLocal),
            ("fec0::1", Class::Private),
            ("feff::1", Class::Private),
            ("ff00::", Class::Multicast),
            ("ff02::1", Class::Multicast),
        ] {
            assert_eq!(class_of(text), expected, "{text}");
        }
    }

    #[test]
    fn every_class_has_its_own_word() {
        let all = [
            Class::Public,
            Class::Unspecified,
            Class::Loopback,
            Class::Private,
            Class::CarrierNat,
            Class::LinkLocal,
            Class::Metadata,
            Class::Transition,
            Class::Multicast,
            Class::Reserved,
        ];
        let words: std::collections::BTreeSet<_> = all.iter().map(|c| c.as_str()).collect();
        assert_eq!(words.len(), all.len());
    }

    proptest! {
        #[test]
        fn only_global_unicast_or_public_nat64_is_public_in_ipv6(bits: u128) {
            let ip = Ipv6Addr::from_bits(bits);
            if class(IpAddr::V6(ip)) == Class::Public && ip.to_ipv4_mapped().is_none() {
                let first = ip.segments()[0];
                prop_assert!((0x2000..=0x3fff).contains(&first) || first == 0x64);
            }
        }

        #[test]
        fn a_mapped_address_has_the_class_of_its_ipv4(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(class(IpAddr::V6(v4.to_ipv6_mapped())), class(IpAddr::V4(v4)));
        }
    }
}
