//! API credentials, found by the hash of their secret.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::token::{SecretHash, Token, TokenKind};
use smartbot_model::{Time, TokenId, WorkspaceId};

macro_rules! columns {
    () => {
        "workspace_id, token_id, kind, name, expires_at, read_only, allow_ips, created_at, last_used_at, revoked_at"
    };
}

queries! {
    INSERT = concat!("INSERT INTO tokens (", columns!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    REVOKE = "UPDATE tokens SET revoked_at = COALESCE(revoked_at, $3) WHERE workspace_id = $1 AND token_id = $2";
    TOUCH = "UPDATE tokens SET last_used_at = $3 WHERE workspace_id = $1 AND token_id = $2 AND COALESCE(last_used_at, 0) < $3";
    BY_HASH = concat!("SELECT ", columns!(), " FROM tokens WHERE hash = $1");
    EVERY = concat!("SELECT ", columns!(), " FROM tokens WHERE workspace_id = $1 ORDER BY token_id");
}

pub(crate) fn insert(to: &mut Preparation<'_>, token: &Token, hash: SecretHash) -> Result<()> {
    let args = args![
        to.workspace,
        token.id,
        token.kind.as_str(),
        token.name.as_str(),
        token.expires_at,
        token.read_only,
        json(
            &token
                .allow_ips
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        )?,
        token.created_at,
        token.last_used_at,
        token.revoked_at,
        hash,
    ];
    to.push(INSERT.with(args).unique(what::TOKEN));
    Ok(())
}

pub(crate) fn revoke(to: &mut Preparation<'_>, id: TokenId, at: Time) {
    to.push(REVOKE.with(args![to.workspace, id, at]).one(what::NO_TOKEN));
}

pub(crate) fn touch(to: &mut Preparation<'_>, id: TokenId, at: Time) {
    to.push(TOUCH.with(args![to.workspace, id, at]));
}

fn read(row: &Row) -> Result<Token> {
    let networks: Vec<String> = row.json("allow_ips")?;
    let network = |it: &String| {
        it.parse()
            .map_err(|_| Error::corrupt("tokens.allow_ips", it))
    };
    Ok(Token {
        id: TokenId::from_uuid(row.uuid("token_id")?),
        kind: row.named("kind", TokenKind::parse)?,
        name: row.text("name")?,
        expires_at: row.time_opt("expires_at")?,
        read_only: row.bool("read_only")?,
        allow_ips: networks.iter().map(network).collect::<Result<_>>()?,
        created_at: row.time("created_at")?,
        last_used_at: row.time_opt("last_used_at")?,
        revoked_at: row.time_opt("revoked_at")?,
    })
}

impl Store {
    /// The token of this secret, expired and revoked ones included.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn token_by_hash(&self, hash: &SecretHash) -> Result<Option<(WorkspaceId, Token)>> {
        let rows = self.db().read(BY_HASH.with(args![*hash])).await?;
        rows.first()
            .map(|it| Ok((WorkspaceId::from_uuid(it.uuid("workspace_id")?), read(it)?)))
            .transpose()
    }

    /// All tokens of a workspace, expired and revoked ones included, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn tokens(&self, workspace: WorkspaceId) -> Result<Vec<Token>> {
        self.db()
            .read(EVERY.with(args![workspace]))
            .await?
            .iter()
            .map(read)
            .collect()
    }
}
