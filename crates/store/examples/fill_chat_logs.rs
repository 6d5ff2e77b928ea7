//! Fills the store of a server that does not run with chat logs: `cargo run --release -p smartbot-store --example fill_chat_logs DATA [SESSIONS]`.
//!
//! `DATA` is the server's data folder; SMARTBOT_DATABASE_URL names another database. The workspace is the first one and its bot `Intake` must
//! be published. Each session has twenty messages and lies some minutes after the one before, the last one in the present.
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::random::{Random, SeededRandom};
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::{MessageId, Phi, SessionId, Time, UserId};
use smartbot_store::{
    BotHead, Change, MasterKey, MessageRow, Options, SessionRow, Store, TurnRow, UserRow,
};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const MESSAGES: u32 = 20;

/// How many sessions of one user follow each other.
const OF_A_USER: u32 = 5;

/// How many sessions are kept in one commit.
const AT_ONCE: usize = 50;

/// How far apart sessions lie.
const GAP: Duration = Duration::from_mins(2);

const STATE: &str = r#"{"phase":"running","box":"age","waits":"input","variables":{"age":42}}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let data = args.next().ok_or("which data folder?")?;
    let count = args.next().map_or(Ok(50_000), |it| it.parse::<u32>())?;
    #[expect(
        clippy::disallowed_methods,
        reason = "what is filled in lies in the past of the server that will show it"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = Time::from_micros(i64::try_from(now.as_micros())?);
    let random = Arc::new(SeededRandom::new(u64::try_from(now.micros())?));
    let data = Path::new(&data);
    #[expect(
        clippy::disallowed_methods,
        reason = "the setting of the server whose store this is"
    )]
    let url = std::env::var("SMARTBOT_DATABASE_URL");
    let url = url.unwrap_or_else(|_| format!("sqlite:{}", data.join("smartbot.db").display()));
    let options = Options {
        url,
        master_key: MasterKey::load_or_create(&data.join("master.key"), &*random)?,
        max_connections: 4,
    };
    let store = Store::open(options, random.clone()).await?;
    let workspace = store.workspaces().await?;
    let workspace = workspace.first().ok_or("there is no workspace")?.id;
    let bot = store.bot(workspace, "Intake").await?;
    let bot = bot.ok_or("there is no bot Intake")?;
    let begun = Instant::now();
    let (mut changes, mut user) = (Vec::new(), None);
    for number in 0..count {
        let at = now.minus(GAP * (count - number));
        if number % OF_A_USER == 0 {
            let new = new_user(number / OF_A_USER, at, &*random);
            user = Some(new.id);
            changes.push(Change::InsertUser(new));
        }
        let user = user.ok_or("the first session has a user")?;
        changes.extend(session(number, user, &bot.head, at, &*random)?);
        if changes.len() >= AT_ONCE * 3 || number + 1 == count {
            store
                .commit(workspace, std::mem::take(&mut changes))
                .await?;
        }
    }
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{count} sessions with {MESSAGES} messages each in {took:.1} s, {:.0} messages/s",
        f64::from(count * MESSAGES) / took
    );
    store.close().await;
    Ok(())
}

fn new_user(number: u32, at: Time, random: &dyn Random) -> UserRow {
    let flag = match number {
        _ if number.is_multiple_of(100) => "rare",
        _ if number.is_multiple_of(2) => "common",
        _ => "other",
    };
    UserRow {
        id: UserId::new(at, random),
        external_id: Some(Phi::new(format!("bench-{}-{number}", at.unix_seconds()))),
        fields: Phi::default(),
        flags: [flag.to_owned()].into(),
        event_sequence: 0,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn session(
    number: u32,
    user_id: UserId,
    bot: &BotHead,
    at: Time,
    random: &dyn Random,
) -> Result<[Change; 3], Box<dyn Error>> {
    let has_ended = !number.is_multiple_of(10);
    let row = SessionRow {
        id: SessionId::new(at, random),
        user_id,
        bot_id: bot.id,
        function_id: bot.function_id.clone(),
        bot_version: bot.live_version.ok_or("the bot is not published")?,
        status: if has_ended {
            SessionStatus::Ended
        } else {
            SessionStatus::Active
        },
        medium: "api".to_owned(),
        language: "en".to_owned(),
        state: Phi::new(STATE.to_owned()),
        last_seq: MESSAGES,
        version: u64::from(MESSAGES / 2),
        metadata: Phi::default(),
        created_at: at,
        updated_at: at,
        ended_at: has_ended.then_some(at),
        end_reason: has_ended.then_some(EndReason::Completed),
        desk: Default::default(),
    };
    let visits: Vec<_> = (1..=MESSAGES / 2)
        .map(|it| serde_json::json!({"seq": it * 2, "box_id": format!("box_{it}"), "link": it}))
        .collect();
    let turn = TurnRow {
        session_id: row.id,
        turn: row.version,
        seq: 1,
        at,
        trace: serde_json::json!({"visits": visits}),
    };
    let messages = Change::AppendMessages {
        session_id: row.id,
        user_id,
        messages: (1..=MESSAGES)
            .map(|seq| message(number, seq, at, random))
            .collect(),
    };
    Ok([
        Change::InsertSession(row),
        messages,
        Change::AppendTurn(turn),
    ])
}

fn message(number: u32, seq: u32, at: Time, random: &dyn Random) -> MessageRow {
    let text = match (number % 5_000, seq) {
        (0, 7) => "there is a nëedle in this haystack, doctor".to_owned(),
        _ if seq % 2 == 1 => {
            format!("since {seq} days my knee hurts when I climb the stairs at home")
        }
        _ => format!(
            "I see. And on a scale from 0 to 10, how bad is it today? ({seq} of {MESSAGES})"
        ),
    };
    let message = Message {
        id: MessageId::new(at, random),
        seq,
        from: if seq % 2 == 1 {
            Sender::User
        } else {
            Sender::Bot
        },
        kind: MessageKind::Text,
        text,
        choices: vec![],
        media: None,
        file: None,
        typing_delay_ms: None,
        box_id: Some(format!("box_{seq}")),
        client_message_id: None,
        at: at.plus(Duration::from_secs(u64::from(seq))),
    };
    MessageRow {
        message: Phi::new(message),
        sensitive: false,
        agent_id: None,
    }
}
