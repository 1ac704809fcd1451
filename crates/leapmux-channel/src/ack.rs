//! When an ACK is owed (rule 10.3): after 32,000 bytes of stream payload or 10 ms, whichever is first.

use leapmux_types::Millis;

use crate::limits::{ACK_BYTES, ACK_DELAY};

/// Payload received and how much of it the peer knows of. Survives rekeys.
#[derive(Debug, Default)]
pub(crate) struct Acks {
    received: u64,
    acked: u64,
    oldest: Option<Millis>,
    /// The deadline has passed and nothing was sent yet: the carrier is full, not the clock late.
    due: bool,
}

impl Acks {
    pub(crate) fn received(&mut self, bytes: usize, now: Millis) {
        if bytes > 0 {
            self.received += bytes as u64;
            self.oldest.get_or_insert(now);
        }
    }
    /// When the next ACK falls due; `None` once it is, so that nobody waits for a moment that has passed.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        self.oldest.filter(|_| !self.due).map(|oldest| oldest + ACK_DELAY)
    }
    /// Notes that the deadline has passed.
    pub(crate) fn expire(&mut self, now: Millis) {
        self.due |= self.deadline().is_some_and(|deadline| deadline <= now);
    }
    /// The number to acknowledge, when it is time to.
    pub(crate) fn take_due(&mut self, now: Millis) -> Option<u64> {
        self.expire(now);
        let due = self.due || self.received - self.acked >= ACK_BYTES;
        due.then(|| {
            self.acked = self.received;
            (self.oldest, self.due) = (None, false);
            self.received
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_10_3_by_bytes_or_by_time() {
        let mut acks = Acks::default();
        assert_eq!((acks.deadline(), acks.take_due(Millis(999))), (None, None));
        acks.received(31_999, Millis(5));
        assert_eq!(acks.take_due(Millis(14)), None);
        acks.received(1, Millis(14));
        assert_eq!(acks.take_due(Millis(14)), Some(32_000));
        assert_eq!(acks.take_due(Millis(100)), None);
        acks.received(1, Millis(100));
        assert_eq!(acks.deadline(), Some(Millis(110)));
        assert_eq!(acks.take_due(Millis(109)), None);
        assert_eq!(acks.take_due(Millis(110)), Some(32_001));
        acks.received(0, Millis(200));
        assert_eq!(acks.deadline(), None);
        acks.received(1, Millis(200));
        acks.expire(Millis(210));
        assert_eq!(acks.deadline(), None, "due, whenever the carrier has room");
        assert_eq!(acks.take_due(Millis(500)), Some(32_002));
    }
}
