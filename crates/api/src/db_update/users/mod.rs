//! Users.
mod bulk;
mod flags;

use crate::Context;
use crate::answer::answer;
use crate::auth::needs::{EditUsers, EraseUsers, ViewUsers};
use crate::auth::{DbUpdate, DbUpdateWriter};
use crate::body::{Bare, Json, Patch, Path, Query};
use crate::list::{List, Page, wrong};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use smartbot_app::users::UserKey;
use smartbot_app::users::list::UserFilter;
use smartbot_app::users::list::UserPosition;
use smartbot_app::users::write::{NewUser, UserPatch};
use smartbot_app::{App, Error};
use smartbot_model::user::User;
use smartbot_model::{Phi, Time};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, update_user, delete_user))
        .merge(flags::routes())
        .merge(bulk::routes())
}

/// The longest text to search for, in characters.
const MAX_SEARCH_CHARS: usize = 200;

/// Reads `usr_…` or `ext:…`; what is neither names nobody.
fn key(id: &str) -> Result<UserKey, Problem> {
    Ok(UserKey::parse(id).ok_or(Error::NotFound("user"))?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListUsers {
    /// The user with exactly this id of your own.
    #[param(example = "p-17")]
    external_id: Option<String>,
    /// Users whose field `user_phone` is exactly this. Write a leading `+` as `%2B`.
    user_phone: Option<String>,
    /// Users whose field `user_email` is this address, whatever its case.
    user_email: Option<String>,
    /// Users who carry this flag.
    #[param(example = "vip")]
    flag: Option<String>,
    /// Users who changed at this time or later. The list is then in the order of the changes.
    updated_from: Option<Time>,
    /// Users who changed before this time. The list is then in the order of the changes.
    updated_to: Option<Time>,
    /// Words that must all stand in the profile or in `external_id`, whatever their case. A search, the newest users first.
    #[param(min_length = 1, max_length = 200, example = "ana")]
    q: Option<String>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ListUsers {
    /// What tells one list from another: a cursor of one is of no use for the next.
    fn restriction(&self) -> impl Serialize + '_ {
        (
            [
                &self.external_id,
                &self.user_phone,
                &self.user_email,
                &self.flag,
                &self.q,
            ],
            [self.updated_from, self.updated_to],
        )
    }

    fn filter(&self) -> UserFilter {
        UserFilter {
            external_id: self.external_id.clone().map(Phi::new),
            phone: self.user_phone.clone().map(Phi::new),
            email: self.user_email.clone().map(Phi::new),
            flag: self.flag.clone(),
            updated_from: self.updated_from,
            updated_to: self.updated_to,
        }
    }
}

/// List users, or search for them.
///
/// The newest first, in an order that inserts and changes do not move. With `updated_from` or `updated_to` in the order of the last change,
/// the oldest first: who changes while you read comes again at the end, and nobody is left out. All filters go by index but `q`, which has
/// to open what is sealed: a page of a search opens at most 2,000 users and says in `searched_until` how far it came.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    tag = "DB-Update",
    operation_id = "list_users",
    params(ListUsers),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_users"))),
    responses((status = 200, body = Page<User>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_users(
    State(app): State<App>,
    access: DbUpdate<ViewUsers>,
    Query(query): Query<ListUsers>,
) -> Result<axum::Json<Page<User>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "users", &query.restriction(), query.limit)?;
    let after: Option<UserPosition> = list.position(query.cursor.as_deref()).await?;
    let filter = query.filter();
    let Some(text) = &query.q else {
        if access.sight.is_limited() {
            let sight = &access.sight;
            let found = app.seen_users(workspace, sight, filter, after, list.limit);
            let found = found.await?;
            let next_cursor = match &found.next {
                Some(next) => Some(list.cursor(next).await?),
                None => None,
            };
            return Ok(axum::Json(Page {
                data: found.users,
                next_cursor,
                searched_until: None,
            }));
        }
        let users = app.users(workspace, &filter, after, list.to_read()).await?;
        return Ok(axum::Json(
            list.page(users, UserPosition::of, |it| it).await?,
        ));
    };
    if text.trim().is_empty() || text.chars().count() > MAX_SEARCH_CHARS {
        let message = format!("q has 1 to {MAX_SEARCH_CHARS} characters.");
        return Err(wrong("q", message));
    }
    let found = app
        .search_users(workspace, &access.sight, filter, text, after, list.limit)
        .await?;
    let next_cursor = match &found.next {
        Some(next) => Some(list.cursor(next).await?),
        None => None,
    };
    Ok(axum::Json(Page {
        data: found.users,
        next_cursor,
        searched_until: Some(found.searched_until),
    }))
}

/// A new user.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct CreateUser {
    /// The id that your own system gives, 1 to 200 characters; nobody else may have it.
    #[schema(example = "p-17", min_length = 1, max_length = 200)]
    external_id: Option<String>,
    /// Profile fields. Built-in and declared ones are held to their type, others are allowed.
    #[schema(example = json!({"user_fname": "Ana", "user_phone": "+13105550100"}))]
    fields: Map<String, Value>,
    /// Flags. Those that the workspace does not know are made.
    #[schema(example = json!(["vip"]))]
    flags: Vec<String>,
}

/// Make a user.
#[utoipa::path(
    post,
    path = "/api/v1/users",
    tag = "DB-Update",
    operation_id = "create_user",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body = CreateUser,
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_users"))),
    responses((status = 201, body = User), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_user(
    State(app): State<App>,
    access: DbUpdateWriter<EditUsers>,
    body: Json<CreateUser>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let CreateUser {
        external_id,
        fields,
        flags,
    } = body.value;
    if !access.sight.sees(&flags) {
        let message = "You see users with some flags only. Give the new user one of them.";
        return Err(Error::invalid("/flags", "invalid_value", message).into());
    }
    let new = NewUser {
        external_id,
        fields,
        flags,
    };
    Ok(answer(app.create_user(&access.caller, new, once).await?))
}

/// Read one user with profile fields and flags.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    tag = "DB-Update",
    operation_id = "get_user",
    params(("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_users"))),
    responses((status = 200, body = User), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_user(
    State(app): State<App>,
    access: DbUpdate<ViewUsers>,
    Path(id): Path<String>,
) -> Result<axum::Json<User>, Problem> {
    let user = app
        .seen_user(access.caller.workspace, &access.sight, &key(&id)?)
        .await?;
    Ok(axum::Json(user))
}

/// Tells null from absent.
fn some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What changes about a user: a JSON Merge Patch (RFC 7396). What is absent stays, null removes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct UpdateUser {
    /// The id that your own system gives; null takes it away.
    #[serde(deserialize_with = "some")]
    #[schema(value_type = Option<String>, required = false, example = "p-17", min_length = 1, max_length = 200)]
    external_id: Option<Option<String>>,
    /// Profile fields to set; null removes one. Objects are merged, everything else is replaced.
    #[schema(required = false, example = json!({"user_city": "Riverside", "user_zip": null}))]
    fields: Map<String, Value>,
}

/// Change a user's profile.
///
/// Only what really changes is told of: one `user.profile_changed` with old and new values, sensitive fields left out. A change of
/// `external_id` is told of in the same event under that name.
#[utoipa::path(
    patch,
    path = "/api/v1/users/{id}",
    tag = "DB-Update",
    operation_id = "update_user",
    params(
        ("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")
    ),
    request_body(content((UpdateUser = "application/json"), (UpdateUser = "application/merge-patch+json"))),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_users"))),
    responses((status = 200, body = User), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_user(
    State(app): State<App>,
    access: DbUpdateWriter<EditUsers>,
    Path(id): Path<String>,
    Patch(body): Patch<UpdateUser>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let UpdateUser {
        external_id,
        fields,
    } = body.value;
    let patch = UserPatch {
        external_id,
        fields,
    };
    let key = key(&id)?;
    app.see_user(access.caller.workspace, &access.sight, &key)
        .await?;
    let reply = app.change_user(&access.caller, &key, patch, once).await?;
    Ok(answer(reply))
}

/// Erase a person.
///
/// The user's key is destroyed, and with it profile, message texts, answers and the content of events; running sessions end. What is left
/// (sessions without content, counters) names nobody. From then on every read of the person answers 404. Told of by `user.deleted`.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{id}",
    tag = "DB-Update",
    operation_id = "delete_user",
    params(
        ("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")
    ),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("erase_users"))),
    responses((status = 204, description = "The person is erased."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_user(
    State(app): State<App>,
    access: DbUpdateWriter<EraseUsers>,
    Path(id): Path<String>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let key = key(&id)?;
    app.see_user(access.caller.workspace, &access.sight, &key)
        .await?;
    Ok(answer(app.erase_user(&access.caller, &key, once).await?))
}
