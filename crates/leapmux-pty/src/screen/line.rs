//! A line as it is drawn: runs of text of one style. Made from the emulator's rows, packed into few bytes, read back.

use alacritty_terminal::grid::Row;
use alacritty_terminal::term::cell::{Cell, Flags, Hyperlink};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Rgb};
use unicode_width::UnicodeWidthChar;

use super::style::{DEFAULT_BG, DEFAULT_FG, Style};

/// Cells in a row that look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) style: Style,
    pub(super) text: String,
    /// Columns the text takes.
    pub(super) width: usize,
}

/// A line without the blanks at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// The next line goes on where this one was full.
    pub(super) wrapped: bool,
    /// It goes on with a wide character that had no room in the last column.
    pub(super) gap: bool,
}

const WRAPPED: u8 = 1;
const GAP: u8 = 2;

impl Line {
    /// What a row shows. Halves of wide characters that lost the other half show as blanks.
    pub(super) fn of(row: &Row<Cell>) -> Self {
        let cells = &row[..];
        let wrapped = cells.last().is_some_and(|cell| cell.flags.contains(Flags::WRAPLINE));
        // A wide character that did not fit has left a placeholder; drawing it again makes a new one.
        let gap =
            wrapped && cells.last().is_some_and(|cell| cell.flags.contains(Flags::LEADING_WIDE_CHAR_SPACER));
        let mut line = Self { runs: Vec::new(), wrapped, gap };
        let end = if gap { cells.len() - 1 } else { cells.len() };
        let mut column = 0;
        while column < end {
            column += line.push(&cells[column], cells.get(column + 1));
        }
        if !wrapped {
            line.trim();
        }
        line
    }

    /// The character that covers a column, and the column it begins in.
    pub(super) fn character(row: &Row<Cell>, column: usize) -> (usize, Run) {
        let cells = &row[..];
        let is = |at: usize, flag| cells.get(at).is_some_and(|cell| cell.flags.contains(flag));
        let second_half =
            column > 0 && is(column, Flags::WIDE_CHAR_SPACER) && is(column - 1, Flags::WIDE_CHAR);
        let start = if second_half { column - 1 } else { column };
        let mut line = Self::default();
        line.push(&cells[start], cells.get(start + 1));
        let blank = Run { style: Style::default(), text: " ".to_owned(), width: 1 };
        (start, line.runs.pop().unwrap_or(blank))
    }

    /// Adds a cell; returns the columns it takes.
    fn push(&mut self, cell: &Cell, next: Option<&Cell>) -> usize {
        let wide = cell.flags.contains(Flags::WIDE_CHAR)
            && next.is_some_and(|next| next.flags.contains(Flags::WIDE_CHAR_SPACER));
        let half = !wide && cell.flags.intersects(Flags::WIDE_CHAR | Flags::WIDE_CHAR_SPACER);
        let character = if half || cell.c == '\t' { ' ' } else { cell.c };
        let marks = if half { &[] } else { cell.zerowidth().unwrap_or_default() };
        let style = Style::seen(cell, character == ' ' && marks.is_empty());
        let width = if wide { 2 } else { 1 };
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.width += width,
            _ => self.runs.push(Run { style, text: String::new(), width }),
        }
        if let Some(run) = self.runs.last_mut() {
            run.text.push(character);
            run.text.extend(marks);
        }
        width
    }

    /// Takes blanks from the end.
    pub(super) fn trim(&mut self) {
        while let Some(run) = self.runs.last_mut() {
            if run.style == Style::default() {
                let kept = run.text.trim_end_matches(' ').len();
                run.width -= run.text.len() - kept;
                run.text.truncate(kept);
            }
            if !run.text.is_empty() {
                break;
            }
            self.runs.pop();
        }
    }

    /// Columns of its first character; 1 for the blank of an empty line.
    pub(super) fn first_width(&self) -> usize {
        self.runs.first().and_then(|run| run.text.chars().next()?.width()).unwrap_or(1)
    }

    /// Appends the packed form.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        out.push(if self.wrapped { WRAPPED } else { 0 } | if self.gap { GAP } else { 0 });
        for run in &self.runs {
            pack_style(&run.style, out);
            pack_number(run.width, out);
            pack_text(&run.text, out);
        }
    }

    /// Reads the packed form; what is not one reads as far as it makes sense.
    pub(super) fn unpack(mut packed: &[u8]) -> Self {
        let flags = take_byte(&mut packed).unwrap_or(0);
        let mut line = Self { runs: Vec::new(), wrapped: flags & WRAPPED != 0, gap: flags & GAP != 0 };
        while !packed.is_empty() {
            let Some(run) = take_run(&mut packed) else { break };
            line.runs.push(run);
        }
        line
    }
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

fn take_text(packed: &mut &[u8]) -> Option<String> {
    let length = take_number(packed)?;
    let (text, rest) = packed.split_at_checked(length)?;
    *packed = rest;
    String::from_utf8(text.to_vec()).ok()
}

fn take_run(packed: &mut &[u8]) -> Option<Run> {
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
        style.link = Some(Hyperlink::new(Some(id), take_text(packed)?));
    }
    let width = take_number(packed)?;
    Some(Run { style, width, text: take_text(packed)? })
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
        let line = Line {
            runs: vec![
                Run { style: Style::default(), text: "plain ".into(), width: 6 },
                Run { style: rich, text: "x".repeat(300), width: 300 },
                Run { style: Style { bg: DEFAULT_FG, ..Style::default() }, text: "日".into(), width: 2 },
            ],
            wrapped: true,
            gap: true,
        };
        let mut packed = Vec::new();
        line.pack(&mut packed);
        let mut expected = line.clone();
        // Named colours beyond the sixteen do not occur in cells; they become the palette's white.
        expected.runs[2].style.bg = Color::Named(NamedColor::White);
        assert_eq!(Line::unpack(&packed), expected);
        for cut in 0..packed.len() {
            assert!(Line::unpack(&packed[..cut]).runs.len() <= line.runs.len());
        }
    }
}
