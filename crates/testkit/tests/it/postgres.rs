//! The PostgreSQL of the tests.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smartbot_testkit::{Postgres, postgres, until};

/// The name of the test that other tests run in a process of its own.
const IN_ANOTHER_PROCESS: &str = "postgres::a_server_answers_and_then_the_process_is_killed";

#[test]
fn two_new_databases_know_nothing_of_each_other() {
    let first = name(&postgres().new_database());
    let second = name(&postgres().new_database());
    assert_ne!(first, second);
    postgres().psql(&first, "CREATE TABLE only_here (id integer)");
    let found = postgres().psql(
        &second,
        "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'",
    );
    assert_eq!(found, "0");
}

#[tokio::test]
async fn a_template_is_prepared_once_and_its_copies_are_filled() {
    let prepared = AtomicUsize::new(0);
    let prepare = async |url: String| {
        prepared.fetch_add(1, Ordering::SeqCst);
        postgres().psql(
            &name(&url),
            "CREATE TABLE visits (id integer); INSERT INTO visits VALUES (7)",
        );
    };
    let (one, two) = tokio::join!(
        postgres().template("clinic", prepare),
        postgres().template("clinic", prepare)
    );
    assert_eq!(prepared.load(Ordering::SeqCst), 1);
    for template in [one, two] {
        let copy = name(&postgres().new_database_from(&template));
        assert_eq!(postgres().psql(&copy, "SELECT id FROM visits"), "7");
    }
}

#[tokio::test]
async fn a_template_whose_preparation_was_cut_off_is_prepared_again() {
    let cut = tokio::time::timeout(
        Duration::ZERO,
        postgres().template("cut_off", |_| std::future::pending()),
    )
    .await;
    assert!(cut.is_err());
    let again = postgres().template("cut_off", async |url: String| {
        postgres().psql(&name(&url), "CREATE TABLE whole (id integer)");
    });
    let copy = name(&postgres().new_database_from(&again.await));
    assert_eq!(postgres().psql(&copy, "SELECT count(*) FROM whole"), "0");
}

#[test]
fn the_shared_server_takes_two_hundred_connections_and_does_not_sync() {
    assert_eq!(postgres().psql("postgres", "SHOW max_connections"), "200");
    assert_eq!(postgres().psql("postgres", "SHOW fsync"), "off");
}

#[tokio::test]
async fn a_server_of_ones_own_has_its_own_settings_and_leaves_nothing_behind() {
    let own = Postgres::start(&[("fsync", "on")]);
    assert_eq!(own.psql("postgres", "SHOW fsync"), "on");
    let folder = own.psql("postgres", "SHOW unix_socket_directories");
    let process = own.psql("postgres", "SELECT pg_backend_pid()");
    assert!(Path::new(&folder).is_dir());
    drop(own);
    assert!(!Path::new(&folder).exists());
    assert!(!alive(&process));
}

#[tokio::test]
async fn a_test_process_that_is_killed_leaves_no_server_and_no_folder() {
    let mut tests = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", IN_ANOTHER_PROCESS, "--nocapture"])
        .env("SMARTBOT_TESTKIT_WAIT_TO_BE_KILLED", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(tests.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let told = lines
        .find_map(|line| Some(line.split_once("SERVER ")?.1.to_owned()))
        .expect("the other process starts");
    let (process, folder) = told.split_once(' ').unwrap();
    assert!(alive(process));
    tests.kill().unwrap();
    tests.wait().unwrap();
    let gone = async || !alive(process) && !Path::new(folder).exists();
    until(
        "server and folder of a killed test process to be gone",
        Duration::from_secs(20),
        gone,
    )
    .await;
}

#[test]
fn a_server_answers_and_then_the_process_is_killed() {
    assert_eq!(postgres().psql("postgres", "SELECT 1"), "1");
    #[expect(
        clippy::disallowed_methods,
        reason = "how the test above tells its other process to wait"
    )]
    let wait = std::env::var_os("SMARTBOT_TESTKIT_WAIT_TO_BE_KILLED").is_some();
    if wait {
        let folder = postgres().psql("postgres", "SHOW unix_socket_directories");
        let data = Path::new(&folder).join("data/postmaster.pid");
        let file = std::fs::read_to_string(data).unwrap();
        println!("SERVER {} {folder}", file.lines().next().unwrap());
        loop {
            std::thread::park();
        }
    }
}

fn name(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}

fn alive(process: &str) -> bool {
    Command::new("kill")
        .args(["-0", process])
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}
