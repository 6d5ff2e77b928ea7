//! Sealed values: AES-256-GCM, bound to the place they are kept at.
//!
//! `format (1 byte) ‖ key id (4, big-endian) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`. The associated data is
//! `workspace id (16) ‖ "table.column" ‖ 0 ‖ row id`, so that a value moved to another row, column or workspace does not open.
use crate::error::{Error, Result};
use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce, Tag};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use smartbot_model::WorkspaceId;
use smartbot_model::random::Random;
use std::fmt;

const FORMAT: u8 = 1;
const NONCE: usize = 12;
const HEADER: usize = 1 + 4 + NONCE;
const TAG: usize = 16;

/// Where a value is kept.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) workspace: WorkspaceId,
    /// `table.column`
    pub(crate) column: &'static str,
    /// What identifies the row in the workspace.
    pub(crate) row: &'a [u8],
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        [
            self.workspace.uuid().as_bytes(),
            self.column.as_bytes(),
            &[0],
            self.row,
        ]
        .concat()
    }

    pub(crate) fn corrupt(&self) -> Error {
        Error::corrupt(self.column, Hex(self.row))
    }
}

/// Bytes as hexadecimal digits.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| write!(f, "{it:02x}"))
    }
}

/// A key that seals.
pub(crate) struct SealingKey {
    id: u32,
    cipher: Aes256Gcm,
}

impl SealingKey {
    pub(crate) fn new(id: u32, key: &[u8; 32]) -> Self {
        Self {
            id,
            cipher: Aes256Gcm::new(key.into()),
        }
    }

    pub(crate) fn seal(
        &self,
        place: Place<'_>,
        clear: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let mut out = Vec::with_capacity(HEADER + clear.len() + TAG);
        out.push(FORMAT);
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(clear);
        let tag = self
            .cipher
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &place.associated_data(),
                (&mut out[HEADER..]).into(),
            )
            .map_err(|_| Error::invalid(format!("a value that is too long ({})", place.column)))?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    pub(crate) fn open(&self, place: Place<'_>, mut sealed: Vec<u8>) -> Result<Vec<u8>> {
        let Some((header, rest)) = sealed.split_at_mut_checked(HEADER) else {
            return Err(place.corrupt());
        };
        let Some(length) = rest.len().checked_sub(TAG) else {
            return Err(place.corrupt());
        };
        let (clear, tag) = rest.split_at_mut(length);
        let (Ok(nonce), Ok(tag)) = (
            <[u8; NONCE]>::try_from(&header[5..]),
            <[u8; TAG]>::try_from(&*tag),
        ) else {
            return Err(place.corrupt());
        };
        if header[0] != FORMAT || header[1..5] != self.id.to_be_bytes() {
            return Err(place.corrupt());
        }
        self.cipher
            .decrypt_inout_detached(
                &Nonce::from(nonce),
                &place.associated_data(),
                clear.into(),
                &Tag::from(tag),
            )
            .map_err(|_| place.corrupt())?;
        sealed.truncate(HEADER + length);
        sealed.drain(..HEADER);
        Ok(sealed)
    }
}

/// HMAC-SHA-256.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A key for one purpose, from a key that is used for nothing else.
pub(crate) fn derive(key: &[u8; 32], purpose: &str) -> [u8; 32] {
    mac(key, &[b"smartbot store v1: ", purpose.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use smartbot_model::random::SeededRandom;

    fn workspace(byte: u8) -> WorkspaceId {
        WorkspaceId::from_uuid(uuid::Uuid::from_bytes([byte; 16]))
    }

    fn place(row: &[u8]) -> Place<'_> {
        Place {
            workspace: workspace(1),
            column: "users.fields",
            row,
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_at_its_place_and_nowhere_else(
            clear in proptest::collection::vec(any::<u8>(), 0..300), row in proptest::collection::vec(any::<u8>(), 0..20), seed: u64,
        ) {
            let random = SeededRandom::new(seed);
            let key = SealingKey::new(1, &[7; 32]);
            let sealed = key.seal(place(&row), &clear, &random).unwrap();
            prop_assert_eq!(sealed.len(), HEADER + clear.len() + TAG);
            prop_assert_eq!(key.open(place(&row), sealed.clone()), Ok(clear));
            let mut other_row = row.clone();
            other_row.push(0);
            for elsewhere in [
                place(&other_row),
                Place { workspace: workspace(2), ..place(&row) },
                Place { column: "users.external_id", ..place(&row) },
            ] {
                prop_assert_eq!(key.open(elsewhere, sealed.clone()), Err(elsewhere.corrupt()));
            }
            prop_assert!(SealingKey::new(1, &[8; 32]).open(place(&row), sealed.clone()).is_err());
            prop_assert!(SealingKey::new(2, &[7; 32]).open(place(&row), sealed).is_err());
        }

        #[test]
        fn a_changed_byte_or_a_cut_is_noticed(clear in proptest::collection::vec(any::<u8>(), 0..60), at: prop::sample::Index, flip in 1_u8..) {
            let key = SealingKey::new(1, &[7; 32]);
            let sealed = key.seal(place(b"row"), &clear, &SeededRandom::new(1)).unwrap();
            let mut changed = sealed.clone();
            changed[at.index(sealed.len())] ^= flip;
            prop_assert!(key.open(place(b"row"), changed).is_err());
            prop_assert!(key.open(place(b"row"), sealed[..at.index(sealed.len())].to_vec()).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(SealingKey::new(1, &[7; 32]).open(place(b"row"), bytes).is_err());
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_every_time() {
        let key = SealingKey::new(1, &[7; 32]);
        let random = SeededRandom::new(1);
        assert_ne!(
            key.seal(place(b"row"), b"yes", &random),
            key.seal(place(b"row"), b"yes", &random)
        );
    }

    #[test]
    fn hashes_are_hmac_sha_256() {
        // RFC 4231, test case 2 has a shorter key; zero padding makes it the same key.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hex = Hex(&mac(&key, &[b"what do ya want ", b"for nothing?"])).to_string();
        assert_eq!(
            hex,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
