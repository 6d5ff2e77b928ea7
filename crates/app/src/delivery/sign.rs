//! Signatures by the Standard Webhooks specification 1.0: `v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`, or `v1a,` and that
//! of an Ed25519 signature over the same text.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::Sha256;
use smartbot_model::Time;
use smartbot_model::random::Random;
use smartbot_model::webhook::Signature;
use smartbot_store::EndpointSecrets;
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
    mac.update(beginning(id, at).as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What is signed stands before the body.
fn beginning(id: &str, at: Time) -> String {
    format!("{id}.{}.", at.unix_seconds())
}

/// What a public key begins with.
pub const PUBLIC_PREFIX: &str = "whpk_";

/// What a private key begins with; only its seed is kept, and it leaves SmartBot never.
const KEY_PREFIX: &str = "whsk_";

/// The seed of an Ed25519 key as it is kept among the old secrets.
pub(crate) fn written_key(seed: &[u8; 32]) -> String {
    format!("{KEY_PREFIX}{}", STANDARD.encode(seed))
}

/// The seed of a key that was kept so; none for a secret.
fn read_key(text: &str) -> Option<[u8; 32]> {
    let seed = STANDARD.decode(text.strip_prefix(KEY_PREFIX)?).ok()?;
    seed.try_into().ok()
}

fn key_pair(seed: &[u8; 32]) -> Option<Ed25519KeyPair> {
    // Any 32 bytes are a seed, so this never fails.
    Ed25519KeyPair::from_seed_unchecked(seed).ok()
}

/// The signature with an Ed25519 key: `v1a,` and base64, over the same text as [`sign`].
pub fn sign_ed25519(seed: &[u8; 32], id: &str, at: Time, body: &[u8]) -> Option<String> {
    let mut text = beginning(id, at).into_bytes();
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

/// The value of the header `webhook-signature` for an endpoint: all signatures that hold now, of each kind the newest first.
pub(crate) fn signatures(
    kind: Signature,
    secrets: &EndpointSecrets,
    id: &str,
    at: Time,
    body: &[u8],
) -> String {
    let old = secrets.old.iter().filter(|it| it.until > at);
    let (old_keys, old): (Vec<_>, Vec<_>) = old
        .map(|it| it.secret.expose().as_str())
        .partition(|it| it.starts_with(KEY_PREFIX));
    let mut all = Vec::with_capacity(2);
    if kind != Signature::V1a {
        let current = std::iter::once(secrets.current.expose().as_str());
        all.extend(current.chain(old).map(|it| sign(it, id, at, body)));
    }
    if kind != Signature::V1 {
        let current = secrets.signing_key.as_ref().map(|it| *it.expose());
        let seeds = current
            .into_iter()
            .chain(old_keys.into_iter().filter_map(read_key));
        all.extend(seeds.filter_map(|it| sign_ed25519(&it, id, at, body)));
    }
    all.join(" ")
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

/// Checks a received call with a secret `whsec_…` or a public key `whpk_…`. `signatures` is the whole header: several may stand there, of
/// both kinds and while a secret is rotated.
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
    let at = Time::from_micros(seconds.saturating_mul(1_000_000));
    let mut all = signatures.split(' ');
    let fits = if let Some(encoded) = secret.strip_prefix(PUBLIC_PREFIX) {
        let key = UnparsedPublicKey::new(&ED25519, STANDARD.decode(encoded).unwrap_or_default());
        let mut text = beginning(id, at).into_bytes();
        text.extend_from_slice(body);
        let of_key = all.filter_map(|it| STANDARD.decode(it.strip_prefix("v1a,")?).ok());
        // What is no key fits nothing.
        of_key.into_iter().any(|it| key.verify(&text, &it).is_ok())
    } else {
        let expected = sign(secret, id, at, body);
        all.any(|it| it.as_bytes().ct_eq(expected.as_bytes()).into())
    };
    if fits {
        Ok(())
    } else {
        Err(Untrusted::WrongSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::Phi;
    use smartbot_store::OldSecret;

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
        let both = format!("{} {signature}", sign(SECRET, "evt_1", at, b"{}"));
        let public = public_key(&[7; 32]).unwrap();
        let checked = |key: &str, body: &[u8]| verify(key, "evt_1", "1614265330", &both, body, at);
        assert_eq!(checked(&public, b"{}"), Ok(()));
        assert_eq!(checked(SECRET, b"{}"), Ok(()));
        assert_eq!(checked(&public, b"{ }"), Err(Untrusted::WrongSignature));
        for other in [
            &public_key(&[8; 32]).unwrap(),
            "whpk_",
            "whpk_AAAA",
            "whpk_?",
        ] {
            assert_eq!(checked(other, b"{}"), Err(Untrusted::WrongSignature));
        }
    }

    #[test]
    fn old_secrets_and_keys_sign_until_their_time_is_over() {
        let at = Time::from_micros(1_614_265_330_000_000);
        let old = |secret: &str, until| OldSecret {
            secret: Phi::new(secret.to_owned()),
            until,
        };
        let later = at.plus(std::time::Duration::from_secs(1));
        let secrets = EndpointSecrets {
            current: Phi::new(SECRET.to_owned()),
            old: vec![
                old("whsec_b2xk", later),
                old(&written_key(&[7; 32]), later),
                old(&written_key(&[6; 32]), at),
                old("whsec_b2xkZXI=", at),
            ],
            signing_key: Some(Phi::new([8; 32])),
        };
        let of_secrets = [SECRET, "whsec_b2xk"].map(|it| sign(it, "evt_1", at, b"{}"));
        let of_keys = [8, 7].map(|it| sign_ed25519(&[it; 32], "evt_1", at, b"{}").unwrap());
        for (kind, expected) in [
            (Signature::V1, of_secrets.to_vec()),
            (Signature::V1a, of_keys.to_vec()),
            (Signature::Both, [of_secrets, of_keys].concat()),
        ] {
            let signed = signatures(kind, &secrets, "evt_1", at, b"{}");
            assert_eq!(signed, expected.join(" "));
        }
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
