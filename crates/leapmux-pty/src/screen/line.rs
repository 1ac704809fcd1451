//! A line as it is drawn: runs of text of one style. Made from the emulator's rows, packed into few bytes, read back.

use alacritty_terminal::grid::Row;
use alacritty_terminal::term::cell::{Cell, Flags, Hyperlink};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Rgb};
use unicode_width::UnicodeWidthChar;

use super::style::{DEFAULT_BG, DEFAULT_FG, Style, VISIBLE_ON_BLANK};

/// Cells in a row that look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) style: Style,
    /// Bytes of the line's text.
    pub(super) len: usize,
}

/// A line without the blanks at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    text: String,
    runs: Vec<Run>,
    /// The next line goes on where this one was full.
    pub(super) wrapped: bool,
    /// It goes on with a wide character that had no room in the last column.
    pub(super) gap: bool,
}

/// One character of a row, with the marks on it.
pub(super) struct Character {
    /// The column it begins in.
    pub(super) start: usize,
    /// Columns it takes.
    pub(super) width: usize,
    pub(super) style: Style,
    pub(super) text: String,
}

const WRAPPED: u8 = 1;
const GAP: u8 = 2;

impl Line {
    /// What a row shows. Halves of wide characters that lost the other half show as blanks.
    pub(super) fn of(row: &Row<Cell>) -> Self {
        let mut line = Self::default();
        line.read(row);
        line
    }

    /// As `of`, in the memory of the line before.
    pub(super) fn read(&mut self, row: &Row<Cell>) {
        let cells = &row[..];
        let last = cells.last().map_or(Flags::empty(), |cell| cell.flags);
        self.clear();
        self.wrapped = last.contains(Flags::WRAPLINE);
        // A wide character that did not fit has left a placeholder; drawing it again makes a new one.
        self.gap = self.wrapped && last.contains(Flags::LEADING_WIDE_CHAR_SPACER);
        let end = match (self.wrapped, self.gap) {
            (true, gap) => cells.len() - usize::from(gap),
            (false, _) => cells.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1),
        };
        let mut column = 0;
        while column < end {
            // Most cells look like the one before.
            if column > 0 && is_alike(&cells[column - 1], &cells[column]) {
                self.text.push(cells[column].c);
                if let Some(run) = self.runs.last_mut() {
                    run.len += cells[column].c.len_utf8();
                }
                column += 1;
            } else {
                column += self.push(&cells[column], cells.get(column + 1));
            }
        }
        if !self.wrapped {
            self.trim();
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.runs.clear();
    }

