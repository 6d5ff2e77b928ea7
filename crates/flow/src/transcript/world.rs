//! The world around a bot in a test.
use super::{
    Failure, Test,
    compare::{Mismatch, check_request, is_push, line, mismatch, same},
    step::{Api, OneOrMany, Returned, Step},
};
use crate::{
    ApiOutcome, Context, Effect, Flow, Identity, Input, Library, State, effect::ApiCall,
    moment::Length, step,
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use smartbot_model::file::{EXAMPLE_ID, StoredFile};
use std::collections::{BTreeSet, VecDeque};

pub(super) struct World<'w> {
    flow: &'w Flow,
    library: &'w dyn Library,
    zone: &'w TimeZone,
    language: String,
    region: String,
    identity: Identity,
    agents_available: bool,
    within_hours: bool,
    now: Timestamp,
    state: State,
    profile: Map<String, Value>,
    flags: BTreeSet<String>,
    /// What the bot said and nobody has expected yet.
    said: VecDeque<String>,
    call: Option<ApiCall>,
    timers: Vec<(Timestamp, u64)>,
    /// What happened: goals, pushes, … are looked up here.
    happened: Vec<Effect>,
    transcript: Vec<String>,
}

impl<'w> World<'w> {
    pub(super) fn new(
        flow: &'w Flow,
        library: &'w dyn Library,
        test: &Test,
        zone: &'w TimeZone,
    ) -> Result<Self, String> {
        let mut state = State::new();
        for (name, value) in &test.variables {
            state
                .set_variable(name, value.clone())
                .map_err(|it| it.to_string())?;
        }
        Ok(Self {
            flow,
            library,
            zone,
            language: test
                .language
                .clone()
                .unwrap_or_else(|| flow.language().to_owned()),
            region: test.region.clone().unwrap_or_else(|| "US".to_owned()),
            identity: Identity {
                user_id: test
                    .user_id
                    .clone()
                    .unwrap_or_else(|| "usr_test".to_owned()),
                external_id: test.external_id.clone(),
                session_id: "ses_test".to_owned(),
                function_id: flow.function_id().to_owned(),
            },
            agents_available: test.agents_available,
            within_hours: test.within_hours,
            now: test.now,
            state,
            profile: test.profile.clone(),
            flags: test.flags.iter().cloned().collect(),
            said: VecDeque::new(),
            call: None,
            timers: vec![],
            happened: vec![],
            transcript: vec![],
        })
    }

    pub(super) fn failure(&self, step: Option<usize>, (expected, got): Mismatch) -> Failure {
        Failure {
            step,
            expected,
            got,
            transcript: self.transcript.clone(),
        }
    }

    pub(super) fn start(&mut self) {
        self.step(Input::Start);
    }

    fn step(&mut self, input: Input) {
        let cx = Context {
            now: self.now,
            zone: self.zone,
            language: &self.language,
            region: &self.region,
            seed: 0,
            profile: &self.profile,
            flags: &self.flags,
            identity: &self.identity,
            agents_available: self.agents_available,
            within_hours: self.within_hours,
            small_talk: None,
            library: self.library,
        };
        let stepped = step(self.flow, std::mem::take(&mut self.state), input, &cx);
        self.state = stepped.state;
        for effect in stepped.effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match &effect {
            Effect::Say(say) => {
                let line = line(say);
                self.note("bot", &line);
                self.said.push_back(line);
            }
            Effect::SetProfileField { name, value, .. } => {
                if value.is_null() {
                    self.profile.remove(name);
                } else {
                    self.profile.insert(name.clone(), value.clone());
                }
            }
            Effect::AssignFlag { flag, .. } => {
                self.note("flag", flag);
                self.flags.insert(flag.to_string());
            }
            Effect::RemoveFlag { flag, .. } => {
                self.note("no flag", flag);
                self.flags.remove(&**flag);
            }
            Effect::CallApi(call) => {
                self.note("calls", &format!("{} {}", call.method, call.url));
                self.call = Some(call.clone());
            }
            Effect::StartTimer { id, at, .. } => self.timers.push((*at, *id)),
            Effect::CancelTimer { id } => self.timers.retain(|(_, it)| it != id),
            Effect::ReachGoal { goal, .. } => self.note("goal", goal),
            Effect::PushProfile { box_id, .. } => self.note("pushed at", box_id),
            Effect::Notify { box_id, .. } => self.note("notified at", box_id),
            Effect::HandOff { flag, .. } => {
                self.note("hand-off", flag.as_deref().unwrap_or("to anybody"));
            }
            Effect::ApiFailed { reason, .. } => self.note("call failed", reason),
            Effect::Problem { detail, .. } | Effect::Failed { detail, .. } => {
                self.note("problem", detail);
            }
            Effect::End { .. } => self.note("ended", ""),
            Effect::VisitBox { .. } | Effect::MaskInput => {}
        }
        self.happened.push(effect);
    }

