//! What the relay keeps per user: counts and budgets, forgotten when they no longer matter.

use std::collections::BTreeMap;

use leapmux_types::{Millis, WorkerId};

use crate::Limits;
use crate::bucket::Bucket;

pub(crate) struct User {
    pub legs: usize,
    pub channels: usize,
    bytes: Bucket,
    opens: BTreeMap<WorkerId, Bucket>,
}

impl User {
    pub fn new(limits: &Limits, now: Millis) -> Self {
        let bytes = Bucket::new(limits.bytes_burst, limits.bytes_per_second, now);
        Self { legs: 0, channels: 0, bytes, opens: BTreeMap::new() }
    }

    /// Accounts for bytes a client sent; the pause they cost.
    pub fn charge_bytes(&mut self, bytes: usize, now: Millis) -> Option<Millis> {
        self.bytes.charge(bytes, now)
    }

    /// Takes one OPEN of the budget for this Worker.
    pub fn may_open(&mut self, worker: &WorkerId, limits: &Limits, now: Millis) -> bool {
        if !self.opens.contains_key(worker) && self.opens.len() >= limits.open_budgets_per_user {
            self.forget_full_budgets(now);
            if self.opens.len() >= limits.open_budgets_per_user {
                return false;
            }
        }
        self.opens
            .entry(worker.clone())
            .or_insert_with(|| Bucket::every(limits.open_burst, limits.open_interval, now))
            .try_take(limits.open_interval, now)
    }

    fn forget_full_budgets(&mut self, now: Millis) {
        self.opens.retain(|_, bucket| !bucket.is_full(now));
    }

    /// Nothing about this user needs remembering.
    pub fn is_forgettable(&mut self, now: Millis) -> bool {
        self.forget_full_budgets(now);
        self.legs == 0 && self.channels == 0 && self.opens.is_empty() && self.bytes.is_full(now)
    }
}