    /// Runs of one style, from the left.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&Style, &str)> {
        let mut rest = self.text.as_str();
        self.runs.iter().map(move |run| {
            let (piece, after) = rest.split_at(run.len);
            rest = after;
            (&run.style, piece)
        })
    }

    /// Whether nothing is on the line.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The character that covers a column.
    pub(super) fn character(row: &Row<Cell>, column: usize) -> Character {
        let cells = &row[..];
        let is = |at: usize, flag| cells.get(at).is_some_and(|cell| cell.flags.contains(flag));
        let second_half =
            column > 0 && is(column, Flags::WIDE_CHAR_SPACER) && is(column - 1, Flags::WIDE_CHAR);
        let start = if second_half { column - 1 } else { column };
        let mut line = Self::default();
        let width = line.push(&cells[start], cells.get(start + 1));
        let style = line.runs.pop().map(|run| run.style).unwrap_or_default();
        Character { start, width, style, text: line.text }
    }

    /// Adds a cell; returns the columns it takes.
    fn push(&mut self, cell: &Cell, next: Option<&Cell>) -> usize {
        let wide = cell.flags.contains(Flags::WIDE_CHAR)
            && next.is_some_and(|next| next.flags.contains(Flags::WIDE_CHAR_SPACER));
        let half = !wide && cell.flags.intersects(Flags::WIDE_CHAR | Flags::WIDE_CHAR_SPACER);
        let character = if half || cell.c == '\t' { ' ' } else { cell.c };
        let marks = if half { &[] } else { cell.zerowidth().unwrap_or_default() };
        let blank = character == ' ' && marks.is_empty();
        // The place a wide character left because it had no room shows nothing.
        let gap = cell.flags.contains(Flags::LEADING_WIDE_CHAR_SPACER);
        let style = if gap { Style::default() } else { Style::seen(cell, blank) };
        let before = self.text.len();
        self.text.push(character);
        self.text.extend(marks);
        self.add(style, self.text.len() - before, blank);
        if wide { 2 } else { 1 }
    }

    /// Counts the latest bytes of the text to a run. The ink of a blank does not matter: it goes with the run before it.
    fn add(&mut self, style: Style, len: usize, blank: bool) {
        match self.runs.last_mut() {
            Some(run) if run.style == style || (blank && run.style.looks_blank_like(&style)) => {
                run.len += len
            }
            _ => self.runs.push(Run { style, len }),
        }
    }

    /// Takes blanks from the end.
    pub(super) fn trim(&mut self) {
        while let Some(run) = self.runs.last_mut() {
            if run.style.looks_blank_like(&Style::default()) {
                let piece = &self.text[self.text.len() - run.len..];
                let blanks = piece.len() - piece.trim_end_matches(' ').len();
                run.len -= blanks;
                self.text.truncate(self.text.len() - blanks);
            }
            if run.len > 0 {
                break;
            }
            self.runs.pop();
        }
    }

    /// Columns of its first character; 1 for the blank of an empty line.
    pub(super) fn first_width(&self) -> usize {
        self.text.chars().next().and_then(UnicodeWidthChar::width).unwrap_or(1)
    }

    /// Appends the packed form.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        out.push(if self.wrapped { WRAPPED } else { 0 } | if self.gap { GAP } else { 0 });
        for (style, text) in self.pieces() {
            pack_style(style, out);
            pack_text(text, out);
        }
    }

    /// Reads the packed form; what is not one reads as far as it makes sense.
    pub(super) fn unpack(mut packed: &[u8]) -> Self {
        let flags = take_byte(&mut packed).unwrap_or(0);
        let mut line = Self { wrapped: flags & WRAPPED != 0, gap: flags & GAP != 0, ..Self::default() };
        while !packed.is_empty() {
            let Some((style, text)) = take_run(&mut packed) else { break };
            line.text += text;
            line.runs.push(Run { style, len: text.len() });
        }
        line
    }
}

/// Whether two neighbours belong to one run by their looks alone.
fn is_alike(one: &Cell, next: &Cell) -> bool {
    const PLAIN: Flags =
        Flags::WIDE_CHAR.union(Flags::WIDE_CHAR_SPACER).union(Flags::LEADING_WIDE_CHAR_SPACER);
    let ink = |cell: &Cell| {
        cell.c != ' ' && cell.c != '\t' && cell.extra.is_none() && !cell.flags.intersects(PLAIN)
    };
    ink(one)
        && ink(next)
        && one.fg == next.fg
        && one.bg == next.bg
        && one.flags.difference(Flags::WRAPLINE) == next.flags.difference(Flags::WRAPLINE)
}

/// Whether nothing at all is seen of a cell.
fn is_blank(cell: &Cell) -> bool {
    cell.c == ' ' && cell.bg == DEFAULT_BG && cell.extra.is_none() && !cell.flags.intersects(VISIBLE_ON_BLANK)
}

const HAS_FG: u8 = 1;
const HAS_BG: u8 = 2;
const HAS_FLAGS: u8 = 4;
const HAS_UNDERLINE: u8 = 8;
const HAS_LINK: u8 = 16;

/// One byte a colour of the sixteen, two one of the 256, four any.
const INDEXED: u8 = 16;
const DIRECT: u8 = 17;

fn pack_style(style: &Style, out: &mut Vec<u8>) {
    let mut tag = 0;
    let mut set = |condition: bool, bit: u8| tag |= if condition { bit } else { 0 };
    set(style.fg != DEFAULT_FG, HAS_FG);
    set(style.bg != DEFAULT_BG, HAS_BG);
    set(!style.flags.is_empty(), HAS_FLAGS);
    set(style.underline.is_some(), HAS_UNDERLINE);
    set(style.link.is_some(), HAS_LINK);
    out.push(tag);
    if tag & HAS_FG != 0 {
        pack_color(style.fg, out);
    }
    if tag & HAS_BG != 0 {
        pack_color(style.bg, out);
    }
    if tag & HAS_FLAGS != 0 {
        out.extend_from_slice(&style.flags.bits().to_le_bytes());
    }
    if let Some(color) = style.underline {
        pack_color(color, out);
    }
    if let Some(link) = &style.link {
        pack_text(link.id(), out);
        pack_text(link.uri(), out);
    }
}

