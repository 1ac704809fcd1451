//! A token bucket that may go into debt: what was read is accepted, then the reader waits until the debt is paid.

use std::time::Duration;

use leapmux_types::Millis;

/// Tokens scaled by 1,000, so that whole milliseconds refill whole numbers.
#[derive(Clone)]
pub(crate) struct Bucket {
    level: i128,
    full: i128,
    per_ms: i128,
    refilled: Millis,
}

const SCALE: i128 = 1000;

impl Bucket {
    /// A full bucket of `burst` tokens that gains `per_second` of them a second.
    pub fn new(burst: u64, per_second: u64, now: Millis) -> Self {
        let full = i128::from(burst) * SCALE;
        Self { level: full, full, per_ms: i128::from(per_second).max(1), refilled: now }
    }

    /// A full bucket of `burst` tokens that gains one per `interval`.
    pub fn every(burst: u32, interval: Duration, now: Millis) -> Self {
        // One token is `interval` milliseconds' worth of a unit that refills by one each millisecond.
        let token = i128::try_from(interval.as_millis()).unwrap_or(i128::MAX).max(1);
        Self { level: i128::from(burst) * token, full: i128::from(burst) * token, per_ms: 1, refilled: now }
    }

    fn refill(&mut self, now: Millis) {
        let gained = i128::from(now.0.saturating_sub(self.refilled.0)) * self.per_ms;
        self.level = self.full.min(self.level + gained);
        self.refilled = self.refilled.max(now);
    }

    /// Takes one token of `interval` if there is one.
    pub fn try_take(&mut self, interval: Duration, now: Millis) -> bool {
        self.refill(now);
        let token = i128::try_from(interval.as_millis()).unwrap_or(i128::MAX).max(1);
        let enough = self.level >= token;
        if enough {
            self.level -= token;
        }
        enough
    }

    /// Takes `tokens` whatever the level; the time until which the taker must pause when there were too few.
    pub fn charge(&mut self, tokens: usize, now: Millis) -> Option<Millis> {
        self.refill(now);
        self.level -= i128::try_from(tokens).unwrap_or(i128::MAX) * SCALE;
        let debt = -self.level;
        (debt > 0).then(|| {
            let wait = (debt + self.per_ms - 1) / self.per_ms;
            Millis(now.0.saturating_add(u64::try_from(wait).unwrap_or(u64::MAX)))
        })
    }

    /// Nothing is owed: forgetting the bucket changes nothing.
    pub fn is_full(&mut self, now: Millis) -> bool {
        self.refill(now);
        self.level == self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debt_is_paid_at_the_given_rate() {
        let mut bucket = Bucket::new(1000, 2000, Millis(0));
        assert_eq!(bucket.charge(1000, Millis(0)), None);
        assert_eq!(bucket.charge(500, Millis(0)), Some(Millis(250)));
        assert_eq!(bucket.charge(0, Millis(250)), None);
        assert!(!bucket.is_full(Millis(749)));
        assert!(bucket.is_full(Millis(750)));
    }

    #[test]
    fn a_burst_then_one_per_interval() {
        let interval = Duration::from_secs(2);
        let mut bucket = Bucket::every(3, interval, Millis(0));
        let taken = |bucket: &mut Bucket, at| bucket.try_take(interval, Millis(at));
        assert_eq!([0, 0, 0, 0].map(|at| taken(&mut bucket, at)), [true, true, true, false]);
        assert!(!taken(&mut bucket, 1999));
        assert!(taken(&mut bucket, 2000));
        assert!(!taken(&mut bucket, 2000));
    }
}
