//! The two halves of one stream: what waits to be sent, and what has come but is not yet consumed.

use std::collections::VecDeque;

use crate::event::{Class, Kind};
use crate::frame::{END, EOM};
use crate::limits::{
    INTERACTIVE_FRAME, INTERACTIVE_WINDOW, MAX_FRAME_PAYLOAD, SEND_LOW_WATER, STREAM_WINDOW,
};

/// One open stream.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) class: Class,
    pub(crate) kind: Kind,
    /// Until OPEN has been sent, what it will call.
    pub(crate) method: String,
    pub(crate) sending: Sending,
    pub(crate) receiving: Receiving,
}

impl Stream {
    /// A stream where we may send `credit` bytes and accept what its class allows.
    pub(crate) fn new(class: Class, kind: Kind, credit: u32) -> Self {
        Self {
            class,
            kind,
            method: String::new(),
            sending: Sending::new(credit),
            receiving: Receiving::new(window_of(class)),
        }
    }
    /// Both halves are done.
    pub(crate) fn is_over(&self) -> bool {
        self.sending.ended && self.receiving.ended
    }
    /// Most payload one of its frames may have.
    pub(crate) fn max_frame(&self) -> usize {
        if self.class == Class::Interactive { INTERACTIVE_FRAME } else { MAX_FRAME_PAYLOAD }
    }
}

/// What a receiver accepts on a stream of this class (rule 10.2).
pub(crate) fn window_of(class: Class) -> u32 {
    if class == Class::Interactive { INTERACTIVE_WINDOW } else { STREAM_WINDOW }
}

/// Our half.
#[derive(Debug)]
pub(crate) struct Sending {
    chunks: VecDeque<Chunk>,
    /// Payload bytes in the chunks.
    queued: usize,
    /// Payload bytes the peer will still accept. `u64` so that sums cannot wrap unseen.
    credit: u64,
    /// Nothing more will be queued.
    finished: bool,
    /// END has been sent.
    pub(crate) ended: bool,
    /// OPEN has been sent, or the peer opened it.
    pub(crate) announced: bool,
    /// It is in the schedule.
    pub(crate) scheduled: bool,
    above_water: bool,
}

/// A message (or bytes) on its way out.
#[derive(Debug)]
struct Chunk {
    bytes: Vec<u8>,
    at: usize,
    /// Set on the chunk's last frame.
    flags: u8,
}

/// One frame's worth of a chunk.
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    pub(crate) flags: u8,
}

impl Sending {
    fn new(credit: u32) -> Self {
        Self {
            chunks: VecDeque::new(),
            queued: 0,
            credit: credit.into(),
            finished: false,
            ended: false,
            announced: false,
            scheduled: false,
            above_water: false,
        }
    }
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }
    /// Adds a message, or bytes.
    pub(crate) fn push(&mut self, kind: Kind, bytes: &[u8], end: bool) {
        let flags = if kind == Kind::Messages { EOM } else { 0 } | if end { END } else { 0 };
        self.finished |= end;
        if flags == 0 && bytes.is_empty() {
            return;
        }
        self.queued += bytes.len();
        self.above_water |= self.queued > SEND_LOW_WATER;
        self.chunks.push_back(Chunk { bytes: bytes.to_vec(), at: 0, flags });
    }
    /// Ends our half after what is queued.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
        match self.chunks.back_mut() {
            Some(last) => last.flags |= END,
            None => self.chunks.push_back(Chunk { bytes: Vec::new(), at: 0, flags: END }),
        }
    }
    /// The peer accepts more; `None` when the sum is one no window can have.
    pub(crate) fn grant(&mut self, bytes: u32) -> Option<()> {
        self.credit += u64::from(bytes);
        (self.credit <= u64::from(u32::MAX)).then_some(())
    }
    /// Bytes of the first chunk still to be sent; `None` when nothing waits.
    pub(crate) fn head(&self) -> Option<usize> {
        self.chunks.front().map(|chunk| chunk.bytes.len() - chunk.at)
    }
    /// Whether a frame could be sent, given enough room elsewhere.
    pub(crate) fn is_ready(&self) -> bool {
        self.head().is_some_and(|bytes| bytes == 0 || self.credit > 0)
    }
    /// Up to `max` bytes of the first chunk, within credit. Only when [`Sending::is_ready`] and, for a chunk that has bytes,
    /// `max` is not zero.
    pub(crate) fn take(&mut self, max: usize) -> Option<Piece> {
        let chunk = self.chunks.front_mut()?;
        let credit = usize::try_from(self.credit).unwrap_or(usize::MAX);
        let left = chunk.bytes.len() - chunk.at;
        let len = left.min(max).min(credit);
        let flags = if len == left { chunk.flags } else { 0 };
        let bytes = if len == chunk.bytes.len() {
            // The whole of it, as short messages are: no copy.
            std::mem::take(&mut chunk.bytes)
        } else {
            chunk.bytes[chunk.at..chunk.at + len].to_vec()
        };
        chunk.at += len;
        if len == left {
            self.chunks.pop_front();
        }
        self.queued -= len;
        self.credit -= len as u64;
        self.ended |= flags & END != 0;
        Some(Piece { bytes, flags })
    }
    /// Whether the queue has fallen to the low-water mark since it was above it; says so once.
    pub(crate) fn take_writable(&mut self) -> bool {
        let fell = self.above_water && self.queued <= SEND_LOW_WATER && !self.finished;
        if fell {
            self.above_water = false;
        }
        fell
    }
}

