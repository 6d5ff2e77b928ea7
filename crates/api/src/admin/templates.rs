//! Ready-made bots to start from.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ViewBots;
use crate::list::Page;
use crate::problem::{Problem, ProblemBody};
use smartbot_app::Error;
use smartbot_app::bots::templates::TEMPLATES;
use smartbot_model::bot::TemplateInfo;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list_templates))
}

/// List the ready-made bots that a new one can begin with.
#[utoipa::path(
    get,
    path = "/api/v1/admin/templates",
    tag = "Admin",
    operation_id = "list_templates",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Page<TemplateInfo>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_templates(_: SignedIn<ViewBots>) -> Result<axum::Json<Page<TemplateInfo>>, Problem> {
    let all: Result<Vec<TemplateInfo>, Error> = TEMPLATES.iter().map(|it| it.info()).collect();
    Ok(axum::Json(Page {
        data: all?,
        next_cursor: None,
        searched_until: None,
    }))
}
