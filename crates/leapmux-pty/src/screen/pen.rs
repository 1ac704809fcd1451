//! Writes text and styles as a terminal reads them.

use std::io::Write;

use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::vte::ansi::{Color, Rgb};

use super::style::{DEFAULT_BG, DEFAULT_FG, Style};

/// Bytes for a terminal, and the style it is in after them.
#[derive(Default)]
pub(super) struct Pen {
    pub(super) out: Vec<u8>,
    style: Style,
}

impl Pen {
    /// Writes with formatting; memory does not fail to be written to.
    pub(super) fn write(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(text);
    }

    /// Writes text in a style.
    pub(super) fn text(&mut self, style: &Style, text: &str) {
        self.set(style);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Changes the style, if it is another.
    pub(super) fn set(&mut self, style: &Style) {
        if self.style == *style {
            return;
        }
        if self.style.link != style.link {
            match &style.link {
                Some(link) => self.write(format_args!("\x1b]8;id={};{}\x1b\\", link.id(), link.uri())),
                None => self.write(format_args!("\x1b]8;;\x1b\\")),
            }
        }
        let link_alone = Style { link: style.link.clone(), ..self.style.clone() } == *style;
        if !link_alone {
            self.attributes(style);
        }
        self.style = style.clone();
    }

    fn attributes(&mut self, style: &Style) {
        self.write(format_args!("\x1b[0"));
        for (flag, code) in ATTRIBUTES {
            if style.flags.contains(flag) {
                self.write(format_args!(";{code}"));
            }
        }
        if style.fg != DEFAULT_FG {
            self.color(style.fg, 30);
        }
        if style.bg != DEFAULT_BG {
            self.color(style.bg, 40);
        }
        match style.underline {
            Some(Color::Spec(Rgb { r, g, b })) => self.write(format_args!(";58:2::{r}:{g}:{b}")),
            Some(Color::Indexed(index)) => self.write(format_args!(";58:5:{index}")),
            Some(Color::Named(name)) => self.write(format_args!(";58:5:{}", name as usize % 256)),
            None => {}
        }
        self.write(format_args!("m"));
    }

    fn color(&mut self, color: Color, base: usize) {
        match color {
            Color::Named(name) if (name as usize) < 8 => {
                self.write(format_args!(";{}", base + name as usize))
            }
            Color::Named(name) => self.write(format_args!(";{}", base + 60 + (name as usize) % 8)),
            Color::Indexed(index) => self.write(format_args!(";{};5;{index}", base + 8)),
            Color::Spec(Rgb { r, g, b }) => self.write(format_args!(";{};2;{r};{g};{b}", base + 8)),
        }
    }
}

const ATTRIBUTES: [(Flags, &str); 11] = [
    (Flags::BOLD, "1"),
    (Flags::DIM, "2"),
    (Flags::ITALIC, "3"),
    (Flags::UNDERLINE, "4"),
    (Flags::DOUBLE_UNDERLINE, "4:2"),
    (Flags::UNDERCURL, "4:3"),
    (Flags::DOTTED_UNDERLINE, "4:4"),
    (Flags::DASHED_UNDERLINE, "4:5"),
    (Flags::INVERSE, "7"),
    (Flags::HIDDEN, "8"),
    (Flags::STRIKEOUT, "9"),
];
