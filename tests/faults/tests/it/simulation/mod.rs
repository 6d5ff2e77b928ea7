//! Simulated lives: the real turns, deliveries and store, on one or two nodes over one file, under a clock, a network, and a chance that come
//! from a seed. Nodes die or freeze between any two steps, answers of the database are lost, hints are lost or doubled, clocks jump,
//! receivers fail. At the end the ledger must balance.
//!
//! `SMARTBOT_SIMULATION=<seed>` lives one life again, and tells its steps.
mod client;
mod fate;
mod home;
mod node;
mod receiver;
mod reckoning;
mod world;

use crate::rounds::{at_length, setting};
use home::Home;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use world::Told;

/// How many lives.
fn lives() -> u64 {
    if at_length() { 10_000 } else { 500 }
}

/// Lives all of these, two at a time, and returns what each told.
fn live(seeds: std::ops::Range<u64>) -> BTreeMap<u64, Told> {
    let next = AtomicU64::new(seeds.start);
    let told: Mutex<BTreeMap<u64, Told>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let home = Home::new();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let life = catch_unwind(AssertUnwindSafe(|| world::live(&home, seed, false)));
                    match life {
                        Ok(life) => drop(told.lock().unwrap().insert(seed, life)),
                        Err(_) => {
                            eprintln!("SEED {seed} FAILED; again: SMARTBOT_SIMULATION={seed}");
                            panic!("seed {seed} failed");
                        }
                    }
                }
            });
        }
    });
    told.into_inner().unwrap()
}

#[test]
fn whatever_happens_the_ledger_balances() {
    smartbot_egress::set_up_crypto();
    if let Some(seed) = setting("SMARTBOT_SIMULATION") {
        let told = world::live(&Home::new(), seed.parse().unwrap(), true);
        println!("{told:#?}");
        return;
    }
    let begun = Instant::now();
    let all = live(0..lives());
    let mut sum = Told::default();
    all.values().for_each(|it| sum.add(it));
    assert_eq!(all.len() as u64, lives());
    assert!(sum.deaths > lives() / 2, "nodes die: {sum:?}");
    println!(
        "simulation: {} lives in {:.1} s: {sum:?}",
        all.len(),
        begun.elapsed().as_secs_f64()
    );
}

#[test]
fn a_seed_makes_the_same_life_twice() {
    smartbot_egress::set_up_crypto();
    let seeds = 1_000_000..1_000_010;
    assert_eq!(live(seeds.clone()), live(seeds));
}
