//! Transcripts as inner messages. Words of the wire are spelled here and nowhere else.

use leapmux_transcript as t;

use crate::leapmux::worker::v1 as pb;

/// A row.
pub fn item(item: t::Item) -> pb::Item {
    pb::Item {
        item_id: item.id,
        position: item.position,
        rev: item.rev,
        time_ms: item.time_ms,
        turn_id: item.turn_id,
        scope: item.scope,
        open: item.open,
        body: Some(body(item.body)),
        ..Default::default()
    }
}

fn body(body: t::Body) -> pb::item::Body {
    let text = |block: t::TextBlock| pb::TextBlock { text: block.text, ..Default::default() };
    match body {
        t::Body::UserMessage(message) => user_message(message).into(),
        t::Body::Text(block) => pb::item::Body::Text(Box::new(text(block))),
        t::Body::Thinking(block) => pb::item::Body::Thinking(Box::new(text(block))),
        t::Body::Tool(call) => tool(*call).into(),
        t::Body::Plan(plan) => {
            pb::PlanDocument { markdown: plan.markdown, path: plan.path, ..Default::default() }.into()
        }
        t::Body::Permission(permission) => permission_request(*permission).into(),
        t::Body::Question(question) => question_request(question).into(),
        t::Body::Notice(notice) => pb::Notice {
            level: level(notice.level).to_owned(),
            text: notice.text,
            kind: notice_kind(notice.notice).to_owned(),
            ..Default::default()
        }
        .into(),
        t::Body::TurnEnd(end) => pb::TurnEnd {
            stop: stop(end.stop).to_owned(),
            error: end.error,
            error_class: if end.stop == t::Stop::Error {
                error_class(end.error_class).to_owned()
            } else {
                String::new()
            },
            duration_ms: end.duration_ms,
            usage: usage(&end.usage).into(),
            ..Default::default()
        }
        .into(),
        t::Body::ProcessExit(exit) => pb::ProcessExit {
            code: exit.code,
            signal: exit.signal,
            stderr_tail: exit.stderr_tail,
            ..Default::default()
        }
        .into(),
    }
}

fn user_message(message: t::UserMessage) -> pb::UserMessage {
    let attachment = |attachment: t::Attachment| pb::Attachment {
        name: attachment.name,
        media_type: attachment.media_type,
        size: attachment.size,
        ..Default::default()
    };
    pb::UserMessage {
        text: message.text,
        attachments: message.attachments.into_iter().map(attachment).collect(),
        client_id: message.client_id,
        delivery: delivery(message.delivery).into(),
        failure: message.failure,
        ..Default::default()
    }
}

/// What became of a message.
pub fn delivery(delivery: t::Delivery) -> pb::Delivery {
    match delivery {
        t::Delivery::Queued => pb::Delivery::Queued,
        t::Delivery::Sent => pb::Delivery::Sent,
        t::Delivery::Folded => pb::Delivery::Folded,
        t::Delivery::Failed => pb::Delivery::Failed,
        t::Delivery::Cancelled => pb::Delivery::Cancelled,
    }
}

fn tool(call: t::ToolCall) -> pb::ToolCall {
    let location =
        |place: t::Location| pb::Location { path: place.path, line: place.line, ..Default::default() };
    let status = match call.status {
        t::ToolStatus::Running => pb::ToolStatus::Running,
        t::ToolStatus::Ok => pb::ToolStatus::Ok,
        t::ToolStatus::Failed => pb::ToolStatus::Failed,
        t::ToolStatus::Denied => pb::ToolStatus::Denied,
        t::ToolStatus::Cancelled => pb::ToolStatus::Cancelled,
    };
    pb::ToolCall {
        kind: call.kind.as_str().to_owned(),
        name: call.name,
        title: call.title,
        input: call.input,
        locations: call.locations.into_iter().map(location).collect(),
        status: status.into(),
        output: call.output,
        output_total_bytes: call.output_total_bytes,
        exit_code: call.exit_code,
        diffs: call.diffs.into_iter().map(diff).collect(),
        ended_ms: call.ended_ms,
        command: call.command,
        ..Default::default()
    }
}

fn diff(diff: t::Diff) -> pb::Diff {
    pb::Diff {
        path: diff.path,
        old_text: diff.old_text,
        new_text: diff.new_text,
        unified: diff.unified,
        ..Default::default()
    }
}

