//! The sender's in-flight budget (rule 10.3): as much as the path carries with little of a queue, so that keys never wait behind
//! megabytes. Local to the sender; the peer only acknowledges.

use std::collections::VecDeque;
use std::time::Duration;

use leapmux_types::Millis;

use crate::limits::{
    BASE_RTT_MEMORY, INFLIGHT_CAP, INFLIGHT_FLOOR, INFLIGHT_START, QUEUE_BYTES, QUEUE_LEAST, QUEUE_MOST,
    RATE_MEMORY, ROUND_LEAST,
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
    /// Whether the budget has held anything back since it was last looked at; only then does it move.
    limited: bool,
    /// When that was, and how much was acknowledged then.
    looked: Option<(Millis, u64)>,
    base: LeastRtt,
    rate: GreatestRate,
}

impl InFlight {
    pub(crate) fn new() -> Self {
        Self {
            sent: 0,
            acked: 0,
            log: VecDeque::new(),
            budget: INFLIGHT_START,
            cap: u64::from(INFLIGHT_CAP),
            limited: false,
            looked: None,
            base: LeastRtt::default(),
            rate: GreatestRate::default(),
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

    /// Once a round: what the path has carried at its best, for the time it takes anyway and the queue that is allowed on top.
    fn adjust(&mut self, rtt: Duration, now: Millis) {
        let base = self.base.least(rtt, now);
        let Some((at, acked)) = self.looked else {
            self.looked = Some((now, self.acked));
            return;
        };
        let round = now.since(at);
        if round < rtt.max(ROUND_LEAST) {
            return;
        }
        self.looked = Some((now, self.acked));
        if !std::mem::take(&mut self.limited) {
            return;
        }
        let rate = self.rate.greatest((self.acked - acked) / millis(round), now).max(1);
        let wanted = rate * (millis(base) + millis(allowed_queue(rate)));
        self.budget = wanted.clamp(self.budget * 7 / 10, self.budget * 2).clamp(INFLIGHT_FLOOR, self.cap);
    }
}

/// Whole milliseconds, at least one.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// How long bytes may wait on a path of this rate (bytes a millisecond): as long as a few records take, within bounds.
fn allowed_queue(rate: u64) -> Duration {
    Duration::from_millis(QUEUE_BYTES / rate).clamp(QUEUE_LEAST, QUEUE_MOST)
}

/// The greatest rate of the last half second, bytes a millisecond: a queue whose values fall and whose times rise.
#[derive(Debug, Default)]
struct GreatestRate(VecDeque<(Millis, u64)>);

impl GreatestRate {
    fn greatest(&mut self, rate: u64, now: Millis) -> u64 {
        while self.0.pop_back_if(|(_, known)| *known <= rate).is_some() {}
        self.0.push_back((now, rate));
        while self.0.pop_front_if(|(at, _)| now.since(*at) > RATE_MEMORY).is_some() {}
        self.0.front().map_or(rate, |(_, greatest)| *greatest)
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

    /// A path that takes `base` and carries `rate` bytes a millisecond, kept as full as the budget allows for `time`; the budget
    /// at the end.
    fn run(
        inflight: &mut InFlight,
        from: u64,
        time: u64,
        base: u64,
        rate: u64,
        busy: impl Fn(u64) -> bool,
    ) -> u64 {
        let mut arriving: VecDeque<(u64, u64)> = VecDeque::new();
        let (mut free_at, mut arrived) = (from * rate, inflight.sent);
        for now in from..from + time {
            if !busy(now) {
                while let Some((_, total)) = arriving.pop_front_if(|(at, _)| *at <= now) {
                    arrived = total;
                }
                inflight.acked(arrived, Millis(now)).expect("sent before");
            }
            while inflight.room() > 0 {
                let bytes = inflight.room().min(16 * 1024);
                inflight.record_sent(bytes, Millis(now));
                // In bytes the path has carried since the beginning of time.
                free_at = free_at.max(now * rate) + bytes as u64;
                arriving.push_back((free_at / rate + base, inflight.sent));
            }
        }
        inflight.budget
    }
    const NEVER: fn(u64) -> bool = |_| false;

    #[test]
    fn rule_10_3_as_much_as_the_path_takes_and_a_little_queue() {
        // 10 Mbit, 100 Mbit and 1 Gbit a second.
        for (base, rate, queue) in [(40, 1_250, 40), (20, 12_500, 10), (5, 125_000, 10)] {
            let budget = run(&mut InFlight::new(), 1_000, 3_000, base, rate, NEVER);
            let ideal = (rate * (base + queue)).min(u64::from(INFLIGHT_CAP));
            assert!((ideal * 3 / 4..=ideal * 3 / 2).contains(&budget), "{rate}: {budget} of {ideal}");
        }
    }

    #[test]
    fn rule_10_3_follows_a_path_that_becomes_slow_and_fast_again() {
        let mut inflight = InFlight::new();
        let fast = run(&mut inflight, 1_000, 2_000, 10, 25_000, NEVER);
        let slow = run(&mut inflight, 3_000, 4_000, 10, 1_000, NEVER);
        let again = run(&mut inflight, 7_000, 2_000, 10, 25_000, NEVER);
        assert!(slow <= 80 * 1024 && fast > 5 * slow && again > 5 * slow, "{fast} {slow} {again}");
    }

    #[test]
    fn a_receiver_that_is_busy_now_and_then_keeps_its_budget() {
        let quiet = run(&mut InFlight::new(), 1_000, 3_000, 1, 30_000, NEVER);
        // A page that paints for 25 of every 40 milliseconds.
        let busy = run(&mut InFlight::new(), 1_000, 3_000, 1, 30_000, |now| now % 40 < 25);
        assert!(busy * 2 > quiet, "{busy} against {quiet}");
    }

    #[test]
    fn rule_10_3_stays_between_floor_and_cap() {
        let mut inflight = InFlight::new();
        assert_eq!(run(&mut inflight, 1_000, 1_000, 50, 10_000_000, NEVER), u64::from(INFLIGHT_CAP));
        assert_eq!(run(&mut inflight, 2_000, 60_000, 50, 300, NEVER), INFLIGHT_FLOOR);
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
