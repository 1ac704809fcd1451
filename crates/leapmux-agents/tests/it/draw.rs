//! A transcript as a few lines of text, for snapshots and for people.

use leapmux_transcript::{Body, Delivery, Diff, Item, Resolution, ToolCall};

/// One line a row, in order; rows of subagents are indented.
pub fn draw(items: &[Item]) -> String {
    let mut rows: Vec<&Item> = items.iter().collect();
    rows.sort_by_key(|row| row.position);
    rows.iter().map(|row| draw_row(row)).collect::<Vec<_>>().join("\n")
}

fn draw_row(item: &Item) -> String {
    let indent = if item.scope.is_empty() { "" } else { "    " };
    let open = if item.open { " (open)" } else { "" };
    let turn = if item.turn_id.is_empty() { "-" } else { &item.turn_id };
    format!("{turn:<3} {indent}{}{open}", draw_body(&item.body))
}

fn draw_body(body: &Body) -> String {
    match body {
        Body::UserMessage(message) => {
            let delivery = match message.delivery {
                Delivery::Sent => String::new(),
                other => format!(" {other:?}"),
            };
            format!("user{delivery}: {}", short(&message.text))
        }
        Body::Text(block) => format!("text: {}", short(&block.text)),
        Body::Thinking(block) => format!("thinking: {}", short(&block.text)),
        Body::Tool(call) => draw_tool(call),
        Body::Plan(plan) => format!("plan: {}", short(&plan.markdown)),
        Body::Permission(permission) => {
            let options: Vec<&str> = permission.options.iter().map(|option| option.label.as_str()).collect();
            let mut line =
                format!("permission {:?} {:?} [{}]", permission.kind, permission.title, options.join(" | "));
            for (name, text) in [("command", &permission.command), ("plan", &permission.plan)] {
                if !text.is_empty() {
                    line += &format!(" {name}={}", short(text));
                }
            }
            line += &draw_diffs(&permission.diffs);
            line += if permission.tool_item_id.is_empty() { " (no tool)" } else { "" };
            line + &draw_resolution(permission.resolution.as_ref())
        }
        Body::Question(question) => {
            let parts: Vec<String> = question
                .questions
                .iter()
                .map(|part| {
                    let options: Vec<&str> =
                        part.options.iter().map(|option| option.label.as_str()).collect();
                    format!("{} {:?} {options:?}", part.header, part.text)
                })
                .collect();
            format!("question {}{}", parts.join("; "), draw_resolution(question.resolution.as_ref()))
        }
        Body::Notice(notice) => {
            format!("notice {:?} {:?}: {}", notice.level, notice.notice, short(&notice.text))
        }
        Body::TurnEnd(end) if end.error.is_empty() => format!("turn end {:?}", end.stop),
        Body::TurnEnd(end) => format!("turn end {:?} {:?}: {}", end.stop, end.error_class, short(&end.error)),
        Body::ProcessExit(exit) => format!("process exit {:?} {}", exit.code, exit.signal),
    }
}

fn draw_tool(call: &ToolCall) -> String {
    let mut line =
        format!("tool {} {:?} {:?} {}", call.kind.as_str(), call.status, call.name, short(&call.title));
    if !call.command.is_empty() {
        line += &format!(" command={}", short(&call.command));
    }
    if let Some(code) = call.exit_code {
        line += &format!(" exit={code}");
    }
    line += &draw_diffs(&call.diffs);
    line + &format!(" -> {}", short(&call.output))
}

fn draw_diffs(diffs: &[Diff]) -> String {
    let side = |side: &Option<String>| side.as_deref().map_or("∅".to_owned(), short);
    let draw = |diff: &Diff| match diff.unified.as_str() {
        "" => format!(" diff({}: {} => {})", diff.path, side(&diff.old_text), side(&diff.new_text)),
        unified => format!(" diff({}: {})", diff.path, short(unified)),
    };
    diffs.iter().map(draw).collect()
}

fn draw_resolution(resolution: Option<&Resolution>) -> String {
    match resolution {
        None => " waits".to_owned(),
        Some(resolution) if resolution.withdrawn => " withdrawn".to_owned(),
        Some(resolution) => {
            let answers: Vec<String> =
                resolution.answers.iter().map(|a| format!("{:?}{}", a.option_ids, a.text)).collect();
            format!(
                " answered {:?} {}{}{}",
                resolution.role,
                resolution.option_label,
                resolution.feedback,
                answers.join(";")
            )
        }
    }
}

fn short(text: &str) -> String {
    let line = text.replace('\n', "⏎");
    match line.char_indices().nth(90) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
