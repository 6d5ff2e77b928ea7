//! Visitors and who they are.
use super::server::TestServer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use smartbot_app::visitors::ChannelPatch;

/// A JWT with these claims, as a portal would sign it.
pub(crate) fn sign(key: &str, claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{text}.{signature}")
}

/// An identity of the first workspace that holds for ten minutes.
pub(crate) async fn of(server: &TestServer, external_id: &str) -> String {
    let key = server.app.widget_key(server.workspace).await.unwrap();
    let exp = server.app.now().unix_seconds() + 600;
    let claims = json!({"sub": external_id, "exp": exp, "fields": {"user_fname": "Ana"}});
    sign(key.unwrap().expose(), &claims)
}

impl TestServer {
    /// Lets everybody start a bot, and these sites frame its widget.
    pub(crate) async fn open(&self, function_id: &str, origins: &[&str]) {
        let patch = ChannelPatch {
            is_public: Some(true),
            allowed_origins: Some(origins.iter().map(|it| (*it).to_owned()).collect()),
            ..ChannelPatch::default()
        };
        let opened = self.app.update_channel(self.workspace, function_id, &patch);
        opened.await.unwrap();
    }
}
