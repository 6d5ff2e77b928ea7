//! The secrets of webhook endpoints: checked, rotated, shown to those who may see them.
use crate::delivery::sign;
use crate::{App, Error, Result};
use smartbot_model::{EndpointId, Phi, WorkspaceId};
use smartbot_store::{Change, EndpointSecrets, OldSecret};
use std::sync::Arc;
use std::time::Duration;

/// The longest time that an old secret still signs.
const LONGEST_OVERLAP: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The most old secrets that still sign, keys among them.
const MAX_OLD_SECRETS: usize = 20;

/// What receivers check signatures with.
#[derive(Debug, Clone)]
pub struct ShownSecrets {
    /// The secret that signs, `whsec_…`.
    pub secret: Phi<String>,
    /// The public key `whpk_…` for Ed25519 signatures.
    pub public_key: Option<String>,
}

fn shown(secrets: &EndpointSecrets) -> ShownSecrets {
    let key = secrets.signing_key.as_ref();
    ShownSecrets {
        secret: secrets.current.clone(),
        public_key: key.and_then(|it| sign::public_key(it.expose())),
    }
}

/// A secret that somebody brings along, if it can be one.
pub(crate) fn checked(secret: String) -> Result<String> {
    let is_long = secret
        .strip_prefix(sign::PREFIX)
        .is_some_and(|it| (32..=512).contains(&it.len()));
    if is_long {
        Ok(secret)
    } else {
        Err(Error::invalid(
            "/secret",
            "invalid_value",
            "A secret is whsec_ and at least 24 bytes in base64.",
        ))
    }
}

impl App {
    /// Gives an endpoint another secret and another key. Those before still sign, beside them, for as long as `overlap` says. Of several who
    /// do it at the same moment one is heard.
    pub async fn rotate_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        overlap: Duration,
    ) -> Result<ShownSecrets> {
        if overlap > LONGEST_OVERLAP {
            return Err(Error::invalid(
                "/overlap_hours",
                "invalid_value",
                "The old secret signs for at most seven days (168 hours) more.",
            ));
        }
        let read = self
            .store
            .endpoint_secrets_to_replace(workspace, id)
            .await?;
        let (before, replaces) = read.ok_or(Error::NotFound("endpoint"))?;
        let now = self.now();
        let until = now.plus(overlap);
        let mut old = vec![OldSecret {
            secret: before.current,
            until,
        }];
        old.extend(before.signing_key.map(|it| OldSecret {
            secret: Phi::new(sign::written_key(it.expose())),
            until,
        }));
        old.extend(before.old);
        // Revoking at once means the older ones too.
        old.retain(|it| !overlap.is_zero() && it.until > now);
        old.truncate(MAX_OLD_SECRETS);
        let secrets = EndpointSecrets {
            current: Phi::new(sign::generate_secret(&*self.random)),
            old,
            signing_key: Some(self.new_signing_key()),
        };
        let answer = shown(&secrets);
        let change = Change::SaveEndpointSecrets {
            id,
            secrets,
            replaces,
        };
        match self.store.commit(workspace, vec![change]).await {
            Ok(()) => {}
            Err(smartbot_store::Error::Conflict { .. }) => {
                return Err(Error::Conflict(
                    "Somebody else has just given the endpoint another secret. Look at that one, or rotate again."
                        .into(),
                ));
            }
            Err(error) => return Err(error.into()),
        }
        self.endpoints.secrets.invalidate(&(workspace, id));
        Ok(answer)
    }

    /// The seed of a new Ed25519 key.
    pub(crate) fn new_signing_key(&self) -> Phi<[u8; 32]> {
        let mut seed = [0; 32];
        self.random.fill(&mut seed);
        Phi::new(seed)
    }

    /// The secret that signs, and the public key of an endpoint.
    pub async fn reveal_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<ShownSecrets> {
        Ok(shown(&self.read_secrets(workspace, id).await?))
    }

    async fn read_secrets(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<EndpointSecrets> {
        let read = self.store.endpoint_secrets(workspace, id).await?;
        read.ok_or(Error::NotFound("endpoint"))
    }

    pub(crate) async fn endpoint_secrets(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Arc<EndpointSecrets>> {
        if let Some(known) = self.endpoints.secrets.get(&(workspace, id)) {
            return Ok(known);
        }
        let read = Arc::new(self.read_secrets(workspace, id).await?);
        self.endpoints.secrets.insert((workspace, id), read.clone());
        Ok(read)
    }
}
