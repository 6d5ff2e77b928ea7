//! Group commit on PostgreSQL: lists that wait are committed together, as one statement. When it fails, because of one of them or for any
//! other reason, each is tried alone, so that a list that fails harms no other.
use super::joined::Joined;
use super::{Alone, is_late, pool, told};
use crate::db::{List, MAX_WAITING, Written};
use crate::error::{Error, Result};
use crate::what::BOOKKEEPING;
use sqlx::postgres::{PgConnectOptions, PgPool};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How many groups are on their way at once: while one is synced, the next comes together.
pub(super) const WRITERS: u32 = 2;

/// How many lists make a group at most.
const LISTS: usize = 128;

/// How long a group waits for a row that somebody else holds, before each list waits alone.
const LOCK_TIMEOUT: &str = "200ms";

struct Waiting {
    list: List,
    begun: Instant,
    answer: oneshot::Sender<Result<Written>>,
}

/// The way to the writers.
pub(super) struct Group {
    lists: Mutex<Option<mpsc::Sender<Waiting>>>,
    writers: tokio::sync::Mutex<JoinSet<()>>,
}

impl Group {
    pub(super) fn start(options: PgConnectOptions, alone: Alone) -> Self {
        // A row that another transaction holds does not hold up those that want others.
        let options = options.options([("lock_timeout", LOCK_TIMEOUT)]);
        let pool = pool(WRITERS).connect_lazy_with(options);
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            writers.spawn(work(Arc::clone(&receiver), pool.clone(), alone.clone()));
        }
        Self {
            lists: Mutex::new(Some(sender)),
            writers: tokio::sync::Mutex::new(writers),
        }
    }

    pub(super) async fn write(&self, list: List, begun: Instant) -> Result<Written> {
        let (answer, answered) = oneshot::channel();
        {
            let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = Waiting {
                list,
                begun,
                answer,
            };
            // There is room for as many as may wait.
            let Some(lists) = &*lists else {
                return Err(closed());
            };
            lists.try_send(waiting).map_err(|_| Error::Full)?;
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Takes no more lists and writes those that wait.
    pub(super) async fn close(&self) {
        self.lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let mut writers = self.writers.lock().await;
        while let Some(ended) = writers.join_next().await {
            if ended.is_err() {
                tracing::error!("a writer of the database panicked");
            }
        }
    }
}

fn closed() -> Error {
    Error::unavailable("the database is closed")
}

async fn work(lists: Arc<tokio::sync::Mutex<mpsc::Receiver<Waiting>>>, pool: PgPool, alone: Alone) {
    let mut lonely = JoinSet::new();
    loop {
        let mut group = Vec::new();
        if lists.lock().await.recv_many(&mut group, LISTS).await == 0 {
            break;
        }
        while lonely.try_join_next().is_some() {}
        metrics::histogram!("smartbot_store_group_lists").record(group.len() as f64);
        match together(&pool, &group).await {
            Outcome::Kept => {
                for Waiting { list, answer, .. } in group {
                    // Before the answer: whoever hears it finds its events in the feed.
                    drop(list);
                    // A caller that went away needs no answer.
                    let _ = answer.send(Ok(Written::default()));
                }
            }
            Outcome::Unknown(error) => {
                tracing::error!(%error, lists = group.len(), "a group of writes failed");
                metrics::counter!("smartbot_store_groups_failed_total").increment(1);
                for it in group {
                    let _ = it.answer.send(Err(error.clone()));
                }
            }
            Outcome::NotKept => {
                // Nobody waits here: one of them may have to wait long for a row.
                for it in group {
                    let alone = alone.clone();
                    lonely.spawn(async move {
                        let Waiting {
                            list,
                            answer,
                            begun,
                        } = it;
                        let written = alone.write(&list, begun).await;
                        drop(list);
                        let _ = answer.send(written);
                    });
                }
            }
        }
    }
    while lonely.join_next().await.is_some() {}
    pool.close().await;
}

enum Outcome {
    Kept,
    NotKept,
    /// The connection was lost while the server committed.
    Unknown(Error),
}

async fn together(pool: &PgPool, group: &[Waiting]) -> Outcome {
    let statements = group.iter().flat_map(|it| &it.list.statements);
    let joined = Joined::of(statements);
    let Ok((sql, args)) = joined.statement() else {
        return Outcome::NotKept;
    };
    // Dropping the transaction rolls it back.
    let Ok(mut transaction) = pool.begin().await else {
        return Outcome::NotKept;
    };
    let counts = sqlx::query_scalar_with::<_, Vec<i64>, _>(sql, args)
        .fetch_one(&mut *transaction)
        .await;
    let holds = counts.is_ok_and(|it| joined.holds(&it));
    if !holds || group.iter().any(|it| is_late(&it.list, it.begun)) {
        return Outcome::NotKept;
    }
    match transaction.commit().await {
        Ok(()) => Outcome::Kept,
        Err(error) => Outcome::Unknown(told(&error, BOOKKEEPING)),
    }
}
