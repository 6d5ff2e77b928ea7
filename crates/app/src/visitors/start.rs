//! A visitor starts a session.
use super::PublicBot;
use crate::turns::{Reply, StartSession, StartUser};
use crate::users::check::{Faults, pointer_to};
use crate::{App, Caller, Error, Result, turns};
use serde_json::{Map, Value};
use smartbot_model::event::{Actor, ActorKind};
use smartbot_model::field::FieldKind;
use smartbot_model::session::Started;
use smartbot_model::{Phi, WorkspaceId};
use std::net::IpAddr;

/// The longest address of a page that is kept, in characters.
const MAX_PAGE: usize = 2_000;

/// Where messages of visitors come from and go to.
const MEDIUM: &str = "web";

/// A visitor's wish to start a session.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The bot's short public name.
    pub function_id: String,
    /// The JWT that says who the visitor is; somebody new unless given.
    pub identity: Option<Phi<String>>,
    /// Session variables to begin with: declared ones only.
    pub variables: Map<String, Value>,
    /// Profile fields of somebody new: declared ones only.
    pub fields: Map<String, Value>,
    /// The language, BCP 47; the bot's own unless given.
    pub language: Option<String>,
    /// The address of the page that the visitor is on.
    pub page: Option<String>,
}

/// What is kept of a page's address: what follows the path may tell more about a patient than anybody should keep.
fn plain(page: &str) -> Result<String> {
    let parsed = url::Url::parse(page).ok();
    let web = parsed.filter(|it| matches!(it.scheme(), "http" | "https") && page.len() <= MAX_PAGE);
    let Some(mut url) = web else {
        let message = "The page is a web address of at most 2,000 characters, or left out.";
        return Err(Error::invalid("/page", "invalid_value", message));
    };
    url.set_query(None);
    url.set_fragment(None);
    // These exist for no page that a browser shows; none of them can fail then.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url.into())
}

impl App {
    /// Starts a session for somebody who holds no token. Answers with what the bot says first.
    pub async fn start_visit(
        &self,
        workspace: WorkspaceId,
        visit: Visit,
        from: IpAddr,
    ) -> Result<(Reply, PublicBot)> {
        let bot = match self.public_bot(workspace, &visit.function_id).await {
            Ok(bot) => bot,
            // There is no such workspace: nobody can tell that from a bot that is not there.
            Err(Error::NotFound(_)) => return Err(Error::NotFound("bot")),
            Err(error) => return Err(error),
        };
        let busy = |retry_after| Error::RateLimited { retry_after };
        let of_bot = self.limits.bot(workspace, &visit.function_id);
        if let Some(retry_after) = of_bot.retry_after {
            return Err(busy(retry_after));
        }
        let place = self.visits.place(from).map_err(busy)?;
        let start = self.visitor_start(workspace, &bot, visit).await?;
        let caller = Caller {
            workspace,
            actor: Actor {
                kind: ActorKind::User,
                id: None,
            },
        };
        let reply = self
            .start_session(&caller, start, None, turns::DEFAULT_WAIT)
            .await?;
        let started: Started = serde_json::from_str(&reply.body)?;
        if started.session.ended_at.is_none() {
            place.taken(started.session.id);
        }
        Ok((reply, bot))
    }

    /// What the visitor wishes, held to what the bot declares.
    async fn visitor_start(
        &self,
        workspace: WorkspaceId,
        bot: &PublicBot,
        visit: Visit,
    ) -> Result<StartSession> {
        let known = self.workspace(workspace).await?;
        let mut faults = Faults::default();
        let is_declared = |name: &str| {
            let mut fields = bot.flow.fields().iter();
            fields.any(|it| it.kind == FieldKind::Variable && it.name == *name)
        };
        for name in visit.variables.keys().filter(|it| !is_declared(it)) {
            let message = format!("The bot declares no variable {name}. Leave it out.");
            faults.add(pointer_to("/variables", name), "unknown_field", message);
        }
        let declared_type = |name: &str| {
            let mut fields = bot.flow.fields().iter();
            let field = fields.find(|it| it.kind == FieldKind::Profile && it.name == *name);
            field.map(|it| it.r#type)
        };
        faults.fields("/fields", &visit.fields, &known, false, declared_type);
        if visit.identity.is_some() && !visit.fields.is_empty() {
            let message = "Who brings an identity has fields in it: what nobody has signed changes nothing of a known person.";
            faults.add("/fields", "invalid_value", message);
        }
        faults.refuse()?;
        let mut metadata = Map::new();
        if let Some(page) = &visit.page {
            metadata.insert("page".into(), plain(page)?.into());
        }
        let user = match &visit.identity {
            None => StartUser {
                fields: visit.fields,
                ..StartUser::default()
            },
            Some(jwt) => {
                let identity = self.identify(workspace, jwt.expose()).await?;
                metadata.insert("verified".into(), true.into());
                let mut faults = Faults::default();
                let fields = identity.fields.into_inner();
                faults.fields("/identity/fields", &fields, &known, false, declared_type);
                faults.refuse()?;
                StartUser {
                    id: None,
                    external_id: Some(identity.external_id.into_inner()),
                    fields,
                }
            }
        };
        Ok(StartSession {
            function_id: visit.function_id,
            user,
            variables: visit.variables,
            medium: Some(MEDIUM.into()),
            language: visit.language,
            metadata,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_page_only_the_place_is_kept() {
        let kept = plain("https://ana:secret@www.clinic.example/visit?name=Ana#reason").unwrap();
        assert_eq!(kept, "https://www.clinic.example/visit");
        for wrong in [
            "",
            "about:blank",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "/visit",
        ] {
            assert!(plain(wrong).is_err(), "{wrong}");
        }
        assert!(plain(&format!("https://x.example/{}", "a".repeat(2_000))).is_err());
    }
}
