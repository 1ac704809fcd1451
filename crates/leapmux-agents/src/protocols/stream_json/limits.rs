//! How much of the plan is used: for the card beside the conversation, and in words when it runs out.

use leapmux_transcript::{Event, NoticeKind, NoticeLevel, RateLimit, RateLimitStatus};
use serde_json::Value;

use crate::codec::Step;
use crate::protocols::json::{number, text};

const MS_PER_SECOND: u64 = 1000;

/// What was told last, so that nothing is said twice.
#[derive(Default)]
pub(super) struct Limits {
    windows: Vec<RateLimit>,
    /// Window and status of the last notice.
    noticed: Option<(String, RateLimitStatus)>,
}

impl Limits {
    /// Takes a `rate_limit_event` in.
    pub(super) fn told(&mut self, message: &Value, step: &mut Step) {
        let Some(info) = message.get("rate_limit_info") else { return };
        let windows = windows(info);
        if windows.is_empty() || self.windows == windows {
            return;
        }
        self.windows.clone_from(&windows);
        self.notice(text(info, "/rateLimitType"), status(info), step);
        step.event(Event::RateLimits { windows });
    }

    fn notice(&mut self, window: &str, status: Option<RateLimitStatus>, step: &mut Step) {
        let Some(status) = status else { return };
        let now = Some((window.to_owned(), status));
        if std::mem::replace(&mut self.noticed, now.clone()) == now || status == RateLimitStatus::Allowed {
            return;
        }
        let name = window.replace("five_hour", "5-hour ").replace("seven_day", "7-day ").replace('_', " ");
        let (level, text) = match status {
            RateLimitStatus::Exceeded => {
                (NoticeLevel::Error, format!("Usage limit reached: the {name}limit is used up"))
            }
            _ => (NoticeLevel::Warning, format!("The {name}usage limit is almost used up")),
        };
        step.event(Event::Notice { level, text, kind: NoticeKind::RateLimit });
    }
}

/// Every window by itself where the agent lists them, else the one it speaks of.
fn windows(info: &Value) -> Vec<RateLimit> {
    let one = |window: &str, told: &Value| RateLimit {
        window: window.to_owned(),
        status: status(told).unwrap_or_default(),
        used_percent: told.get("utilization").and_then(Value::as_f64).map(|fraction| fraction * 100.0),
        resets_at_ms: number(told, "/resetsAt")
            .and_then(|seconds| i64::try_from(seconds.saturating_mul(MS_PER_SECOND)).ok())
            .unwrap_or_default(),
    };
    let listed = info.get("unifiedWindows").and_then(Value::as_object).into_iter().flatten();
    let mut windows: Vec<RateLimit> = listed.map(|(window, told)| one(window, told)).collect();
    let window = text(info, "/rateLimitType");
    // What is said of the window that counts is newer than its line in the list.
    if !window.is_empty() && status(info).is_some() {
        windows.retain(|limit| limit.window != window);
        windows.push(one(window, info));
    }
    windows
}

fn status(told: &Value) -> Option<RateLimitStatus> {
    match text(told, "/status") {
        "allowed" => Some(RateLimitStatus::Allowed),
        "allowed_warning" => Some(RateLimitStatus::Warning),
        "rejected" => Some(RateLimitStatus::Exceeded),
        _ => None,
    }
}
