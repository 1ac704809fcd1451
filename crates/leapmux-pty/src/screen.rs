//! The model of a terminal's screen: what a person would see, kept from the bytes a program writes, so that a client that
//! comes back is redrawn exactly. `ScreenModel` is the port, `Screen` the model over `alacritty_terminal`.

mod colors;
mod dump;
mod emulator;
mod line;
mod model;
mod pen;
mod scrollback;
mod sequence;
mod style;
#[cfg(test)]
mod tests;

pub use model::Screen;

/// Most columns and rows a screen takes; larger sizes are clamped, for every cell costs memory.
pub const COLS_MAX: u16 = 1000;
/// See `COLS_MAX`.
pub const ROWS_MAX: u16 = 500;
/// Lines kept after they scrolled off the top.
pub const SCROLLBACK_LINES: usize = 10_000;
/// Memory they may take, bytes; where lines are unusually rich, fewer are kept.
pub const SCROLLBACK_BYTES: usize = 3_000_000;

/// What a program asked for beside drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScreenEvent {
    /// An answer the program waits for; to be written to its input unless somebody else answers.
    Reply(Vec<u8>),
    /// Ring.
    Bell,
    /// A new title; empty when the program takes it back.
    Title(String),
}

/// A screen that follows a program's output.
pub trait ScreenModel: Send {
    /// Draws `bytes`, cut anywhere; returns what they ask for beside.
    fn feed(&mut self, bytes: &[u8]) -> Vec<ScreenEvent>;
    /// Changes the size as a terminal does: long lines are wrapped anew. Sizes are clamped to 2..=`COLS_MAX`, 1..=`ROWS_MAX`.
    fn resize(&mut self, cols: u16, rows: u16);
    /// Columns and rows.
    fn size(&self) -> (u16, u16);
    /// Column and row of the cursor, from 0.
    fn cursor(&self) -> (u16, u16);
    /// Whether the alternate screen is shown, as full-screen programs do.
    fn on_alternate_screen(&self) -> bool;
    /// The title programs have set; empty if none did.
    fn title(&self) -> &str;
    /// Bytes that make a fresh terminal of the same size show scrollback, screen, cursor and modes as they are, and go on
    /// where the output stopped, even inside an escape sequence.
    fn dump(&self) -> Vec<u8>;
    /// As `dump`, with as much of the latest scrollback as keeps it near `limit` bytes; the screen itself is always whole.
    fn dump_within(&self, limit: usize) -> Vec<u8>;
    /// Bytes of memory the model holds.
    fn memory(&self) -> usize;
}
