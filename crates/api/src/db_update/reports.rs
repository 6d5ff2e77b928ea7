//! Reports: goals per day, drop-out per box, volumes.
use super::of_parameters;
use crate::Context;
use crate::auth::DbUpdate;
use crate::auth::needs::ViewReports;
use crate::body::Query;
use crate::list::wrong;
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_app::reports::ReportFilter;
use smartbot_model::report::{BoxCount, GoalCount, Report, Volume};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(report_goals))
        .routes(routes!(report_boxes))
        .routes(routes!(report_volumes))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// The first day, in the workspace's time zone; 29 days before `to` unless given.
    #[param(format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// The last day, included; today unless given. A report covers 366 days at the most.
    #[param(format = Date, example = "2026-11-30")]
    to: Option<String>,
    /// Only this bot.
    #[param(example = "DoctorAppointment")]
    function_id: Option<String>,
    /// Only this version of bots.
    version: Option<u32>,
}

impl Parameters {
    fn filter(self) -> Result<ReportFilter, Problem> {
        if self
            .function_id
            .as_ref()
            .is_some_and(|it| it.contains('\0'))
        {
            return Err(wrong("function_id", "There is no function_id with U+0000."));
        }
        let day = |name: &str, text: Option<String>| {
            let day = text.map(|it| it.parse::<Date>()).transpose();
            day.map_err(|_| wrong(name, format!("{name} is a day like 2026-11-22.")))
        };
        Ok(ReportFilter {
            from: day("from", self.from)?,
            to: day("to", self.to)?,
            function_id: self.function_id,
            version: self.version,
        })
    }
}

/// Report how often goals were reached, by day and bot.
#[utoipa::path(
    get,
    path = "/api/v1/reports/goals",
    tag = "DB-Update",
    operation_id = "report_goals",
    params(Parameters),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_reports"))),
    responses((status = 200, body = Report<GoalCount>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn report_goals(
    State(app): State<App>,
    access: DbUpdate<ViewReports>,
    Query(query): Query<Parameters>,
) -> Result<Json<Report<GoalCount>>, Problem> {
    let report = app
        .goals_report(access.caller.workspace, &query.filter()?)
        .await;
    Ok(Json(report.map_err(of_parameters)?))
}

/// Report how often boxes were entered and how many users dropped out in each, by bot and version.
#[utoipa::path(
    get,
    path = "/api/v1/reports/boxes",
    tag = "DB-Update",
    operation_id = "report_boxes",
    params(Parameters),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_reports"))),
    responses((status = 200, body = Report<BoxCount>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn report_boxes(
    State(app): State<App>,
    access: DbUpdate<ViewReports>,
    Query(query): Query<Parameters>,
) -> Result<Json<Report<BoxCount>>, Problem> {
    let report = app
        .boxes_report(access.caller.workspace, &query.filter()?)
        .await;
    Ok(Json(report.map_err(of_parameters)?))
}

/// Report how many sessions began and ended and how many messages were written, by day and bot.
#[utoipa::path(
    get,
    path = "/api/v1/reports/volumes",
    tag = "DB-Update",
    operation_id = "report_volumes",
    params(Parameters),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_reports"))),
    responses((status = 200, body = Report<Volume>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn report_volumes(
    State(app): State<App>,
    access: DbUpdate<ViewReports>,
    Query(query): Query<Parameters>,
) -> Result<Json<Report<Volume>>, Problem> {
    let report = app
        .volumes_report(access.caller.workspace, &query.filter()?)
        .await;
    Ok(Json(report.map_err(of_parameters)?))
}
