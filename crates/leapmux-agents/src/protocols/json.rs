//! Reading foreign JSON without trusting its shape.

use leapmux_transcript::{MAX_INPUT_TEXT, clip_json};
use serde_json::Value;

/// The text at `pointer` (RFC 6901), empty when there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The text at `pointer`, unless it is missing or empty.
pub(crate) fn some_text(value: &Value, pointer: &str) -> Option<String> {
    let text = text(value, pointer);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The number at `pointer`.
pub(crate) fn number(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(Value::as_u64)
}

/// The list at `pointer`, empty when there is none.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A tool's input as a row keeps it: JSON with long texts cut; empty for no input.
pub(crate) fn input_json(input: &Value) -> String {
    match input {
        Value::Null => String::new(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        input => {
            let mut input = input.clone();
            clip_json(&mut input, MAX_INPUT_TEXT);
            input.to_string()
        }
    }
}

/// A line as text; bytes that are not UTF-8 become replacement characters.
pub(crate) fn parse(line: &[u8]) -> Option<Value> {
    let value = match std::str::from_utf8(line) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_str(&String::from_utf8_lossy(line)),
    };
    value.ok()
}
