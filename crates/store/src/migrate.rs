//! The schema's history. Each migration is one transaction that first writes its own row, so that of two nodes which start at once one waits
//! and then finds it done.
//!
//! Our own and not the driver's: that one takes an advisory lock, which distributed kin of PostgreSQL lack, and its table would
//! tie the file format to the driver.
use crate::db::Address;
use crate::error::{Error, Result};
use crate::what::BOOKKEEPING;
use crate::{postgres, sqlite};
use rusqlite::TransactionBehavior;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

struct Migration {
    version: i64,
    name: &'static str,
    text: &'static str,
}

/// In the order they run. Never edit one that was released: add another.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_first",
        text: include_str!("../migrations/0001_first.sql"),
    },
    Migration {
        version: 2,
        name: "0002_users",
        text: include_str!("../migrations/0002_users.sql"),
    },
    Migration {
        version: 3,
        name: "0003_chat_logs",
        text: include_str!("../migrations/0003_chat_logs.sql"),
    },
    Migration {
        version: 4,
        name: "0004_delivery",
        text: include_str!("../migrations/0004_delivery.sql"),
    },
    Migration {
        version: 5,
        name: "0005_sign_in",
        text: include_str!("../migrations/0005_sign_in.sql"),
    },
    Migration {
        version: 6,
        name: "0006_bot_builder",
        text: include_str!("../migrations/0006_bot_builder.sql"),
    },
    Migration {
        version: 7,
        name: "0007_channels",
        text: include_str!("../migrations/0007_channels.sql"),
    },
    Migration {
        version: 8,
        name: "0008_retention",
        text: include_str!("../migrations/0008_retention.sql"),
    },
    Migration {
        version: 9,
        name: "0009_deliveries_of_boxes",
        text: include_str!("../migrations/0009_deliveries_of_boxes.sql"),
    },
    Migration {
        version: 10,
        name: "0010_desk",
        text: include_str!("../migrations/0010_desk.sql"),
    },
    Migration {
        version: 11,
        name: "0011_files",
        text: include_str!("../migrations/0011_files.sql"),
    },
    Migration {
        version: 12,
        name: "0012_notifications",
        text: include_str!("../migrations/0012_notifications.sql"),
    },
    Migration {
        version: 13,
        name: "0013_deactivated_agents",
        text: include_str!("../migrations/0013_deactivated_agents.sql"),
    },
    Migration {
        version: 14,
        name: "0014_snooze_and_mentions",
        text: include_str!("../migrations/0014_snooze_and_mentions.sql"),
    },
    Migration {
        version: 15,
        name: "0015_endpoint_alerts",
        text: include_str!("../migrations/0015_endpoint_alerts.sql"),
    },
    Migration {
        version: 16,
        name: "0016_what_was_sent",
        text: include_str!("../migrations/0016_what_was_sent.sql"),
    },
    Migration {
        version: 17,
        name: "0017_room_in_pages",
        text: include_str!("../migrations/0017_room_in_pages.sql"),
    },
    Migration {
        version: 18,
        name: "0018_uncounted_turns",
        text: include_str!("../migrations/0018_uncounted_turns.sql"),
    },
];

/// Before a line that SQLite has no need of.
const POSTGRES_ONLY: &str = "{{postgres}} ";

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum BYTEA NOT NULL)";
const APPLIED: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";
const APPLY: &str = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";

impl Migration {
    fn checksum(&self) -> Vec<u8> {
        Sha256::digest(self.text).to_vec()
    }

