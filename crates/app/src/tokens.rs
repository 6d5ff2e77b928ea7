//! Tokens of both kinds, and the keys of single sessions.
use crate::{App, Caller, Error, Forbidden, Result, Unauthorised};
use ipnet::IpNet;
use moka::sync::Cache as Moka;
use smartbot_model::event::{Actor, ActorKind};
use smartbot_model::token::{self, SecretHash, Token, TokenKind};
use smartbot_model::{SessionId, Time, TokenId, UserId, WorkspaceId};
use smartbot_store::Change;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// What to make a token of.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Which API it opens.
    pub kind: TokenKind,
    /// What people call it.
    pub name: String,
    /// How long it works; none means until it is revoked.
    pub expires_in: Option<Duration>,
    /// Whether a `db_update` token may only read.
    pub read_only: bool,
    /// The networks it may be used from; empty means any.
    pub allow_ips: Vec<IpNet>,
}

/// A token that was just made. The secret is shown this once.
#[derive(Debug)]
pub struct CreatedToken {
    /// What is kept.
    pub token: Token,
    /// What the caller sends.
    pub secret: String,
}

/// How long a token's last use may be out of date, so that not every call writes.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

type Known = Arc<(WorkspaceId, Token)>;

/// Tokens that were looked up. With several nodes nothing is kept: a token must be revoked on all of them at once.
pub(crate) struct Cache(Option<Moka<SecretHash, Known>>);

impl Cache {
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self(ttl.is_none().then(|| crate::bots::bounded(10_000, None)))
    }

    fn get(&self, hash: &SecretHash) -> Option<Known> {
        self.0.as_ref()?.get(hash)
    }

    fn keep(&self, hash: SecretHash, known: Known) {
        if let Some(cache) = &self.0 {
            cache.insert(hash, known);
        }
    }

    fn forget_all(&self) {
        if let Some(cache) = &self.0 {
            cache.invalidate_all();
        }
    }
}

impl App {
    /// Makes a token.
    pub async fn create_token(
        &self,
        workspace: WorkspaceId,
        new: NewToken,
    ) -> Result<CreatedToken> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Error::invalid(
                "/name",
                "invalid_value",
                "Give the token a name of 1 to 100 characters.",
            ));
        }
        if new.read_only && new.kind != TokenKind::DbUpdate {
            return Err(Error::invalid(
                "/read_only",
                "invalid_value",
                "Only db_update tokens can be read-only.",
            ));
        }
        let now = self.now();
        let secret = token::generate(new.kind.prefix(), &*self.random);
        let token = Token {
            id: TokenId::new(now, &*self.random),
            kind: new.kind,
            name: name.to_owned(),
            expires_at: new.expires_in.map(|it| now.plus(it)),
            read_only: new.read_only,
            allow_ips: new.allow_ips,
            created_at: now,
            last_used_at: None,
            revoked_at: None,
        };
        self.store
            .commit(
                workspace,
                vec![Change::InsertToken {
                    token: token.clone(),
                    hash: token::hash(&secret),
                }],
            )
            .await?;
        Ok(CreatedToken { token, secret })
    }

    /// All tokens of a workspace, also revoked ones.
    pub async fn tokens(&self, workspace: WorkspaceId) -> Result<Vec<Token>> {
        Ok(self.store.tokens(workspace).await?)
    }

    /// Revokes a token at once.
    pub async fn revoke_token(&self, workspace: WorkspaceId, id: TokenId) -> Result<()> {
        if !self.tokens(workspace).await?.iter().any(|it| it.id == id) {
            return Err(Error::NotFound("token"));
        }
        self.store
            .commit(workspace, vec![Change::RevokeToken { id, at: self.now() }])
            .await?;
        self.tokens.forget_all();
        Ok(())
    }

    /// Finds out who calls with this secret, from this address, and refuses everybody who may not use this kind of API.
    pub async fn authenticate(
        &self,
        secret: &str,
        wanted: TokenKind,
        from: IpAddr,
    ) -> Result<(Caller, Token)> {
        let kind = [TokenKind::BotsManagement, TokenKind::DbUpdate]
            .into_iter()
            .find(|it| token::is_well_formed(it.prefix(), secret));
        if kind.is_none() {
            return Err(Error::Unauthorised(Unauthorised::Malformed));
        }
        let hash = token::hash(secret);
        let known = match self.tokens.get(&hash) {
            Some(known) => known,
            None => {
                let found = self
                    .store
                    .token_by_hash(&hash)
                    .await?
                    .ok_or(Error::Unauthorised(Unauthorised::Unknown))?;
                let found = Arc::new(found);
                self.tokens.keep(hash, found.clone());
                found
            }
        };
        let (workspace, token) = &*known;
        let now = self.now();
        if token.revoked_at.is_some() {
            return Err(Error::Unauthorised(Unauthorised::Unknown));
        }
        if !token.is_live(now) {
            return Err(Error::Unauthorised(Unauthorised::Expired));
        }
        if !token.allows(from) {
            return Err(Error::Forbidden(Forbidden::AddressNotAllowed));
        }
        if token.kind != wanted {
            return Err(Error::Forbidden(Forbidden::WrongTokenKind));
        }
        if token
            .last_used_at
            .is_none_or(|it| now.since(it) >= TOUCH_EVERY)
        {
            self.touch(*workspace, hash, token, now);
        }
        let caller = Caller {
            workspace: *workspace,
            actor: Actor::new(ActorKind::Token, token.id),
        };
        Ok((caller, token.clone()))
    }

    fn touch(&self, workspace: WorkspaceId, hash: SecretHash, token: &Token, now: Time) {
        let mut touched = token.clone();
        touched.last_used_at = Some(now);
        let id = token.id;
        self.tokens.keep(hash, Arc::new((workspace, touched)));
        let app = self.clone();
        self.tasks.spawn(async move {
            if let Err(error) = app
                .store
                .commit(workspace, vec![Change::TouchToken { id, at: now }])
                .await
            {
                tracing::warn!(%error, "the last use of a token could not be noted");
            }
        });
    }
}

