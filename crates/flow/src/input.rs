//! What can happen to a session.

/// One input to a session. Everything that a step needs comes with it or with the context.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The session begins.
    Start,
    /// The user wrote.
    Text {
        /// The text, as it was typed.
        text: String,
    },
    /// The user picked choices by their values.
    Choice {
        /// One value; several only where the box takes many.
        values: Vec<String>,
    },
    /// The answer to an [`crate::effect::ApiCall`], or the reason why there is none.
    ApiReply {
        /// The `call` of the effect that asked. A reply to another call than the awaited one changes nothing.
        call: u64,
        /// What came of it.
        outcome: ApiOutcome,
    },
    /// A timer of [`crate::Effect::StartTimer`] is due. A timer that is no longer open changes nothing.
    Timer {
        /// The `id` of the effect that started it.
        id: u64,
    },
    /// The agent gave the session back to the bot.
    AgentReturned {
        /// Where to go on; `None` goes on where the bot stopped.
        box_id: Option<String>,
    },
    /// The session has waited long enough for an agent, and nobody has come.
    NobodyCame,
    /// Goes to a box at once (the builder's preview).
    Goto {
        /// The box.
        box_id: String,
    },
}

/// What came of an External API call.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiOutcome {
    /// The other side answered with any status.
    Answer {
        /// HTTP status.
        status: u16,
        /// The `Content-Type` header, whole.
        content_type: Option<String>,
        /// The body as it came.
        body: Vec<u8>,
    },
    /// There is no answer.
    Failed {
        /// A stable word: `timeout`, `refused_address`, `too_large`, …
        reason: String,
    },
}
