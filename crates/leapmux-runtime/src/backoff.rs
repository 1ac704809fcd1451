//! Exponential backoff with jitter; the delay comes from the caller's randomness, so it can be tested.

use std::time::Duration;

/// Delays that double from `first` to `max`, each spread by ±20 %.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    next: Duration,
}

impl Backoff {
    /// Starts at `first`.
    pub fn new(first: Duration, max: Duration) -> Self {
        Self { first, max, next: first }
    }

    /// The next delay; `random` is any number, uniformly drawn.
    pub fn next_delay(&mut self, random: u32) -> Duration {
        let base = self.next;
        self.next = self.max.min(base * 2);
        let spread = 0.8 + 0.4 * f64::from(random) / f64::from(u32::MAX);
        base.mul_f64(spread).min(self.max.mul_f64(1.2))
    }

    /// Something worked: begin at `first` again.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_to_its_limit_and_resets() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));
        let middle = u32::MAX / 2;
        let seconds: Vec<u64> =
            (0..6).map(|_| backoff.next_delay(middle).as_secs_f64().round() as u64).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 8, 8]);
        backoff.reset();
        assert!(backoff.next_delay(0) < Duration::from_secs(1));
    }
}