fn pack_color(color: Color, out: &mut Vec<u8>) {
    match color {
        Color::Named(name) => {
            out.push(u8::try_from(name as usize).ok().filter(|n| *n < INDEXED).unwrap_or(7))
        }
        Color::Indexed(index) => out.extend([INDEXED, index]),
        Color::Spec(Rgb { r, g, b }) => out.extend([DIRECT, r, g, b]),
    }
}

fn pack_text(text: &str, out: &mut Vec<u8>) {
    pack_number(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits a byte, the lowest first.
pub(super) fn pack_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_byte(packed: &mut &[u8]) -> Option<u8> {
    let (first, rest) = packed.split_first()?;
    *packed = rest;
    Some(*first)
}

/// Reads what `pack_number` wrote.
pub(super) fn take_number(packed: &mut &[u8]) -> Option<usize> {
    let (mut number, mut shift) = (0_usize, 0);
    loop {
        let byte = take_byte(packed)?;
        number |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

fn take_text<'a>(packed: &mut &'a [u8]) -> Option<&'a str> {
    let length = take_number(packed)?;
    let (text, rest) = packed.split_at_checked(length)?;
    *packed = rest;
    std::str::from_utf8(text).ok()
}

fn take_run<'a>(packed: &mut &'a [u8]) -> Option<(Style, &'a str)> {
    let tag = take_byte(packed)?;
    let has = |bit: u8| tag & bit != 0;
    let mut style = Style::default();
    if has(HAS_FG) {
        style.fg = take_color(packed)?;
    }
    if has(HAS_BG) {
        style.bg = take_color(packed)?;
    }
    if has(HAS_FLAGS) {
        style.flags = Flags::from_bits_truncate(u16::from_le_bytes([take_byte(packed)?, take_byte(packed)?]));
    }
    if has(HAS_UNDERLINE) {
        style.underline = Some(take_color(packed)?);
    }
    if has(HAS_LINK) {
        let id = take_text(packed)?;
        style.link = Some(Hyperlink::new(Some(id), take_text(packed)?.to_owned()));
    }
    Some((style, take_text(packed)?))
}

fn take_color(packed: &mut &[u8]) -> Option<Color> {
    Some(match take_byte(packed)? {
        INDEXED => Color::Indexed(take_byte(packed)?),
        DIRECT => Color::Spec(Rgb { r: take_byte(packed)?, g: take_byte(packed)?, b: take_byte(packed)? }),
        named => Color::Named(NAMED[usize::from(named) % NAMED.len()]),
    })
}

pub(super) const NAMED: [NamedColor; 16] = [
    NamedColor::Black,
    NamedColor::Red,
    NamedColor::Green,
    NamedColor::Yellow,
    NamedColor::Blue,
    NamedColor::Magenta,
    NamedColor::Cyan,
    NamedColor::White,
    NamedColor::BrightBlack,
    NamedColor::BrightRed,
    NamedColor::BrightGreen,
    NamedColor::BrightYellow,
    NamedColor::BrightBlue,
    NamedColor::BrightMagenta,
    NamedColor::BrightCyan,
    NamedColor::BrightWhite,
];

#[cfg(test)]
impl Line {
    /// A line of runs.
    pub(super) fn from_runs(runs: impl IntoIterator<Item = (Style, String)>) -> Self {
        let mut line = Self::default();
        for (style, text) in runs {
            line.text += &text;
            line.runs.push(Run { style, len: text.len() });
        }
        line
    }

    /// What the line reads.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_what_was_packed() {
        let link = Hyperlink::new(Some("1"), "https://example.org/ä".to_owned());
        let rich = Style {
            fg: Color::Spec(Rgb { r: 1, g: 2, b: 3 }),
            bg: Color::Indexed(200),
            underline: Some(Color::Named(NamedColor::BrightRed)),
            flags: Flags::BOLD | Flags::UNDERCURL,
            link: Some(link),
        };
        let white = Style { bg: Color::Named(NamedColor::White), ..Style::default() };
        let runs =
            [(Style::default(), "plain ".to_owned()), (rich, "x".repeat(300)), (white, "日".to_owned())];
        let line = Line { wrapped: true, gap: true, ..Line::from_runs(runs) };
        let mut packed = Vec::new();
        line.pack(&mut packed);
        assert_eq!(Line::unpack(&packed), line);
        for cut in 0..packed.len() {
            assert!(Line::unpack(&packed[..cut]).runs.len() <= line.runs.len());
        }
    }
}
