//! Exports of chat logs: written as they are read, and read as they are taken.
use super::chat_logs::with_filters;
use super::of_parameters;
use crate::Context;
use crate::auth::DbUpdate;
use crate::auth::needs::ViewChats;
use crate::body::Query;
use crate::problem::{Problem, ProblemBody};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::chat_logs::Export;
use smartbot_model::chat_log::ChatLog;
use smartbot_model::message::Message;
use std::borrow::Cow;
use std::io;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(export_chat_logs))
}

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// One chat log a line, as `GET /api/v1/chat_logs/{session_id}` answers it.
    #[default]
    Ndjson,
    /// One message a line, with its session and user; RFC 4180.
    Csv,
}

with_filters! {
    ExportChatLogs {
        /// `ndjson`, one chat log a line, or `csv`, one message a line; `ndjson` unless given.
        #[param(inline)]
        format: Option<Format>,
    }
}

/// Export chat logs, the newest first, as a stream.
///
/// The whole result comes in one answer of any length, at the pace at which it is taken; turns go first. When it cannot be brought to its end,
/// the connection breaks instead of ending cleanly. Close it to stop. At most two exports of a workspace run at once.
///
/// In CSV, cells that a spreadsheet could take for a formula (those that begin with `=`, `+`, `-`, `@`, their full-width forms, a tab, a line
/// break or U+0000) get a `'` in front.
#[utoipa::path(
    get,
    path = "/api/v1/chat_logs/export",
    tag = "DB-Update",
    operation_id = "export_chat_logs",
    params(ExportChatLogs),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses(
        (status = 200, content((String = "application/x-ndjson"), (String = "text/csv")), description = "The chat logs."),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn export_chat_logs(
    State(app): State<App>,
    access: DbUpdate<ViewChats>,
    Query(query): Query<ExportChatLogs>,
) -> Result<Response, Problem> {
    let workspace = access.caller.workspace;
    let wanted = query.filters().query(&app, workspace).await?;
    let export = app
        .export_chat_logs(workspace, access.sight, &wanted)
        .await
        .map_err(of_parameters)?;
    let (content_type, name, writer) = match query.format.unwrap_or_default() {
        Format::Ndjson => ("application/x-ndjson", "chat_logs.ndjson", Writer::Ndjson),
        Format::Csv => (
            "text/csv; charset=utf-8; header=present",
            "chat_logs.csv",
            Writer::CsvFromTheTop,
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let body = Body::from_stream(stream::try_unfold((export, writer), next));
    Ok((headers, body).into_response())
}

/// How the next portion is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    Ndjson,
    CsvFromTheTop,
    Csv,
    Done,
}

/// The next portion of an export as bytes. An error breaks the connection.
async fn next(
    (mut export, writer): (Export, Writer),
) -> io::Result<Option<(Bytes, (Export, Writer))>> {
    if writer == Writer::Done {
        return Ok(None);
    }
    let logs = export.next().await.map_err(|error| {
        tracing::error!(%error, "an export is broken off");
        io::Error::other("the export cannot be brought to its end")
    })?;
    let is_over = logs.is_none();
    let logs = logs.unwrap_or_default();
    let bytes = match writer {
        Writer::Ndjson => ndjson(&logs)?,
        Writer::CsvFromTheTop => csv(&logs, true)?,
        Writer::Csv | Writer::Done => csv(&logs, false)?,
    };
    let writer = match writer {
        _ if is_over => Writer::Done,
        Writer::CsvFromTheTop => Writer::Csv,
        other => other,
    };
    Ok(Some((bytes.into(), (export, writer))))
}

fn ndjson(logs: &[ChatLog]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for log in logs {
        serde_json::to_writer(&mut bytes, log)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// The columns of an export as CSV.
const COLUMNS: [&str; 19] = [
    "session_id",
    "function_id",
    "version",
    "status",
    "medium",
    "language",
    "session_created_at",
    "session_ended_at",
    "user_id",
    "external_id",
    "seq",
    "message_id",
    "from",
    "kind",
    "box_id",
    "text",
    "choices",
    "media",
    "at",
];

fn csv(logs: &[ChatLog], with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if with_header {
        writer.write_record(COLUMNS)?;
    }
    for log in logs {
        if log.messages.is_empty() {
            write_line(&mut writer, log, None)?;
        }
        for message in &log.messages {
            write_line(&mut writer, log, Some(&message.message))?;
        }
    }
    writer
        .into_inner()
        .map_err(|_| io::Error::other("memory takes every byte"))
}

fn write_line(
    writer: &mut csv::Writer<Vec<u8>>,
    log: &ChatLog,
    message: Option<&Message>,
) -> io::Result<()> {
    let session = &log.session;
    let or_empty = |it: Option<String>| it.unwrap_or_default();
    let of = |value: fn(&Message) -> String| or_empty(message.map(value));
    let cells: [String; COLUMNS.len()] = [
        session.id.to_string(),
        session.function_id.clone(),
        session.version.to_string(),
        session.status.as_str().to_owned(),
        session.medium.clone(),
        session.language.clone(),
        session.created_at.to_string(),
        or_empty(session.ended_at.map(|it| it.to_string())),
        session.user_id.to_string(),
        or_empty(log.user.external_id.clone()),
        of(|it| it.seq.to_string()),
        of(|it| it.id.to_string()),
        of(|it| it.from.as_str().to_owned()),
        of(|it| it.kind.as_str().to_owned()),
        of(|it| it.box_id.clone().unwrap_or_default()),
        of(|it| it.text.clone()),
        of(|it| match it.choices.is_empty() {
            true => String::new(),
            false => serde_json::Value::from(it.choices.clone()).to_string(),
        }),
        of(|it| {
            it.media
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        }),
        of(|it| it.at.to_string()),
    ];
    writer.write_record(cells.iter().map(|it| safe(it).into_owned()))?;
    Ok(())
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: &str) -> Cow<'_, str> {
    const BEGINNINGS: [char; 12] = [
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
    ];
    if cell.starts_with(BEGINNINGS) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1",
            "＠x",
        ] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "1-1", "'=1", "ana@clinic.example", "¿=?"] {
            assert_eq!(safe(cell), cell);
        }
    }
}
