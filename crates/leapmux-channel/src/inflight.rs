//! The sender's in-flight budget (rule 10.3): as much as the path carries without a queue, so that keys never wait behind
//! megabytes. Local to the sender; the peer only acknowledges.

use std::collections::VecDeque;
use std::time::Duration;

use leapmux_types::Millis;

use crate::limits::{
    BASE_RTT_MEMORY, INFLIGHT_CAP, INFLIGHT_FLOOR, INFLIGHT_START, INFLIGHT_STEP, QUEUE_HIGH, QUEUE_LOW,
    QUEUE_STANDS,
};

/// The peer acknowledged what was never sent, or took an acknowledgement back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ImpossibleAck;

#[derive(Debug)]
pub(crate) struct InFlight {
    sent: u64,
    acked: u64,
    /// Payload sent up to the end of each record not yet acknowledged, and when.
    log: VecDeque<(u64, Millis)>,
    budget: u64,
    cap: u64,
    start_up: bool,
    /// Whether the budget has held anything back since it last changed; only then does it grow.
    limited: bool,
    adjusted: Option<Millis>,
    /// Since when no round trip was short enough to say that the queue is gone.
    standing: Option<Millis>,
    base: LeastRtt,
}

impl InFlight {
    pub(crate) fn new() -> Self {
        Self {
            sent: 0,
            acked: 0,
            log: VecDeque::new(),
            budget: INFLIGHT_START,
            cap: u64::from(INFLIGHT_CAP),
            start_up: true,
            limited: false,
            adjusted: None,
            standing: None,
            base: LeastRtt::default(),
        }
    }
    /// The peer wants no more than this in flight.
    pub(crate) fn set_cap(&mut self, cap: u32) {
        self.cap = u64::from(cap).clamp(INFLIGHT_FLOOR, u64::from(INFLIGHT_CAP));
        self.budget = self.budget.min(self.cap);
    }
    /// Bytes classes 2 and 3 may send now.
    pub(crate) fn room(&mut self) -> usize {
        let room = self.budget.saturating_sub(self.sent - self.acked);
        self.limited |= room == 0;
        usize::try_from(room).unwrap_or(usize::MAX)
    }
    /// A record with this much stream payload was sealed.
    pub(crate) fn record_sent(&mut self, bytes: usize, now: Millis) {
        if bytes > 0 {
            self.sent += bytes as u64;
            self.log.push_back((self.sent, now));
        }
    }
    /// The peer has received `total` bytes of payload so far.
    pub(crate) fn acked(&mut self, total: u64, now: Millis) -> Result<(), ImpossibleAck> {
        if total > self.sent || total < self.acked {
            return Err(ImpossibleAck);
        }
        self.acked = total;
        let mut newest = None;
        while let Some((_, at)) = self.log.pop_front_if(|(end, _)| *end <= total) {
            newest = Some(at);
        }
        if let Some(at) = newest {
            self.adjust(now.since(at), now);
        }
        Ok(())
    }

    fn adjust(&mut self, rtt: Duration, now: Millis) {
        let queue = rtt.saturating_sub(self.base.least(rtt, now));
        if queue <= QUEUE_HIGH {
            self.standing = None;
        }
        let stands = queue > QUEUE_HIGH && {
            let since = *self.standing.get_or_insert(now);
            now.since(since) >= QUEUE_STANDS
        };
        if self.adjusted.is_some_and(|at| now.since(at) < rtt) {
            return;
        }
        self.adjusted = Some(now);
        if stands {
            self.budget = (self.budget * 7 / 10).max(INFLIGHT_FLOOR);
            self.start_up = false;
        } else if queue < QUEUE_LOW && self.limited {
            self.budget =
                if self.start_up { self.budget * 2 } else { self.budget + INFLIGHT_STEP }.min(self.cap);
        }
        self.limited = false;
    }
}

/// The least round trip of the last minute: a queue whose values and times both rise.
#[derive(Debug, Default)]
struct LeastRtt(VecDeque<(Millis, Duration)>);

