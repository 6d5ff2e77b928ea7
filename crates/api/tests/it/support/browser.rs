//! Agents and their browsers.
use super::client::{Api, Reply};
use super::server::TestServer;
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::NewAgent;
use smartbot_model::agent::{AddedAgent, Role};

/// The password of every agent of the tests.
pub(crate) const PASSWORD: &str = "plum trumpet orbit velvet";

/// Where agents sign in.
pub(crate) const SIGN_IN: &str = "/api/v1/admin/sign_in";

/// Who is signed in.
pub(crate) const ME: &str = "/api/v1/admin/me";

impl TestServer {
    /// Adds an agent who may sign in with [`PASSWORD`], or one who is only invited.
    pub(crate) async fn add_agent(&self, email: &str, role: Role, is_active: bool) -> AddedAgent {
        let new = NewAgent {
            email: email.to_owned(),
            name: None,
            role,
            limited_to_flags: Vec::new(),
            password: is_active.then(|| PASSWORD.to_owned()),
        };
        let caller = Caller::system(self.workspace);
        let reply = self.app.add_agent(&caller, new, None).await.unwrap();
        serde_json::from_str(&reply.body).unwrap()
    }

    /// A browser in which a new agent of this role is signed in.
    pub(crate) async fn browser(&self, role: Role) -> Api {
        let mut bytes = [0; 8];
        smartbot_model::random::Random::fill(&smartbot_app::clock::SystemRandom, &mut bytes);
        let email = format!("{:x}@clinic.example", u64::from_be_bytes(bytes));
        self.add_agent(&email, role, true).await;
        self.signed_in(&email).await
    }

    /// A browser in which the agent of this address is signed in.
    pub(crate) async fn signed_in(&self, email: &str) -> Api {
        let reply = sign_in(&self.nobody(), email, PASSWORD).await;
        let cookie = cookie_of(&reply);
        reply.ok();
        self.nobody().header("cookie", &cookie)
    }
}

/// Tries to sign in.
pub(crate) async fn sign_in(api: &Api, email: &str, password: &str) -> Reply {
    let body: Value = json!({"email": email, "password": password});
    api.post(SIGN_IN, &body).await
}

/// The cookie that an answer sets, as the browser sends it back.
#[track_caller]
pub(crate) fn cookie_of(reply: &Reply) -> String {
    let set = reply.header("set-cookie");
    let (pair, rest) = set
        .split_once("; ")
        .unwrap_or_else(|| panic!("no cookie: {reply:?}"));
    assert!(pair.starts_with("__Host-smartbot="), "{set}");
    assert!(
        rest.starts_with("Path=/; Secure; HttpOnly; SameSite=Lax"),
        "{set}"
    );
    pair.to_owned()
}
