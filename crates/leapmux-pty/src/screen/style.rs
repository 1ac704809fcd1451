//! How a cell looks, apart from its character.

use alacritty_terminal::term::cell::{Cell, Flags, Hyperlink};
use alacritty_terminal::vte::ansi::{Color, NamedColor};

/// The flags of a cell that a person sees; the rest is the emulator's bookkeeping.
const VISIBLE: Flags = Flags::INVERSE
    .union(Flags::BOLD)
    .union(Flags::ITALIC)
    .union(Flags::ALL_UNDERLINES)
    .union(Flags::DIM)
    .union(Flags::HIDDEN)
    .union(Flags::STRIKEOUT);
/// What shows on an empty cell.
pub(super) const VISIBLE_ON_BLANK: Flags =
    Flags::INVERSE.union(Flags::ALL_UNDERLINES).union(Flags::STRIKEOUT);

pub(super) const DEFAULT_FG: Color = Color::Named(NamedColor::Foreground);
pub(super) const DEFAULT_BG: Color = Color::Named(NamedColor::Background);

/// Colours, attributes and link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) underline: Option<Color>,
    pub(super) flags: Flags,
    pub(super) link: Option<Hyperlink>,
}

impl Default for Style {
    fn default() -> Self {
        Self { fg: DEFAULT_FG, bg: DEFAULT_BG, underline: None, flags: Flags::empty(), link: None }
    }
}

impl Style {
    /// All that a cell, or the cursor's template, has been given.
    pub(super) fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            underline: cell.underline_color(),
            flags: cell.flags & VISIBLE,
            link: cell.hyperlink(),
        }
    }

    /// As `of`, without what cannot be seen: the ink of an empty cell, the colour of a line that is not there.
    pub(super) fn seen(cell: &Cell, blank: bool) -> Self {
        let mut style = Self::of(cell);
        if blank && !style.flags.intersects(VISIBLE_ON_BLANK) {
            style.fg = DEFAULT_FG;
            style.flags = Flags::empty();
        }
        if !style.flags.intersects(Flags::ALL_UNDERLINES) {
            style.underline = None;
        }
        style
    }

    /// Whether a blank looks the same in both.
    pub(super) fn looks_blank_like(&self, other: &Self) -> bool {
        self.bg == other.bg
            && self.link == other.link
            && !self.flags.union(other.flags).intersects(VISIBLE_ON_BLANK)
    }
}
