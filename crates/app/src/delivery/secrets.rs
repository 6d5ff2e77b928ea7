//! The secrets of webhook endpoints: checked, rotated, shown to those who may see them.
use crate::delivery::sign;
use crate::{App, Error, Result};
use smartbot_model::{EndpointId, Phi, WorkspaceId};
use smartbot_store::{Change, EndpointSecrets, OldSecret};
use std::sync::Arc;
use std::time::Duration;

/// The longest time that an old secret still signs.
const LONGEST_OVERLAP: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The most old secrets that still sign.
const MAX_OLD_SECRETS: usize = 10;

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
    /// Gives an endpoint another secret. The one before still signs, beside it, for as long as `overlap` says.
    pub async fn rotate_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        overlap: Duration,
    ) -> Result<Phi<String>> {
        if overlap > LONGEST_OVERLAP {
            return Err(Error::invalid(
                "/overlap_hours",
                "invalid_value",
                "The old secret signs for at most seven days (168 hours) more.",
            ));
        }
        let secrets = self.read_secrets(workspace, id).await?;
        let now = self.now();
        let mut old = vec![OldSecret {
            secret: secrets.current,
            until: now.plus(overlap),
        }];
        old.extend(secrets.old);
        // Revoking at once means the older ones too.
        old.retain(|it| !overlap.is_zero() && it.until > now);
        old.truncate(MAX_OLD_SECRETS);
        let secret = sign::generate_secret(&*self.random);
        let secrets = EndpointSecrets {
            current: Phi::new(secret.clone()),
            old,
            signing_key: secrets.signing_key,
        };
        let change = Change::SaveEndpointSecrets { id, secrets };
        self.store.commit(workspace, vec![change]).await?;
        self.endpoints.secrets.invalidate(&(workspace, id));
        Ok(Phi::new(secret))
    }

    /// The secret that signs, and the public key `whpk_…` of an endpoint that signs with Ed25519.
    pub async fn reveal_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<(Phi<String>, Option<String>)> {
        let secrets = self.read_secrets(workspace, id).await?;
        let key = secrets.signing_key.as_ref();
        let public = key.and_then(|it| sign::public_key(it.expose()));
        Ok((secrets.current, public))
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
