//! Every way to write a forbidden address that we know of.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smartbot_egress::{Client, Error, Policy, Verdict};

use crate::names::Scripted;
use crate::server::{Server, get};

/// As a host in a URL.
const WRITTEN: &[&str] = &[
    // One loopback address, in the forms that a browser's parser folds.
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "0177.0.0.1",
    "0177.0.0.01",
    "0x7f.0.0.1",
    "0x7F.0.0.1",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "0X7F000001",
    "0x000000007f000001",
    "2130706433",
    "2130706433.",
    "017700000001",
    "00000000017700000001",
    "127.0.0.0x1",
    "0177.0x0.0.1",
    "0x7f.0.1",
    "0177.1",
    "127.0x1",
    "127.65535.1",
    "%31%32%37.0.0.1",
    "%31%32%37%2e%30%2e%30%2e%31",
    "127%2E0%2E0%2E1",
    "127。0。0。1",
    "127｡0｡0｡1",
    "127．0．0．1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "127.0.0.1%00",
    "127.0.0.1%20",
    "127.0.0.1%09.example.com",
    "127.255.255.254",
    "127.0.0.2",
    "127.127.127.127",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.0",
    "0.0.0.1",
    "000.000.000.000",
    // Names.
    "localhost",
    "LOCALHOST",
    "LocalHost.",
    "localhost..",
    "foo.localhost",
    "a.b.c.localhost.",
    "%6c%6f%63%61%6c%68%6f%73%74",
    "ｌｏｃａｌｈｏｓｔ",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "lo\u{ad}calhost",
    "local\u{200b}host",
    // IPv6, and IPv4 inside of it.
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0:1]",
    "[0::1]",
    "[::0.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[0::ffff:7f00:0001]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:7f00:1]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:0.0.0.0]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:0::10.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::127.0.0.1]",
    "[64:ff9b:1:7f00:0:100::]",
    "[64:ff9b:1::8.8.8.8]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:c0a8:101::1]",
    "[2002:a9fe:a9fe::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[FE80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[::1%251]",
    "[::1%1]",
    "[febf::1]",
    "[fec0::1]",
    "[feff::1]",
    "[fc00::1]",
    "[fd00::1]",
    "[fdff:ffff::1]",
    "[fd00:ec2::254]",
    "[fd00:0ec2:0:0:0:0:0:254]",
    "[fd00:ec2::253]",
    "[fd00:ec2::23]",
    "[fd20:ce::254]",
    "[ff02::1]",
    "[ff0e::1]",
    "[100::1]",
    "[2001:db8::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[5f00::1]",
    "[4000::1]",
    "[fe00::1]",
    "[2606:4700::5efe:7f00:1]",
    "[2606:4700::200:5efe:a00:1]",
    // Clouds.
    "169.254.169.254",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "0xa9.0xfe.0xa9.0xfe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.16689662",
    "0251.254.169.254",
    "025177524776",
    "169。254。169。254",
    "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
    "169.254.170.2",
    "169.254.0.1",
    "168.63.129.16",
    "2822734096",
    "0xa83f8110",
    "100.100.100.200",
    "192.0.0.192",
    "[::ffff:168.63.129.16]",
    "[::ffff:100.100.100.200]",
    "[2002:a83f:8110::]",
    // The edges of the IPv4 ranges.
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.254",
    "255.255.255.255",
    "4294967295",
    "0xffffffff",
    // Not addresses, though some parser out there takes them for one.
    "4294967296",
    "0x100000000",
    "256.256.256.256",
    "127.0.0.1.1",
    "1.2.3.4.5",
    "127.0.0.1.0x1",
    "08.0.0.1",
    "0x7g.1",
    "[::1",
    "::1]",
    "[127.0.0.1]",
    "[::1]]",
    "[[::1]]",
    "[1::2::3]",
    "127.0.0.1\u{3000}",
    "127..1",
    ".127.0.0.1",
    "",
];

/// Addresses whose spellings are made below.
const FORBIDDEN_V4: &[&str] = &[
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.192",
    "192.0.2.7",
    "192.88.99.7",
    "192.168.1.1",
    "198.18.7.7",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
];

