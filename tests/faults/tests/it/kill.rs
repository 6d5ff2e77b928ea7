//! `kill -9`, again and again, under load.
use crate::rounds::{Chance, rounds};
use crate::trial::Trial;

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_server_loses_nothing_when_it_is_killed() {
    killed_again_and_again(Trial::embedded().await, "kill -9, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_postgresql_loses_nothing_when_it_is_killed() {
    let database = smartbot_testkit::postgres().new_database();
    killed_again_and_again(Trial::on(database).await, "kill -9, PostgreSQL").await;
}

async fn killed_again_and_again(mut trial: Trial, what: &str) {
    let chance = Chance::new(what);
    for _ in 0..rounds() {
        let answers = usize::try_from(chance.below(40)).unwrap();
        trial.more_answers(answers).await;
        trial.place.server().kill().await;
        trial.place.serve_again().await;
    }
    assert!(trial.ledger.unanswered() > 0, "the kills were noticed");
    trial.balance(&format!("{what}, {} times", rounds())).await;
}
