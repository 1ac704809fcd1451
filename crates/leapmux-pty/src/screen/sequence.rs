//! Follows where escape sequences begin and end: which bytes of an unfinished one a redraw must repeat, which strings are
//! too long to be kept, and where a sequence ends that the emulator does not know.

/// Bytes of an operating-system command the emulator is given; programs put whole files into them.
const STRING_MAX: usize = 64 * 1024;
/// Bytes of an unfinished sequence other than a string; longer ones mean nothing to any terminal.
const SEQUENCE_MAX: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    Escape,
    Control,
    String,
}

/// What to do with the bytes that `Sequences::next` took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// They are characters and control characters, and no sequence is unfinished before them.
    Text,
    /// Give them to the emulator.
    Parse,
    /// They are part of a string that is too long: leave them out.
    Skip,
    /// Give them to the emulator; they end with a request for a soft reset (DECSTR).
    SoftReset,
}

/// The state between two pieces of output.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    state: State,
    /// The unfinished sequence or character.
    pending: Vec<u8>,
    /// Bytes of the string so far.
    string: usize,
}

impl Sequences {
    /// Bytes that continue what the next output goes on with.
    pub(super) fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Takes a part of `bytes`, which must not be empty: how many, and what to do with them.
    pub(super) fn next(&mut self, bytes: &[u8]) -> (usize, Step) {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                // What is done with a sequence is done before the text after it.
                State::Ground if at > 0 => break,
                State::Ground => {
                    let step = if self.pending.is_empty() { Step::Text } else { Step::Parse };
                    match memchr::memchr(0x1b, bytes) {
                        Some(0) => {
                            at = 1;
                            self.begin();
                        }
                        Some(escape) => {
                            self.pending.clear();
                            return (escape, step);
                        }
                        None => {
                            self.keep_incomplete_character(bytes);
                            return (bytes.len(), step);
                        }
                    }
                }
                State::Escape => {
                    self.escape(bytes[at]);
                    at += 1;
                }
                State::Control => {
                    let soft_reset = self.control(bytes[at]);
                    at += 1;
                    if soft_reset {
                        return (at, Step::SoftReset);
                    }
                }
                State::String => {
                    let end = bytes[at..].iter().position(|byte| matches!(byte, 0x07 | 0x18 | 0x1a | 0x1b));
                    let length = end.unwrap_or(bytes.len() - at);
                    if length > 0 && self.string + length > STRING_MAX {
                        return self.overlong(at, length);
                    }
                    self.pending.extend_from_slice(&bytes[at..at + length]);
                    self.string += length;
                    at += length;
                    if end.is_some() {
                        self.end_string(bytes[at]);
                        at += 1;
                    }
                }
            }
        }
        (at, Step::Parse)
    }

    /// What came before the overlong part is parsed first, then the part is left out up to the string's end.
    fn overlong(&mut self, at: usize, length: usize) -> (usize, Step) {
        if at > 0 {
            return (at, Step::Parse);
        }
        self.string = STRING_MAX + 1;
        self.pending.truncate(2);
        (length, Step::Skip)
    }

    fn begin(&mut self) {
        self.state = State::Escape;
        self.pending.clear();
        self.pending.push(0x1b);
    }

    fn ground(&mut self) {
        self.state = State::Ground;
        self.pending.clear();
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            0x1b => self.begin(),
            0x18 | 0x1a => self.ground(),
            b'[' if self.pending.len() == 1 => self.enter(State::Control, byte),
            b']' | b'P' | b'X' | b'^' | b'_' if self.pending.len() == 1 => {
                self.string = 0;
                self.enter(State::String, byte);
            }
            0x20..=0x2f => self.keep(byte),
            // Control characters act at once and must not act again.
            0x00..=0x1f | 0x7f => {}
            _ => self.ground(),
        }
    }

    /// Whether the sequence ended and was a soft reset.
    fn control(&mut self, byte: u8) -> bool {
        match byte {
            0x1b => self.begin(),
            0x18 | 0x1a => self.ground(),
            0x40..=0x7e => {
                let soft_reset = byte == b'p' && self.pending == b"\x1b[!";
                self.ground();
                return soft_reset;
            }
            0x20..=0x3f => self.keep(byte),
            _ => {}
        }
        false
    }

    fn end_string(&mut self, byte: u8) {
        if byte == 0x1b { self.begin() } else { self.ground() }
    }

    fn enter(&mut self, state: State, byte: u8) {
        self.state = state;
        self.pending.push(byte);
    }

    fn keep(&mut self, byte: u8) {
        if self.pending.len() < SEQUENCE_MAX {
            self.pending.push(byte);
        }
    }

    /// After text without an escape: up to three bytes that begin a character.
    fn keep_incomplete_character(&mut self, text: &[u8]) {
        let mut tail = std::mem::take(&mut self.pending);
        tail.extend_from_slice(&text[text.len().saturating_sub(4)..]);
        let tail = &tail[tail.len().saturating_sub(4)..];
        let lead = tail.iter().rposition(|byte| !(0x80..0xc0).contains(byte));
        let Some(last) = lead.map(|lead| &tail[lead..]) else { return };
        if std::str::from_utf8(last)
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        {
            self.pending.extend_from_slice(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending_after(pieces: &[&[u8]]) -> Vec<u8> {
        let mut sequences = Sequences::default();
        for piece in pieces {
            let mut rest = *piece;
            while !rest.is_empty() {
                let (taken, _) = sequences.next(rest);
                assert!(taken > 0);
                rest = &rest[taken..];
            }
        }
        sequences.pending().to_vec()
    }

    #[test]
    fn unfinished_sequences_are_kept_and_finished_ones_are_not() {
        let cases: [(&[&[u8]], &[u8]); 14] = [
            (&[b"text"], b""),
            (&[b"a\x1b"], b"\x1b"),
            (&[b"a\x1b[3", b"1"], b"\x1b[31"),
            (&[b"a\x1b[31m"], b""),
            (&[b"\x1b[3\n1"], b"\x1b[31"),
            (&[b"\x1b]0;ti", b"tle"], b"\x1b]0;title"),
            (&[b"\x1b]0;title\x07"], b""),
            (&[b"\x1b]0;title\x1b"], b"\x1b"),
            (&[b"\x1b]0;title\x1b\\"], b""),
            (&[b"\x1bP+q54", b"\x18"], b""),
            (&["日".as_bytes()], b""),
            (&[b"x\xe6\x97"], b"\xe6\x97"),
            (&[b"\xe6", b"\x97", b"\xa5"], b""),
            (&[b"\xff\xe6x"], b""),
        ];
        for (pieces, expected) in cases {
            assert_eq!(pending_after(pieces), expected, "{pieces:?}");
        }
    }

    #[test]
    fn overlong_strings_are_left_out_to_their_end() {
        let mut sequences = Sequences::default();
        assert_eq!(sequences.next(b"\x1b]52;c;"), (7, Step::Parse));
        let long = vec![b'x'; STRING_MAX];
        assert_eq!(sequences.next(&long), (STRING_MAX, Step::Skip));
        assert_eq!(sequences.pending(), b"\x1b]");
        assert_eq!(sequences.next(b"xx\x07text"), (2, Step::Skip));
        assert_eq!(sequences.next(b"\x07text"), (1, Step::Parse));
        assert_eq!(sequences.pending(), b"");
    }

    #[test]
    fn soft_resets_are_seen_across_pieces() {
        let mut sequences = Sequences::default();
        assert_eq!(sequences.next(b"ab\x1b[!"), (2, Step::Text));
        assert_eq!(sequences.next(b"\x1b[!"), (3, Step::Parse));
        assert_eq!(sequences.next(b"pcd"), (1, Step::SoftReset));
        assert_eq!(sequences.next(b"cd\xc3"), (3, Step::Text));
        assert_eq!(sequences.next(b"\xa4\x1b"), (1, Step::Parse));
    }
}
