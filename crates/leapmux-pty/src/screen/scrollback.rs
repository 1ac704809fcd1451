//! Lines that scrolled off the top, packed one behind the other in blocks, so that a line costs little more than its text.

use std::collections::VecDeque;

use super::line::{Line, pack_number, take_number};
use super::{SCROLLBACK_BYTES, SCROLLBACK_LINES};

/// Bytes of a block; the oldest block is freed as a whole.
const BLOCK: usize = 32 * 1024;

/// The lines, oldest first.
#[derive(Default)]
pub(super) struct Scrollback {
    blocks: VecDeque<Vec<u8>>,
    /// Where the oldest line begins in the first block.
    start: usize,
    lines: usize,
    /// Capacity of all blocks.
    bytes: usize,
    packed: Vec<u8>,
}

impl Scrollback {
    /// Adds the newest line, and lets go of the oldest beyond the bounds.
    pub(super) fn push(&mut self, line: &Line) {
        self.packed.clear();
        line.pack(&mut self.packed);
        let needed = self.packed.len() + 5;
        let room = self.blocks.back().map_or(0, |block| block.capacity() - block.len());
        if room < needed {
            self.seal();
            self.blocks.push_back(Vec::with_capacity(BLOCK.max(needed)));
            self.bytes += BLOCK.max(needed);
        }
        if let Some(block) = self.blocks.back_mut() {
            pack_number(self.packed.len(), block);
            block.extend_from_slice(&self.packed);
            self.lines += 1;
        }
        while self.lines > SCROLLBACK_LINES || (self.bytes > SCROLLBACK_BYTES && self.lines > 1) {
            self.drop_oldest();
        }
    }

    /// The last block is full: what is left of its capacity is given back.
    fn seal(&mut self) {
        if let Some(block) = self.blocks.back_mut() {
            let before = block.capacity();
            block.shrink_to_fit();
            self.bytes -= before - block.capacity();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(block) = self.blocks.front() else { return };
        let mut rest = &block[self.start..];
        let length = take_number(&mut rest).unwrap_or(rest.len());
        self.start = block.len() - rest.len() + length;
        self.lines -= 1;
        if self.start >= block.len() {
            self.bytes -= block.capacity();
            self.blocks.pop_front();
            self.start = 0;
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.bytes + self.packed.capacity() + self.blocks.capacity() * size_of::<Vec<u8>>()
    }

    /// Every line, oldest first, packed.
    fn packed(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = self.start;
        self.blocks.iter().flat_map(move |block| {
            let mut rest = &block[std::mem::take(&mut start)..];
            std::iter::from_fn(move || {
                let length = take_number(&mut rest)?;
                let (line, after) = rest.split_at_checked(length)?;
                rest = after;
                Some(line)
            })
        })
    }

    /// The last lines, oldest first, of which the packed forms take about `limit` bytes.
    pub(super) fn last(&self, limit: usize) -> impl Iterator<Item = Line> {
        let total: usize = self.packed().map(<[u8]>::len).sum();
        let mut excess = total.saturating_sub(limit);
        let skipped = move |line: &&[u8]| {
            let skip = excess > 0;
            excess = excess.saturating_sub(line.len());
            skip
        };
        self.packed().skip_while(skipped).map(Line::unpack)
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;

    fn line(text: &str) -> Line {
        Line::from_runs([(Style::default(), text.to_owned())])
    }

    #[test]
    fn keeps_the_newest_lines_in_order() {
        let mut scrollback = Scrollback::default();
        for number in 0..SCROLLBACK_LINES + 700 {
            scrollback.push(&line(&format!("line {number}")));
        }
        assert_eq!(scrollback.len(), SCROLLBACK_LINES);
        let lines: Vec<Line> = scrollback.last(usize::MAX).collect();
        assert_eq!(lines.len(), SCROLLBACK_LINES);
        assert_eq!(lines[0], line("line 700"));
        assert_eq!(lines[SCROLLBACK_LINES - 1], line(&format!("line {}", SCROLLBACK_LINES + 699)));
        let few: Vec<Line> = scrollback.last(100).collect();
        assert!((1..20).contains(&few.len()) && few.last() == lines.last(), "{}", few.len());
    }

    #[test]
    fn rich_lines_are_bounded_in_bytes() {
        let mut scrollback = Scrollback::default();
        for _ in 0..SCROLLBACK_LINES {
            scrollback.push(&line(&"x".repeat(5000)));
        }
        assert!(scrollback.memory() <= SCROLLBACK_BYTES + 2 * BLOCK, "{}", scrollback.memory());
        assert!(scrollback.len() > 400, "{}", scrollback.len());
        scrollback.push(&line(&"y".repeat(2 * SCROLLBACK_BYTES)));
        assert_eq!(scrollback.len(), 1);
        scrollback.clear();
        assert_eq!((scrollback.len(), scrollback.memory()), (0, 0));
    }
}