    fn note(&mut self, who: &str, what: &str) {
        self.transcript.push(format!("{who}: {what}"));
    }

    /// Everything that the bot said has been expected.
    pub(super) fn all_was_expected(&self, before: &str) -> Result<(), Mismatch> {
        match self.said.front() {
            None => Ok(()),
            Some(line) => mismatch(
                format!("nothing more from the bot before {before}"),
                format!("bot: {line}"),
            ),
        }
    }

    pub(super) fn play(&mut self, step: &Step) -> Result<(), Mismatch> {
        match step {
            Step::User(text) => {
                self.all_was_expected("the user writes")?;
                self.note("user", text);
                self.step(Input::Text { text: text.clone() });
                Ok(())
            }
            Step::Choose(choice) => {
                self.all_was_expected("the user picks")?;
                let values = match choice {
                    OneOrMany::One(one) => vec![one.clone()],
                    OneOrMany::Many(many) => many.clone(),
                };
                self.note("user picks", &values.join(", "));
                self.step(Input::Choice { values });
                Ok(())
            }
            Step::File(sent) => {
                self.all_was_expected("the user sends a file")?;
                self.note("user sends", &sent.name);
                let file = StoredFile {
                    id: EXAMPLE_ID,
                    name: sent.name.clone(),
                    r#type: sent.r#type.clone(),
                    size: sent.size,
                };
                self.step(Input::File { file });
                Ok(())
            }
            Step::Bot(expected) => {
                self.expect_line(&format!("bot: {expected}"), |it| it == expected)
            }
            Step::BotContains(part) => self.expect_line(&format!("bot: … {part} …"), |it| {
                it.contains(part.as_str())
            }),
            Step::Api(api) => self.answer_call(api),
            Step::After(length) => self.let_time_pass(length),
            Step::AgentReturned(to) => {
                self.all_was_expected("the agent returns")?;
                let box_id = match to {
                    Returned::Here(true) => None,
                    Returned::Here(false) => return mismatch("`true`, or {\"box\": …}", "false"),
                    Returned::To { at } => Some(at.clone()),
                };
                self.note("agent", "returned");
                self.step(Input::AgentReturned { box_id });
                Ok(())
            }
            Step::AgentsAvailable(available) => {
                self.agents_available = *available;
                Ok(())
            }
            _ => self.look(step),
        }
    }

    fn expect_line(&mut self, expected: &str, fits: impl Fn(&str) -> bool) -> Result<(), Mismatch> {
        match self.said.front() {
            Some(line) if fits(line) => {
                self.said.pop_front();
                Ok(())
            }
            Some(line) => mismatch(expected, format!("bot: {line}")),
            None => mismatch(expected, "silence"),
        }
    }

    fn answer_call(&mut self, api: &Api) -> Result<(), Mismatch> {
        self.all_was_expected("the call is answered")?;
        let Some(call) = self
            .call
            .take()
            .filter(|it| self.state.awaited_call() == Some(it.call))
        else {
            return mismatch("a call of the External API", "no call");
        };
        check_request(&call, &api.expect)?;
        let outcome = match (&api.fails, api.status) {
            (Some(reason), None) => ApiOutcome::Failed {
                reason: reason.clone(),
            },
            (None, status) => {
                let content_type = api
                    .content_type
                    .clone()
                    .unwrap_or_else(|| "application/json".to_owned());
                let body = match &api.body {
                    None => vec![],
                    Some(Value::String(text)) if !content_type.contains("json") => {
                        text.clone().into_bytes()
                    }
                    Some(other) => other.to_string().into_bytes(),
                };
                ApiOutcome::Answer {
                    status: status.unwrap_or(200),
                    content_type: Some(content_type),
                    body,
                }
            }
            (Some(_), Some(_)) => return mismatch("either `fails` or `status`", "both"),
        };
        self.note(
            "api",
            &api.fails
                .clone()
                .unwrap_or_else(|| api.status.unwrap_or(200).to_string()),
        );
        self.step(Input::ApiReply {
            call: call.call,
            outcome,
        });
        Ok(())
    }

