//! How often somebody may fail: counted per key in a window of time, in bounded memory (SEC-100, SEC-101). Time is an argument.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use leapmux_types::Millis;

/// Keys remembered at once; the ones that have waited longest are forgotten first.
const KEYS: usize = 50_000;

/// Counts of one kind of attempt.
#[derive(Debug)]
pub struct Attempts {
    limit: u32,
    window: Duration,
    counts: Mutex<BTreeMap<String, Count>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    made: u32,
    /// When the window began.
    since: Millis,
}

impl Attempts {
    /// At most `limit` attempts of a key within `window`.
    pub fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window, counts: Mutex::default() }
    }

    /// Whether one more is allowed; otherwise how long to wait.
    pub fn check(&self, key: &str, now: Millis) -> Result<(), Duration> {
        let counts = self.counts();
        match counts.get(key) {
            Some(count) if count.made >= self.limit => {
                let passed = now.since(count.since);
                if passed >= self.window { Ok(()) } else { Err(self.window - passed) }
            }
            _ => Ok(()),
        }
    }

    /// Counts one, unless there were too many already.
    pub fn count(&self, key: &str, now: Millis) -> Result<(), Duration> {
        self.check(key, now)?;
        let mut counts = self.counts();
        if counts.len() >= KEYS && !counts.contains_key(key) {
            counts.retain(|_, count| now.since(count.since) < self.window);
            let oldest = counts.iter().min_by_key(|(_, count)| count.since).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| counts.len() >= KEYS) {
                counts.remove(&oldest);
            }
        }
        let count = counts.entry(key.to_owned()).or_insert(Count { made: 0, since: now });
        if now.since(count.since) >= self.window {
            *count = Count { made: 0, since: now };
        }
        count.made += 1;
        Ok(())
    }

    /// Starts over for a key that has succeeded.
    pub fn forget(&self, key: &str) {
        self.counts().remove(key);
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<String, Count>> {
        self.counts.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    #[test]
    fn a_key_has_its_limit_and_its_window() {
        let attempts = Attempts::new(3, Duration::from_secs(15 * 60));
        for at in 0..3 {
            attempts.count("ada", Millis(at * MINUTE)).expect("allowed");
        }
        assert_eq!(attempts.check("ada", Millis(5 * MINUTE)), Err(Duration::from_secs(10 * 60)));
        assert_eq!(attempts.count("ada", Millis(14 * MINUTE)), Err(Duration::from_secs(60)));
        attempts.count("bob", Millis(5 * MINUTE)).expect("somebody else");
        attempts.count("ada", Millis(15 * MINUTE)).expect("a new window");
        attempts.check("ada", Millis(16 * MINUTE)).expect("which has just begun");
    }

    #[test]
    fn success_starts_over() {
        let attempts = Attempts::new(1, Duration::from_secs(60));
        attempts.count("ada", Millis(0)).expect("allowed");
        attempts.check("ada", Millis(1)).expect_err("one too many");
        attempts.forget("ada");
        attempts.check("ada", Millis(1)).expect("forgotten");
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let attempts = Attempts::new(1, Duration::from_secs(600));
        for n in 0..=KEYS {
            attempts.count(&n.to_string(), Millis(n as u64)).expect("each once");
        }
        assert_eq!(attempts.counts().len(), KEYS);
        attempts.check("0", Millis(KEYS as u64)).expect("forgotten");
        attempts.check("1", Millis(KEYS as u64)).expect_err("remembered");
    }
}
