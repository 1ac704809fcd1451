//! What stands in for Claude Code: a program that speaks its stream-JSON and, when a message tells it to, prints as fast as its
//! pipe takes it. `leapmux-bench agent-program` is that program.

use std::io::{BufRead, BufWriter, Write};
use std::path::Path;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The argument that turns the bench runner into this program.
pub const ARGUMENT: &str = "agent-program";

/// Pieces a streamed text has before the next begins.
const PIECES_PER_TEXT: u64 = 200;
/// Rows after which a turn ends and the program begins another by itself.
const ROWS_PER_TURN: u64 = 50;
const STDOUT_BUFFER: usize = 64 * 1024;

/// What a message tells it to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// So many pieces of streamed text.
    Pieces(u64),
    /// So many rows of a conversation: texts, commands with their output, edits.
    Rows(u64),
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pieces(count) => write!(f, "pieces {count}"),
            Self::Rows(count) => write!(f, "rows {count}"),
        }
    }
}

impl FromStr for Order {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (what, count) = text.trim().split_once(' ').context("an order has two words")?;
        match what {
            "pieces" => Ok(Self::Pieces(count.parse()?)),
            "rows" => Ok(Self::Rows(count.parse()?)),
            other => anyhow::bail!("there is no order {other:?}"),
        }
    }
}

/// The last words of an order: how many lines were printed and when the first was, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    pub lines: u64,
    pub began: f64,
}

impl Finished {
    /// Reads them out of any text.
    pub fn find(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("Finished: ")?;
        let (lines, rest) = rest.split_once(" lines since ")?;
        let (began, _) = rest.split_once(" ms")?;
        Some(Self { lines: lines.parse().ok()?, began: began.parse().ok()? })
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Finished: {} lines since {:.3} ms", self.lines, self.began)
    }
}

/// Milliseconds since 1970, with what the clock has below one.
pub fn wall_clock() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// Makes `home` one whose login shell has the prompt `$` and finds this program as `claude`.
pub fn furnish(home: &Path) -> Result<()> {
    let bin = home.join("bin");
    std::fs::create_dir_all(&bin)?;
    let own = std::env::current_exe()?;
    let script = format!("#!/bin/sh\nexec '{}' {ARGUMENT} \"$@\"\n", own.display());
    std::fs::write(bin.join("claude"), script)?;
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("claude"), executable)?;
    Ok(std::fs::write(home.join(".bash_profile"), "export PATH=\"$HOME/bin:$PATH\" PS1='$ '\n")?)
}

/// The line that gives an order, as the user's message.
pub fn message(order: Order) -> String {
    json!({"type": "user", "message": {"role": "user", "content": order.to_string()}}).to_string()
}

/// The program.
pub fn run(arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| argument == "--version") {
        println!("2.1.0 (Claude Code)");
        return Ok(());
    }
    let session = arguments.windows(2).find(|pair| pair[0] == "--session-id" || pair[0] == "--resume");
    let session = session.map(|pair| pair[1].clone()).unwrap_or_default();
    let out = BufWriter::with_capacity(STDOUT_BUFFER, std::io::stdout().lock());
    let mut program = Program { session, out, lines: 0, rows: 0 };
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = serde_json::from_str::<Value>(&line?) else { continue };
        match line["type"].as_str() {
            Some("control_request") => program.control(&line)?,
            Some("user") => program.turn(line["message"]["content"].as_str().unwrap_or_default())?,
            _ => {}
        }
        program.out.flush()?;
    }
    Ok(())
}

struct Program<W: Write> {
    session: String,
    out: W,
    lines: u64,
    rows: u64,
}

impl<W: Write> Program<W> {
    fn say(&mut self, line: &Value) -> Result<()> {
        self.lines += 1;
        Ok(writeln!(self.out, "{line}")?)
    }

    fn control(&mut self, line: &Value) -> Result<()> {
        let response = json!({"subtype": "success", "request_id": line["request_id"], "response": {}});
        self.say(&json!({"type": "control_response", "response": response}))
    }

