//! When a failed delivery is tried again.
use smartbot_model::random::Random;
use std::time::Duration;

/// The waits before each try, the first of which is at once. After the last the delivery is dead.
pub const WAITS: [Duration; 12] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(3_600),
    Duration::from_secs(3 * 3_600),
    Duration::from_secs(6 * 3_600),
    Duration::from_secs(12 * 3_600),
    Duration::from_secs(24 * 3_600),
    Duration::from_secs(24 * 3_600),
];

/// How long to wait after the failed try number `attempt` (1, 2, …); none when it was the last.
///
/// Up to 20 % are added, never taken away, so that receivers that come back are not hit by all at once.
pub fn wait_after(attempt: u32, random: &dyn Random) -> Option<Duration> {
    let wait = *WAITS.get(usize::try_from(attempt).ok()?)?;
    let mut byte = [0; 1];
    random.fill(&mut byte);
    Some(wait + wait.mul_f64(0.2 * f64::from(byte[0]) / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::random::SeededRandom;

    #[test]
    fn waits_grow_and_end() {
        let random = SeededRandom::new(5);
        for attempt in 1..12_u32 {
            let base = WAITS[attempt as usize];
            let wait = wait_after(attempt, &random).unwrap();
            assert!(
                wait >= base && wait <= base.mul_f64(1.2001),
                "{attempt}: {wait:?}"
            );
        }
        assert_eq!(wait_after(12, &random), None);
        assert_eq!(wait_after(u32::MAX, &random), None);
    }
}
