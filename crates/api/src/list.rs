//! Lists: pages of a limited size, and cursors that say where the next one begins.
//!
//! A cursor is the position of the last entry that was shown (its sort key and id, never an offset), so that what is inserted meanwhile moves
//! nothing. It is opaque and carries a MAC under the workspace's key over the list's name and filter: one of another list, filter or
//! workspace is refused like one that was tampered with.
use crate::problem::{ErrorCode, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use smartbot_app::App;
use smartbot_model::problem::InputError;
use smartbot_model::{Time, WorkspaceId};
use utoipa::ToSchema;

/// How many entries a page has unless the caller says otherwise.
pub(crate) const DEFAULT_LIMIT: u32 = 50;

/// How many entries a page has at the most.
pub(crate) const MAX_LIMIT: u32 = 200;

/// How many bytes of the MAC a cursor carries.
const MAC: usize = 16;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The entries.
    pub(crate) data: Vec<T>,
    /// Where the next page begins; null at the end.
    pub(crate) next_cursor: Option<String>,
    /// Only in answers to searches that have to open sealed values: everything newer than this was looked at. Null when there was nothing
    /// to look at. A page may be short, or empty, and yet have a `next_cursor`: go on until that is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>, required = false)]
    pub(crate) searched_until: Option<Option<Time>>,
}

/// A list that is being read.
pub(crate) struct List<'a> {
    app: &'a App,
    workspace: WorkspaceId,
    /// The list's name and filter: what its cursors hold for.
    of: Vec<u8>,
    /// How many entries the page may have.
    pub(crate) limit: u32,
}

impl<'a> List<'a> {
    /// The list of this name, restricted by `filter`: anything that tells one restriction from another, `limit` and `cursor` left out.
    pub(crate) fn new(
        app: &'a App,
        workspace: WorkspaceId,
        name: &str,
        filter: &impl Serialize,
        limit: Option<u32>,
    ) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(wrong(
                "limit",
                format!("limit is a number from 1 to {MAX_LIMIT}."),
            ));
        }
        let of = serde_json::to_vec(&(name, filter)).map_err(smartbot_app::Error::from)?;
        Ok(Self {
            app,
            workspace,
            of,
            limit,
        })
    }

    /// How many entries to read: one more than are shown tells whether there is another page.
    pub(crate) const fn to_read(&self) -> u32 {
        self.limit + 1
    }

    /// The position that a cursor of this very list stands for; none at the beginning.
    pub(crate) async fn position<P: DeserializeOwned>(
        &self,
        cursor: Option<&str>,
    ) -> Result<Option<P>, Problem> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        let unknown = || {
            wrong(
                "cursor",
                "Take the cursor from next_cursor of the same list with the same filters.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unknown())?;
        let (mac, position) = bytes.split_at_checked(MAC).ok_or_else(unknown)?;
        if self.mac(position).await? != mac {
            return Err(unknown());
        }
        serde_json::from_slice(position)
            .map(Some)
            .map_err(|_| unknown())
    }

    /// The cursor that stands for a position.
    pub(crate) async fn cursor(&self, position: &impl Serialize) -> Result<String, Problem> {
        let position = serde_json::to_vec(position).map_err(smartbot_app::Error::from)?;
        let mac = self.mac(&position).await?;
        Ok(URL_SAFE_NO_PAD.encode([mac.as_slice(), &position].concat()))
    }

    /// A page of what was read, at most [`to_read`](Self::to_read) entries. `position_of` is where an entry stands, `show` how it is shown.
    pub(crate) async fn page<R, T, P: Serialize>(
        &self,
        mut read: Vec<R>,
        position_of: impl Fn(&R) -> P,
        show: impl FnMut(R) -> T,
    ) -> Result<Page<T>, Problem> {
        let has_more = read.len() > self.limit as usize;
        read.truncate(self.limit as usize);
        let next_cursor = match read.last().filter(|_| has_more) {
            Some(last) => Some(self.cursor(&position_of(last)).await?),
            None => None,
        };
        Ok(Page {
            data: read.into_iter().map(show).collect(),
            next_cursor,
            searched_until: None,
        })
    }

    async fn mac(&self, position: &[u8]) -> Result<Vec<u8>, Problem> {
        let length = (self.of.len() as u64).to_be_bytes();
        let data = [&length, self.of.as_slice(), position].concat();
        let mac = self
            .app
            .store
            .mac(self.workspace, "cursor", &data)
            .await
            .map_err(smartbot_app::Error::from)?;
        Ok(mac[..MAC].to_vec())
    }
}

/// A parameter that cannot be taken.
pub(crate) fn wrong(parameter: &str, message: impl Into<String>) -> Problem {
    let error = InputError::new(parameter, "invalid_value", message);
    Problem::new(ErrorCode::InvalidParameter, error.message.clone()).with_errors(vec![error])
}
