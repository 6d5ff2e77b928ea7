//! From what a step asks for to what a turn changes: the one place that knows every effect.
use crate::turns::calls::StoredCall;
use crate::turns::draft::{Draft, NewMessage};
use crate::turns::trace::Trouble;
use crate::{Error, Result};
use smartbot_flow::effect::{Say, SayKind};
use smartbot_flow::notes::Note;
use smartbot_flow::{Effect, Input, Library, Stepped};
use smartbot_model::Time;
use smartbot_model::event::{
    BoxNotifyData, BoxReachedData, Event, ExternalApiFailedData, GoalData, HandOffData,
    SessionFailedData,
};
use smartbot_model::message::{MessageKind, Sender};
use smartbot_model::session::EndReason;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What surrounds a step and is the same for all tries of a turn.
pub(super) struct Surroundings {
    pub(super) zone: jiff::tz::TimeZone,
    pub(super) region: String,
    pub(super) shelf: Arc<crate::bots::Shelf>,
}

/// Takes one step and carries its effects into the draft.
pub(super) async fn advance(
    draft: &mut Draft<'_>,
    input: Input,
    around: &Surroundings,
) -> Result<()> {
    // Seldom does it matter whether agents are there: who asks before it does asks in vain.
    let (mut stepped, _) = step(draft, input.clone(), around, Watch::Nothing).await?;
    if stepped.missed_agents && draft.is_agent_free().await? {
        (stepped, _) = step(draft, input, around, Watch::Agents).await?;
    }
    carry(draft, stepped)
}

/// As [`advance`], and tells what was done and looked at on the way. No agent is available to whom it is only shown.
pub(super) async fn advance_watched(
    draft: &mut Draft<'_>,
    input: Input,
    around: &Surroundings,
) -> Result<(Vec<Effect>, Vec<Note>)> {
    let (stepped, notes) = step(draft, input, around, Watch::All).await?;
    let effects = stepped.effects.clone();
    carry(draft, stepped)?;
    Ok((effects, notes))
}

/// What a step looks at beside the session, and whether it tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watch {
    Nothing,
    /// That an agent is available.
    Agents,
    /// Everything is told.
    All,
}

fn carry(draft: &mut Draft<'_>, stepped: Stepped) -> Result<()> {
    // The state after the step stands in no box any more when the session is over, so effects without a box get the last one visited.
    let mut here = draft.state.current_box().map(str::to_owned);
    draft.state = stepped.state;
    for effect in stepped.effects {
        if let Effect::VisitBox { box_id, .. } = &effect {
            here = Some(box_id.to_string());
        }
        apply(draft, effect, here.as_deref())?;
    }
    Ok(())
}

async fn step(
    draft: &Draft<'_>,
    input: Input,
    around: &Surroundings,
    watch: Watch,
) -> Result<(Stepped, Vec<Note>)> {
    let identity = smartbot_flow::Identity {
        user_id: draft.user.row.id.to_string(),
        external_id: draft
            .user
            .row
            .external_id
            .as_ref()
            .map(|it| it.expose().clone()),
        session_id: draft.session.id.to_string(),
        function_id: draft.session.function_id.clone(),
    };
    let owned = Owned {
        now: draft.now.to_jiff(),
        zone: around.zone.clone(),
        region: around.region.clone(),
        language: draft.session.language.clone(),
        seed: u64::try_from(draft.session.id.uuid().as_u128() & u128::from(u64::MAX))
            .unwrap_or_default(),
        identity,
        shelf: around.shelf.clone(),
        watch,
    };
    let (state, flow) = (draft.state.clone(), draft.bot.flow.clone());
    if matches!(input, Input::Text { .. }) && flow.needs_time_parsing(&state) {
        // Date phrases cost a quarter of a millisecond and more: not on the async threads.
        let (profile, flags) = (
            draft.user.row.fields.expose().clone(),
            draft.user.row.flags.clone(),
        );
        let work = move || owned.step(&flow, state, input, &profile, &flags);
        return tokio::task::spawn_blocking(work)
            .await
            .map_err(Error::internal);
    }
    Ok(owned.step(
        &flow,
        state,
        input,
        draft.user.row.fields.expose(),
        &draft.user.row.flags,
    ))
}

struct Owned {
    now: jiff::Timestamp,
    zone: jiff::tz::TimeZone,
    region: String,
    language: String,
    seed: u64,
    identity: smartbot_flow::Identity,
    shelf: Arc<crate::bots::Shelf>,
    watch: Watch,
}

