//! Rows: messages, text, tools, requests and notices coming, changing and closing.

use super::{Change, Effect, LATE_TOOLS, OpenText, POSITION_STEP, Transcript, number_of};
use crate::bounds::{MAX_OUTPUT, MAX_TEXT, bound, clip, cut};
use crate::event::{Event, OutputPatch, ToolEnd, ToolStart, ToolUpdate};
use crate::item::{
    Body, Item, Permission, PermissionKind, PlanDocument, Question, TextBlock, ToolCall, ToolStatus,
    UserMessage,
};
use crate::parts::{Delivery, QuestionPart, Resolution};

impl Transcript {
    /// Adds a row at the end. Rows that stay closed are not kept.
    pub(super) fn add(&mut self, now: i64, scope: &str, open: bool, mut body: Body, out: &mut Effect) -> u64 {
        bound(&mut body);
        let number = self.next_item;
        self.next_item += 1;
        self.total_items += 1;
        self.options_notice = None;
        self.position += POSITION_STEP;
        self.rev += 1;
        let item = Item {
            id: format!("i{number}"),
            position: self.position,
            rev: self.rev,
            time_ms: now,
            turn_id: self.turn.as_ref().map(|(id, _)| id.clone()).unwrap_or_default(),
            scope: self.scope_item(scope),
            open,
            body,
        };
        out.item = Some(item.id.clone());
        out.changes.push(Change::Item(Box::new(item.clone())));
        if open {
            self.live.insert(number, item);
        }
        number
    }

    fn scope_item(&self, scope: &str) -> String {
        self.tools.get(scope).map(|number| format!("i{number}")).unwrap_or_default()
    }

    /// Changes a live row and tells of it; what `change` leaves closed is let go, but for tools.
    pub(super) fn change(&mut self, number: u64, out: &mut Effect, change: impl FnOnce(&mut Item)) {
        let Some(item) = self.live.get_mut(&number) else { return };
        change(item);
        bound(&mut item.body);
        self.rev += 1;
        item.rev = self.rev;
        out.item = Some(item.id.clone());
        out.changes.push(Change::Item(Box::new(item.clone())));
        if !item.open && !matches!(item.body, Body::Tool(_)) {
            self.live.remove(&number);
        }
    }

    /// Moves a row to the end of the transcript and into the turn that runs.
    pub(super) fn move_to_end(&mut self, number: u64) {
        let turn_id = self.turn.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
        self.position += POSITION_STEP;
        self.options_notice = None;
        if let Some(item) = self.live.get_mut(&number) {
            item.position = self.position;
            item.turn_id = turn_id;
        }
    }

    pub(super) fn user_event(&mut self, now: i64, event: &Event, out: &mut Effect) {
        match event {
            Event::UserMessage { message_id, text, attachments, client_id, delivery } => {
                let message = UserMessage {
                    message_id: message_id.clone(),
                    text: text.clone(),
                    attachments: attachments.clone(),
                    client_id: client_id.clone(),
                    delivery: *delivery,
                    failure: String::new(),
                };
                let open = *delivery == Delivery::Queued;
                let number = self.add(now, "", open, Body::UserMessage(message), out);
                if open {
                    self.messages.insert(message_id.clone(), number);
                }
            }
            Event::UserDelivery { message_id, delivery, failure } => {
                self.deliver(message_id, *delivery, failure, out);
            }
            Event::UserRemoved { message_id } => {
                let Some(number) = self.messages.remove(message_id) else { return };
                if let Some(item) = self.live.remove(&number) {
                    self.total_items -= 1;
                    self.rev += 1;
                    out.item = Some(item.id.clone());
                    out.changes.push(Change::Removed { item: item.id });
                }
            }
            _ => {}
        }
    }

