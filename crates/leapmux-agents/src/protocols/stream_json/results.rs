//! The end of a turn.

use leapmux_transcript::{ErrorClass, Event, Stop, Usage};
use serde_json::Value;

use super::StreamJson;
use super::blocks::context_tokens;
use crate::codec::{Signal, Step};
use crate::protocols::classify::error_class;
use crate::protocols::json::{list, number, some_text, text};

impl StreamJson {
    pub(super) fn result(&mut self, message: &Value, step: &mut Step) {
        if !self.ready {
            let reason = error_text(message);
            let signal =
                if self.resumed { Signal::ResumeFailed { reason } } else { Signal::StartFailed { reason } };
            step.signals.push(signal);
            return;
        }
        let usage = usage(message);
        let (stop, error, error_class) = outcome(message);
        step.event(Event::TurnEnd { stop, error, error_class, usage });
        self.in_turn = false;
        self.interrupt_held = false;
    }
}

fn outcome(message: &Value) -> (Stop, String, ErrorClass) {
    let failed = message.get("is_error").and_then(Value::as_bool) == Some(true);
    match (text(message, "/terminal_reason"), text(message, "/stop_reason")) {
        (reason, _) if reason.starts_with("aborted") => (Stop::Cancelled, String::new(), ErrorClass::Other),
        _ if failed => {
            let error = error_text(message);
            let class = match number(message, "/api_error_status") {
                Some(status) => ErrorClass::of_http_status(status),
                None => error_class(&error),
            };
            (Stop::Error, error, class)
        }
        (_, "max_tokens") => (Stop::MaxTokens, String::new(), ErrorClass::Other),
        (_, "refusal") => (Stop::Refused, String::new(), ErrorClass::Other),
        _ => (Stop::Completed, String::new(), ErrorClass::Other),
    }
}

fn error_text(message: &Value) -> String {
    some_text(message, "/result")
        .or_else(|| list(message, "/errors").iter().find_map(Value::as_str).map(str::to_owned))
        .unwrap_or_else(|| text(message, "/subtype").replace('_', " "))
}

fn usage(message: &Value) -> Usage {
    let models = message.get("modelUsage").and_then(Value::as_object);
    let context_size = models.and_then(|models| {
        let sizes = models.values().filter_map(|model| number(model, "/contextWindow"));
        sizes.max()
    });
    let input = context_tokens(message, "/usage");
    Usage {
        context_used: None,
        context_size,
        input_tokens: (input > 0).then_some(input),
        output_tokens: number(message, "/usage/output_tokens").filter(|tokens| *tokens > 0),
        cached_tokens: number(message, "/usage/cache_read_input_tokens"),
        cost: message.get("total_cost_usd").and_then(Value::as_f64),
    }
}
