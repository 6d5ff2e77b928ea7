//! Everything that happens by chance, from one seed; and what has happened, as a number that two equal lives have in common.
use smartbot_model::random::{Random, SeededRandom};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

pub(crate) struct Fate {
    chance: SeededRandom,
    is_calm: AtomicBool,
    begun: Instant,
    steps: Mutex<(DefaultHasher, u64)>,
    aloud: bool,
}

impl Fate {
    pub(crate) fn new(seed: u64, aloud: bool) -> Self {
        Self {
            chance: SeededRandom::new(seed),
            is_calm: AtomicBool::new(false),
            begun: Instant::now(),
            steps: Mutex::new((DefaultHasher::new(), 0)),
            aloud,
        }
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    /// Whether something bad happens that happens once in so many times; never any more once it is calm.
    pub(crate) fn one_in(&self, times: u64) -> bool {
        !self.is_calm() && self.below(times) == 0
    }

    /// A time that something takes: mostly nearly none, sometimes seconds.
    pub(crate) fn delay(&self) -> Duration {
        let most = match self.below(40) {
            _ if self.is_calm() => 500,
            0 => 3_000_000,
            1..4 => 100_000,
            _ => 2_000,
        };
        Duration::from_micros(self.below(most))
    }

    /// Nothing bad happens from now on.
    pub(crate) fn calm_down(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::Relaxed)
    }

    /// How long ago the life began.
    pub(crate) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Notes a step.
    pub(crate) fn note(&self, who: usize, step: &str) {
        let mut steps = self.steps.lock().unwrap();
        (self.age(), who, step).hash(&mut steps.0);
        steps.1 += 1;
        if self.aloud {
            println!("{:>12?} node {who}: {step}", self.age());
        }
    }

    /// The number that stands for all steps, and how many there were.
    pub(crate) fn steps(&self) -> (u64, u64) {
        let steps = self.steps.lock().unwrap();
        (steps.0.finish(), steps.1)
    }
}
