//! From box to box: entering, leaving, jumping, coming back, ending.
use super::{FlowRef, Looked, MAX_BOXES, MAX_STACK, Run};
use crate::{
    Effect,
    boxes::{FlowBox, Next, Route},
    effect::{EndReason, FailReason},
    scope::Scope,
    state::{Frame, OpenTimer, OtherBot, Phase, Waits},
};
use serde_json::{Map, Value};
use std::sync::Arc;

impl Run<'_> {
    /// Enters a box and goes on until the session waits or ends.
    pub(super) fn go(&mut self, to: u32, link: Option<usize>) {
        let mut next = Some((to, link));
        while let Some((to, link)) = next {
            if self.state.boxes >= MAX_BOXES {
                let detail = format!("{MAX_BOXES} boxes were entered and nobody was asked");
                return self.fail(FailReason::StepLimit, detail);
            }
            self.state.boxes += 1;
            let flow = self.flow.clone();
            let here = flow.get(to);
            self.arrive(here, link);
            if here.broken {
                let detail = format!("the box `{}` has errors", here.id);
                return self.fail(FailReason::BrokenBox, detail);
            }
            let wish = here.settings.as_box().enter(self, here);
            next = self.obey(here, wish);
        }
    }

    /// Follows a link of the box, or finds that there is none.
    pub(super) fn leave(&mut self, here: &FlowBox) {
        if let Some((to, link)) = self.obey(here, Next::Leave) {
            self.go(to, link);
        }
    }

    fn arrive(&mut self, here: &FlowBox, link: Option<usize>) {
        self.state.at = Some(here.id.clone());
        self.state.waits = Waits::Nothing;
        self.state.retries = 0;
        self.api = None;
        self.split = None;
        self.no_agent = false;
        let other = self.state.bot.as_ref();
        self.effects.push(Effect::VisitBox {
            box_id: here.id.clone(),
            function_id: other.map(|it| it.function_id.clone()),
            version: other.and_then(|it| it.version),
            link,
        });
        let advanced = &here.advanced;
        for flag in &advanced.remove_flags {
            self.flag(here, flag, false);
        }
        for flag in &advanced.assign_flags {
            self.flag(here, flag, true);
        }
        if let Some(goal) = &advanced.goal {
            self.effects.push(Effect::ReachGoal {
                goal: goal.clone(),
                box_id: here.id.clone(),
            });
        }
        if advanced.push_to_webhook {
            let variables: Map<String, Value> = self
                .state
                .variables
                .iter()
                .filter(|(name, _)| !self.is_sensitive(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            self.effects.push(Effect::PushProfile {
                box_id: here.id.clone(),
                variables,
            });
        }
        if let Some(notify) = &advanced.notify {
            self.effects.push(Effect::Notify {
                box_id: here.id.clone(),
                on_start: false,
                roles: notify.roles.clone(),
                agents: notify.agents.clone(),
                media: notify.media.clone(),
            });
        }
    }

    pub(super) fn flag(&mut self, here: &FlowBox, flag: &Arc<str>, has: bool) {
        if self.scope().has_flag(flag) == has {
            return;
        }
        self.flags.push((flag.clone(), has));
        let (flag, box_id) = (flag.clone(), here.id.clone());
        self.effects.push(if has {
            Effect::AssignFlag { flag, box_id }
        } else {
            Effect::RemoveFlag { flag, box_id }
        });
    }

    /// Does what a box wishes; gives the next box to enter.
    fn obey(&mut self, here: &FlowBox, wish: Next) -> Option<(u32, Option<usize>)> {
        match wish {
            Next::Ask => {
                self.start_no_reply_timers(here);
                if let Some(question) = &here.question {
                    self.say(here, &question.text);
                }
                self.state.waits = Waits::Input;
                None
            }
            Next::Wait(what) => {
                self.state.waits = what;
                None
            }
            Next::Leave => match self.choose(here, &self.scope()) {
                Some(route) => Some((route.to, Some(route.link))),
                None => self.come_back(EndReason::DeadEnd),
            },
            Next::End => self.come_back(EndReason::Completed),
            Next::Box { id, returns } => {
                if returns && !self.push_frame(here) {
                    return None;
                }
                match self.flow.find(&id) {
                    Some(to) => Some((to, None)),
                    None => {
                        self.fail(FailReason::MissingBox, format!("there is no box `{id}`"));
                        None
                    }
                }
            }
            Next::Bot {
                function_id,
                returns,
            } => self.enter_bot(here, function_id, returns),
        }
    }

    pub(super) fn enter_bot(
        &mut self,
        here: &FlowBox,
        function_id: Arc<str>,
        returns: bool,
    ) -> Option<(u32, Option<usize>)> {
        let Some(flow) = self.cx.library.flow(&function_id, None) else {
            let detail = format!("there is no published bot `{function_id}`");
            if let Some(route) = self.choose(here, &self.scope()) {
                self.problem(here, detail);
                return Some((route.to, Some(route.link)));
            }
            self.fail(FailReason::MissingBot, detail);
            return None;
        };
        if returns && !self.push_frame(here) {
            return None;
        }
        self.state.bot = Some(OtherBot {
            function_id,
            version: flow.version(),
        });
        let start = flow.start();
        self.flow = FlowRef::Other(flow);
        Some((start, None))
    }

    fn push_frame(&mut self, here: &FlowBox) -> bool {
        if self.state.stack.len() >= MAX_STACK {
            self.fail(
                FailReason::CallDepth,
                format!("more than {MAX_STACK} jumps with return lie inside each other"),
            );
            return false;
        }
        self.state.stack.push(Frame {
            at: here.id.clone(),
            bot: self.state.bot.clone(),
        });
        true
    }

    /// Returns to the innermost jump and leaves it by its links; ends the session when there is none.
    fn come_back(&mut self, reason: EndReason) -> Option<(u32, Option<usize>)> {
        let mut reason = reason;
        while let Some(Frame { at, bot }) = self.state.stack.pop() {
            self.flow = match &bot {
                None => FlowRef::Own(self.own),
                Some(bot) => match self.cx.library.flow(&bot.function_id, bot.version) {
                    Some(flow) => FlowRef::Other(flow),
                    None => {
                        let detail = format!(
                            "the bot `{}` to return to is no longer there",
                            bot.function_id
                        );
                        self.fail(FailReason::MissingBot, detail);
                        return None;
                    }
                },
            };
            self.state.bot = bot;
            let Some(index) = self.flow.find(&at) else {
                self.fail(
                    FailReason::MissingBox,
                    format!("there is no box `{at}` to return to"),
                );
                return None;
            };
            self.api = None;
            self.split = None;
            self.no_agent = false;
            let flow = self.flow.clone();
            if let Some(route) = self.choose(flow.get(index), &self.scope()) {
                return Some((route.to, Some(route.link)));
            }
            reason = EndReason::DeadEnd;
        }
        self.end(reason);
        None
    }

    /// The link to follow: the first whose condition holds, else the one without a condition.
    pub(super) fn choose(&self, here: &FlowBox, scope: &Scope<'_>) -> Option<Route> {
        let won = here.links.iter().position(|it| it.when.holds(scope));
        self.note(here, || {
            let tried = won.map_or(here.links.len(), |it| it + 1);
            let conditions = here.links.iter().take(tried).enumerate();
            Looked::Links {
                conditions: conditions
                    .map(|(place, it)| (it.route.link, won == Some(place)))
                    .collect(),
            }
        });
        won.map(|it| here.links[it].route).or(here.default)
    }

    pub(super) fn finish(&mut self, reason: EndReason) {
        if let Some((to, link)) = self.come_back(reason) {
            self.go(to, link);
        }
    }

    pub(super) fn start_no_reply_timers(&mut self, here: &FlowBox) {
        for (length, route) in &here.no_reply {
            let Some(at) = length.after(self.cx.now, self.cx.zone) else {
                continue;
            };
            let id = self.next_id();
            self.effects.push(Effect::StartTimer {
                id,
                at,
                box_id: here.id.clone(),
            });
            self.state.timers.push(OpenTimer {
                id,
                link: route.link,
            });
        }
    }

    pub(super) fn cancel_timers(&mut self) {
        for timer in self.state.timers.drain(..) {
            self.effects.push(Effect::CancelTimer { id: timer.id });
        }
    }

    pub(super) fn stop_waiting(&mut self) {
        self.cancel_timers();
        if let Waits::Timer(id) = self.state.waits {
            self.effects.push(Effect::CancelTimer { id });
        }
    }

    pub(super) fn fail(&mut self, reason: FailReason, detail: impl Into<String>) {
        self.effects.push(Effect::Failed {
            reason,
            detail: detail.into(),
        });
        self.end(EndReason::Failed);
    }

    fn end(&mut self, reason: EndReason) {
        self.stop_waiting();
        self.state.phase = Phase::Ended;
        self.state.at = None;
        self.state.bot = None;
        self.state.stack.clear();
        self.state.waits = Waits::Nothing;
        self.state.retries = 0;
        self.state.boxes = 0;
        self.effects.push(Effect::End { reason });
    }
}
