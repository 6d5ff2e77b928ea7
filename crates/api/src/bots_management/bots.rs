//! The published bots.
use crate::Context;
use crate::auth::BotsManagement;
use crate::body::{Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_model::field::FieldDefinition;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_bots))
        .routes(routes!(get_bot))
}

/// A published bot.
#[derive(Debug, Serialize, ToSchema)]
struct Bot {
    /// Its short public name.
    #[schema(example = "DoctorAppointment")]
    function_id: String,
    /// Its name.
    #[schema(example = "Doctor appointment")]
    name: String,
    /// `flow` or `faq`.
    #[schema(example = "flow")]
    r#type: String,
    /// The live version.
    version: u32,
    /// The languages it speaks, BCP 47; the first is the one it starts in.
    languages: Vec<String>,
    /// The fields that it declares: what may be given at the start of a session.
    input_fields: Vec<FieldDefinition>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListBots {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn describe(
    app: &App,
    workspace: smartbot_model::WorkspaceId,
    function_id: &str,
) -> Result<Bot, Problem> {
    let (head, flow) = app.published_bot(workspace, function_id).await?;
    Ok(Bot {
        function_id: head.function_id,
        name: flow.name().to_owned(),
        r#type: head.kind,
        version: head.live_version.unwrap_or_default(),
        languages: flow.languages().to_vec(),
        input_fields: flow.fields().to_vec(),
    })
}

/// List the published bots, by function id.
#[utoipa::path(
    get,
    path = "/api/v1/bots",
    tag = "BotsManagement",
    operation_id = "list_bots",
    params(ListBots),
    security(("bots_management" = [])),
    responses((status = 200, body = Page<Bot>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_bots(
    State(app): State<App>,
    access: BotsManagement,
    Query(query): Query<ListBots>,
) -> Result<Json<Page<Bot>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "bots", &(), query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let mut names: Vec<String> = app
        .published_bots(workspace)
        .await?
        .into_iter()
        .map(|it| it.function_id)
        .collect();
    names.sort_unstable();
    let names = list.cut(names, after, |it| it);
    let page = list.page(names, Clone::clone, |it| it).await?;
    let mut data = Vec::with_capacity(page.data.len());
    for name in &page.data {
        data.push(describe(&app, workspace, name).await?);
    }
    Ok(Json(Page {
        data,
        next_cursor: page.next_cursor,
        searched_until: None,
    }))
}

/// Read one published bot.
#[utoipa::path(
    get,
    path = "/api/v1/bots/{function_id}",
    tag = "BotsManagement",
    operation_id = "get_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    security(("bots_management" = [])),
    responses((status = 200, body = Bot), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_bot(
    State(app): State<App>,
    access: BotsManagement,
    Path(function_id): Path<String>,
) -> Result<Json<Bot>, Problem> {
    Ok(Json(
        describe(&app, access.caller.workspace, &function_id).await?,
    ))
}
