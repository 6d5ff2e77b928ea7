//! Signatures by the Standard Webhooks specification 1.0: `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::Sha256;
use smartbot_model::Time;
use smartbot_model::random::Random;
use subtle::ConstantTimeEq;

/// What a secret begins with.
pub const PREFIX: &str = "whsec_";

/// How far the timestamp of a call may be from the receiver's clock, in seconds.
pub const TOLERANCE_SECONDS: i64 = 300;

/// A new secret: 32 random bytes.
pub fn generate_secret(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The value of the header `webhook-signature`.
///
/// `secret` is `whsec_…`; what follows the prefix is base64. A text that is not base64 signs with its own bytes.
pub fn sign(secret: &str, id: &str, at: Time, body: &[u8]) -> String {
    let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD
        .decode(encoded)
        .unwrap_or_else(|_| encoded.as_bytes().to_vec());
    // HMAC takes keys of any length, so this never fails; an empty signature would be refused by every receiver.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
        return String::new();
    };
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(at.unix_seconds().to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What a public key begins with.
pub const PUBLIC_PREFIX: &str = "whpk_";

fn key_pair(seed: &[u8; 32]) -> Option<Ed25519KeyPair> {
    // Any 32 bytes are a seed, so this never fails.
    Ed25519KeyPair::from_seed_unchecked(seed).ok()
}

/// The signature with an Ed25519 key: `v1a,` and base64, over the same text as [`sign`].
pub fn sign_ed25519(seed: &[u8; 32], id: &str, at: Time, body: &[u8]) -> Option<String> {
    let mut text = format!("{id}.{}.", at.unix_seconds()).into_bytes();
    text.extend_from_slice(body);
    let signature = key_pair(seed)?.sign(&text);
    Some(format!("v1a,{}", STANDARD.encode(signature.as_ref())))
}

/// The public key `whpk_…` that belongs to a seed, for receivers.
pub fn public_key(seed: &[u8; 32]) -> Option<String> {
    let key = key_pair(seed)?;
    Some(format!(
        "{PUBLIC_PREFIX}{}",
        STANDARD.encode(key.public_key().as_ref())
    ))
}

/// Why a call is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// `webhook-timestamp` is not a number of seconds.
    #[error("the header webhook-timestamp is missing or not a number")]
    BadTimestamp,
    /// The call is more than five minutes from the receiver's clock.
    #[error("the timestamp is more than five minutes away: a replay, or a wrong clock")]
    OutOfTime,
    /// No signature fits: another secret, or the body was changed on its way.
    #[error("no signature fits: another secret, or a changed body (sign the raw bytes)")]
    WrongSignature,
}

/// Checks a received call. `signatures` is the whole header: several may stand there while a secret is rotated.
pub fn verify(
    secret: &str,
    id: &str,
    timestamp: &str,
    signatures: &str,
    body: &[u8],
    now: Time,
) -> Result<(), Untrusted> {
    let seconds: i64 = timestamp.parse().map_err(|_| Untrusted::BadTimestamp)?;
    if now.unix_seconds().abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(Untrusted::OutOfTime);
    }
    let expected = sign(
        secret,
        id,
        Time::from_micros(seconds.saturating_mul(1_000_000)),
        body,
    );
    let fits = signatures
        .split(' ')
        .any(|it| it.as_bytes().ct_eq(expected.as_bytes()).into());
    if fits {
        Ok(())
    } else {
        Err(Untrusted::WrongSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_specification_s_example_comes_out() {
        let at = Time::from_micros(1_614_265_330_000_000);
        let signature = sign(
            SECRET,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_signature_with_a_key_fits_its_public_key() {
        let at = Time::from_micros(1_614_265_330_000_000);
        let signature = sign_ed25519(&[7; 32], "evt_1", at, b"{}").unwrap();
        let signature = STANDARD
            .decode(signature.strip_prefix("v1a,").unwrap())
            .unwrap();
        let public = public_key(&[7; 32]).unwrap();
        let public = STANDARD
            .decode(public.strip_prefix("whpk_").unwrap())
            .unwrap();
        let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, public);
        assert!(key.verify(b"evt_1.1614265330.{}", &signature).is_ok());
        assert!(key.verify(b"evt_1.1614265330.{ }", &signature).is_err());
    }

    #[test]
    fn a_call_is_trusted_only_whole_and_in_time() {
        let at = Time::from_micros(1_614_265_330_000_000);
        let late = Time::from_micros(1_614_265_631_000_000);
        let signature = sign(SECRET, "evt_1", at, b"{}");
        let both = format!("v1,AAAA {signature}");
        assert_eq!(
            verify(SECRET, "evt_1", "1614265330", &both, b"{}", at),
            Ok(())
        );
        assert_eq!(
            verify(SECRET, "evt_2", "1614265330", &both, b"{}", at),
            Err(Untrusted::WrongSignature)
        );
        assert_eq!(
            verify(SECRET, "evt_1", "1614265330", &both, b"{ }", at),
            Err(Untrusted::WrongSignature)
        );
        assert_eq!(
            verify("whsec_AAAA", "evt_1", "1614265330", &both, b"{}", at),
            Err(Untrusted::WrongSignature)
        );
        assert_eq!(
            verify(SECRET, "evt_1", "1614265330", &both, b"{}", late),
            Err(Untrusted::OutOfTime)
        );
        assert_eq!(
            verify(SECRET, "evt_1", "soon", &both, b"{}", at),
            Err(Untrusted::BadTimestamp)
        );
    }
}
