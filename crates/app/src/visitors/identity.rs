//! Who a visitor is: a JWT (RFC 7519) that the workspace's own system has signed with the widget key.
//!
//! HS256 and nothing else: the algorithm is ours to say, not the token's. Read here and not by a library, because the one that is alive
//! brings RSA with an open advisory along, takes the time from the system's clock, and keeps the last of two equal claims.
use crate::{App, Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use smartbot_model::user::MAX_EXTERNAL_ID_CHARS;
use smartbot_model::{Phi, Time, WorkspaceId, strict_json};
use std::time::Duration;

/// How far ahead the end of an identity may lie.
pub const MAX_IDENTITY_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// How far the clock of the one who signed may be ahead of ours, in seconds.
const LEEWAY: i64 = 60;

/// The longest JWT, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// Who a visitor is.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The customer's own id of the person.
    pub external_id: Phi<String>,
    /// Profile fields to set.
    pub fields: Phi<Map<String, Value>>,
}

fn part(text: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    match strict_json::parse_request(&bytes).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A time in whole seconds; none when the claim is absent, an error when it is anything else.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64() {
            Some(seconds) if seconds >= 0 => Ok(Some(seconds)),
            _ => Err(Error::IdentityInvalid(
                "exp, nbf and iat of an identity are whole seconds since 1970.",
            )),
        },
    }
}

/// Reads an identity that this key has signed and whose time it is.
fn read(jwt: &str, key: &str, now: Time) -> Result<Identity> {
    let refuse = |why: &'static str| Err(Error::IdentityInvalid(why));
    const SHAPE: &str =
        "The identity is no JWT: three parts of base64url with dots between them, at most 16 KiB.";
    const SIGNATURE: &str = "The identity is not signed with the widget key of this workspace.";
    if jwt.len() > MAX_BYTES {
        return refuse(SHAPE);
    }
    let Some((signed, signature)) = jwt.rsplit_once('.') else {
        return refuse(SHAPE);
    };
    let Some((head, body)) = signed.split_once('.') else {
        return refuse(SHAPE);
    };
    let Some(header) = part(head) else {
        return refuse(SHAPE);
    };
    if header.get("alg").and_then(Value::as_str) != Some("HS256") || header.contains_key("crit") {
        return refuse("An identity is signed with HS256, and has no critical extensions.");
    }
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return refuse(SHAPE);
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return refuse(SIGNATURE);
    };
    mac.update(signed.as_bytes());
    // Compares in constant time.
    if mac.verify_slice(&signature).is_err() {
        return refuse(SIGNATURE);
    }
    let Some(mut claims) = part(body) else {
        return refuse("The claims of the identity are no JSON object, or name one twice.");
    };
    let today = now.unix_seconds();
    let Some(exp) = seconds(&claims, "exp")? else {
        return refuse("An identity says with exp when it ends, at most 24 hours ahead.");
    };
    if exp <= today {
        return refuse("The identity has ended. Sign a new one.");
    }
    if exp - today > MAX_IDENTITY_LIFE.as_secs().cast_signed() + LEEWAY {
        return refuse("An identity ends at most 24 hours ahead. Sign one with a nearer exp.");
    }
    for name in ["nbf", "iat"] {
        if seconds(&claims, name)?.is_some_and(|it| it > today + LEEWAY) {
            return refuse(
                "The identity holds later only: look at its nbf and iat, and at the clocks.",
            );
        }
    }
    let Some(Value::String(external_id)) = claims.remove("sub") else {
        return refuse("An identity names the person with sub, your own id, a text.");
    };
    let fits = (1..=MAX_EXTERNAL_ID_CHARS).contains(&external_id.chars().count());
    if !fits || external_id.trim().is_empty() {
        return refuse("The sub of an identity is 1 to 255 characters long and not blank.");
    }
    let fields = match claims.remove("fields") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => return refuse("The fields of an identity are an object: names and values."),
    };
    Ok(Identity {
        external_id: Phi::new(external_id),
        fields: Phi::new(fields),
    })
}

