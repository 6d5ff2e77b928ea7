//! FAQ bots: by themselves, as a box, as what catches all; small talk; hashtags; and the order of all that.
use crate::support::Around;
use serde_json::{Value, json};
use smartbot_flow::{
    Context, Effect, Faq, Finding, FindingCode, Flow, Flows, Input, Known, State, Stepped, parse,
    step, validate,
};

fn faq_bot() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Faq", "name": "Faq", "type": "faq", "language": "en", "hashtags": ["Faq"],
        "greeting": "Ask!", "no_answer": "No idea.",
        "entries": [
            {"id": "park", "question": "Where can I park?", "answer": "Behind the house, {user_fname|friend}."},
            {"id": "open", "question": "When are you open?", "variants": ["opening hours"], "answer": "From 8 to 5."}
        ]
    })
}

/// Asks for a number, with a link for each way.
fn intake() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Intake", "name": "Intake", "type": "flow", "language": "en", "start": "age",
        "fields": [{"name": "age", "kind": "variable", "type": "number"}],
        "catch_all": {"function_id": "Faq"},
        "hashtags": ["help"],
        "boxes": [
            {"id": "age", "type": "number", "text": "How old are you?", "save_to": "age", "retry_text": "A number, please."},
            {"id": "end", "type": "end", "message": "Thank you."}
        ],
        "links": [{"from": "age", "to": "end", "when": {"op": "has_valid_value"}}]
    })
}

struct Chat {
    flow: Flow,
    library: Flows,
    around: Around,
    talk: Option<Faq>,
    state: State,
}

impl Chat {
    fn with(bot: &Value, others: &[Value]) -> Self {
        let compiled = |it: &Value| Flow::compile(&parse(it).0).unwrap();
        Self {
            flow: compiled(bot),
            library: others.iter().map(compiled).collect(),
            around: Around::default(),
            talk: None,
            state: State::new(),
        }
    }

    fn take(&mut self, input: Input) -> Vec<Effect> {
        let cx = self.around.cx(&self.library);
        let cx = Context {
            small_talk: self.talk.as_ref(),
            ..cx
        };
        let Stepped { state, effects, .. } =
            step(&self.flow, std::mem::take(&mut self.state), input, &cx);
        self.state = state;
        effects
    }

    fn says(&mut self, input: Input) -> Vec<String> {
        let said = self.take(input).into_iter().filter_map(|it| match it {
            Effect::Say(say) => Some(say.text),
            _ => None,
        });
        said.collect()
    }

    fn hears(&mut self, text: &str) -> Vec<String> {
        self.says(Input::Text { text: text.into() })
    }
}

#[test]
fn a_faq_bot_answers_one_question_after_the_other() {
    let mut chat = Chat::with(&faq_bot(), &[]);
    assert_eq!(chat.says(Input::Start), ["Ask!"]);
    assert_eq!(chat.hears("where do i park"), ["Behind the house, friend."]);
    for _ in 0..5 {
        assert_eq!(chat.hears("my knee hurts"), ["No idea."]);
    }
    assert_eq!(chat.hears("opening hours?"), ["From 8 to 5."]);
    assert!(!chat.state.is_ended());
}

#[test]
fn what_no_link_takes_is_caught_and_the_flow_stays() {
    let mut chat = Chat::with(&intake(), &[faq_bot()]);
    assert_eq!(chat.says(Input::Start), ["How old are you?"]);
    assert_eq!(
        chat.hears("where can i park?"),
        ["Behind the house, friend.", "How old are you?"]
    );
    assert_eq!(chat.state.current_box(), Some("age"));
    assert_eq!(chat.hears("what"), ["A number, please."]);
    assert_eq!(chat.hears("42"), ["Thank you."]);
    // Without the FAQ bot nothing is caught.
    let mut chat = Chat::with(&intake(), &[]);
    chat.says(Input::Start);
    assert_eq!(chat.hears("where can i park?"), ["A number, please."]);
}

#[test]
fn links_come_first_then_the_default_then_the_faq_then_small_talk() {
    let phrases = ["thanks".to_owned(), "where can i park".to_owned()];
    let talk = Faq::small_talk([("t", &phrases[..], "You are welcome.", None)], "en").unwrap();
    let mut bot = intake();
    let mut chat = Chat::with(&bot, &[faq_bot()]);
    chat.talk = Some(talk);
    chat.says(Input::Start);
    assert_eq!(
        chat.hears("where can i park"),
        ["Behind the house, friend.", "How old are you?"]
    );
    assert_eq!(
        chat.hears("thanks!"),
        ["You are welcome.", "How old are you?"]
    );
    assert_eq!(chat.hears("42 thanks"), ["Thank you."]);
    // A default link goes before both.
    bot["links"] = json!([{"from": "age", "to": "end"}]);
    let talk = chat.talk.take();
    let mut chat = Chat::with(&bot, &[faq_bot()]);
    chat.talk = talk;
    chat.says(Input::Start);
    assert_eq!(chat.hears("where can i park"), ["Thank you."]);
}