    fn turn(&mut self, text: &str) -> Result<()> {
        let began = wall_clock();
        self.lines = 0;
        self.turn_begins()?;
        match text.parse() {
            Ok(Order::Pieces(count)) => self.pieces(count)?,
            Ok(Order::Rows(count)) => self.many_rows(count)?,
            Err(_) => self.text("Tell me `pieces 1000` or `rows 1000`.")?,
        }
        let finished = Finished { lines: self.lines, began };
        self.text(&finished.to_string())?;
        self.turn_ends()
    }

    fn turn_begins(&mut self) -> Result<()> {
        let init = json!({"type": "system", "subtype": "init", "session_id": self.session});
        self.say(&init)
    }

    fn turn_ends(&mut self) -> Result<()> {
        self.say(&json!({"type": "result", "subtype": "success", "stop_reason": "end_turn"}))
    }

    /// One row: a text that was not streamed.
    fn text(&mut self, text: &str) -> Result<()> {
        self.rows += 1;
        let id = format!("msg_{}", self.rows);
        let content = json!([{"type": "text", "text": text}]);
        self.say(&json!({"type": "assistant", "message": {"id": id, "content": content}}))
    }

    fn pieces(&mut self, count: u64) -> Result<()> {
        for first in (0..count).step_by(PIECES_PER_TEXT as usize) {
            self.rows += 1;
            let id = format!("msg_{}", self.rows);
            self.stream(&json!({"type": "message_start", "message": {"id": id}}))?;
            let block = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text"}});
            self.stream(&block)?;
            let mut whole = String::new();
            for index in first..count.min(first + PIECES_PER_TEXT) {
                let end = if index % 20 == 19 { ".\n\n" } else { " " };
                let piece = format!("piece {index} of a text{end}");
                let delta = json!({"type": "text_delta", "text": &piece});
                self.stream(&json!({"type": "content_block_delta", "index": 0, "delta": delta}))?;
                whole.push_str(&piece);
            }
            let content = json!([{"type": "text", "text": whole}]);
            self.say(&json!({"type": "assistant", "message": {"id": id, "content": content}}))?;
        }
        Ok(())
    }

    fn stream(&mut self, event: &Value) -> Result<()> {
        self.say(&json!({"type": "stream_event", "event": event}))
    }

    fn many_rows(&mut self, count: u64) -> Result<()> {
        for row in 1..=count {
            match row % 4 {
                0 => self.tool("Edit", &edit(row), "The file has been updated.")?,
                2 => self.tool("Bash", &json!({"command": format!("ls part{row}")}), &listing(row))?,
                _ => self.text(&paragraph(row))?,
            }
            if row % ROWS_PER_TURN == 0 && row < count {
                self.turn_ends()?;
                self.turn_begins()?;
            }
        }
        Ok(())
    }

    /// One row: a tool's use with its result.
    fn tool(&mut self, name: &str, input: &Value, result: &str) -> Result<()> {
        self.rows += 1;
        let tool = format!("toolu_{}", self.rows);
        let content = json!([{"type": "tool_use", "id": &tool, "name": name, "input": input}]);
        self.say(
            &json!({"type": "assistant", "message": {"id": format!("msg_{tool}"), "content": content}}),
        )?;
        let content =
            json!([{"type": "tool_result", "tool_use_id": tool, "content": result, "is_error": false}]);
        self.say(&json!({"type": "user", "message": {"role": "user", "content": content}}))
    }
}

fn paragraph(row: u64) -> String {
    format!(
        "Part {row} is **done**: `src/part{row}.rs` now reads its settings once.\n\n- the tests of part {row} pass\n- \
         nothing else uses it, so its old name is gone\n\nNext I look at what calls it."
    )
}

fn listing(row: u64) -> String {
    (0..12).map(|line| format!("part{row}/file{line}.rs\n")).collect()
}

fn edit(row: u64) -> Value {
    json!({
        "file_path": format!("/project/src/part{row}.rs"),
        "old_string": format!("fn part{row}() {{\n    read()\n}}"),
        "new_string": format!("fn part{row}(settings: &Settings) {{\n    settings.get({row})\n}}"),
    })
}
