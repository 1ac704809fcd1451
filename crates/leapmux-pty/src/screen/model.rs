//! `Screen`: the screen model over the emulator.

use std::time::Duration;

use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::term::cell::Cell;
use alacritty_terminal::vte::ansi::{Processor, Timeout};

use super::emulator::Emulator;
use super::sequence::{Sequences, Step};
use super::{COLS_MAX, ROWS_MAX, ScreenEvent, ScreenModel, dump};

/// Shortest stretch of plain characters that is drawn past the parser.
const WORTHWHILE: usize = 8;

/// Synchronized updates are for those who look; the model draws at once.
#[derive(Default)]
struct NoWaiting;

impl Timeout for NoWaiting {
    fn set_timeout(&mut self, _: Duration) {}
    fn clear_timeout(&mut self) {}
    fn pending_timeout(&self) -> bool {
        false
    }
}

/// A screen with its scrollback.
pub struct Screen {
    pub(super) emulator: Emulator,
    parser: Processor<NoWaiting>,
    pub(super) sequences: Sequences,
}

impl Screen {
    /// An empty screen; the size is clamped as in `resize`.
    pub fn new(cols: u16, rows: u16) -> Self {
        let (cols, rows) = clamp(cols, rows);
        Self {
            emulator: Emulator::new(cols, rows),
            parser: Processor::new(),
            sequences: Sequences::default(),
        }
    }

    /// Draws characters, long stretches of plain ones several times as fast as the parser does. The last of a stretch is the
    /// parser's, which has to know it should the program ask for its repetition.
    fn text(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            let plain = rest.iter().position(|byte| !(0x20..0x7f).contains(byte)).unwrap_or(rest.len());
            let other = || rest[plain..].iter().position(|byte| (0x20..0x7f).contains(byte));
            let (written, end) = match plain {
                0..WORTHWHILE => (0, None),
                _ => match self.emulator.write_plain(&rest[..plain - 1]) {
                    all if all == plain - 1 => (all, None),
                    // What comes next is not that simple.
                    some => (some, Some(some + 1)),
                },
            };
            let end = end.unwrap_or_else(|| plain + other().unwrap_or(rest.len() - plain));
            self.parser.advance(&mut self.emulator, &rest[written..end]);
            rest = &rest[end..];
        }
    }

    /// Lines above the screen.
    pub fn scrollback_lines(&self) -> usize {
        self.emulator.scrollback.len() + self.emulator.main().history_size()
    }
}

impl ScreenModel for Screen {
    fn feed(&mut self, bytes: &[u8]) -> Vec<ScreenEvent> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (taken, step) = self.sequences.next(rest);
            let (part, after) = rest.split_at(taken);
            match step {
                Step::Text => self.text(part),
                Step::Parse => self.parser.advance(&mut self.emulator, part),
                Step::SoftReset => {
                    self.parser.advance(&mut self.emulator, part);
                    self.emulator.soft_reset();
                }
                Step::Skip => {}
            }
            rest = after;
        }
        self.emulator.take_events()
    }

    fn resize(&mut self, cols: u16, rows: u16) {
        let (cols, rows) = clamp(cols, rows);
        self.emulator.resize(cols, rows);
    }

    fn size(&self) -> (u16, u16) {
        (number(self.emulator.cols()), number(self.emulator.rows()))
    }

    fn cursor(&self) -> (u16, u16) {
        let point = self.emulator.term.grid().cursor.point;
        (number(point.column.0), u16::try_from(point.line.0).unwrap_or(0))
    }

    fn on_alternate_screen(&self) -> bool {
        self.emulator.below.is_some()
    }

    fn title(&self) -> &str {
        &self.emulator.title
    }

    fn dump(&self) -> Vec<u8> {
        self.dump_within(usize::MAX)
    }

    fn dump_within(&self, limit: usize) -> Vec<u8> {
        dump::dump(&self.emulator, self.sequences.pending(), limit)
    }

    fn memory(&self) -> usize {
        let (cols, rows) = (self.emulator.cols(), self.emulator.rows());
        // The emulator keeps an alternate screen of its own beside ours.
        let shown = if self.emulator.below.is_some() { 3 * rows } else { 2 * rows };
        let history = 32 + rows.max(32);
        self.emulator.scrollback.memory() + (shown + history) * cols * size_of::<Cell>()
    }
}

fn number(size: usize) -> u16 {
    u16::try_from(size).unwrap_or(u16::MAX)
}

/// The emulator needs room for a wide character.
fn clamp(cols: u16, rows: u16) -> (usize, usize) {
    (usize::from(cols.clamp(2, COLS_MAX)), usize::from(rows.clamp(1, ROWS_MAX)))
}
