//! How many turns the store keeps per second: `cargo run --release -p smartbot-store --example bench_store [SECONDS] [postgres | postgres://…]`.
//! `postgres` starts a server of its own, which syncs every commit.
//!
//! A turn is the usual one: the session's new state (2 KiB), a user's and a bot's message, the trace. Each line of the report is a number of
//! producers that each wait for the answer of a turn before they send the next.
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::random::{Random, SeededRandom};
use smartbot_model::session::SessionStatus;
use smartbot_model::{BotId, MessageId, Phi, SessionId, Time, UserId, WorkspaceId};
use smartbot_store::{
    Change, MasterKey, MessageRow, Options, SessionRow, Store, TurnRow, UserRow, WorkspaceRow,
};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

const NOW: Time = Time::from_micros(1_795_000_000_000_000);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let span = Duration::from_secs(args.next().map_or(Ok(5), |it| it.parse())?);
    let folder = smartbot_testkit::temp_dir();
    let mut urls = vec![format!(
        "sqlite:{}",
        folder.path().join("bench.db").display()
    )];
    let server;
    match args.next() {
        Some(it) if it == "postgres" => {
            server = smartbot_testkit::Postgres::start(&[
                ("fsync", "on"),
                ("full_page_writes", "on"),
                ("synchronous_commit", "on"),
            ]);
            urls.push(server.new_database());
        }
        other => urls.extend(other),
    }
    for url in urls {
        let options = Options {
            url,
            master_key: MasterKey::new([7; 32]),
            max_connections: 16,
        };
        let store = Store::open(options, Arc::new(SeededRandom::new(1))).await?;
        println!("{store:?}");
        for producers in [1, 8, 64] {
            bench(&store, producers, span).await?;
        }
        reads(&store, span).await?;
        store.close().await;
    }
    Ok(())
}

async fn bench(store: &Store, producers: u64, span: Duration) -> Result<(), Box<dyn Error>> {
    let random = Arc::new(SeededRandom::new(producers));
    let workspace = new_workspace(store, &*random).await?;
    let mut tasks = tokio::task::JoinSet::new();
    let begin = Instant::now();
    for _ in 0..producers {
        let (store, random) = (store.clone(), Arc::clone(&random));
        tasks.spawn(async move {
            let mut session = new_session(&store, workspace, &*random).await?;
            let mut waits = Vec::new();
            while begin.elapsed() < span {
                let list = turn(&mut session, &*random);
                let asked = Instant::now();
                store.commit(workspace, list).await?;
                waits.push(asked.elapsed());
            }
            Ok::<_, smartbot_store::Error>(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(result) = tasks.join_next().await {
        waits.extend(result??);
    }
    let took = begin.elapsed().as_secs_f64();
    waits.sort_unstable();
    let percentile = |part: usize| {
        waits
            .get(waits.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{producers:>3} producers: {:>8.0} turns/s, {:>8.0} rows/s, wait p50 {:?}, p99 {:?}",
        waits.len() as f64 / took,
        waits.len() as f64 * 4.0 / took,
        percentile(50),
        percentile(99),
    );
    Ok(())
}

async fn reads(store: &Store, span: Duration) -> Result<(), Box<dyn Error>> {
    let random = SeededRandom::new(99);
    let workspace = new_workspace(store, &random).await?;
    let session = new_session(store, workspace, &random).await?;
    let (begin, mut count) = (Instant::now(), 0_u32);
    while begin.elapsed() < span {
        store
            .turn(workspace, session.id)
            .await?
            .ok_or("the session is gone")?;
        count += 1;
    }
    println!(
        "  1 reader: {:>8.0} sessions with their user read/s",
        f64::from(count) / begin.elapsed().as_secs_f64()
    );
    Ok(())
}

async fn new_workspace(store: &Store, random: &dyn Random) -> smartbot_store::Result<WorkspaceId> {
    let id = WorkspaceId::new(NOW, random);
    let row = WorkspaceRow {
        id,
        name: id.to_string(),
        settings: serde_json::Map::new(),
        event_sequence: 0,
        version: 1,
        created_at: NOW,
    };
    store.commit(id, vec![Change::CreateWorkspace(row)]).await?;
    Ok(id)
}

async fn new_session(
    store: &Store,
    workspace: WorkspaceId,
    random: &dyn Random,
) -> smartbot_store::Result<SessionRow> {
    let user = UserRow {
        id: UserId::new(NOW, random),
        external_id: None,
        fields: Phi::default(),
        flags: [].into(),
        event_sequence: 0,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let session = SessionRow {
        id: SessionId::new(NOW, random),
        user_id: user.id,
        bot_id: BotId::new(NOW, random),
        function_id: "Bench".to_owned(),
        bot_version: 1,
        status: SessionStatus::Active,
        medium: "api".to_owned(),
        language: "en".to_owned(),
        state: Phi::new("x".repeat(2048)),
        last_seq: 0,
        version: 1,
        metadata: Phi::default(),
        created_at: NOW,
        updated_at: NOW,
        ended_at: None,
        end_reason: None,
        desk: Default::default(),
    };
    store
        .commit(
            workspace,
            vec![
                Change::InsertUser(user),
                Change::InsertSession(session.clone()),
            ],
        )
        .await?;
    Ok(session)
}

fn turn(session: &mut SessionRow, random: &dyn Random) -> Vec<Change> {
    let expected_version = session.version;
    let mut message = |from, text: &str| {
        session.last_seq += 1;
        let message = Message {
            id: MessageId::new(NOW, random),
            seq: session.last_seq,
            from,
            kind: MessageKind::Text,
            text: text.to_owned(),
            choices: vec![],
            media: None,
            file: None,
            typing_delay_ms: None,
            box_id: Some("when".to_owned()),
            client_message_id: None,
            at: NOW,
        };
        MessageRow {
            message: Phi::new(message),
            sensitive: false,
            agent_id: None,
        }
    };
    let messages = vec![
        message(Sender::User, "tomorrow at ten, please"),
        message(Sender::Bot, "We expect you tomorrow at 10:00."),
    ];
    session.version += 1;
    let turn = TurnRow {
        session_id: session.id,
        turn: session.version,
        seq: session.last_seq - 1,
        at: NOW,
        trace: serde_json::json!([{"box_id": "when", "link": 1}, {"box_id": "confirm"}]),
    };
    vec![
        Change::SaveSession {
            session: session.clone(),
            expected_version,
        },
        Change::AppendMessages {
            session_id: session.id,
            user_id: session.user_id,
            messages,
        },
        Change::AppendTurn(turn),
    ]
}