    fn let_time_pass(&mut self, length: &str) -> Result<(), Mismatch> {
        self.all_was_expected("time goes by")?;
        let until = Length::parse(length).and_then(|it| it.after(self.now, self.zone));
        let Some(until) = until else {
            return mismatch("a length of time such as `30m`", length);
        };
        self.note("time", &format!("{length} later"));
        // A flow that waits in a circle must not hold up the test.
        for _ in 0..1_000 {
            let Some(due) = self
                .timers
                .iter()
                .copied()
                .filter(|(at, _)| *at <= until)
                .min()
            else {
                break;
            };
            self.timers.retain(|it| *it != due);
            self.now = self.now.max(due.0);
            self.step(Input::Timer { id: due.1 });
        }
        self.now = until;
        Ok(())
    }

    fn look(&self, step: &Step) -> Result<(), Mismatch> {
        let (ok, expected, got) = match step {
            Step::Awaiting(kind) => {
                let got = self
                    .state
                    .awaiting(self.flow, self.library)
                    .map(|it| it.kind);
                (
                    &got == kind,
                    format!("awaiting {kind:?}"),
                    format!("{got:?}"),
                )
            }
            Step::InBox(id) => {
                let got = self.state.current_box();
                (got == Some(id), format!("the box {id}"), format!("{got:?}"))
            }
            Step::Flag(flag) => (
                self.flags.contains(flag),
                format!("the flag {flag}"),
                self.flag_list(),
            ),
            Step::NoFlag(flag) => (
                !self.flags.contains(flag),
                format!("no flag {flag}"),
                self.flag_list(),
            ),
            Step::Field(field) => {
                let got = self
                    .state
                    .variables()
                    .get(&field.name)
                    .or_else(|| self.profile.get(&field.name));
                let got = got.unwrap_or(&Value::Null);
                (
                    same(got, &field.value),
                    format!("{} = {}", field.name, field.value),
                    got.to_string(),
                )
            }
            Step::Goal(goal) => {
                let reached = self
                    .happened
                    .iter()
                    .any(|it| matches!(it, Effect::ReachGoal { goal: it, .. } if **it == **goal));
                (
                    reached,
                    format!("the goal {goal}"),
                    "it was not reached".to_owned(),
                )
            }
            Step::Pushed(at) => {
                let pushed = self.happened.iter().any(|it| is_push(it, at));
                (
                    pushed,
                    format!("a push at the box {}", at.box_id),
                    "none".to_owned(),
                )
            }
            Step::Notified(at) => {
                let told = self.happened.iter().any(
                    |it| matches!(it, Effect::Notify { box_id, .. } if **box_id == *at.box_id),
                );
                (
                    told,
                    format!("a notification at the box {}", at.box_id),
                    "none".to_owned(),
                )
            }
            Step::HandOff(wanted) => {
                let got = self
                    .happened
                    .iter()
                    .any(|it| matches!(it, Effect::HandOff { .. }));
                (
                    got == *wanted,
                    format!("hand_off {wanted}"),
                    got.to_string(),
                )
            }
            Step::ApiFailed(reason) => {
                let reasons: Vec<&str> = self
                    .happened
                    .iter()
                    .filter_map(|it| {
                        if let Effect::ApiFailed { reason, .. } = it {
                            Some(reason.as_str())
                        } else {
                            None
                        }
                    })
                    .collect();
                (
                    reasons.contains(&reason.as_str()),
                    format!("a call that failed: {reason}"),
                    format!("{reasons:?}"),
                )
            }
            Step::Ended(wanted) => {
                let got = self.state.is_ended();
                (got == *wanted, format!("ended {wanted}"), got.to_string())
            }
            _ => (true, String::new(), String::new()),
        };
        if ok { Ok(()) } else { mismatch(expected, got) }
    }

    fn flag_list(&self) -> String {
        let flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        format!("flags: {}", flags.join(", "))
    }
}