impl Owned {
    fn step(
        &self,
        flow: &smartbot_flow::Flow,
        state: smartbot_flow::State,
        input: Input,
        profile: &serde_json::Map<String, serde_json::Value>,
        flags: &BTreeSet<String>,
    ) -> (Stepped, Vec<Note>) {
        let library: &dyn Library = &*self.shelf;
        let context = smartbot_flow::Context {
            now: self.now,
            zone: &self.zone,
            language: &self.language,
            region: &self.region,
            seed: self.seed,
            profile,
            flags,
            identity: &self.identity,
            agents_available: self.watch == Watch::Agents,
            library,
        };
        match self.watch {
            Watch::Nothing | Watch::Agents => (
                smartbot_flow::step(flow, state, input, &context),
                Vec::new(),
            ),
            Watch::All => smartbot_flow::step_with_notes(flow, state, input, &context),
        }
    }
}

fn apply(draft: &mut Draft<'_>, effect: Effect, here: Option<&str>) -> Result<()> {
    match effect {
        Effect::Say(say) => speak(draft, say),
        Effect::SetProfileField {
            name,
            value,
            box_id,
        } => draft.set_field(&name, value, &draft.bot_actor(), Some(&box_id)),
        Effect::AssignFlag { flag, box_id } => draft.assign_flag(&flag, &box_id),
        Effect::RemoveFlag { flag, box_id } => draft.remove_flag(&flag, &box_id),
        Effect::PushProfile { box_id, variables } => {
            let place = draft.place(Some(&box_id));
            let event = Event::BoxReached(BoxReachedData {
                user: draft.snapshot(),
                variables,
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::CallApi(call) => draft.add_call(call.call, &StoredCall::from_effect(&call)?),
        Effect::ApiFailed {
            box_id,
            reason,
            status,
        } => {
            let place = draft.place(Some(&box_id));
            let event = Event::ExternalApiFailed(ExternalApiFailedData {
                user: draft.snapshot(),
                reason,
                status,
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::HandOff { flag, box_id } => {
            let place = draft.place(Some(&box_id));
            let flag = flag.map(|it| it.to_string());
            draft.session.desk.wanted_flag.clone_from(&flag);
            let event = Event::SessionHandOffRequested(HandOffData {
                user: draft.snapshot(),
                flag,
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::Notify {
            box_id,
            roles,
            agents,
            media,
        } => {
            let place = draft.place(Some(&box_id));
            let event = Event::BoxNotify(BoxNotifyData {
                user: draft.snapshot(),
                roles: roles.to_vec(),
                agents: agents.to_vec(),
                media: media.to_vec(),
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::ReachGoal { goal, box_id } => {
            draft.trace.goals.push(goal.to_string());
            let place = draft.place(Some(&box_id));
            let event = Event::GoalReached(GoalData {
                user: draft.snapshot(),
                goal: goal.to_string(),
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::StartTimer { id, at, .. } => {
            draft.add_timer(id, Time::from(at));
            Ok(())
        }
        Effect::CancelTimer { id } => {
            draft.cancel_timer(id);
            Ok(())
        }
        Effect::VisitBox {
            box_id,
            function_id,
            version,
            link,
        } => {
            draft.visit(&box_id, function_id.as_deref().zip(Some(version)), link);
            Ok(())
        }
        Effect::MaskInput => {
            draft.mask_input();
            Ok(())
        }
        Effect::Problem { box_id, detail } => {
            draft.trace.problems.push(Trouble {
                box_id: Some(box_id.to_string()),
                detail,
            });
            Ok(())
        }
        Effect::Failed { reason, detail } => {
            let place = draft.place(here);
            let box_id = here.map(str::to_owned);
            draft.trace.problems.push(Trouble { box_id, detail });
            let serde_json::Value::String(reason) = serde_json::to_value(reason)? else {
                return Err(Error::Internal(anyhow::anyhow!("a reason is a word")));
            };
            let event = Event::SessionFailed(SessionFailedData {
                user: draft.snapshot(),
                reason,
                place,
            });
            draft.record(&event, draft.bot_actor())
        }
        Effect::End { reason } => {
            let actor = if reason == EndReason::Failed {
                smartbot_model::event::Actor::SYSTEM
            } else {
                draft.bot_actor()
            };
            draft.end(reason, actor, here)
        }
    }
}

fn speak(draft: &mut Draft<'_>, say: Say) -> Result<()> {
    let (kind, media) = match say.kind {
        SayKind::Text => (MessageKind::Text, None),
        SayKind::Media => (
            MessageKind::Media,
            say.media.map(serde_json::to_value).transpose()?,
        ),
    };
    let message = NewMessage {
        kind,
        media,
        typing_delay_ms: say.typing_delay_ms,
        box_id: Some(say.box_id.to_string()),
        ..NewMessage::text(Sender::Bot, say.text)
    };
    draft.say(message, false)
}