    /// A message of the queue that is taken moves to where it is taken; queueing it again keeps its place.
    pub(super) fn deliver(&mut self, message_id: &str, delivery: Delivery, failure: &str, out: &mut Effect) {
        let Some(&number) = self.messages.get(message_id) else { return };
        if matches!(delivery, Delivery::Sent | Delivery::Folded) {
            self.move_to_end(number);
        }
        if delivery != Delivery::Queued {
            self.messages.remove(message_id);
        }
        self.change(number, out, |item| {
            if let Body::UserMessage(message) = &mut item.body {
                message.delivery = delivery;
                message.failure = failure.to_owned();
            }
            item.open = delivery == Delivery::Queued;
        });
    }

    pub(super) fn text_delta(
        &mut self,
        now: i64,
        scope: &str,
        block: &str,
        text: &str,
        thinking: bool,
        out: &mut Effect,
    ) -> bool {
        let key = (scope.to_owned(), block.to_owned(), thinking);
        let mut rest = text;
        while !rest.is_empty() {
            let room = self.blocks.get(&key).map(|open| (*open, self.room(open.row)));
            rest = match room {
                None => self.begin_text(now, scope, &key, 0, rest, out),
                Some((open, room)) => {
                    let (fits, more) = cut(rest, room);
                    self.append_text(open.row, fits, out);
                    if more.is_empty() {
                        break;
                    }
                    // It goes on in a row of its own: rows stay small enough to be sent and paged.
                    self.change(open.row, out, |item| item.open = false);
                    self.begin_text(now, scope, &key, open.before + MAX_TEXT - room + fits.len(), more, out)
                }
            };
        }
        false
    }

