//! PostgreSQL is restarted under the server, now in good order and now not.
use crate::rounds::{Chance, rounds};
use crate::trial::Trial;
use smartbot_testkit::Postgres;
use smartbot_testkit::postgres::Stop;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_loses_nothing_when_postgresql_is_restarted() {
    const WHAT: &str = "PostgreSQL is restarted";
    let settings = [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
    ];
    let mut postgres = Postgres::start(&settings);
    let (mut trial, chance) = (Trial::on(postgres.new_database()).await, Chance::new(WHAT));
    for _ in 0..rounds() {
        trial
            .more_answers(usize::try_from(chance.below(30)).unwrap())
            .await;
        let how = *chance.of(&[Stop::Fast, Stop::Immediate]);
        postgres = tokio::task::spawn_blocking(move || {
            postgres.restart(how);
            postgres
        })
        .await
        .unwrap();
        assert!(!trial.place.server().has_ended(), "the server goes on");
    }
    trial.balance(&format!("{WHAT}, {} times", rounds())).await;
}
