//! How much of a foreign text a row keeps. The whole of it stays in the raw line.

use serde_json::Value;

/// Bytes of a tool's output kept in its row.
pub const MAX_OUTPUT: usize = 64 * 1024;
/// Bytes of one text in a tool's input kept in its row.
pub const MAX_INPUT_TEXT: usize = 32 * 1024;
/// Bytes of one side of a diff kept in its row.
pub const MAX_DIFF_TEXT: usize = 256 * 1024;

/// `text` cut to about `max` bytes, its head and its longer tail kept, and its size when it was cut (0: it was not).
pub fn clip(text: &str, max: usize) -> (String, u64) {
    if text.len() <= max {
        return (text.to_owned(), 0);
    }
    let head = floor_boundary(text, max / 3);
    let tail = floor_boundary(text, text.len() - (max - max / 3));
    let left_out = tail - head;
    (format!("{}\n… {left_out} bytes left out …\n{}", &text[..head], &text[tail..]), text.len() as u64)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// Cuts every text in `value` to `max` bytes.
pub fn clip_json(value: &mut Value, max: usize) {
    match value {
        Value::String(text) if text.len() > max => *text = clip(text, max).0,
        Value::Array(values) => values.iter_mut().for_each(|value| clip_json(value, max)),
        Value::Object(fields) => fields.values_mut().for_each(|value| clip_json(value, max)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_head_and_tail_on_character_boundaries() {
        let text = "é".repeat(1000);
        let (cut, total) = clip(&text, 101);
        assert_eq!(total, 2000);
        assert!(cut.starts_with('é') && cut.ends_with('é') && cut.contains("bytes left out"), "{cut}");
        assert_eq!(clip("short", 101), ("short".into(), 0));
    }

    #[test]
    fn cuts_texts_deep_inside() {
        let mut value = serde_json::json!({"a": [{"b": "x".repeat(100)}], "n": 1});
        clip_json(&mut value, 10);
        assert!(value["a"][0]["b"].as_str().is_some_and(|text| text.len() < 60));
        assert_eq!(value["n"], 1);
    }
}