/// The peer's half. Offsets count payload bytes from the start of the stream.
#[derive(Debug)]
pub(crate) struct Receiving {
    window: u64,
    received: u64,
    /// Up to here the application has taken it.
    consumed: u64,
    /// Up to here credit has been given back.
    credited: u64,
    partial: Vec<u8>,
    /// When the unfinished message began, in the order of all streams.
    pub(crate) partial_since: u64,
    pub(crate) ended: bool,
}

/// More came than was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overrun;

impl Receiving {
    fn new(window: u32) -> Self {
        Self {
            window: window.into(),
            received: 0,
            consumed: 0,
            credited: 0,
            partial: Vec::new(),
            partial_since: 0,
            ended: false,
        }
    }
    /// Counts payload against the window.
    pub(crate) fn count(&mut self, bytes: usize) -> Result<(), Overrun> {
        self.received += bytes as u64;
        if self.received > self.credited + self.window { Err(Overrun) } else { Ok(()) }
    }
    /// Bytes of the unfinished message.
    pub(crate) fn partial(&self) -> usize {
        self.partial.len()
    }
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.partial.extend_from_slice(bytes);
    }
    pub(crate) fn take_message(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.partial)
    }
    /// Bytes held for the application or for a message not yet whole.
    pub(crate) fn held(&self) -> usize {
        usize::try_from(self.received - self.consumed).unwrap_or(usize::MAX)
    }
    /// The application took this much; says how much of it had been delivered at all.
    pub(crate) fn consume(&mut self, bytes: usize) -> usize {
        let taken = bytes.min(self.held() - self.partial.len());
        self.consumed += taken as u64;
        taken
    }
    /// Credit to give now, at least half a window. A message larger than the window would never end if credit waited for
    /// its consumption; so once everything before it is consumed (and `early` allows) what has come of it counts.
    pub(crate) fn take_credit(&mut self, early: bool) -> Option<u32> {
        if self.ended {
            return None;
        }
        let waiting = self.held() == self.partial.len() && !self.partial.is_empty();
        let base = if waiting && early { self.received } else { self.consumed };
        let due = base.saturating_sub(self.credited);
        if due < self.window / 2 {
            return None;
        }
        self.credited = base;
        u32::try_from(due).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_10_2_credit_comes_back_at_half_a_window() {
        let mut receiving = Receiving::new(100);
        receiving.count(100).expect("the window");
        assert_eq!(receiving.clone_for_test().count(1), Err(Overrun));
        assert_eq!(receiving.consume(49), 49);
        assert_eq!(receiving.take_credit(true), None);
        assert_eq!(receiving.consume(1), 1);
        assert_eq!(receiving.take_credit(true), Some(50));
        assert_eq!(receiving.take_credit(true), None);
        receiving.count(50).expect("the credit");
        assert_eq!(receiving.count(1), Err(Overrun));
    }

    #[test]
    fn a_message_larger_than_the_window_is_credited_while_it_comes_but_only_once_it_is_first() {
        let mut receiving = Receiving::new(100);
        receiving.count(60).expect("a delivered message");
        receiving.count(40).expect("the start of the next");
        receiving.append(&[0; 40]);
        assert_eq!(receiving.take_credit(true), None, "the application has not taken the first one");
        assert_eq!(receiving.consume(60), 60);
        assert_eq!(receiving.take_credit(true), Some(100));
        receiving.count(100).expect("credited");
        receiving.append(&[0; 100]);
        assert_eq!(receiving.take_credit(false), None, "no room for it");
        assert_eq!(receiving.take_credit(true), Some(100));
        assert_eq!(receiving.take_message().len(), 140);
        assert_eq!(receiving.consume(140), 140);
        assert_eq!(receiving.take_credit(true), None, "given already");
    }

    #[test]
    fn nothing_is_consumed_that_was_not_delivered() {
        let mut receiving = Receiving::new(100);
        receiving.count(30).expect("fits");
        receiving.append(&[0; 10]);
        assert_eq!(receiving.consume(1_000), 20);
        assert_eq!(receiving.held(), 10);
    }

    #[test]
    fn pieces_respect_room_and_credit_and_carry_flags_last() {
        let mut sending = Sending::new(5);
        sending.push(Kind::Messages, b"abcdefg", false);
        sending.finish();
        let first = sending.take(3).expect("queued");
        assert_eq!((&first.bytes[..], first.flags), (&b"abc"[..], 0));
        let second = sending.take(100).expect("queued");
        assert_eq!((&second.bytes[..], second.flags), (&b"de"[..], 0));
        assert!(!sending.is_ready(), "no credit");
        sending.grant(2).expect("small");
        let third = sending.take(100).expect("queued");
        assert_eq!((&third.bytes[..], third.flags), (&b"fg"[..], EOM | END));
        assert!(sending.ended);
    }

    #[test]
    fn an_end_alone_needs_no_credit_and_an_impossible_sum_is_refused() {
        let mut sending = Sending::new(0);
        sending.push(Kind::Bytes, b"", false);
        assert_eq!(sending.head(), None);
        sending.finish();
        assert!(sending.is_ready());
        assert_eq!(sending.take(0).map(|piece| piece.flags), Some(END));
        assert_eq!(sending.grant(u32::MAX), Some(()));
        assert_eq!(sending.grant(1), None);
    }

    #[test]
    fn writable_is_said_once_when_a_full_queue_has_drained() {
        let mut sending = Sending::new(u32::MAX);
        sending.push(Kind::Bytes, &vec![0; SEND_LOW_WATER + 1], false);
        assert!(!sending.take_writable());
        sending.take(1).expect("queued");
        assert!(sending.take_writable());
        assert!(!sending.take_writable());
    }

    impl Receiving {
        fn clone_for_test(&self) -> Self {
            Self { partial: self.partial.clone(), ..*self }
        }
    }
}
