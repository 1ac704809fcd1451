//! Reads a terminal's output from standard input and writes what redraws its screen: `redraw <cols> <rows> [<bytes>]`.

use std::io::{Read, Write};

use leapmux_pty::screen::{Screen, ScreenModel};

fn main() -> std::io::Result<()> {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let (cols, rows) = (numbers.first().copied().unwrap_or(80), numbers.get(1).copied().unwrap_or(24));
    let mut screen = Screen::new(u16::try_from(cols).unwrap_or(80), u16::try_from(rows).unwrap_or(24));
    let mut stream = Vec::new();
    std::io::stdin().read_to_end(&mut stream)?;
    stream.truncate(numbers.get(2).copied().unwrap_or(usize::MAX));
    screen.feed(&stream);
    std::io::stdout().write_all(&screen.dump())
}