    fn for_sqlite(&self) -> String {
        let text = self.text.replace("{{without_rowid}}", "WITHOUT ROWID");
        let lines = text.lines().filter(|it| !it.starts_with(POSTGRES_ONLY));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn for_postgres(&self) -> String {
        self.text
            .replace("{{without_rowid}}", "")
            .replace(POSTGRES_ONLY, "")
    }
}

/// What is left to do after `applied`.
fn pending(applied: &[(i64, Vec<u8>)]) -> Result<Vec<&'static Migration>> {
    for (version, checksum) in applied {
        match MIGRATIONS.iter().find(|it| it.version == *version) {
            None => {
                return Err(Error::NotSupported {
                    reason: format!(
                        "the database is newer than this program: it has migration {version}"
                    ),
                });
            }
            Some(it) if it.checksum() != *checksum => {
                return Err(Error::NotSupported {
                    reason: format!(
                        "migration {} is not the one that the database was made with",
                        it.name
                    ),
                });
            }
            Some(_) => {}
        }
    }
    Ok(MIGRATIONS
        .iter()
        .filter(|it| applied.iter().all(|(version, _)| *version != it.version))
        .collect())
}

pub(crate) fn run_sqlite(connection: &mut sqlite::Connection) -> Result<()> {
    let error = |it: rusqlite::Error| sqlite::told(&it, BOOKKEEPING);
    connection.execute(HISTORY, []).map_err(error)?;
    if pending(&applied_sqlite(connection)?)?.is_empty() {
        return Ok(());
    }
    // One transaction for all: several processes that start at once wait for each other once, and not at each step.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(error)?;
    // Another process may have been faster.
    let pending = pending(&applied_sqlite(&transaction)?)?;
    for migration in &pending {
        let row = (migration.version, migration.name, migration.checksum());
        transaction.execute(APPLY, row).map_err(error)?;
        transaction
            .execute_batch(&migration.for_sqlite())
            .map_err(error)?;
    }
    transaction.commit().map_err(error)?;
    for migration in pending {
        tracing::info!(migration = migration.name, "the database was migrated");
    }
    Ok(())
}

