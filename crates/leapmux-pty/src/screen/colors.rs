//! The colours a program is told when it asks and nobody is attached whose theme would be the answer.

use alacritty_terminal::term::color::Colors;
use alacritty_terminal::vte::ansi::{NamedColor, Rgb};

const SIXTEEN: [u32; 16] = [
    0x00_00_00, 0xcd_00_00, 0x00_cd_00, 0xcd_cd_00, 0x00_00_ee, 0xcd_00_cd, 0x00_cd_cd, 0xe5_e5_e5,
    0x7f_7f_7f, 0xff_00_00, 0x00_ff_00, 0xff_ff_00, 0x5c_5c_ff, 0xff_00_ff, 0x00_ff_ff, 0xff_ff_ff,
];

/// What the program has set, else what xterm has: sixteen colours, a cube of 216, 24 greys; light text on black.
pub(super) fn color(set: &Colors, index: usize) -> Rgb {
    if index < alacritty_terminal::term::color::COUNT
        && let Some(color) = set[index]
    {
        return color;
    }
    let cube = |step: usize| if step == 0 { 0 } else { u8::try_from(55 + 40 * step).unwrap_or(u8::MAX) };
    match index {
        0..=15 => rgb(SIXTEEN[index]),
        16..=231 => {
            Rgb { r: cube((index - 16) / 36), g: cube((index - 16) / 6 % 6), b: cube((index - 16) % 6) }
        }
        232..=255 => {
            let grey = u8::try_from(8 + 10 * (index - 232)).unwrap_or(u8::MAX);
            Rgb { r: grey, g: grey, b: grey }
        }
        _ if index == NamedColor::Background as usize => rgb(0),
        _ => rgb(SIXTEEN[7]),
    }
}

fn rgb(number: u32) -> Rgb {
    let [_, r, g, b] = number.to_be_bytes();
    Rgb { r, g, b }
}
