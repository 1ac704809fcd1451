//! How much of a foreign text a row keeps. The whole of it stays in the raw line.

use serde_json::Value;

use crate::item::{Body, Permission, ToolCall};
use crate::parts::{Diff, QuestionPart};

/// Bytes of one text of a row. What an agent says or thinks goes on in the next row; any other text is cut. A row has only a
/// few texts, so that it fits into one message of a channel (16 MiB) whatever an agent sends.
pub const MAX_TEXT: usize = 1024 * 1024;
/// Bytes of all diffs of one row together.
const MAX_DIFFS: usize = 4 * MAX_TEXT;
/// Paths, questions or options of one row, and bytes of each.
const MAX_LIST: usize = 256;
const MAX_LISTED: usize = 8 * 1024;
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

/// `text` in two where `room` bytes are full, between characters.
pub(crate) fn cut(text: &str, room: usize) -> (&str, &str) {
    text.split_at(if text.len() <= room { text.len() } else { floor_boundary(text, room) })
}

/// Cuts what an agent made too long for a row.
pub(crate) fn bound(body: &mut Body) {
    match body {
        Body::Tool(call) => bound_call(call),
        Body::Permission(permission) => bound_permission(permission),
        Body::Plan(plan) => [&mut plan.markdown, &mut plan.path].into_iter().for_each(shorten),
        Body::Question(question) => bound_questions(&mut question.questions),
        Body::Notice(notice) => shorten(&mut notice.text),
        Body::TurnEnd(end) => shorten(&mut end.error),
        Body::ProcessExit(exit) => shorten(&mut exit.stderr_tail),
        // Bounded where they come from.
        Body::UserMessage(_) | Body::Text(_) | Body::Thinking(_) => {}
    }
}

fn bound_call(call: &mut ToolCall) {
    for text in [&mut call.native_id, &mut call.name, &mut call.title, &mut call.command] {
        shorten(text);
    }
    shorten_json(&mut call.input);
    bound_diffs(&mut call.diffs);
    call.locations.truncate(MAX_LIST);
    call.locations.iter_mut().for_each(|location| shorten_to(&mut location.path, MAX_LISTED));
}

fn bound_permission(permission: &mut Permission) {
    let Permission { title, tool_name, command, description, reason, plan, .. } = permission;
    for text in [title, tool_name, command, description, reason, plan] {
        shorten(text);
    }
    shorten_json(&mut permission.input);
    bound_diffs(&mut permission.diffs);
    permission.paths.truncate(MAX_LIST);
    permission.paths.iter_mut().for_each(|path| shorten_to(path, MAX_LISTED));
    permission.requested.truncate(MAX_LIST);
    for requested in &mut permission.requested {
        shorten_to(&mut requested.tool, MAX_LISTED / 2);
        shorten_to(&mut requested.text, MAX_LISTED / 2);
    }
    permission.options.truncate(MAX_LIST);
    permission.options.iter_mut().for_each(|option| shorten_to(&mut option.label, MAX_LISTED));
}

fn bound_questions(questions: &mut Vec<QuestionPart>) {
    questions.truncate(MAX_LIST / 8);
    for question in questions {
        shorten_to(&mut question.header, MAX_LISTED);
        shorten_to(&mut question.text, MAX_LISTED);
        question.options.truncate(MAX_LIST / 8);
        for option in &mut question.options {
            shorten_to(&mut option.label, MAX_LISTED / 2);
            shorten_to(&mut option.description, MAX_LISTED / 2);
        }
    }
}

/// Those that fit together; the sides of each are cut where they come from.
fn bound_diffs(diffs: &mut Vec<Diff>) {
    let mut room = MAX_DIFFS;
    let fit = diffs.iter().take_while(|diff| {
        let side = |side: &Option<String>| side.as_ref().map_or(0, String::len);
        let size = diff.path.len() + side(&diff.old_text) + side(&diff.new_text) + diff.unified.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    let fit = fit.count();
    diffs.truncate(fit);
}

fn shorten(text: &mut String) {
    shorten_to(text, MAX_TEXT);
}

fn shorten_to(text: &mut String, max: usize) {
    if text.len() > max {
        *text = clip(text, max).0;
    }
}

/// JSON that is cut is a JSON text about JSON.
fn shorten_json(json: &mut String) {
    if json.len() > MAX_TEXT {
        *json = Value::String(clip(json, MAX_TEXT / 2).0).to_string();
    }
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