pub(crate) async fn run_postgres(pool: &PgPool) -> Result<()> {
    let error = |it: sqlx::Error| postgres::told(&it, BOOKKEEPING);
    let mut connection = pool.acquire().await.map_err(error)?;
    // IF NOT EXISTS is no help against another node that makes it at this very moment: the slower one fails, and finds it the next time.
    if sqlx::query(HISTORY)
        .execute(&mut *connection)
        .await
        .is_err()
    {
        sqlx::query(HISTORY)
            .execute(&mut *connection)
            .await
            .map_err(error)?;
    }
    for migration in pending(&applied_postgres(&mut connection).await?)? {
        let mut transaction = connection.begin().await.map_err(error)?;
        let row = sqlx::query(APPLY)
            .bind(migration.version)
            .bind(migration.name)
            .bind(migration.checksum())
            .execute(&mut *transaction)
            .await;
        match row.map_err(error) {
            Err(Error::Conflict { .. }) => continue,
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        sqlx::raw_sql(AssertSqlSafe(migration.for_postgres()))
            .execute(&mut *transaction)
            .await
            .map_err(error)?;
        transaction.commit().await.map_err(error)?;
        tracing::info!(migration = migration.name, "the database was migrated");
    }
    Ok(())
}

fn applied_sqlite(connection: &sqlite::Connection) -> Result<Vec<(i64, Vec<u8>)>> {
    let applied = || -> rusqlite::Result<_> {
        let mut statement = connection.prepare(APPLIED)?;
        statement
            .query_map([], |it| Ok((it.get(0)?, it.get(1)?)))?
            .collect()
    };
    applied().map_err(|it| sqlite::told(&it, BOOKKEEPING))
}

async fn applied_postgres(connection: &mut PgConnection) -> Result<Vec<(i64, Vec<u8>)>> {
    let rows = sqlx::query(APPLIED)
        .fetch_all(connection)
        .await
        .map_err(|it| postgres::told(&it, BOOKKEEPING))?;
    rows.iter()
        .map(|it| Ok((it.try_get(0)?, it.try_get(1)?)))
        .collect::<Result<_, _>>()
        .map_err(|it: sqlx::Error| Error::corrupt("schema_migrations", it))
}

/// The names of the migrations that opening the database would run. Changes nothing; a file that is not there needs all.
pub(crate) async fn pending_names(address: &Address) -> Result<Vec<String>> {
    let error = |it: sqlx::Error| postgres::told(&it, BOOKKEEPING);
    let applied = match address {
        Address::Sqlite(path) if !path.exists() => Vec::new(),
        Address::Sqlite(path) => {
            let path = path.clone();
            sqlite::blocking(move || {
                let connection = sqlite::open_to_read(&path);
                let connection = connection.map_err(|it| sqlite::told(&it, BOOKKEEPING))?;
                let has = connection.table_exists(None, "schema_migrations");
                if has.map_err(|it| sqlite::told(&it, BOOKKEEPING))? {
                    applied_sqlite(&connection)
                } else {
                    Ok(Vec::new())
                }
            })
            .await??
        }
        Address::Postgres(url) => {
            let mut connection = postgres::options(url)?.connect().await.map_err(error)?;
            let has = sqlx::query("SELECT to_regclass('schema_migrations') IS NOT NULL AS has")
                .fetch_one(&mut connection)
                .await;
            let applied = if has.and_then(|it| it.try_get("has")).map_err(error)? {
                applied_postgres(&mut connection).await?
            } else {
                Vec::new()
            };
            connection.close().await.map_err(error)?;
            applied
        }
    };
    Ok(pending(&applied)?
        .into_iter()
        .map(|it| it.name.to_owned())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_grow_and_match_their_names() {
        let mut before = 0;
        for it in MIGRATIONS {
            assert!(it.version > before, "{}", it.name);
            before = it.version;
            assert!(
                it.name.starts_with(&format!("{:04}_", it.version)),
                "{}",
                it.name
            );
        }
    }

    #[test]
    fn a_newer_or_changed_history_is_refused() {
        assert_eq!(pending(&[]).map(|it| it.len()), Ok(MIGRATIONS.len()));
        let all: Vec<_> = MIGRATIONS
            .iter()
            .map(|it| (it.version, it.checksum()))
            .collect();
        assert_eq!(pending(&all).map(|it| it.len()), Ok(0));
        assert!(matches!(
            pending(&[(1, vec![0; 32])]),
            Err(Error::NotSupported { .. })
        ));
        assert!(matches!(
            pending(&[(9999, vec![])]),
            Err(Error::NotSupported { .. })
        ));
    }

    #[test]
    fn deliveries_from_before_tell_as_much_as_their_endpoint() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        let run = |versions: std::ops::RangeInclusive<i64>| {
            for it in MIGRATIONS
                .iter()
                .filter(|it| versions.contains(&it.version))
            {
                database.execute_batch(&it.for_sqlite()).unwrap();
            }
        };
        run(1..=15);
        for (id, detail) in [(1, "full"), (2, "ids_only")] {
            database
                .execute(
                    "INSERT INTO endpoints (workspace_id, endpoint_id, url, description, events, detail, state, secret, created_at)
                    VALUES (X'00', ?1, X'00', '', '\"all\"', ?2, 'active', X'00', 0)",
                    (vec![id], detail),
                )
                .unwrap();
        }
        // The third endpoint is no more.
        for endpoint in [1, 2, 3] {
            database
                .execute(
                    "INSERT INTO deliveries (workspace_id, delivery_id, event_id, endpoint_id, state, attempts, due_at, created_at)
                    VALUES (X'00', ?1, X'00', ?1, 'dead', 12, 0, 0)",
                    [vec![endpoint]],
                )
                .unwrap();
        }
        run(16..=16);
        let mut read = database
            .prepare("SELECT detail FROM deliveries ORDER BY delivery_id")
            .unwrap();
        let details: Result<Vec<String>, _> = read.query_map([], |it| it.get(0)).unwrap().collect();
        assert_eq!(details.unwrap(), ["full", "ids_only", "ids_only"]);
    }
}