impl LeastRtt {
    fn least(&mut self, rtt: Duration, now: Millis) -> Duration {
        while self.0.pop_back_if(|(_, known)| *known >= rtt).is_some() {}
        self.0.push_back((now, rtt));
        while self.0.pop_front_if(|(at, _)| now.since(*at) > BASE_RTT_MEMORY).is_some() {}
        self.0.front().map_or(rtt, |(_, least)| *least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills the budget at `at`, has it acknowledged `rtt` later, and says what the budget is then.
    fn round(inflight: &mut InFlight, at: u64, rtt: u64) -> u64 {
        let room = inflight.room();
        inflight.record_sent(room, Millis(at));
        assert_eq!(inflight.room(), 0);
        inflight.acked(inflight.sent, Millis(at + rtt)).expect("sent before");
        inflight.budget
    }

    #[test]
    fn rule_10_3_doubles_until_a_queue_shows_then_creeps() {
        let mut inflight = InFlight::new();
        assert_eq!(round(&mut inflight, 0, 50), 128 << 10);
        assert_eq!(round(&mut inflight, 100, 50), 256 << 10);
        assert_eq!(round(&mut inflight, 200, 91), 256 << 10, "one late answer is no queue yet");
        assert_eq!(round(&mut inflight, 300, 91), (256 << 10) * 7 / 10);
        assert_eq!(round(&mut inflight, 400, 50), (256 << 10) * 7 / 10 + (32 << 10));
        let between = inflight.budget;
        assert_eq!(round(&mut inflight, 500, 80), between, "30 ms of queue: neither grow nor shrink");
    }

    #[test]
    fn a_receiver_that_is_busy_now_and_then_is_no_queue() {
        let mut inflight = InFlight::new();
        for turn in 0..20 {
            // A page that paints for 70 ms, and answers at once in between.
            round(&mut inflight, turn * 100, 72);
            round(&mut inflight, turn * 100 + 80, 2);
        }
        assert_eq!(inflight.budget, u64::from(INFLIGHT_CAP));
    }

    #[test]
    fn rule_10_3_stays_between_floor_and_cap() {
        let mut inflight = InFlight::new();
        for turn in 0..10 {
            round(&mut inflight, turn * 100, 10);
        }
        assert_eq!(inflight.budget, u64::from(INFLIGHT_CAP));
        for turn in 0..40 {
            round(&mut inflight, 2_000 + turn * 200, 100);
        }
        assert_eq!(inflight.budget, INFLIGHT_FLOOR);
        inflight.set_cap(1);
        assert_eq!(inflight.cap, INFLIGHT_FLOOR);
    }

    #[test]
    fn an_idle_channel_does_not_grow_its_budget() {
        let mut inflight = InFlight::new();
        for turn in 0..100 {
            inflight.record_sent(1, Millis(turn * 100));
            inflight.acked(inflight.sent, Millis(turn * 100 + 5)).expect("sent before");
        }
        assert_eq!(inflight.budget, INFLIGHT_START);
    }

    #[test]
    fn the_least_round_trip_is_forgotten_after_a_minute() {
        let mut base = LeastRtt::default();
        let ms = Duration::from_millis;
        assert_eq!(base.least(ms(10), Millis(0)), ms(10));
        assert_eq!(base.least(ms(90), Millis(60_000)), ms(10));
        assert_eq!(base.least(ms(95), Millis(60_001)), ms(90));
    }

    #[test]
    fn an_ack_of_what_was_not_sent_or_of_less_than_before_is_refused() {
        let mut inflight = InFlight::new();
        inflight.record_sent(100, Millis(0));
        assert_eq!(inflight.acked(101, Millis(1)), Err(ImpossibleAck));
        assert_eq!(inflight.acked(100, Millis(1)), Ok(()));
        assert_eq!(inflight.acked(99, Millis(1)), Err(ImpossibleAck));
    }
}
