//! What a page or an application tells a running session: who its user is, and values of variables.
use super::draft::Draft;
use crate::users::check::{Faults, pointer_to, room};
use crate::visitors::Identity;
use crate::{App, Error, Result};
use serde_json::{Map, Value};
use smartbot_flow::Flow;
use smartbot_model::event::Actor;
use smartbot_model::field::FieldKind;

/// Refuses variables that the bot does not declare, and values that do not fit.
pub(super) fn declared(flow: &Flow, variables: &Map<String, Value>) -> Result<()> {
    let mut faults = Faults::default();
    for (name, value) in variables {
        let mut fields = flow.fields().iter();
        let field = fields.find(|it| it.kind == FieldKind::Variable && it.name == *name);
        match field {
            None => {
                let message = format!("The bot declares no variable {name}. Leave it out.");
                faults.add(pointer_to("/variables", name), "unknown_field", message);
            }
            Some(field) if !value.is_null() && !field.r#type.accepts(value) => {
                let message = format!("The variable {name} holds {}.", field.r#type.holds());
                faults.add(pointer_to("/variables", name), "invalid_value", message);
            }
            Some(_) => {}
        }
    }
    faults.refuse()
}

impl App {
    /// Gives the user of a session the name that an identity brings. A session keeps its user: when somebody else has that name already,
    /// the client starts a new session with the identity.
    pub(super) async fn link(
        &self,
        draft: &mut Draft<'_>,
        identity: &Identity,
        actor: &Actor,
    ) -> Result<()> {
        const OTHER: &str =
            "This session is somebody else's. End it and start a new one with this identity.";
        let known = draft.workspace();
        let fields = identity.fields.expose();
        let mut faults = Faults::default();
        faults.fields("/identity/fields", fields, known, false, |_| None);
        faults.refuse()?;
        let wanted = identity.external_id.expose();
        match draft.user.row.external_id.as_ref().map(|it| it.expose()) {
            Some(own) if own == wanted => {}
            Some(_) => return Err(Error::Conflict(OTHER.into())),
            None => {
                let other = self.store.user_by_external_id(known.id, wanted).await?;
                if other.is_some() {
                    return Err(Error::Conflict(OTHER.into()));
                }
                draft.set_external_id(wanted.clone(), actor)?;
            }
        }
        let mut all = draft.user.row.fields.expose().clone();
        all.extend(fields.clone());
        all.retain(|_, it| !it.is_null());
        room("/identity/fields", &all)?;
        for (name, value) in fields {
            draft.set_field(name, value.clone(), actor, None)?;
        }
        Ok(())
    }
}
