//! What waits to be sent on one leg: frames about the leg first, then channels in deficit round robin.
//! A channel without waiting frames takes no memory here.

use std::collections::{BTreeMap, VecDeque};

use crate::Limits;

/// A queue is at its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

#[derive(Default)]
pub(crate) struct Egress {
    control: VecDeque<Vec<u8>>,
    flows: BTreeMap<u32, Flow>,
    /// Channels with waiting frames, the next one to be served first.
    ring: VecDeque<u32>,
    bytes: usize,
    /// The driver was told that there is something to send, and has not yet found the leg empty.
    announced: bool,
}

#[derive(Default)]
struct Flow {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
    deficit: usize,
}

impl Egress {
    /// Queues a frame about the leg itself.
    pub fn push_control(&mut self, frame: Vec<u8>, limits: &Limits) -> Result<(), Full> {
        if self.control.len() >= limits.control_queue {
            return Err(Full);
        }
        self.control.push_back(frame);
        Ok(())
    }

    /// Queues a frame of a channel.
    pub fn push(&mut self, channel: u32, frame: Vec<u8>, limits: &Limits) -> Result<(), Full> {
        let waiting = self.flows.get(&channel).map_or(0, |flow| flow.bytes);
        if waiting + frame.len() > limits.channel_queue || self.bytes + frame.len() > limits.leg_queue {
            return Err(Full);
        }
        self.push_unbounded(channel, frame, limits.quantum);
        Ok(())
    }

    /// Queues a channel's last frame: small, once per channel, so it needs no limit.
    pub fn push_last(&mut self, channel: u32, frame: Vec<u8>, limits: &Limits) {
        self.push_unbounded(channel, frame, limits.quantum);
    }

    fn push_unbounded(&mut self, channel: u32, frame: Vec<u8>, quantum: usize) {
        let flow = self.flows.entry(channel).or_insert_with(|| {
            self.ring.push_back(channel);
            Flow { deficit: quantum, ..Flow::default() }
        });
        flow.bytes += frame.len();
        self.bytes += frame.len();
        flow.frames.push_back(frame);
    }

    /// Forgets what waits for a channel.
    pub fn discard(&mut self, channel: u32) {
        if let Some(flow) = self.flows.remove(&channel) {
            self.bytes -= flow.bytes;
            self.ring.retain(|other| *other != channel);
        }
    }

    /// The next frame to send.
    pub fn next(&mut self, quantum: usize) -> Option<Vec<u8>> {
        if let Some(frame) = self.control.pop_front() {
            return Some(frame);
        }
        loop {
            let Some(&channel) = self.ring.front() else {
                self.announced = false;
                return None;
            };
            let flow = self.flows.get_mut(&channel).expect("the ring lists channels with frames");
            let size = flow.frames.front().expect("a flow has frames").len();
            if size > flow.deficit {
                flow.deficit += quantum;
                self.ring.rotate_left(1);
                continue;
            }
            let frame = flow.frames.pop_front().expect("a flow has frames");
            flow.deficit -= size;
            flow.bytes -= size;
            self.bytes -= size;
            if flow.frames.is_empty() {
                self.flows.remove(&channel);
                self.ring.pop_front();
            }
            return Some(frame);
        }
    }

    /// Whether the driver must be told of this leg: true once per busy period.
    pub fn announce(&mut self) -> bool {
        !self.is_empty() && !std::mem::replace(&mut self.announced, true)
    }

    fn is_empty(&self) -> bool {
        self.control.is_empty() && self.ring.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(channel: u32, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        bytes[..4].copy_from_slice(&channel.to_be_bytes());
        bytes
    }
    fn of(frame: &[u8]) -> u32 {
        u32::from_be_bytes(*frame.first_chunk().expect("four bytes"))
    }

    #[test]
    fn a_flood_delays_another_channel_by_one_turn() {
        let (mut egress, limits) = (Egress::default(), Limits::default());
        for _ in 0..100 {
            egress.push(1, frame(1, 16_405), &limits).expect("room");
        }
        egress.push(2, frame(2, 60), &limits).expect("room");
        let order: Vec<u32> = (0..3).filter_map(|_| egress.next(limits.quantum)).map(|f| of(&f)).collect();
        assert_eq!(order.iter().position(|c| *c == 2), Some(0), "{order:?}");
    }

    #[test]
    fn bytes_are_shared_evenly_whatever_the_frame_sizes() {
        let (mut egress, limits) = (Egress::default(), Limits::default());
        let sizes = [16_405, 1_000, 60];
        for (channel, size) in sizes.into_iter().enumerate() {
            for _ in 0..(2 << 20) / size {
                egress.push(channel as u32, frame(channel as u32, size), &limits).expect("room");
            }
        }
        let mut sent = [0; 3];
        while sent.iter().sum::<usize>() < 3 << 20 {
            let next = egress.next(limits.quantum).expect("plenty waits");
            sent[of(&next) as usize] += next.len();
        }
        for bytes in sent {
            assert!((bytes as i64 - (1 << 20)).abs() <= 3 * 16_405, "{sent:?}");
        }
    }

    #[test]
    fn limits_hold_and_an_empty_leg_keeps_nothing() {
        let limits = Limits { channel_queue: 100, leg_queue: 150, control_queue: 1, ..Limits::default() };
        let mut egress = Egress::default();
        assert_eq!(egress.push(1, frame(1, 100), &limits), Ok(()));
        assert_eq!(egress.push(1, frame(1, 4), &limits), Err(Full));
        assert_eq!(egress.push(2, frame(2, 51), &limits), Err(Full));
        assert_eq!(egress.push(2, frame(2, 50), &limits), Ok(()));
        assert_eq!(egress.push_control(vec![1], &limits), Ok(()));
        assert_eq!(egress.push_control(vec![2], &limits), Err(Full));
        egress.push_last(1, frame(1, 8), &limits);
        assert!(egress.announce());
        assert!(!egress.announce());
        while egress.next(limits.quantum).is_some() {}
        assert!(egress.is_empty() && egress.flows.is_empty() && egress.bytes == 0);
        assert!(!egress.announce());
        egress.push(3, frame(3, 9), &limits).expect("room");
        assert!(egress.announce());
        egress.discard(3);
        assert!(egress.is_empty() && egress.bytes == 0);
    }
}