fn spellings(v4: Ipv4Addr) -> Vec<String> {
    let bits = v4.to_bits();
    let [a, b, c, d] = v4.octets();
    let (high, low) = (bits >> 16, bits & 0xffff);
    vec![
        format!("{a}.{b}.{c}.{d}"),
        format!("{a}.{b}.{c}.{d}."),
        format!("{bits}"),
        format!("{bits:#x}"),
        format!("0{bits:o}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("{a}.{b}.{}", low),
        format!("{a}.{}", bits & 0x00ff_ffff),
        format!("{a}。{b}。{c}。{d}"),
        format!("{a}%2e{b}%2e{c}%2e{d}"),
        format!("[::ffff:{v4}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[::{v4}]"),
        format!("[::ffff:0:{v4}]"),
        format!("[64:ff9b::{v4}]"),
        format!("[64:ff9b:1::{v4}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!("[2001:0:{high:x}:{low:x}::1]"),
        format!("[2606:4700::5efe:{high:x}:{low:x}]"),
    ]
}

pub(crate) fn hosts() -> Vec<String> {
    let made = FORBIDDEN_V4
        .iter()
        .flat_map(|v4| spellings(v4.parse().unwrap()));
    WRITTEN
        .iter()
        .map(|host| (*host).to_owned())
        .chain(made)
        .collect()
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_is_called() {
    let v4 = Server::canary("127.0.0.1:0").await;
    let port = v4.address.port();
    let all = Server::canary(&format!("127.0.0.2:{port}")).await;
    // A name that slips through gets the worst answer that a resolver can give.
    let client =
        Client::with_resolver(Policy::default(), Scripted::new(&[&["127.0.0.1"]])).unwrap();
    let hosts = hosts();
    assert!(hosts.len() >= 150, "{}", hosts.len());
    for host in &hosts {
        for scheme in ["https", "http"] {
            for url in [
                format!("{scheme}://{host}:{port}/"),
                format!("{scheme}:\\\\{host}:{port}\\"),
                format!("{scheme}:///{host}:{port}/"),
            ] {
                let error = client.send(get(&url)).await.unwrap_err();
                assert!(matches!(error, Error::Refused(_)), "{url}: {error}");
            }
        }
    }
    assert_eq!((v4.accepted(), all.accepted()), (0, 0));
}

#[tokio::test]
async fn tricks_with_the_rest_of_the_url_lead_nowhere() {
    let canary = Server::canary("127.0.0.1:0").await;
    let port = canary.address.port();
    let client =
        Client::with_resolver(Policy::default(), Scripted::new(&[&["127.0.0.1"]])).unwrap();
    for url in [
        format!("https://8.8.8.8@127.0.0.1:{port}/"),
        format!("https://8.8.8.8:443@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}@8.8.8.8/"),
        format!("https://8.8.8.8#@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}#@8.8.8.8/"),
        format!("https://8.8.8.8\\@127.0.0.1:{port}/#"),
        format!("https://127.0.0.1:{port}\\@8.8.8.8/"),
        format!("https://127.0.0.1:{port}%2f@8.8.8.8/"),
        format!("https://127.0.0.1:{port}?@8.8.8.8/"),
        format!("https://127.0.0.1\t:{port}/"),
        format!("https://127.0.\n0.1:{port}/"),
        format!("ht\ntps://127.0.0.1:{port}/"),
        format!(" \u{1}https://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("https:127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/\r\nHost: 8.8.8.8"),
        format!("ftp://127.0.0.1:{port}/"),
        format!("file://127.0.0.1:{port}/etc/passwd"),
        format!("gopher://127.0.0.1:{port}/_GET"),
        format!("dict://127.0.0.1:{port}/info"),
        format!("ldap://127.0.0.1:{port}/"),
        format!("jar:https://127.0.0.1:{port}/!/"),
        format!("wss://127.0.0.1:{port}/"),
        format!("unix:///run/app.sock:{port}/"),
        format!("blob:https://127.0.0.1:{port}/"),
        // Names that somebody else's name server gives these addresses to.
        format!("https://127.0.0.1.nip.test:{port}/"),
        format!("https://metadata.google.internal:{port}/"),
        format!("https://xn--bcher-kva.test:{port}/"),
        format!("https://a.127.0.0.1.b.test:{port}/"),
    ] {
        let error = client.send(get(&url)).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{url:?}: {error}");
    }
    assert_eq!(canary.accepted(), 0);
}

#[test]
fn checking_a_setting_refuses_the_same_addresses() {
    let client = Client::new(Policy::default()).unwrap();
    for host in hosts() {
        let url = format!("https://{host}/");
        // Zero-width signs and the like are dropped by IDNA: what is left is a name.
        assert!(client.check_url(&url).is_err(), "{url}");
    }
}

#[test]
fn public_addresses_pass() {
    let policy = Policy::default();
    let client = Client::new(policy.clone()).unwrap();
    for ip in [
        "1.1.1.1",
        "8.8.8.8",
        "9.9.9.9",
        "11.0.0.1",
        "13.107.21.200",
        "17.253.144.10",
        "23.215.0.136",
        "34.117.59.81",
        "52.94.236.248",
        "93.184.215.14",
        "100.63.255.255",
        "100.128.0.0",
        "104.16.132.229",
        "126.255.255.255",
        "128.0.0.1",
        "140.82.121.4",
        "151.101.1.69",
        "168.63.129.15",
        "169.253.1.1",
        "169.255.1.1",
        "172.15.255.255",
        "172.32.0.0",
        "185.199.108.153",
        "191.255.255.255",
        "192.0.1.1",
        "192.31.196.1",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.114.1",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2001:200::1",
        "2003::1",
        "2400:cb00::1",
        "2606:4700:4700::1111",
        "2620:fe::fe",
        "2800:3f0::1",
        "2a00:1450:4001:80e::200e",
        "2c0f:fb50::1",
        "64:ff9b::8.8.8.8",
        "::ffff:8.8.8.8",
    ] {
        let address: IpAddr = ip.parse().unwrap();
        assert_eq!(policy.judge(address), Verdict::Public, "{ip}");
        let url = match address {
            IpAddr::V4(v4) => format!("https://{v4}/"),
            IpAddr::V6(v6) => format!("https://[{}]/", Ipv6Addr::from(v6.segments())),
        };
        assert!(client.check_url(&url).is_ok(), "{url}");
    }
}
