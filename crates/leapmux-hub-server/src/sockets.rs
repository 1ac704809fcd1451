//! How many WebSockets each user has open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use leapmux_types::UserId;

/// Hands out places, a number of them per user.
pub(crate) struct SocketLimit {
    per_user: usize,
    open: Arc<Mutex<BTreeMap<UserId, usize>>>,
}

/// A place; given back when dropped.
pub(crate) struct SocketSlot {
    user: UserId,
    open: Arc<Mutex<BTreeMap<UserId, usize>>>,
}

impl SocketLimit {
    pub fn new(per_user: usize) -> Self {
        Self { per_user, open: Arc::default() }
    }

    /// A place for one more socket of this user, if there is one.
    pub fn take(&self, user: &UserId) -> Option<SocketSlot> {
        let mut open = self.open.lock().expect("nobody panics while holding it");
        let count = open.entry(user.clone()).or_insert(0);
        if *count >= self.per_user {
            return None;
        }
        *count += 1;
        Some(SocketSlot { user: user.clone(), open: self.open.clone() })
    }
}

impl Drop for SocketSlot {
    fn drop(&mut self) {
        let mut open = self.open.lock().expect("nobody panics while holding it");
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_per_user_and_come_back() {
        let limit = SocketLimit::new(2);
        let (one, other) = (UserId::from_bits(1), UserId::from_bits(2));
        let first = limit.take(&one).expect("free");
        let _second = limit.take(&one).expect("free");
        assert!(limit.take(&one).is_none());
        assert!(limit.take(&other).is_some());
        drop(first);
        assert!(limit.take(&one).is_some());
    }
}