fn permission_request(permission: t::Permission) -> pb::PermissionRequest {
    let kind = match permission.kind {
        t::PermissionKind::Tool => "tool",
        t::PermissionKind::Plan => "plan",
        t::PermissionKind::Other => "other",
    };
    let option = |option: t::RequestOption| pb::RequestOption {
        id: option.id,
        label: option.label,
        role: role(option.role).to_owned(),
        ..Default::default()
    };
    let requested = |requested: t::RequestedPermission| pb::RequestedPermission {
        tool: requested.tool,
        text: requested.text,
        ..Default::default()
    };
    pb::PermissionRequest {
        title: permission.title,
        kind: kind.to_owned(),
        tool_item_id: permission.tool_item_id,
        tool_name: permission.tool_name,
        command: permission.command,
        description: permission.description,
        reason: permission.reason,
        paths: permission.paths,
        diffs: permission.diffs.into_iter().map(diff).collect(),
        input: permission.input,
        plan: permission.plan,
        requested_permissions: permission.requested.into_iter().map(requested).collect(),
        options: permission.options.into_iter().map(option).collect(),
        accepts_feedback: permission.accepts_feedback,
        resolution: resolution_or_none(permission.resolution).into(),
        ..Default::default()
    }
}

fn question_request(question: t::Question) -> pb::QuestionRequest {
    let option = |option: t::QuestionOption| pb::QuestionOption {
        id: option.id,
        label: option.label,
        description: option.description,
        ..Default::default()
    };
    let part = |part: t::QuestionPart| pb::Question {
        id: part.id,
        header: part.header,
        text: part.text,
        options: part.options.into_iter().map(option).collect(),
        multi: part.multi,
        free_text: part.free_text,
        ..Default::default()
    };
    pb::QuestionRequest {
        questions: question.questions.into_iter().map(part).collect(),
        resolution: resolution_or_none(question.resolution).into(),
        ..Default::default()
    }
}

fn resolution_or_none(settled: Option<t::Resolution>) -> pb::Resolution {
    settled.map(resolution).unwrap_or_default()
}

/// How a request was settled.
pub fn resolution(settled: t::Resolution) -> pb::Resolution {
    let answer = |answer: t::QuestionAnswer| pb::QuestionAnswer {
        question_id: answer.question_id,
        option_ids: answer.option_ids,
        text: answer.text,
        ..Default::default()
    };
    pb::Resolution {
        resolved: true,
        option_id: settled.option_id,
        option_label: settled.option_label,
        role: role(settled.role).to_owned(),
        feedback: settled.feedback,
        withdrawn: settled.withdrawn,
        answers: settled.answers.into_iter().map(answer).collect(),
        time_ms: settled.time_ms,
        ..Default::default()
    }
}

/// The answer to a question, as a client sent it.
pub fn question_answer(answer: pb::QuestionAnswer) -> t::QuestionAnswer {
    t::QuestionAnswer { question_id: answer.question_id, option_ids: answer.option_ids, text: answer.text }
}

/// The head of an agent.
pub fn status(status: t::AgentStatus) -> pb::AgentStatus {
    let command = |command: t::SlashCommand| pb::SlashCommand {
        name: command.name,
        description: command.description,
        ..Default::default()
    };
    pb::AgentStatus {
        state: state(status.state).into(),
        provider: status.provider,
        native_session_id: status.native_session_id,
        working_dir: status.working_dir,
        cli_version: status.cli_version,
        options: status.options.into_iter().map(option_group).collect(),
        commands: status.commands.into_iter().map(command).collect(),
        usage: usage(&status.usage).into(),
        rate_limits: status.rate_limits.into_iter().map(rate_limit).collect(),
        plan_file: status.plan_file,
        pending_request_ids: status.pending_request_ids,
        todos: status.todos.into_iter().map(todo).collect(),
        failure: status.failure,
        phase: status.phase,
        turn_started_ms: status.turn_started_ms,
        waiting_for_model: status.waiting_for_model,
        interrupting: status.interrupting,
        thinking_tokens: status.thinking_tokens,
        ..Default::default()
    }
}