    /// Opens a row for the text of a block that earlier rows have `before` bytes of; what does not fit is left.
    fn begin_text<'a>(
        &mut self,
        now: i64,
        scope: &str,
        key: &(String, String, bool),
        before: usize,
        text: &'a str,
        out: &mut Effect,
    ) -> &'a str {
        let (fits, more) = cut(text, MAX_TEXT);
        let row = self.add(now, scope, true, text_body(fits, key.2), out);
        self.blocks.insert(key.clone(), OpenText { row, before });
        more
    }

    /// Bytes a row of text still takes.
    fn room(&self, row: u64) -> usize {
        match self.live.get(&row).map(|item| &item.body) {
            Some(Body::Text(block) | Body::Thinking(block)) => MAX_TEXT.saturating_sub(block.text.len()),
            _ => MAX_TEXT,
        }
    }

    fn append_text(&mut self, row: u64, text: &str, out: &mut Effect) {
        let Some(item) = self.live.get_mut(&row).filter(|_| !text.is_empty()) else { return };
        self.rev += 1;
        item.rev = self.rev;
        if let Body::Text(block) | Body::Thinking(block) = &mut item.body {
            block.text.push_str(text);
        }
        out.item = Some(item.id.clone());
        out.changes.push(Change::Append { item: item.id.clone(), text: text.to_owned(), rev: self.rev });
    }

    /// The end of a block has all of its text: rows that were filled with it have theirs already.
    pub(super) fn text_end(
        &mut self,
        now: i64,
        scope: &str,
        block: &str,
        text: &str,
        thinking: bool,
        out: &mut Effect,
    ) -> bool {
        let key = (scope.to_owned(), block.to_owned(), thinking);
        let mut rest = text;
        if let Some(OpenText { row, before }) = self.blocks.remove(&key) {
            let (last, more) = cut(text.get(before..).unwrap_or(text), MAX_TEXT);
            rest = more;
            self.change(row, out, |item| {
                item.body = text_body(last, thinking);
                item.open = false;
            });
        }
        while !rest.is_empty() {
            let (fits, more) = cut(rest, MAX_TEXT);
            self.add(now, scope, false, text_body(fits, thinking), out);
            rest = more;
        }
        false
    }

    pub(super) fn tool_start(&mut self, now: i64, scope: &str, start: &ToolStart, out: &mut Effect) -> bool {
        let known = self.tools.get(&start.tool).copied();
        if let Some(number) = known.filter(|number| self.live.get(number).is_some_and(|item| item.open)) {
            self.change(number, out, |item| {
                if let Body::Tool(call) = &mut item.body {
                    **call = call_of(start);
                }
            });
            return false;
        }
        let number = self.add(now, scope, true, Body::Tool(Box::new(call_of(start))), out);
        self.tools.insert(start.tool.clone(), number);
        self.forget_late_tools();
        false
    }

    fn forget_late_tools(&mut self) {
        let closed: Vec<u64> = self.live.iter().filter(|(_, item)| !item.open).map(|(n, _)| *n).collect();
        for number in closed.iter().take(closed.len().saturating_sub(LATE_TOOLS)) {
            self.live.remove(number);
            self.tools.retain(|_, kept| kept != number);
        }
    }

    pub(super) fn tool_update(&mut self, update: &ToolUpdate, out: &mut Effect) -> bool {
        let Some(&number) = self.tools.get(&update.tool) else { return false };
        if update.is_output_only() && self.append_output(number, update, out) {
            return false;
        }
        self.change(number, out, |item| {
            let Body::Tool(call) = &mut item.body else { return };
            if let Some(kind) = update.kind {
                call.kind = kind;
            }
            for (field, new) in [
                (&mut call.title, &update.title),
                (&mut call.input, &update.input),
                (&mut call.command, &update.command),
            ] {
                if let Some(new) = new {
                    field.clone_from(new);
                }
            }
            if let Some(locations) = &update.locations {
                call.locations.clone_from(locations);
            }
            if let Some(diffs) = &update.diffs {
                call.diffs.clone_from(diffs);
            }
            match &update.output {
                Some(OutputPatch::Append(more)) => {
                    let whole = format!("{}{more}", call.output);
                    set_output(call, &whole);
                }
                Some(OutputPatch::Replace(text)) => set_output(call, text),
                None => {}
            }
        });
        false
    }

    /// Output that only grew, and still fits whole, travels as what was added. False: it did not.
    fn append_output(&mut self, number: u64, update: &ToolUpdate, out: &mut Effect) -> bool {
        let Some(item) = self.live.get_mut(&number) else { return false };
        let Body::Tool(call) = &mut item.body else { return false };
        let added = match &update.output {
            Some(OutputPatch::Append(more)) => more.as_str(),
            Some(OutputPatch::Replace(whole)) => match whole.strip_prefix(call.output.as_str()) {
                Some(more) => more,
                None => return false,
            },
            None => return false,
        };
        if call.output_total_bytes > 0 || call.output.len() + added.len() > MAX_OUTPUT {
            return false;
        }
        if !added.is_empty() {
            call.output.push_str(added);
            self.rev += 1;
            item.rev = self.rev;
            out.changes.push(Change::Append { item: item.id.clone(), text: added.to_owned(), rev: self.rev });
        }
        out.item = Some(item.id.clone());
        true
    }

    /// The end of a tool that is closed already (by its turn, or late) still tells what became of it.
    pub(super) fn tool_end(&mut self, now: i64, end: &ToolEnd, out: &mut Effect) -> bool {
        let Some(&number) = self.tools.get(&end.tool) else { return false };
        self.change(number, out, |item| {
            item.open = false;
            let Body::Tool(call) = &mut item.body else { return };
            call.status = end.status;
            call.ended_ms = now;
            call.exit_code = end.exit_code.or(call.exit_code);
            if let Some(output) = &end.output {
                set_output(call, output);
            }
            if !end.diffs.is_empty() {
                call.diffs.clone_from(&end.diffs);
            }
        });
        false
    }

    pub(super) fn plan_document(
        &mut self,
        now: i64,
        scope: &str,
        markdown: &str,
        path: &str,
        out: &mut Effect,
    ) -> bool {
        let plan = PlanDocument { markdown: markdown.to_owned(), path: path.to_owned() };
        self.add(now, scope, false, Body::Plan(plan), out);
        self.plan_file(path)
    }

    pub(super) fn permission(
        &mut self,
        now: i64,
        scope: &str,
        request: &str,
        tool: Option<&str>,
        detail: &Permission,
        out: &mut Effect,
    ) -> bool {
        if self.requests.contains_key(request) {
            return false;
        }
        let mut detail = detail.clone();
        if let Some(number) = tool.and_then(|tool| self.tools.get(tool)) {
            detail.tool_item_id = format!("i{number}");
        }
        let plan_file = match detail.kind {
            PermissionKind::Plan => detail.paths.first().cloned(),
            _ => None,
        };
        let number = self.add(now, scope, true, Body::Permission(Box::new(detail)), out);
        self.requests.insert(request.to_owned(), number);
        plan_file.is_some_and(|path| self.plan_file(&path))
    }

    /// Notes where the plan is kept.
    fn plan_file(&mut self, path: &str) -> bool {
        if path.is_empty() || path == self.status.plan_file {
            return false;
        }
        path.clone_into(&mut self.status.plan_file);
        true
    }

    pub(super) fn question(
        &mut self,
        now: i64,
        scope: &str,
        request: &str,
        questions: &[QuestionPart],
        out: &mut Effect,
    ) -> bool {
        if self.requests.contains_key(request) {
            return false;
        }
        let question = Question { questions: questions.to_vec(), resolution: None };
        let number = self.add(now, scope, true, Body::Question(question), out);
        self.requests.insert(request.to_owned(), number);
        false
    }

    pub(super) fn resolve(
        &mut self,
        now: i64,
        request: &str,
        resolution: &Resolution,
        out: &mut Effect,
    ) -> bool {
        let Some(number) = self.requests.remove(request) else { return false };
        self.settle(number, Resolution { time_ms: now, ..resolution.clone() }, out);
        false
    }

    pub(super) fn settle(&mut self, number: u64, settled: Resolution, out: &mut Effect) {
        self.change(number, out, |item| {
            item.open = false;
            match &mut item.body {
                Body::Permission(permission) => permission.resolution = Some(settled),
                Body::Question(question) => question.resolution = Some(settled),
                _ => {}
            }
        });
    }

    /// Closes rows of agents that will not go on with them: text stays as it is, tools are cancelled, requests
    /// withdrawn. With `top_only`, rows of subagents stay open: they may run on in the background.
    pub(super) fn close_rows(&mut self, now: i64, top_only: bool, out: &mut Effect) {
        let item_kept = out.item.take();
        self.settle_retry(out);
        self.settle_compaction(top_only, out);
        let open: Vec<u64> = self
            .live
            .values()
            .filter(|item| item.open && !matches!(item.body, Body::UserMessage(_)))
            .filter(|item| !top_only || item.scope.is_empty())
            .filter_map(|item| number_of(&item.id))
            .collect();
        for number in open {
            let waits = self.live.get(&number).is_some_and(super::is_waiting);
            if waits {
                self.requests.retain(|_, row| *row != number);
                self.settle(
                    number,
                    Resolution { withdrawn: true, time_ms: now, ..Resolution::default() },
                    out,
                );
                continue;
            }
            self.blocks.retain(|_, open| open.row != number);
            self.change(number, out, |item| {
                item.open = false;
                if let Body::Tool(call) = &mut item.body {
                    call.status = ToolStatus::Cancelled;
                    call.ended_ms = now;
                }
            });
        }
        out.item = item_kept;
    }
}

fn text_body(text: &str, thinking: bool) -> Body {
    let block = TextBlock { text: text.to_owned() };
    if thinking { Body::Thinking(block) } else { Body::Text(block) }
}

fn call_of(start: &ToolStart) -> ToolCall {
    ToolCall {
        native_id: start.tool.clone(),
        kind: start.kind,
        name: start.name.clone(),
        title: start.title.clone(),
        input: start.input.clone(),
        locations: start.locations.clone(),
        command: start.command.clone(),
        diffs: start.diffs.clone(),
        ..ToolCall::default()
    }
}

fn set_output(call: &mut ToolCall, text: &str) {
    let (kept, total) = clip(text, MAX_OUTPUT);
    call.output = kept;
    call.output_total_bytes = total;
}