impl App {
    /// Who a visitor of this workspace is.
    pub async fn identify(&self, workspace: WorkspaceId, jwt: &str) -> Result<Identity> {
        let key = self.widget_key(workspace).await?;
        // A workspace without a key has signed nothing. The same words as for any other key.
        let key = key.map_or_else(String::new, Phi::into_inner);
        if key.is_empty() {
            return Err(Error::IdentityInvalid(
                "The identity is not signed with the widget key of this workspace.",
            ));
        }
        read(jwt, &key, self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEY: &str = "sbw_a_key_of_the_tests";
    const NOW: i64 = 1_700_000_000;

    fn signed(header: &str, claims: &str, key: &str) -> String {
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{text}.{signature}")
    }

    fn judged(jwt: &str) -> Result<Identity, String> {
        read(jwt, KEY, Time::from_micros(NOW * 1_000_000)).map_err(|it| it.to_string())
    }

    fn with(claims: &Value) -> Result<Identity, String> {
        judged(&signed(
            r#"{"alg":"HS256","typ":"JWT"}"#,
            &claims.to_string(),
            KEY,
        ))
    }

    #[test]
    fn a_signed_identity_of_today_holds() {
        let claims = json!({"sub": "p-17", "exp": NOW + 600, "iat": NOW, "nbf": NOW, "fields": {"user_fname": "Ana"}, "aud": "x"});
        let identity = with(&claims).unwrap();
        assert_eq!(identity.external_id.expose(), "p-17");
        assert_eq!(identity.fields.expose()["user_fname"], "Ana");
    }

    #[test]
    fn times_hold_to_the_second() {
        for (claims, holds) in [
            (json!({"sub": "p", "exp": NOW + 1}), true),
            (json!({"sub": "p", "exp": NOW}), false),
            (json!({"sub": "p", "exp": NOW + 86_460}), true),
            (json!({"sub": "p", "exp": NOW + 86_461}), false),
            (json!({"sub": "p", "exp": i64::MAX}), false),
            (json!({"sub": "p", "exp": 1e300}), false),
            (json!({"sub": "p", "exp": (NOW + 60).to_string()}), false),
            (json!({"sub": "p", "exp": -1}), false),
            (json!({"sub": "p", "exp": NOW + 600, "nbf": NOW + 60}), true),
            (
                json!({"sub": "p", "exp": NOW + 600, "nbf": NOW + 61}),
                false,
            ),
            (
                json!({"sub": "p", "exp": NOW + 600, "iat": NOW + 61}),
                false,
            ),
            (json!({"sub": "p"}), false),
            (json!({"exp": NOW + 600}), false),
            (json!({"sub": 17, "exp": NOW + 600}), false),
            (json!({"sub": " ", "exp": NOW + 600}), false),
            (json!({"sub": "p".repeat(256), "exp": NOW + 600}), false),
            (json!({"sub": "p", "exp": NOW + 600, "fields": []}), false),
        ] {
            assert_eq!(with(&claims).is_ok(), holds, "{claims}");
        }
    }

    #[test]
    fn no_other_algorithm_key_or_shape_is_taken() {
        let claims = json!({"sub": "p-17", "exp": NOW + 600}).to_string();
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":["HS256"]}"#,
            r#"{"typ":"JWT"}"#,
            r#"{"alg":"HS256","crit":["exp"]}"#,
            r#"{"alg":"HS256","alg":"HS256"}"#,
            "[]",
        ] {
            assert!(judged(&signed(header, &claims, KEY)).is_err(), "{header}");
        }
        let good = signed(r#"{"alg":"HS256"}"#, &claims, KEY);
        assert!(judged(&good).is_ok());
        assert!(judged(&signed(r#"{"alg":"HS256"}"#, &claims, "another")).is_err());
        assert!(judged(&signed(r#"{"alg":"HS256"}"#, &claims, "")).is_err());
        let (signed_part, signature) = good.rsplit_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(r#"{"sub":"p-18","exp":9999999999}"#);
        let swapped = format!(
            "{}.{other}.{signature}",
            signed_part.split('.').next().unwrap()
        );
        for wrong in [
            "",
            "...",
            "a.b.c",
            signed_part,
            &format!("{signed_part}."),
            &format!("{good}="),
            &format!("{good}.x"),
            &format!(" {good}"),
            &swapped,
            &"a".repeat(MAX_BYTES + 1),
        ] {
            assert!(judged(wrong).is_err(), "{wrong}");
        }
        let twice = format!(r#"{{"sub":"p-17","sub":"p-18","exp":{}}}"#, NOW + 600);
        assert!(judged(&signed(r#"{"alg":"HS256"}"#, &twice, KEY)).is_err());
    }
}
