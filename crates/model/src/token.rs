//! API credentials: `sbm_` and `sbd_` tokens, and the session keys `sbk_`.
//!
//! 32 random bytes in base62 and a CRC-32 tail, so that a typo or a torn line is refused without a look-up and secret scanners know the form.
//! Only the SHA-256 of a token is kept: the secret is random, so a fast hash is right.
use crate::random::Random;
use crate::{Time, TokenId};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use utoipa::ToSchema;

/// Which API a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Invokes bots and exchanges messages; never sees past chat logs.
    BotsManagement,
    /// Reads chat logs, reads and writes users and agents.
    DbUpdate,
}

impl TokenKind {
    /// As in JSON, on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BotsManagement => "bots_management",
            Self::DbUpdate => "db_update",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::BotsManagement, Self::DbUpdate]
            .into_iter()
            .find(|it| it.as_str() == text)
    }

    /// What its tokens begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::BotsManagement => "sbm_",
            Self::DbUpdate => "sbd_",
        }
    }
}

/// What is known of a token; the secret is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Which API it opens.
    pub kind: TokenKind,
    /// What people call it.
    pub name: String,
    /// When it stops working.
    pub expires_at: Option<Time>,
    /// A `db_update` token that may only read.
    pub read_only: bool,
    /// The networks it may be used from; empty means any.
    pub allow_ips: Vec<IpNet>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

impl Token {
    /// Whether it still works at `now`.
    pub fn is_live(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|it| now < it)
    }

    /// Whether it may be used from `address`. IPv4 inside IPv6 counts as IPv4.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allow_ips.is_empty()
            || self
                .allow_ips
                .iter()
                .any(|it| it.contains(&address.to_canonical()))
    }
}

/// What the database keeps of a secret.
pub type SecretHash = [u8; 32];

const BYTES: usize = 32;
const DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new secret with this prefix (`sbm_`, `sbd_`).
pub fn generate(prefix: &str, random: &dyn Random) -> String {
    let mut bytes = [0; BYTES];
    random.fill(&mut bytes);
    encode(prefix, &bytes)
}

/// Whether a text has the form of a secret with this prefix, its checksum included.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let Some(body) = text.strip_prefix(prefix) else {
        return false;
    };
    if body.len() != DIGITS + CHECK_DIGITS || !body.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return false;
    }
    let (_, tail) = body.split_at(DIGITS);
    base62(
        &u64::from(checksum(&text[..prefix.len() + DIGITS])).to_be_bytes(),
        CHECK_DIGITS,
    ) == tail
}

/// The 32 bytes inside a well-formed secret with this prefix.
pub fn decode(prefix: &str, text: &str) -> Option<[u8; BYTES]> {
    if !is_well_formed(prefix, text) {
        return None;
    }
    let mut number = [0_u8; BYTES];
    for digit in text.bytes().skip(prefix.len()).take(DIGITS) {
        let mut carry = u32::try_from(ALPHABET.iter().position(|it| *it == digit)?).ok()?;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = u8::try_from(value & 0xff).ok()?;
            carry = value >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(number)
}

/// What the database keeps of a secret.
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// 32 bytes as a secret with this prefix.
pub fn encode(prefix: &str, bytes: &[u8; BYTES]) -> String {
    let mut text = format!("{prefix}{}", base62(bytes, DIGITS));
    let tail = base62(&u64::from(checksum(&text)).to_be_bytes(), CHECK_DIGITS);
    text.push_str(&tail);
    text
}

fn checksum(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// A big-endian number in base 62, with leading zeros up to `digits`.
fn base62(bytes: &[u8], digits: usize) -> String {
    let mut number = bytes.to_vec();
    let mut out = vec![b'0'; digits];
    for place in out.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *place = ALPHABET[rest as usize];
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_secret_is_well_formed_and_every_typo_is_noticed() {
        let secret = generate("sbm_", &SeededRandom::new(3));
        assert_eq!(secret.len(), 4 + 43 + 6);
        assert!(is_well_formed("sbm_", &secret), "{secret}");
        assert!(!is_well_formed("sbd_", &secret));
        for place in 0..secret.len() {
            let mut typo = secret.clone().into_bytes();
            typo[place] = if typo[place] == b'A' { b'B' } else { b'A' };
            assert!(
                !is_well_formed("sbm_", &String::from_utf8(typo).unwrap()),
                "{place}"
            );
        }
        for text in [
            "",
            "sbm_",
            "sbm_é",
            &secret[..secret.len() - 1],
            &format!("{secret}0"),
        ] {
            assert!(!is_well_formed("sbm_", text), "{text}");
        }
    }

    #[test]
    fn the_bytes_of_a_secret_come_back() {
        for byte in [0, 1, 61, 62, 127, 255] {
            let bytes = [byte; 32];
            assert_eq!(decode("sbk_", &encode("sbk_", &bytes)), Some(bytes));
        }
        assert_eq!(decode("sbk_", "sbk_x"), None);
    }

    #[test]
    fn base62_counts_right() {
        assert_eq!(base62(&[0], 2), "00");
        assert_eq!(base62(&[61], 2), "0z");
        assert_eq!(base62(&[62], 2), "10");
        assert_eq!(base62(&[1, 0], 3), "048");
    }

    #[test]
    fn lists_of_addresses_hold() {
        let token = Token {
            id: TokenId::from_uuid(Default::default()),
            kind: TokenKind::DbUpdate,
            name: String::new(),
            expires_at: Some(Time::from_micros(10)),
            read_only: false,
            allow_ips: vec!["10.0.0.0/8".parse().unwrap()],
            created_at: Time::from_micros(0),
            last_used_at: None,
            revoked_at: None,
        };
        assert!(
            token.allows("10.1.2.3".parse().unwrap())
                && token.allows("::ffff:10.1.2.3".parse().unwrap())
        );
        assert!(!token.allows("11.1.2.3".parse().unwrap()));
        assert!(token.is_live(Time::from_micros(9)) && !token.is_live(Time::from_micros(10)));
    }
}