fn state(state: t::AgentState) -> pb::AgentState {
    match state {
        t::AgentState::Starting => pb::AgentState::Starting,
        t::AgentState::Idle => pb::AgentState::Idle,
        t::AgentState::Running => pb::AgentState::Running,
        t::AgentState::Waiting => pb::AgentState::Waiting,
        t::AgentState::Compacting => pb::AgentState::Compacting,
        t::AgentState::Inactive => pb::AgentState::Inactive,
        t::AgentState::StartFailed => pb::AgentState::StartFailed,
    }
}

fn option_group(group: t::OptionGroup) -> pb::OptionGroup {
    let value = |value: t::OptionValue| pb::OptionValue {
        value: value.value,
        label: value.label,
        description: value.description,
        ..Default::default()
    };
    pb::OptionGroup {
        id: group.id,
        label: group.label,
        current: group.current,
        default_value: group.default_value,
        mutable: group.mutable,
        values: group.values.into_iter().map(value).collect(),
        ..Default::default()
    }
}

fn todo(todo: t::Todo) -> pb::TodoEntry {
    let status = match todo.status {
        t::TodoStatus::Pending => pb::TodoStatus::Pending,
        t::TodoStatus::InProgress => pb::TodoStatus::InProgress,
        t::TodoStatus::Completed => pb::TodoStatus::Completed,
    };
    pb::TodoEntry {
        text: todo.text,
        status: status.into(),
        active_text: todo.active_text,
        ..Default::default()
    }
}

fn usage(usage: &t::Usage) -> pb::Usage {
    pb::Usage {
        context_used: usage.context_used.unwrap_or_default(),
        context_size: usage.context_size.unwrap_or_default(),
        input_tokens: usage.input_tokens.unwrap_or_default(),
        output_tokens: usage.output_tokens.unwrap_or_default(),
        cached_tokens: usage.cached_tokens.unwrap_or_default(),
        cost: usage.cost.unwrap_or_default(),
        ..Default::default()
    }
}

fn rate_limit(limit: t::RateLimit) -> pb::RateLimit {
    let status = match limit.status {
        t::RateLimitStatus::Allowed => pb::RateLimitStatus::Allowed,
        t::RateLimitStatus::Warning => pb::RateLimitStatus::Warning,
        t::RateLimitStatus::Exceeded => pb::RateLimitStatus::Exceeded,
    };
    pb::RateLimit {
        window: limit.window,
        status: status.into(),
        used_percent: limit.used_percent,
        resets_at_ms: limit.resets_at_ms,
        ..Default::default()
    }
}

fn role(role: t::Role) -> &'static str {
    match role {
        t::Role::AllowOnce => "allow_once",
        t::Role::AllowSession => "allow_session",
        t::Role::AllowAlways => "allow_always",
        t::Role::Deny => "deny",
        t::Role::DenyAndStop => "deny_and_stop",
        t::Role::Other => "other",
    }
}

fn level(level: t::NoticeLevel) -> &'static str {
    match level {
        t::NoticeLevel::Info => "info",
        t::NoticeLevel::Warning => "warning",
        t::NoticeLevel::Error => "error",
    }
}

fn notice_kind(kind: t::NoticeKind) -> &'static str {
    match kind {
        t::NoticeKind::Retry => "retry",
        t::NoticeKind::Compaction => "compaction",
        t::NoticeKind::Settings => "settings",
        t::NoticeKind::Session => "session",
        t::NoticeKind::Interrupted => "interrupted",
        t::NoticeKind::ContextCleared => "context_cleared",
        t::NoticeKind::RateLimit => "rate_limit",
        t::NoticeKind::Other => "other",
    }
}

fn stop(stop: t::Stop) -> &'static str {
    match stop {
        t::Stop::Completed => "completed",
        t::Stop::Cancelled => "cancelled",
        t::Stop::MaxTokens => "max_tokens",
        t::Stop::Refused => "refused",
        t::Stop::Error => "error",
    }
}

fn error_class(class: t::ErrorClass) -> &'static str {
    match class {
        t::ErrorClass::Auth => "auth",
        t::ErrorClass::RateLimit => "rate_limit",
        t::ErrorClass::Overloaded => "overloaded",
        t::ErrorClass::Network => "network",
        t::ErrorClass::Server => "server",
        t::ErrorClass::Context => "context",
        t::ErrorClass::Other => "other",
    }
}
