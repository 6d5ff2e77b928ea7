//! API tokens of both kinds.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageTokens;
use crate::body::{Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use smartbot_app::tokens::NewToken;
use smartbot_app::{App, Error};
use smartbot_model::token::{Token, TokenKind};
use smartbot_model::{Time, TokenId};
use std::net::IpAddr;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens))
        .routes(routes!(create_token))
        .routes(routes!(revoke_token))
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct TokenView {
    /// Its id.
    id: TokenId,
    /// Which API it opens.
    kind: TokenKind,
    /// What people call it.
    #[schema(example = "portal")]
    name: String,
    /// Whether it may only read.
    read_only: bool,
    /// The networks it may be used from; empty means any.
    #[schema(example = json!(["10.1.0.0/16"]))]
    allow_ips: Vec<String>,
    /// When it was made.
    created_at: Time,
    /// When it stops working; null means when it is revoked.
    expires_at: Option<Time>,
    /// When it was last used, to the minute.
    last_used_at: Option<Time>,
    /// When it was revoked.
    revoked_at: Option<Time>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            kind: token.kind,
            name: token.name,
            read_only: token.read_only,
            allow_ips: token.allow_ips.iter().map(ToString::to_string).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeToken {
    /// The token.
    #[serde(flatten)]
    made: TokenView,
    /// The secret that opens the API: shown this once.
    #[schema(example = "sbd_…")]
    token: String,
}

/// What to make a token of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    /// Which API it opens.
    kind: TokenKind,
    /// What people call it, 1 to 100 characters.
    #[schema(example = "portal")]
    name: String,
    /// After how many days it stops working, 1 to 3,650; null means when it is revoked.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    expires_in_days: Option<u32>,
    /// Whether a `db_update` token may only read.
    #[serde(default)]
    read_only: bool,
    /// The networks it may be used from, in CIDR, or single addresses; empty means any. At most 50.
    #[serde(default)]
    #[schema(example = json!(["10.1.0.0/16"]))]
    allow_ips: Vec<String>,
}

/// The most networks that a token lists.
const MAX_NETWORKS: usize = 50;

fn networks(texts: &[String]) -> Result<Vec<IpNet>, Error> {
    if texts.len() > MAX_NETWORKS {
        let message = format!("A token lists at most {MAX_NETWORKS} networks.");
        return Err(Error::invalid("/allow_ips", "invalid_value", message));
    }
    let network = |(place, text): (usize, &String)| {
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| one()).map_err(|_| {
            Error::invalid(
                format!("/allow_ips/{place}"),
                "invalid_value",
                "Give a network like 10.1.0.0/16, or an address.",
            )
        })
    };
    texts.iter().enumerate().map(network).collect()
}

fn life(days: Option<u32>) -> Result<Option<Duration>, Error> {
    match days {
        None => Ok(None),
        Some(days @ 1..=3_650) => Ok(Some(Duration::from_secs(u64::from(days) * 86_400))),
        Some(_) => Err(Error::invalid(
            "/expires_in_days",
            "invalid_value",
            "expires_in_days is a number from 1 to 3,650.",
        )),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListTokens {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List all tokens, also expired and revoked ones, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/tokens",
    tag = "Admin",
    operation_id = "list_tokens",
    params(ListTokens),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_tokens"))),
    responses((status = 200, body = Page<TokenView>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_tokens(
    State(app): State<App>,
    agent: SignedIn<ManageTokens>,
    Query(query): Query<ListTokens>,
) -> Result<axum::Json<Page<TokenView>>, Problem> {
    let workspace = agent.caller().workspace;
    let list = List::new(&app, workspace, "tokens", &(), query.limit)?;
    let after: Option<TokenId> = list.position(query.cursor.as_deref()).await?;
    let mut all = app.tokens(workspace).await?;
    all.retain(|it| after.is_none_or(|after| it.id > after));
    Ok(axum::Json(
        list.page(all, |it| it.id, TokenView::from).await?,
    ))
}

/// Make a token. Its secret is in this answer and nowhere else.
#[utoipa::path(
    post,
    path = "/api/v1/admin/tokens",
    tag = "Admin",
    operation_id = "create_token",
    request_body = TokenBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_tokens"))),
    responses((status = 201, body = MadeToken), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_token(
    State(app): State<App>,
    agent: SignedIn<ManageTokens>,
    json: Json<TokenBody>,
) -> Result<(StatusCode, axum::Json<MadeToken>), Problem> {
    let body = json.value;
    let new = NewToken {
        kind: body.kind,
        expires_in: life(body.expires_in_days)?,
        read_only: body.read_only,
        allow_ips: networks(&body.allow_ips)?,
        name: body.name,
    };
    let made = app.create_token(agent.caller().workspace, new).await?;
    let body = MadeToken {
        made: made.token.into(),
        token: made.secret,
    };
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// Revoke a token: it opens nothing any more, on any node.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/tokens/{id}",
    tag = "Admin",
    operation_id = "revoke_token",
    params(("id" = TokenId, Path, description = "The token.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_tokens"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn revoke_token(
    State(app): State<App>,
    agent: SignedIn<ManageTokens>,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    app.revoke_token(agent.caller().workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
