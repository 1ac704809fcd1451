//! Cuts a byte stream into lines at LF bytes, with a bound: a line that is too long is dropped and told of, and costs no
//! more memory than the bound.

use bytes::{Bytes, BytesMut};

/// Longest line that is read whole, bytes. Agents send answers of several hundred KB in one line.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// One line, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Whole(Bytes),
    /// It was longer than the bound.
    TooLong {
        bytes: u64,
    },
}

/// Collects pieces until they are lines.
#[derive(Debug)]
pub struct Lines {
    max: usize,
    rest: BytesMut,
    /// Bytes of a line that has passed the bound, up to its end.
    dropped: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self::new(MAX_LINE)
    }
}

impl Lines {
    /// Lines of at most `max` bytes.
    pub fn new(max: usize) -> Self {
        Self { max, rest: BytesMut::new(), dropped: 0 }
    }

    /// Takes a piece, gives the lines it completes. Empty lines are left out.
    pub fn feed(&mut self, piece: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut piece = piece;
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            self.keep(&piece[..end]);
            lines.extend(self.complete());
            piece = &piece[end + 1..];
        }
        self.keep(piece);
        lines
    }

    /// What is left when the stream ends without a line end.
    pub fn finish(&mut self) -> Option<Line> {
        self.complete()
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.dropped > 0 || self.rest.len() + bytes.len() > self.max {
            self.dropped += (self.rest.len() + bytes.len()) as u64;
            self.rest = BytesMut::new();
        } else {
            self.rest.extend_from_slice(bytes);
        }
    }

    fn complete(&mut self) -> Option<Line> {
        if self.dropped > 0 {
            return Some(Line::TooLong { bytes: std::mem::take(&mut self.dropped) });
        }
        let mut line = self.rest.split().freeze();
        if line.ends_with(b"\r") {
            line.truncate(line.len() - 1);
        }
        (!line.is_empty()).then_some(Line::Whole(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Line {
        Line::Whole(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn splits_on_line_feeds_only() {
        let mut lines = Lines::default();
        let separators = "a\u{2028}b\u{85}c";
        assert_eq!(lines.feed(b"one\r\n\ntw"), [whole("one")]);
        assert_eq!(lines.feed(b"o\n"), [whole("two")]);
        assert_eq!(lines.feed(format!("{separators}\nrest").as_bytes()), [whole(separators)]);
        assert_eq!(lines.finish(), Some(whole("rest")));
        assert_eq!(lines.finish(), None);
    }

    #[test]
    fn a_line_beyond_the_bound_is_dropped_alone_and_bounded() {
        let mut lines = Lines::new(8);
        assert_eq!(lines.feed(b"12345678\n"), [whole("12345678")]);
        assert_eq!(lines.feed(b"1234567"), []);
        for _ in 0..1000 {
            assert_eq!(lines.feed(b"xxxxxxxxxx"), []);
            assert!(lines.rest.len() <= 8);
        }
        assert_eq!(lines.feed(b"y\nnext\n"), [Line::TooLong { bytes: 10_008 }, whole("next")]);
    }

    #[test]
    fn any_cutting_gives_the_same_lines() {
        let stream = b"{\"a\":1}\n\xff\xfe\nlonger than eight bytes\nend\n";
        let mut at_once = Lines::new(8);
        let expected = at_once.feed(stream);
        for size in 1..stream.len() {
            let mut lines = Lines::new(8);
            let cut: Vec<Line> = stream.chunks(size).flat_map(|piece| lines.feed(piece)).collect();
            assert_eq!(cut, expected, "pieces of {size}");
        }
    }
}
