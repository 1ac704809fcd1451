//! Draws a screen as it is for a terminal that was just reset: scrollback, both screens, cursors, modes.

use alacritty_terminal::grid::{Cursor, Dimensions, Grid};
use alacritty_terminal::index::Line as Row;
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::Cell;
use alacritty_terminal::term::color::COUNT;
use alacritty_terminal::vte::ansi::{CharsetIndex, CursorShape, NamedColor, StandardCharset};

use unicode_width::UnicodeWidthChar;

use super::emulator::Emulator;
use super::line::Line;
use super::pen::Pen;
use super::style::{DEFAULT_BG, Style};

pub(super) const CHARSETS: [(CharsetIndex, char); 4] =
    [(CharsetIndex::G0, '('), (CharsetIndex::G1, ')'), (CharsetIndex::G2, '*'), (CharsetIndex::G3, '+')];

/// Modes that are off in a fresh terminal.
const SET_MODES: [(TermMode, &str); 11] = [
    (TermMode::APP_CURSOR, "\x1b[?1h"),
    (TermMode::APP_KEYPAD, "\x1b="),
    (TermMode::INSERT, "\x1b[4h"),
    (TermMode::LINE_FEED_NEW_LINE, "\x1b[20h"),
    (TermMode::MOUSE_REPORT_CLICK, "\x1b[?1000h"),
    (TermMode::MOUSE_DRAG, "\x1b[?1002h"),
    (TermMode::MOUSE_MOTION, "\x1b[?1003h"),
    (TermMode::FOCUS_IN_OUT, "\x1b[?1004h"),
    (TermMode::UTF8_MOUSE, "\x1b[?1005h"),
    (TermMode::SGR_MOUSE, "\x1b[?1006h"),
    (TermMode::BRACKETED_PASTE, "\x1b[?2004h"),
];

/// Modes that are on in a fresh terminal.
const UNSET_MODES: [(TermMode, &str); 4] = [
    (TermMode::LINE_WRAP, "\x1b[?7l"),
    (TermMode::SHOW_CURSOR, "\x1b[?25l"),
    (TermMode::ALTERNATE_SCROLL, "\x1b[?1007l"),
    (TermMode::URGENCY_HINTS, "\x1b[?1042l"),
];

/// Everything, with about `scrollback` packed bytes of the lines above the screen, and `pending` at the end.
pub(super) fn dump(emulator: &Emulator, pending: &[u8], scrollback: usize) -> Vec<u8> {
    let mut drawing = Drawing { emulator, pen: Pen::default(), column: 0, wrapped: false, gap: false };
    drawing.main(scrollback);
    drawing.tabs();
    if let Some(main) = &emulator.below {
        drawing.enter_alternate(main);
        drawing.alternate();
    }
    drawing.saved_cursor(emulator.term.grid());
    drawing.region();
    drawing.cursor();
    drawing.modes();
    drawing.colors();
    drawing.pen.out.extend_from_slice(pending);
    drawing.pen.out
}

struct Drawing<'a> {
    emulator: &'a Emulator,
    pen: Pen,
    /// Columns of the line so far.
    column: usize,
    /// The line so far goes on in the next one.
    wrapped: bool,
    /// And does so because a wide character had no room.
    gap: bool,
}

