//! The latest bytes of a terminal's output, by their offset since the terminal began.

use std::collections::VecDeque;

use bytes::Bytes;

/// Bytes kept: a client that missed no more is caught up instead of redrawn.
pub(super) const RING: usize = 256 * 1024;

/// The bytes from `start` on.
#[derive(Debug)]
pub(super) struct Ring {
    start: u64,
    bytes: VecDeque<u8>,
}

impl Ring {
    /// Empty; the first byte will have the offset `start`.
    pub(super) fn new(start: u64) -> Self {
        Self { start, bytes: VecDeque::new() }
    }

    /// Adds the newest bytes, lets go of the oldest.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let kept = &bytes[bytes.len().saturating_sub(RING)..];
        let excess = (self.bytes.len() + kept.len()).saturating_sub(RING);
        self.bytes.drain(..excess);
        self.bytes.extend(kept);
        self.start += (excess + bytes.len() - kept.len()) as u64;
    }

    /// Offset of the oldest byte.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Offset the next byte will have.
    pub(super) fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// At most `max` bytes from `offset` on; none if they are gone, or not there yet.
    pub(super) fn from(&self, offset: u64, max: usize) -> Option<Bytes> {
        let skip = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        let length = self.bytes.len().checked_sub(skip)?.min(max);
        let (front, back) = self.bytes.as_slices();
        let end = skip + length;
        let mut piece = Vec::with_capacity(length);
        piece.extend_from_slice(&front[skip.min(front.len())..end.min(front.len())]);
        piece.extend_from_slice(&back[skip.saturating_sub(front.len())..end.saturating_sub(front.len())]);
        Some(piece.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_it_has_and_says_what_is_gone() {
        let mut ring = Ring::new(100);
        ring.push(b"hello ");
        ring.push(b"world");
        assert_eq!((ring.start(), ring.end()), (100, 111));
        assert_eq!(ring.from(106, 100).as_deref(), Some(b"world".as_slice()));
        assert_eq!(ring.from(100, 4).as_deref(), Some(b"hell".as_slice()));
        assert_eq!(ring.from(111, 9).as_deref(), Some(b"".as_slice()));
        assert_eq!((ring.from(99, 9), ring.from(112, 9)), (None, None));
        ring.push(&vec![b'x'; RING]);
        assert_eq!((ring.start(), ring.end()), (111, 111 + RING as u64));
        ring.push(&[b"old".as_slice(), &vec![b'y'; RING]].concat());
        assert_eq!(ring.from(ring.start(), 1).as_deref(), Some(b"y".as_slice()));
        assert_eq!(ring.end() - ring.start(), RING as u64);
    }
}
