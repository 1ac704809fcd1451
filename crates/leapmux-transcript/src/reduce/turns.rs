//! Turns, the session's own state and the end of the process.

use super::{Effect, Transcript};
use crate::event::{Event, SessionInfo};
use crate::item::{Body, ProcessExit, TurnEnd};
use crate::parts::{Delivery, ErrorClass, RateLimit, Stop, Usage};
use crate::status::Phase;

/// Windows of rate limits kept; agents tell of a handful.
pub(super) const MAX_WINDOWS: usize = 16;

impl Transcript {
    pub(super) fn session_info(&mut self, info: &SessionInfo) -> bool {
        let status = &mut self.status;
        let mut changed = false;
        for (field, new) in [
            (&mut status.native_session_id, &info.native_session_id),
            (&mut status.cli_version, &info.cli_version),
        ] {
            if let Some(new) = new.as_ref().filter(|new| *new != field) {
                field.clone_from(new);
                changed = true;
            }
        }
        if let Some(options) = info.options.as_ref().filter(|options| **options != status.options) {
            status.options.clone_from(options);
            changed = true;
        }
        if let Some(commands) = info.commands.as_ref().filter(|commands| **commands != status.commands) {
            status.commands.clone_from(commands);
            changed = true;
        }
        changed
    }

    pub(super) fn session_state(&mut self, phase: &Phase) -> bool {
        if *phase == self.phase {
            return false;
        }
        self.phase = phase.clone();
        self.status.phase = if let Phase::Starting { text } = phase { text.clone() } else { String::new() };
        self.status.failure = if let Phase::Failed { text } = phase { text.clone() } else { String::new() };
        true
    }

    /// A turn that starts while another runs is part of it: its message was folded in.
    pub(super) fn turn_start(&mut self, now: i64, message_id: Option<&str>, out: &mut Effect) -> bool {
        let folded = self.turn.is_some();
        if !folded {
            self.turn = Some((format!("t{}", self.next_turn), now));
            self.next_turn += 1;
            self.status.turn_started_ms = now;
            self.status.thinking_tokens = 0;
            self.status.waiting_for_model = false;
        }
        if let Some(message_id) = message_id {
            let delivery = if folded { Delivery::Folded } else { Delivery::Sent };
            self.deliver(message_id, delivery, "", out);
        }
        !folded
    }

    pub(super) fn usage(&mut self, usage: &Usage) -> bool {
        let before = self.status.usage;
        self.status.usage.update(usage);
        self.status.usage != before
    }

    /// Windows beyond `MAX_WINDOWS` are not kept.
    pub(super) fn rate_limits(&mut self, windows: &[RateLimit]) -> bool {
        let known = &mut self.status.rate_limits;
        let before = known.clone();
        for newer in windows {
            match known.iter().position(|limit| limit.window == newer.window) {
                Some(at) => known[at].clone_from(newer),
                None if known.len() < MAX_WINDOWS => known.push(newer.clone()),
                None => {}
            }
        }
        *known != before
    }

    pub(super) fn turn_end(
        &mut self,
        now: i64,
        stop: Stop,
        error: &str,
        error_class: ErrorClass,
        usage: &Usage,
        out: &mut Effect,
    ) -> bool {
        let began = self.turn.as_ref().map(|(_, began)| *began);
        if began.is_none() && stop != Stop::Error {
            return false;
        }
        self.close_rows(now, stop == Stop::Completed, out);
        let row = TurnEnd {
            stop,
            error: error.to_owned(),
            error_class,
            duration_ms: began.map_or(0, |began| now.saturating_sub(began).max(0)),
            usage: *usage,
        };
        self.add(now, "", false, Body::TurnEnd(row), out);
        self.turn = None;
        self.compacting = false;
        self.status.turn_started_ms = 0;
        self.status.thinking_tokens = 0;
        self.status.waiting_for_model = false;
        self.status.interrupting = false;
        self.usage(usage);
        true
    }

    pub(super) fn process_exit(&mut self, now: i64, event: &Event, out: &mut Effect) -> bool {
        let Event::ProcessExit { code, signal, stderr_tail, expected } = event else { return false };
        if self.turn.is_some() {
            let (stop, error) =
                if *expected { (Stop::Cancelled, "") } else { (Stop::Error, "The agent's process ended") };
            self.turn_end(now, stop, error, ErrorClass::Other, &Usage::default(), out);
        }
        self.close_rows(now, false, out);
        if !expected {
            let row = ProcessExit { code: *code, signal: signal.clone(), stderr_tail: stderr_tail.clone() };
            self.add(now, "", false, Body::ProcessExit(row), out);
        }
        // Ids of the process's own mean nothing to the next one.
        self.live.retain(|_, item| item.open);
        self.blocks.clear();
        self.tools.clear();
        self.requests.clear();
        self.compacting = false;
        self.phase = Phase::Inactive;
        self.status.phase.clear();
        self.status.interrupting = false;
        self.status.waiting_for_model = false;
        true
    }
}