impl Drawing<'_> {
    /// The main screen with the lines above it, from the first to the last, so that they scroll into place.
    fn main(&mut self, scrollback: usize) {
        let grid = self.emulator.main();
        let above = grid.history_size();
        let mut first = true;
        if scrollback > 0 {
            for line in self.emulator.scrollback.last(scrollback) {
                self.line(&line, std::mem::take(&mut first));
            }
        }
        let from = if scrollback > 0 { -i32::try_from(above).unwrap_or(0) } else { 0 };
        for row in from..i32::try_from(grid.screen_lines()).unwrap_or(0) {
            let line = Line::of(&grid[Row(row)]);
            // Lines wrapped at another width must not shift the screen.
            let cols = self.emulator.cols();
            let wraps = self.column + line.first_width() > cols || (self.gap && self.column + 1 == cols);
            self.wrapped &= row != 0 || wraps;
            self.line(&line, std::mem::take(&mut first));
        }
    }

    /// The alternate screen, line by line in place.
    fn alternate(&mut self) {
        let grid = self.emulator.term.grid();
        self.wrapped = false;
        for row in 0..grid.screen_lines() {
            let line = Line::of(&grid[Row(i32::try_from(row).unwrap_or(0))]);
            if !self.wrapped {
                self.column = 0;
                self.pen.set(&Style::default());
                self.pen.write(format_args!("\x1b[{};1H", row + 1));
            }
            self.text(&line);
        }
    }

    /// One line below the line before, or where that one wraps.
    fn line(&mut self, line: &Line, first: bool) {
        if !first && !self.wrapped {
            // With another background than the default's, the line that scrolls in would have it, too.
            self.pen.set(&Style::default());
            self.pen.write(format_args!("\r\n"));
            self.column = 0;
        }
        self.text(line);
    }

    fn text(&mut self, line: &Line) {
        let (continued, cols) = (self.wrapped, self.emulator.cols());
        if continued && self.gap && self.column + 1 == cols {
            // The wide character wraps by itself; if something else took its place, the gap is drawn.
            if line.first_width() == 1 {
                self.pen.text(&Style::default(), " ");
            }
            self.column = cols;
        }
        if continued && line.is_empty() {
            // The wrap happens when the next line gets its first character.
            self.pen.text(&Style::default(), " ");
            self.advance(" ");
        }
        for (style, text) in line.pieces() {
            self.pen.text(style, text);
            self.advance(text);
        }
        let colored = line.pieces().next().is_some_and(|(style, _)| style.bg != DEFAULT_BG);
        if continued && colored && self.column < cols {
            self.pen.set(&Style::default());
            self.pen.write(format_args!("\x1b[K"));
        }
        (self.wrapped, self.gap) = (line.wrapped, line.gap);
    }

    /// Counts the columns of a text as the terminal does that wraps it.
    fn advance(&mut self, text: &str) {
        for width in text.chars().filter_map(UnicodeWidthChar::width) {
            self.column += width;
            if self.column > self.emulator.cols() {
                self.column = width;
            }
        }
    }

    /// The switch to the alternate screen, from the main one's cursor and with what was put aside there.
    fn enter_alternate(&mut self, main: &Grid<Cell>) {
        let saves = main.saved_cursor == main.cursor;
        if !saves {
            self.saved_cursor(main);
        }
        self.place(main, &main.cursor, 0);
        self.pen.write(format_args!("\x1b[?{}h", if saves { 1049 } else { 1047 }));
        self.charsets(&main.cursor, true);
        if main.cursor.template.bg != DEFAULT_BG {
            // The switch has filled the screen with it.
            self.pen.set(&Style::default());
            self.pen.write(format_args!("\x1b[2J"));
        }
    }

    /// What the program put aside, if it did.
    fn saved_cursor(&mut self, grid: &Grid<Cell>) {
        if grid.saved_cursor != Cursor::default() {
            self.place(grid, &grid.saved_cursor, 0);
            self.pen.write(format_args!("\x1b7"));
            self.charsets(&grid.saved_cursor, true);
        }
    }

    fn tabs(&mut self) {
        let tabs = &self.emulator.tabs;
        if tabs.iter().enumerate().all(|(column, tab)| *tab == column.is_multiple_of(8)) {
            return;
        }
        self.pen.write(format_args!("\x1b[3g"));
        for (column, _) in tabs.iter().enumerate().filter(|(_, tab)| **tab) {
            self.pen.write(format_args!("\x1b[{}G\x1bH", column + 1));
        }
    }

    fn region(&mut self) {
        let (top, bottom) = self.emulator.region;
        if (top, bottom) != (0, self.emulator.rows()) {
            self.pen.write(format_args!("\x1b[{};{bottom}r", top + 1));
        }
    }

    /// The cursor: place, style, charsets.
    fn cursor(&mut self) {
        let grid = self.emulator.term.grid();
        let origin = self.emulator.mode(TermMode::ORIGIN);
        if origin {
            self.pen.write(format_args!("\x1b[?6h"));
        }
        self.place(grid, &grid.cursor, if origin { self.emulator.region.0 } else { 0 });
        if self.emulator.charset == CharsetIndex::G1 {
            self.pen.write(format_args!("\x0e"));
        }
    }

    /// Moves to a cursor's place, below `top`, by drawing the character before it again: a cursor gets behind the last column
    /// in no other way, and a mark that comes next must find its character.
    fn place(&mut self, grid: &Grid<Cell>, cursor: &Cursor<Cell>, top: usize) {
        let row = usize::try_from(cursor.point.line.0).unwrap_or(0);
        let column = cursor.point.column.0;
        let before = if cursor.input_needs_wrap { Some(column) } else { column.checked_sub(1) };
        let drawn = before.map(|before| Line::character(&grid[cursor.point.line], before)).filter(|drawn| {
            cursor.input_needs_wrap || (drawn.start + drawn.width == column && drawn.text != " ")
        });
        let start = drawn.as_ref().map_or(column, |drawn| drawn.start);
        self.pen.write(format_args!("\x1b[{};{}H", row.saturating_sub(top) + 1, start + 1));
        if let Some(drawn) = drawn {
            self.pen.text(&drawn.style, &drawn.text);
        }
        self.pen.set(&Style::of(&cursor.template));
        self.charsets(cursor, false);
    }

    /// Designates the charsets that are not ASCII, or takes them back.
    fn charsets(&mut self, cursor: &Cursor<Cell>, ascii: bool) {
        for (index, designator) in CHARSETS {
            if cursor.charsets[index] == StandardCharset::SpecialCharacterAndLineDrawing {
                self.pen.write(format_args!("\x1b{designator}{}", if ascii { 'B' } else { '0' }));
            }
        }
    }

    fn modes(&mut self) {
        for (mode, sequence) in SET_MODES {
            if self.emulator.mode(mode) {
                self.pen.write(format_args!("{sequence}"));
            }
        }
        for (mode, sequence) in UNSET_MODES {
            if !self.emulator.mode(mode) {
                self.pen.write(format_args!("{sequence}"));
            }
        }
        for mode in &self.emulator.view_modes {
            self.pen.write(format_args!("\x1b[?{mode}h"));
        }
        if self.emulator.cursor_styled {
            let style = self.emulator.term.cursor_style();
            let shape = match style.shape {
                CursorShape::Underline => 4,
                CursorShape::Beam => 6,
                _ => 2,
            };
            self.pen.write(format_args!("\x1b[{} q", shape - u8::from(style.blinking)));
        }
    }

    fn colors(&mut self) {
        let colors = self.emulator.term.colors();
        for index in 0..COUNT {
            let Some(color) = colors[index] else { continue };
            let command = match index {
                0..=255 => format!("4;{index}"),
                _ if index == NamedColor::Foreground as usize => "10".to_owned(),
                _ if index == NamedColor::Background as usize => "11".to_owned(),
                _ if index == NamedColor::Cursor as usize => "12".to_owned(),
                _ => continue,
            };
            self.pen
                .write(format_args!("\x1b]{command};#{:02x}{:02x}{:02x}\x1b\\", color.r, color.g, color.b));
        }
        if !self.emulator.title.is_empty() {
            let title = &self.emulator.title;
            self.pen.write(format_args!("\x1b]2;{title}\x1b\\"));
        }
    }
}
