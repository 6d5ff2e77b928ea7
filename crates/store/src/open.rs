//! Sealed values back in clear, as what they were.
use crate::error::Result;
use crate::seal::{Place, SealingKey};
use serde::de::DeserializeOwned;
use smartbot_model::{Phi, WorkspaceId};

/// A text.
pub(crate) fn text(
    key: &SealingKey,
    workspace: WorkspaceId,
    column: &'static str,
    row: &[u8],
    sealed: Vec<u8>,
) -> Result<Phi<String>> {
    let place = Place {
        workspace,
        column,
        row,
    };
    String::from_utf8(key.open(place, sealed)?)
        .map(Phi::new)
        .map_err(|_| place.corrupt())
}

/// A value that was JSON.
pub(crate) fn json<T: DeserializeOwned>(
    key: &SealingKey,
    workspace: WorkspaceId,
    column: &'static str,
    row: &[u8],
    sealed: Vec<u8>,
) -> Result<T> {
    let place = Place {
        workspace,
        column,
        row,
    };
    serde_json::from_slice(&key.open(place, sealed)?).map_err(|_| place.corrupt())
}

/// So many bytes and no others.
pub(crate) fn bytes<const N: usize>(
    key: &SealingKey,
    workspace: WorkspaceId,
    column: &'static str,
    row: &[u8],
    sealed: Vec<u8>,
) -> Result<[u8; N]> {
    let place = Place {
        workspace,
        column,
        row,
    };
    key.open(place, sealed)?
        .try_into()
        .map_err(|_| place.corrupt())
}
