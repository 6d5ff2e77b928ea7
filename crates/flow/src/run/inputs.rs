//! What each input does to a session.
use super::{FlowRef, Run};
use crate::{
    ApiOutcome, Effect,
    boxes::{Answer, FlowBox, Said},
    effect::{EndReason, FailReason},
    notes::{Looked, Understood},
    state::{Phase, Waits},
    value,
};
use serde_json::Value;
use std::borrow::Cow;

/// What an answer writes, by field.
type Pending<'p> = Vec<(Cow<'p, str>, Value)>;

impl Run<'_> {
    /// Makes the flow of the box that the session stands in the current one.
    fn locate(&mut self) -> Option<u32> {
        if let Some(bot) = &self.state.bot {
            let Some(flow) = self.cx.library.flow(&bot.function_id, bot.version) else {
                let detail = format!("the bot `{}` is no longer there", bot.function_id);
                self.fail(FailReason::MissingBot, detail);
                return None;
            };
            self.flow = FlowRef::Other(flow);
        }
        let Some(id) = self.state.at.clone() else {
            self.fail(FailReason::BadState, "the session stands in no box");
            return None;
        };
        let found = self.flow.find(&id);
        if found.is_none() {
            self.fail(FailReason::MissingBox, format!("there is no box `{id}`"));
        }
        found
    }

    pub(crate) fn start(&mut self) {
        self.state.phase = Phase::Running;
        let start = self.flow.start();
        self.go(start, None);
    }

    pub(crate) fn answered(&mut self, said: Said<'_>) {
        let Some(index) = self.locate() else { return };
        let flow = self.flow.clone();
        let here = flow.get(index);
        if flow.is_sensitive_answer(here) {
            self.effects.push(Effect::MaskInput);
        }
        let answer = here.settings.as_box().extract(said, self.cx);
        self.note(here, || {
            Looked::Answer(answer.as_ref().map(|it| Understood::of(it, said)))
        });
        let mut pending = answer
            .as_ref()
            .filter(|it| it.valid)
            .map_or_else(Vec::new, |it| Self::pending(here, it));
        if let (Some((name, value)), Some(save)) = (pending.first_mut(), &here.save)
            && let Some(to) = save.declared
        {
            debug_assert_eq!(&**name, &*save.name, "the answer itself comes first");
            let fitted = value::fit(value.take(), to, self.cx.zone);
            let (Ok(fitted) | Err(fitted)) = fitted;
            *value = fitted;
        }
        let valid = answer.as_ref().is_some_and(|it| it.valid);
        let route = {
            let scope = self.scope_with(&pending, answer.as_ref().map(|it| &it.value), valid);
            self.choose(here, &scope)
        };
        let is_dead_end = here.links.is_empty() && here.default.is_none();
        if route.is_none() && !(valid && is_dead_end) {
            return self.ask_again(here);
        }
        self.cancel_timers();
        self.state.boxes = 0;
        for (name, value) in pending {
            self.write(here, &name, value);
        }
        match route {
            Some(route) => self.go(route.to, Some(route.link)),
            None => self.finish(EndReason::DeadEnd),
        }
    }

    /// What a valid answer writes: the answer itself first.
    fn pending<'p>(here: &'p FlowBox, answer: &Answer) -> Pending<'p> {
        let Some(save) = &here.save else {
            return vec![];
        };
        let mut writes: Pending<'p> = Vec::with_capacity(1 + answer.also.len());
        let part = answer
            .also
            .iter()
            .find(|(name, _)| **name == *save.name)
            .map(|(_, it)| it);
        let value = part
            .or(answer.saved.as_ref())
            .unwrap_or(&answer.value)
            .clone();
        writes.push((Cow::Borrowed(&*save.name), value));
        // A name fills the user's name fields only if the question was for one of them.
        if part.is_some()
            || (answer.also.iter().any(|(it, _)| *it == "user_name") && &*save.name == "user_lname")
        {
            let others = answer.also.iter().filter(|(name, _)| **name != *save.name);
            writes.extend(others.map(|(name, value)| (Cow::Borrowed(*name), value.clone())));
        }
        writes
    }

    fn ask_again(&mut self, here: &FlowBox) {
        let Some(question) = &here.question else {
            let detail = format!(
                "the box `{}` asks nothing, yet the session waits in it",
                here.id
            );
            return self.fail(FailReason::BadState, detail);
        };
        self.cancel_timers();
        if let Some(route) = here
            .exhausted
            .filter(|_| self.state.retries >= question.max_retries)
        {
            self.state.boxes = 0;
            return self.go(route.to, Some(route.link));
        }
        self.state.retries = self.state.retries.saturating_add(1);
        self.start_no_reply_timers(here);
        self.say(here, question.retry_text.as_ref().unwrap_or(&question.text));
    }

    pub(crate) fn replied(&mut self, outcome: &ApiOutcome) {
        let Some(index) = self.locate() else { return };
        let flow = self.flow.clone();
        let here = flow.get(index);
        here.settings.as_box().reply(self, here, outcome);
        self.leave(here);
    }

    pub(crate) fn timer_is_due(&mut self, id: u64) {
        let opened = self.state.timers.iter().find(|it| it.id == id).copied();
        if self.state.waits == Waits::Timer(id) {
            self.state.waits = Waits::Nothing;
        }
        let Some(index) = self.locate() else { return };
        self.state.boxes = 0;
        let flow = self.flow.clone();
        let here = flow.get(index);
        match opened {
            None => self.leave(here),
            Some(timer) => {
                self.state.timers.retain(|it| it.id != id);
                let route = here
                    .no_reply
                    .iter()
                    .map(|(_, route)| *route)
                    .find(|it| it.link == timer.link);
                match route.or_else(|| here.no_reply.first().map(|(_, route)| *route)) {
                    Some(route) => {
                        self.cancel_timers();
                        self.go(route.to, Some(route.link));
                    }
                    // The flow was changed under the session: it goes on waiting for the answer.
                    None => self.problem(here, "a timer was due whose link is no longer there"),
                }
            }
        }
    }

    pub(crate) fn agent_returned(&mut self, to: Option<&str>) {
        let Some(index) = self.locate() else { return };
        self.state.boxes = 0;
        let flow = self.flow.clone();
        let here = flow.get(index);
        if let Some(id) = to {
            if let Some(index) = flow.find(id) {
                self.stop_waiting();
                return self.go(index, None);
            }
            if self.own.find(id).is_some() {
                return self.go_to(id);
            }
            self.problem(
                here,
                format!("the agent gave the session back at the box `{id}`, which is not there"),
            );
        }
        match (self.state.waits, &here.question) {
            // An agent stepped in while the bot waited for an answer: it asks once more.
            (Waits::Agent | Waits::Input, Some(question)) => {
                self.state.waits = Waits::Input;
                self.say(here, &question.text);
            }
            (Waits::Agent, None) => self.leave(here),
            _ => {}
        }
    }

    /// Follows the way for nobody being there, where the box that handed off has one. Elsewhere the session waits on.
    pub(crate) fn nobody_came(&mut self) {
        let Some(index) = self.locate() else { return };
        let flow = self.flow.clone();
        let here = flow.get(index);
        if here.has_no_agent {
            self.state.boxes = 0;
            self.no_agent = true;
            self.leave(here);
        }
    }

    pub(crate) fn go_to(&mut self, id: &str) {
        if self.state.bot.is_some() {
            self.state.bot = None;
            self.state.stack.clear();
        }
        let Some(index) = self.own.find(id) else {
            return self.fail(FailReason::MissingBox, format!("there is no box `{id}`"));
        };
        self.stop_waiting();
        self.state.phase = Phase::Running;
        self.state.boxes = 0;
        self.go(index, None);
    }
}
