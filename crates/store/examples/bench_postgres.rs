//! Starts a PostgreSQL that syncs every commit, prints its address and the number of its first process, and ends it with standard input.
use std::io::Read as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = smartbot_testkit::Postgres::start(&[
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
    ]);
    let url = server.new_database();
    let folder = server.psql("postgres", "SHOW data_directory");
    let file = std::fs::read_to_string(std::path::Path::new(&folder).join("postmaster.pid"))?;
    println!("{url} {}", file.lines().next().ok_or("no process")?);
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
