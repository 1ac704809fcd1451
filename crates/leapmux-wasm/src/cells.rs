//! How many cells a character takes on a terminal's screen: the table of the Worker's screen model, so that the page counts
//! columns as it does.

use unicode_width::UnicodeWidthChar;
use wasm_bindgen::prelude::*;

/// Cells a character takes at most.
const MAX_WIDTH: u32 = 2;

/// Runs of characters of one width, ascending: `first code point << 2 | width`. A run ends where the next begins, the last one
/// with the last code point. What is not a character takes nothing.
#[wasm_bindgen(js_name = cellWidths)]
#[must_use]
pub fn cell_widths() -> Vec<u32> {
    let mut runs = Vec::new();
    let mut last = None;
    for code in 0..=u32::from(char::MAX) {
        let width = char::from_u32(code).and_then(UnicodeWidthChar::width).unwrap_or(0);
        let width = u32::try_from(width).unwrap_or(MAX_WIDTH).min(MAX_WIDTH);
        if last != Some(width) {
            runs.push(code << 2 | width);
            last = Some(width);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(runs: &[u32], character: char) -> u32 {
        let after = runs.partition_point(|run| run >> 2 <= u32::from(character));
        runs[after - 1] & 3
    }

    #[test]
    fn every_character_has_the_width_of_the_screen_model() {
        let runs = cell_widths();
        for character in ['a', 'é', '\u{301}', '中', '😀', '🫠', '❤', '\u{200d}', '\u{fe0f}', char::MAX]
        {
            let expected = character.width().unwrap_or(0);
            assert_eq!(width(&runs, character) as usize, expected, "{character:?}");
        }
    }

    #[test]
    fn runs_are_ascending_and_few() {
        let runs = cell_widths();
        assert!(runs.windows(2).all(|pair| pair[0] >> 2 < pair[1] >> 2 && pair[0] & 3 != pair[1] & 3));
        assert!(runs.len() < 4096, "{} runs", runs.len());
    }
}
