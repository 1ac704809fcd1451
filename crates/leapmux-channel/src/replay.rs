//! Channel ids a Worker has seen (rule 7.7), so that a recorded OPEN cannot be played to it again.

use std::collections::{BTreeSet, VecDeque};

use leapmux_types::{ChannelUid, Millis};

use crate::limits::{REPLAY_COUNT, REPLAY_MEMORY};

/// Refuse with `Code::DUPLICATE_CHANNEL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("channel id was used before")]
pub struct DuplicateChannel;

/// The open ones, and the last 4,096 of the last ten minutes.
#[derive(Debug, Default)]
pub struct ReplayGuard {
    open: BTreeSet<ChannelUid>,
    recent: VecDeque<(Millis, ChannelUid)>,
    known: BTreeSet<ChannelUid>,
}

impl ReplayGuard {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }
    /// Admits a channel id once. Pair with [`ReplayGuard::release`].
    pub fn admit(&mut self, uid: ChannelUid, now: Millis) -> Result<(), DuplicateChannel> {
        while self.recent.len() > REPLAY_COUNT
            || self.recent.front().is_some_and(|(at, _)| now.since(*at) >= REPLAY_MEMORY)
        {
            if let Some((_, old)) = self.recent.pop_front() {
                self.known.remove(&old);
            }
        }
        if self.open.contains(&uid) || !self.known.insert(uid) {
            return Err(DuplicateChannel);
        }
        self.open.insert(uid);
        self.recent.push_back((now, uid));
        Ok(())
    }
    /// The channel is over, or was refused after all. Its id stays known for its time.
    pub fn release(&mut self, uid: ChannelUid) {
        self.open.remove(&uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(n: u32) -> ChannelUid {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        ChannelUid(bytes)
    }

    #[test]
    fn rule_7_7_an_id_comes_once_in_ten_minutes() {
        let mut guard = ReplayGuard::new();
        assert_eq!(guard.admit(uid(1), Millis(0)), Ok(()));
        guard.release(uid(1));
        assert_eq!(guard.admit(uid(1), Millis(599_999)), Err(DuplicateChannel));
        assert_eq!(guard.admit(uid(1), Millis(600_000)), Ok(()));
        assert_eq!(guard.admit(uid(1), Millis(9_000_000)), Err(DuplicateChannel), "still open");
    }

    #[test]
    fn rule_7_7_the_last_4096_are_remembered() {
        let mut guard = ReplayGuard::new();
        for n in 0..=REPLAY_COUNT as u32 {
            assert_eq!(guard.admit(uid(n), Millis(0)), Ok(()));
            guard.release(uid(n));
        }
        assert_eq!(guard.admit(uid(1), Millis(0)), Err(DuplicateChannel));
        assert_eq!(guard.admit(uid(0), Millis(0)), Ok(()), "the 4,097th last is forgotten");
    }
}
