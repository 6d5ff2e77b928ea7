//! What SQLite can do on this machine at best: rows of 300 bytes, each commit durable, one row at a time and 64 at a time.
use rusqlite::Connection;
use std::error::Error;
use std::time::{Duration, Instant};

const SPAN: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = smartbot_testkit::temp_dir();
    let connection = Connection::open(folder.path().join("ceiling.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch("CREATE TABLE things (id INTEGER PRIMARY KEY, content BLOB)")?;
    for rows in [1_u32, 64] {
        let (begun, mut commits) = (Instant::now(), 0_u32);
        while begun.elapsed() < SPAN {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for _ in 0..rows {
                connection
                    .prepare_cached("INSERT INTO things (content) VALUES (?1)")?
                    .execute([[7_u8; 300]])?;
            }
            connection.execute_batch("COMMIT")?;
            commits += 1;
        }
        let each = f64::from(commits) / begun.elapsed().as_secs_f64();
        println!(
            "durable SQLite commits of {rows} rows: {each:.0} commits/s, {:.0} rows/s",
            each * f64::from(rows)
        );
    }
    Ok(())
}
