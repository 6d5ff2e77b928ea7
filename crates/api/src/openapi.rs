//! The OpenAPI 3.1 document: made from the handlers, checked in as `api/openapi.json`, served at `/openapi.json`.
mod codes;
pub(crate) mod examples;
mod parameters;
mod webhooks;

use crate::auth::COOKIE;
use crate::own_pages::OwnPages;
use crate::problem::ProblemBody;
use crate::{Context, admin, bots_management, db_update, desk, legacy, visitor};
use std::collections::BTreeMap;
use utoipa::OpenApi;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SmartBot API",
        description = "Two APIs with tokens of their own. *BotsManagement* invokes bots and exchanges messages; *DB-Update* reads chat logs and reads and writes users and agents. *Admin* is for agents who are signed in with a browser. Errors are RFC 9457 problems with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "The server that this document comes from.")),
    tags(
        (name = "BotsManagement", description = "Invoke bots, submit user messages, receive the answers. Needs a `bots_management` token; calls on one session also take its `session_key`."),
        (name = "DB-Update", description = "Chat logs, users and agents. Needs a `db_update` token, or the cookie of a browser session and the permission that each call names in `x-permission`. A request with both counts as the token's. Agents who are limited to flags reach users who carry one of them, and nobody else."),
        (name = "Admin", description = "What agents do with a browser: sign in, see their browser sessions, manage the workspace. Needs the cookie of a browser session, and the permission that each call names in `x-permission`. No token opens it, and `Idempotency-Key` does nothing here."),
        (name = "Desk", description = "The live desk: agents read along, take chats over and answer. Needs the cookie of a browser session and the permission in `x-permission`. Chats of users out of the reach of an agent's flags do not exist for that agent."),
        (name = "Visitor", description = "What pages of this server do for people who hold no token: the panel of the widget and the page of a bot. Counted by address; everything after the start is done with the `session_key` on the calls of *BotsManagement*."),
        (name = "Legacy", description = "Calls that exist in the wild, with their own keys. The `bots_management` token stands in the body as `securityToken`; rights, expiry, allow-list and limits are those of the token."),
        (name = "Webhooks", description = "What SmartBot sends to your endpoints, signed by the Standard Webhooks scheme: one entry per event type.")
    ),
    components(schemas(ProblemBody<'static>))
)]
struct Document;

/// All documented endpoints. `public_url` is the address that browsers use, when it is known.
pub(crate) fn routes(public_url: Option<&str>) -> OpenApiRouter<Context> {
    let own_pages = OwnPages::new(public_url);
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(bots_management::routes())
        .merge(db_update::routes(&own_pages))
        .merge(legacy::routes())
        .merge(admin::routes(&own_pages))
        .merge(desk::routes(&own_pages))
        .merge(visitor::routes(&own_pages))
}

/// What is the same for all endpoints: credentials and the shape of errors.
fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_with(Default::default);
    let bearer = |text: &str| {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some(text.to_owned());
        SecurityScheme::Http(http)
    };
    components.add_security_scheme(
        "bots_management",
        bearer("A token of the kind bots_management: `sbm_…`."),
    );
    components.add_security_scheme(
        "db_update",
        bearer("A token of the kind db_update: `sbd_…`."),
    );
    let mut cookie = ApiKeyValue::new(COOKIE);
    cookie.description = Some("The browser session of an agent, from `sign_in`.".to_owned());
    components.add_security_scheme(
        "browser_session",
        SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
    );
    name_entries(&mut components.schemas);
    components.add_security_scheme("session_key", bearer("The key of one session: `sbk_…`."));
    parameters::tidy(&mut document);
    webhooks::describe(&mut document);
    codes::describe(&mut document);
    examples::fill_in(&mut document);
    document
}

/// Gives the entries of lists their names back: in the schema of a list of anything the entry stands as a copy.
fn name_entries(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let entries: Vec<_> = schemas
        .keys()
        .filter_map(|list| Some((list.clone(), list.split_once('_')?.1.to_owned())))
        .filter(|(_, entry)| schemas.contains_key(entry))
        .collect();
    for (list, entry) in entries {
        let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(&list) else {
            continue;
        };
        let Some(RefOr::T(Schema::Array(data))) = object.properties.get_mut("data") else {
            continue;
        };
        if let ArrayItems::RefOrSchema(items) = &mut data.items {
            **items = RefOr::Ref(Ref::from_schema_name(entry));
        }
    }
}

/// The document as it is served.
pub(crate) fn made() -> utoipa::openapi::OpenApi {
    let (_, document) = routes(None).split_for_parts();
    finish(document)
}

/// The document as it is checked in.
pub fn document() -> String {
    // By way of a value, whose keys are sorted: extensions are kept in a map without an order of its own.
    let sorted = serde_json::to_value(made()).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&sorted).unwrap_or_default();
    text.push('\n');
    text
}
