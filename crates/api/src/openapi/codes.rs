//! Which error codes an operation can answer: most follow from what it takes, the rest is listed here.
//!
//! They stand in the description of the `default` response and, for programs, in `x-error-codes`. The tests of the API hold every
//! problem that they meet to it.
use crate::problem::ErrorCode;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{HttpMethod, Operation, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

/// What may become of a file.
const FILES: &[ErrorCode] = &[
    ErrorCode::Conflict,
    ErrorCode::SessionEnded,
    ErrorCode::TooLarge,
    ErrorCode::UnsupportedMediaType,
    ErrorCode::Overloaded,
];

/// What cannot be seen from an operation's parameters and body.
const OWN: &[(&str, &[ErrorCode])] = &[
    ("start_session", &[ErrorCode::NotFound]),
    ("export_chat_logs", &[ErrorCode::TooManyExports]),
    ("create_agent", &[ErrorCode::OwnerProtected]),
    ("update_agent", &[ErrorCode::OwnerProtected]),
    ("delete_agent", &[ErrorCode::OwnerProtected]),
    ("invite_agent", &[ErrorCode::OwnerProtected]),
    ("list_agent_browser_sessions", &[ErrorCode::OwnerProtected]),
    ("end_agent_browser_sessions", &[ErrorCode::OwnerProtected]),
    (
        "sign_in",
        &[
            ErrorCode::SignInFailed,
            ErrorCode::CrossSiteRequest,
            ErrorCode::RateLimited,
        ],
    ),
    ("get_setup", &[ErrorCode::RateLimited]),
    (
        "set_up",
        &[
            ErrorCode::AlreadySetUp,
            ErrorCode::Conflict,
            ErrorCode::SignInFailed,
            ErrorCode::CrossSiteRequest,
            ErrorCode::RateLimited,
        ],
    ),
    (
        "change_password",
        &[ErrorCode::SignInFailed, ErrorCode::RateLimited],
    ),
    (
        "accept_invitation",
        &[
            ErrorCode::InvitationInvalid,
            ErrorCode::CrossSiteRequest,
            ErrorCode::RateLimited,
        ],
    ),
    ("upload_file", FILES),
    ("attach_file", FILES),
    (
        "get_file",
        &[ErrorCode::SessionEnded, ErrorCode::Overloaded],
    ),
    ("get_logged_file", &[ErrorCode::Overloaded]),
    ("create_bot", &[ErrorCode::FunctionIdTaken]),
    ("archive_bot", &[ErrorCode::Conflict]),
    ("restore_bot", &[ErrorCode::Conflict]),
    ("delete_bot", &[ErrorCode::BotInUse]),
    (
        "save_bot_draft",
        &[ErrorCode::RevisionChanged, ErrorCode::IfMatchRequired],
    ),
    (
        "publish_bot",
        &[
            ErrorCode::RevisionChanged,
            ErrorCode::IfMatchRequired,
            ErrorCode::BotInvalid,
            ErrorCode::WarningsNotAccepted,
            ErrorCode::NothingToPublish,
            ErrorCode::Conflict,
        ],
    ),
    (
        "roll_back_bot",
        &[ErrorCode::BotInvalid, ErrorCode::NothingToPublish],
    ),
    (
        "restore_bot_draft",
        &[ErrorCode::RevisionChanged, ErrorCode::IfMatchRequired],
    ),
    (
        "preview_step",
        &[ErrorCode::BotInvalid, ErrorCode::SessionEnded],
    ),
    ("try_reply", &[ErrorCode::BotInvalid]),
    ("run_bot_tests", &[ErrorCode::BotInvalid]),
    ("test_external_api", &[ErrorCode::BotInvalid]),
    ("update_settings", &[ErrorCode::Conflict]),
    ("create_webhook_endpoint", &[ErrorCode::Conflict]),
    ("update_webhook_endpoint", &[ErrorCode::PreconditionFailed]),
    ("rotate_webhook_secret", &[ErrorCode::Conflict]),
    ("retry_delivery", &[ErrorCode::Conflict]),
    ("start_resend", &[ErrorCode::NotFound, ErrorCode::Conflict]),
    (
        "submit_message",
        &[
            ErrorCode::SessionEnded,
            ErrorCode::ClientMessageIdReused,
            ErrorCode::Conflict,
        ],
    ),
    (
        "start_visitor_session",
        &[
            ErrorCode::IdentityInvalid,
            ErrorCode::NotFound,
            ErrorCode::RateLimited,
            ErrorCode::CrossSiteRequest,
        ],
    ),
    ("get_public_bot", &[ErrorCode::RateLimited]),
    (
        "identify_session",
        &[
            ErrorCode::IdentityInvalid,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "answer_chat",
        &[
            ErrorCode::ClientMessageIdReused,
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "hand_chat_back",
        &[
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "close_chat",
        &[
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "snooze_chat",
        &[
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "wake_chat",
        &[
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "transfer_chat",
        &[
            ErrorCode::Taken,
            ErrorCode::Conflict,
            ErrorCode::SessionEnded,
        ],
    ),
    (
        "take_over_chat",
        &[ErrorCode::Taken, ErrorCode::SessionEnded],
    ),
    (
        "accept_chat",
        &[ErrorCode::Conflict, ErrorCode::SessionEnded],
    ),
    (
        "decline_chat",
        &[ErrorCode::Conflict, ErrorCode::SessionEnded],
    ),
    (
        "type_in_chat",
        &[ErrorCode::Conflict, ErrorCode::SessionEnded],
    ),
    ("create_canned_reply", &[ErrorCode::Conflict]),
    ("set_chat_fields", &[ErrorCode::SessionEnded]),
    ("flag_chat", &[ErrorCode::SessionEnded]),
    ("unflag_chat", &[ErrorCode::SessionEnded]),
    ("set_variables", &[ErrorCode::SessionEnded]),
    ("list_messages", &[ErrorCode::SessionEnded]),
    ("stream_session", &[ErrorCode::SessionEnded]),
    ("send_typing", &[ErrorCode::SessionEnded]),
    ("hand_off", &[ErrorCode::SessionEnded]),
    ("end_session", &[ErrorCode::SessionEnded]),
    (
        "create_scheduling_pattern",
        &[ErrorCode::NotFound, ErrorCode::NotImplemented],
    ),
    (
        "kick_off_bot_sms",
        &[ErrorCode::NotFound, ErrorCode::NotImplemented],
    ),
];

/// The methods that an operation can have here.
const METHODS: [HttpMethod; 5] = [
    HttpMethod::Get,
    HttpMethod::Post,
    HttpMethod::Put,
    HttpMethod::Patch,
    HttpMethod::Delete,
];

/// The operations of a path, each with its method.
pub(super) fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let slots = [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    METHODS
        .into_iter()
        .zip(slots)
        .filter_map(|(method, slot)| Some((method, slot.as_mut()?)))
}

/// Says of every operation how it can fail.
pub(super) fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (method, operation) in operations(item) {
            let codes = of(&method, operation);
            let names: Vec<&str> = codes.iter().map(|it| it.as_str()).collect();
            operation
                .extensions
                .get_or_insert_with(Extensions::default)
                .insert("x-error-codes".into(), names.into());
            if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("default") {
                response.description = sentence(&codes);
            }
        }
    }
}

fn sentence(codes: &[ErrorCode]) -> String {
    let each: Vec<String> = codes
        .iter()
        .map(|it| format!("`{}` ({})", it.as_str(), it.status().as_u16()))
        .collect();
    format!(
        "A problem. Its `code` is one of {}; `/docs/errors` tells about each.",
        each.join(", ")
    )
}

/// Whether a credential of this kind opens the operation.
fn is_opened_by(operation: &Operation, scheme: &str) -> bool {
    let all = operation.security.iter().flatten();
    serde_json::to_value(all.collect::<Vec<_>>())
        .ok()
        .and_then(|it| Some(it.as_array()?.iter().any(|it| it.get(scheme).is_some())))
        .unwrap_or_default()
}

/// All codes that the operation can answer, in the order of [`ErrorCode::ALL`].
fn of(method: &HttpMethod, operation: &Operation) -> Vec<ErrorCode> {
    let parameters: Vec<(&str, &ParameterIn)> = operation
        .parameters
        .iter()
        .flatten()
        .filter_map(|it| match it {
            RefOr::T(it) => Some((it.name.as_str(), &it.parameter_in)),
            RefOr::Ref(_) => None,
        })
        .collect();
    let takes_body = operation.request_body.is_some();
    let is_legacy = operation.tags.iter().flatten().any(|it| it == "Legacy");
    let takes_token = is_legacy
        || ["bots_management", "db_update"]
            .iter()
            .any(|it| is_opened_by(operation, it));
    let takes_cookie = is_opened_by(operation, "browser_session");
    let writes = !matches!(method, HttpMethod::Get);
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let own = OWN.iter().find(|it| it.0 == id).map_or(&[][..], |it| it.1);
    let can = |code: ErrorCode| match code {
        ErrorCode::TokenMissing
        | ErrorCode::TokenInvalid
        | ErrorCode::TokenExpired
        | ErrorCode::WrongTokenKind
        | ErrorCode::AddressNotAllowed
        | ErrorCode::RateLimited => takes_token,
        ErrorCode::NotSignedIn | ErrorCode::NotPermitted => takes_cookie,
        ErrorCode::BrowserSessionNeeded => takes_cookie && !takes_token,
        ErrorCode::DiskFull => writes,
        ErrorCode::CrossSiteRequest => writes && takes_cookie,
        ErrorCode::HeadTooLarge
        | ErrorCode::Overloaded
        | ErrorCode::Unavailable
        | ErrorCode::Internal => true,
        ErrorCode::ReadOnlyToken | ErrorCode::Conflict => {
            writes && is_opened_by(operation, "db_update")
        }
        ErrorCode::InvalidJson
        | ErrorCode::InvalidRequest
        | ErrorCode::TooLarge
        | ErrorCode::BodyTooSlow
        | ErrorCode::UnsupportedMediaType => takes_body,
        ErrorCode::InvalidParameter => {
            takes_body
                || parameters
                    .iter()
                    .any(|it| !matches!(it.1, ParameterIn::Path))
        }
        // A repeat may name what the first call made and another has removed.
        ErrorCode::NotFound => {
            (writes && is_opened_by(operation, "db_update"))
                || parameters
                    .iter()
                    .any(|it| matches!(it.1, ParameterIn::Path))
        }
        ErrorCode::IdempotencyKeyReused | ErrorCode::RequestInProgress => {
            parameters.iter().any(|it| it.0 == "Idempotency-Key")
        }
        _ => false,
    };
    let all = ErrorCode::ALL.iter().copied();
    all.filter(|it| can(*it) || own.contains(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_listed_exists() {
        let (_, mut document) = super::super::routes(None).split_for_parts();
        let mut known = BTreeSet::new();
        for item in document.paths.paths.values_mut() {
            known.extend(operations(item).filter_map(|it| it.1.operation_id.clone()));
        }
        for (id, codes) in OWN {
            assert!(known.contains(*id), "there is no operation {id}");
            assert!(!codes.is_empty(), "{id} says nothing");
        }
    }
}