/// What a session key begins with.
pub const SESSION_KEY_PREFIX: &str = "sbk_";

/// How long a session key outlives its session.
pub const SESSION_KEY_GRACE: Duration = Duration::from_secs(10 * 60);

impl App {
    /// The key of a session: the workspace, and a MAC over the session under the workspace's key, so that nothing needs to be stored.
    pub async fn session_key(&self, workspace: WorkspaceId, session: SessionId) -> Result<String> {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(workspace.uuid().as_bytes());
        bytes[16..].copy_from_slice(
            &self
                .store
                .mac(workspace, "session_key", session.uuid().as_bytes())
                .await?[..16],
        );
        Ok(token::encode(SESSION_KEY_PREFIX, &bytes))
    }

    /// Finds out whether `key` opens this session: a wrong key, a wrong session and a wrong workspace look the same.
    pub async fn authenticate_session(&self, key: &str, session: SessionId) -> Result<Caller> {
        const UNKNOWN: Error = Error::Unauthorised(Unauthorised::Unknown);
        let bytes = token::decode(SESSION_KEY_PREFIX, key)
            .ok_or(Error::Unauthorised(Unauthorised::Malformed))?;
        let uuid = uuid::Uuid::from_slice(&bytes[..16]).map_err(|_| UNKNOWN)?;
        let workspace = WorkspaceId::from_uuid(uuid);
        let label = "session_key";
        let mac = match self
            .store
            .mac(workspace, label, session.uuid().as_bytes())
            .await
        {
            // There is no such workspace.
            Err(smartbot_store::Error::Invalid { .. }) => return Err(UNKNOWN),
            other => other?,
        };
        if !bool::from(mac[..16].ct_eq(&bytes[16..])) {
            return Err(UNKNOWN);
        }
        // There was such a session, or it would have no key: its user was erased.
        let row = self
            .store
            .session(workspace, session)
            .await?
            .ok_or(Error::NotFound("session"))?;
        if row
            .ended_at
            .is_some_and(|it| self.now().since(it) > SESSION_KEY_GRACE)
        {
            return Err(Error::Unauthorised(Unauthorised::Expired));
        }
        Ok(Caller {
            workspace,
            actor: user_actor(row.user_id),
        })
    }
}

fn user_actor(user: UserId) -> Actor {
    Actor::new(ActorKind::User, user)
}
