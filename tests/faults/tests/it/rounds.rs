//! How long the tests go on, and by what chance.
use smartbot_model::random::{Random, SeededRandom};

/// What is set where the tests run.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration of their own"
)]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether all was asked for (`make faults`), and not just as much as fits into `make test`.
pub(crate) fn at_length() -> bool {
    setting("SMARTBOT_FAULTS").is_some_and(|it| it == "all")
}

/// How often a fault is made.
pub(crate) fn rounds() -> usize {
    if at_length() { 200 } else { 20 }
}

/// Whoever decides what happens next. Tells its seed, which `SMARTBOT_SEED` sets.
pub(crate) struct Chance(SeededRandom);

impl Chance {
    pub(crate) fn new(test: &str) -> Self {
        let seed = setting("SMARTBOT_SEED").and_then(|it| it.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        println!("{test}: SMARTBOT_SEED={seed}");
        Self(SeededRandom::new(seed))
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    /// One of these.
    pub(crate) fn of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}