#[test]
fn a_faq_box_answers_and_follows_its_links() {
    let bot = json!({
        "format": "smartbot/1", "function_id": "Desk", "name": "Desk", "type": "flow", "language": "en", "start": "ask",
        "fields": [{"name": "asked", "kind": "variable", "type": "json"}],
        "boxes": [
            {"id": "ask", "type": "faq", "text": "What is it?", "function_id": "Faq", "save_to": "asked", "max_retries": 1, "retry_text": "Again?"},
            {"id": "end", "type": "end", "message": "Bye {asked.entry}"}, {"id": "desk", "type": "end", "message": "We call you."}
        ],
        "links": [
            {"from": "ask", "to": "end", "when": {"op": "contains", "value": "open"}},
            {"from": "ask", "to": "desk", "when": {"op": "exhausted"}}
        ]
    });
    let mut chat = Chat::with(&bot, &[faq_bot()]);
    chat.around.profile = json!({"user_fname": "Ana"}).as_object().unwrap().clone();
    assert_eq!(chat.says(Input::Start), ["What is it?"]);
    assert_eq!(chat.hears("where to park"), ["Behind the house, Ana."]);
    assert_eq!(chat.state.variables()["asked"]["entry"], "park");
    assert_eq!(chat.hears("hm"), ["Again?"]);
    assert_eq!(chat.hears("are you open"), ["From 8 to 5.", "Bye open"]);
    let mut chat = Chat::with(&bot, &[faq_bot()]);
    chat.says(Input::Start);
    chat.hears("hm");
    assert_eq!(chat.hears("hm"), ["We call you."]);
}

#[test]
fn a_hashtag_begins_its_bot_wherever_the_session_stands() {
    let mut chat = Chat::with(&intake(), &[faq_bot()]);
    chat.says(Input::Start);
    let tag = |tag: &str, function_id: &str| Input::Hashtag {
        tag: tag.into(),
        function_id: function_id.into(),
    };
    let effects = chat.take(tag("faq", "Faq"));
    let flag = |it: &Effect| matches!(it, Effect::AssignFlag { flag, .. } if **flag == *"faq");
    assert!(effects.iter().any(flag), "{effects:?}");
    assert_eq!(chat.state.current_bot(), Some("Faq"));
    assert_eq!(
        chat.hears("where can i park"),
        ["Behind the house, friend."]
    );
    // Back to the session's own bot, from its start.
    assert_eq!(chat.says(tag("help", "Intake")), ["How old are you?"]);
    assert_eq!(chat.state.current_bot(), None);
    assert_eq!(chat.hears("7"), ["Thank you."]);
    assert!(chat.take(tag("faq", "Faq")).is_empty(), "it is over");
}

#[test]
fn a_start_tells_whom_the_bot_says() {
    let mut bot = intake();
    bot["notify_on_start"] = json!({"roles": ["agent"]});
    let mut chat = Chat::with(&bot, &[faq_bot()]);
    let effects = chat.take(Input::Start);
    let told = effects
        .iter()
        .filter(|it| matches!(it, Effect::Notify { on_start: true, .. }));
    assert_eq!(told.count(), 1);
}

fn codes(bot: &Value, known: &Known<'_>) -> Vec<FindingCode> {
    let (doc, mut found) = parse(bot);
    found.extend(validate(&doc, known));
    found.iter().map(|it: &Finding| it.code).collect()
}

#[test]
fn what_is_wrong_with_a_faq_bot_is_told() {
    use FindingCode as C;
    assert_eq!(codes(&faq_bot(), &Known::default()), []);
    let changed = |change: fn(&mut Value)| {
        let mut bot = faq_bot();
        change(&mut bot);
        codes(&bot, &Known::default())
    };
    for (change, code) in [
        (
            (|it| it["entries"] = json!([])) as fn(&mut Value),
            C::BadEntry,
        ),
        (|it| it["entries"] = json!(7), C::MalformedDocument),
        (|it| it["entries"][0]["id"] = json!("a b"), C::BadEntry),
        (
            |it| it["entries"][1]["id"] = json!("park"),
            C::DuplicateEntry,
        ),
        (|it| it["entries"][0]["question"] = json!(" "), C::BadEntry),
        (|it| it["entries"][0]["answer"] = json!("{"), C::BadTemplate),
        (
            |it| it["entries"][0]["answer"] = json!("{nobody}"),
            C::UndefinedField,
        ),
        (|it| it["entries"][0]["anser"] = json!("x"), C::UnknownKey),
        (
            |it| it["entries"][1]["variants"] = json!(["where can i PARK"]),
            C::DuplicateQuestion,
        ),
        (
            |it| it["entries"][0]["language"] = json!("english!"),
            C::BadEntry,
        ),
        (|it| it["threshold"] = json!(2), C::BadSetting),
        (|it| it["synonyms"] = json!(["a"]), C::MalformedDocument),
        (|it| it["hashtags"] = json!(["a b"]), C::BadHashtag),
        (|it| it["boxes"] = json!([]), C::UnknownKey),
        (|it| it["notify_on_start"] = json!({}), C::BadSetting),
    ] {
        assert_eq!(changed(change), [code], "{code:?}");
    }
    let known = Known {
        faq_bots: Some(&[]),
        ..Known::default()
    };
    assert_eq!(codes(&intake(), &known), [C::UnknownBot]);
    let mut wrong = intake();
    wrong["catch_all"] = json!({"function_id": "a b"});
    assert_eq!(codes(&wrong, &Known::default()), [C::BadSetting]);
}
