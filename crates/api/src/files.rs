//! Files in and out, the same for all who may: their content as it is, never as a page.
use crate::body;
use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::files::Uploader;
use smartbot_model::file::StoredFile;
use smartbot_model::{SessionId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

/// What a file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// What the sender calls the file, at most 200 characters of it.
    #[param(example = "card.png")]
    name: Option<String>,
}

/// A file that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadedView {
    /// The file. A message names it by its `id`.
    file: StoredFile,
}

/// Takes a file. Whether one may come is asked before it is read.
pub(crate) async fn upload(
    app: &App,
    (workspace, session): (WorkspaceId, SessionId),
    by: Uploader<'_>,
    query: UploadQuery,
    request: Request,
) -> Result<Response, Problem> {
    let expected = app.expect_file(workspace, session, by).await?;
    let most = usize::try_from(expected.max_bytes).unwrap_or(usize::MAX);
    let content = body::content(request, most).await?;
    let name = query.name.as_deref();
    let file = app.keep_file(workspace, expected, name, content).await?;
    Ok((StatusCode::CREATED, axum::Json(UploadedView { file })).into_response())
}

/// What stands as it is in the name of a download (RFC 8187).
const IN_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Nothing of a file is ever shown as a page of ours, and if a browser does, it can do nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// The answer that is a file to keep.
pub(crate) fn download((file, content): (StoredFile, Vec<u8>)) -> Result<Response, Problem> {
    let name = utf8_percent_encode(&file.name, IN_NAMES);
    let disposition = HeaderValue::try_from(format!("attachment; filename*=UTF-8''{name}"));
    let r#type = HeaderValue::try_from(&file.r#type);
    let headers = [
        (
            header::CONTENT_TYPE,
            r#type.map_err(smartbot_app::Error::internal)?,
        ),
        (
            header::CONTENT_DISPOSITION,
            disposition.map_err(smartbot_app::Error::internal)?,
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    Ok((headers, content).into_response())
}
