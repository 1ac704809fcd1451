//! What Claude Code tells beside the conversation: how much of the plan is used, and what a plan asks to be allowed.

use std::collections::BTreeMap;

use leapmux_agents::{AgentCodec, Session, SessionStart, provider};
use leapmux_transcript::{Event, RateLimit, RateLimitStatus, RequestedPermission};

fn codec() -> Box<dyn AgentCodec> {
    let start = SessionStart {
        working_dir: "/workspace".into(),
        session: Session::New { id: "s".into() },
        options: BTreeMap::new(),
        may_bypass: false,
    };
    let mut codec = provider("claude").expect("known").codec(&start);
    codec.start();
    codec
}

fn events(codec: &mut Box<dyn AgentCodec>, line: &str) -> Vec<Event> {
    codec.decode(line.as_bytes()).events.into_iter().map(|emitted| emitted.event).collect()
}

#[test]
fn limits_are_told_when_they_change_and_announced_when_they_run_out() {
    let mut codec = codec();
    let near = r#"{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":1800000000,
        "rateLimitType":"five_hour","utilization":0.91,
        "unifiedWindows":{"five_hour":{"utilization":0.9,"resetsAt":1800000000},
                          "seven_day":{"utilization":0.25,"resetsAt":1800500000,"status":"allowed"}}}}"#;
    let told = events(&mut codec, near);
    let limit = |window: &str, status, percent, resets_at_ms| RateLimit {
        window: window.into(),
        status,
        used_percent: Some(percent),
        resets_at_ms,
    };
    let [Event::Notice { text, .. }, Event::RateLimits { windows }] = told.as_slice() else {
        panic!("a notice and the windows, not {told:?}")
    };
    assert_eq!(text, "The 5-hour usage limit is almost used up");
    let expected = [
        limit("seven_day", RateLimitStatus::Allowed, 25.0, 1_800_500_000_000),
        limit("five_hour", RateLimitStatus::Warning, 91.0, 1_800_000_000_000),
    ];
    assert_eq!(windows.as_slice(), expected);
    assert!(events(&mut codec, near).is_empty(), "the same again");
    let over =
        r#"{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour"}}"#;
    let told = events(&mut codec, over);
    let [Event::Notice { text, .. }, Event::RateLimits { windows }] = told.as_slice() else {
        panic!("a notice and the window, not {told:?}")
    };
    assert_eq!(text, "Usage limit reached: the 5-hour limit is used up");
    assert_eq!((windows[0].status, windows[0].used_percent), (RateLimitStatus::Exceeded, None));
}

#[test]
fn a_limit_that_says_nothing_is_nothing() {
    let mut codec = codec();
    for line in [
        r#"{"type":"rate_limit_event"}"#,
        r#"{"type":"rate_limit_event","rate_limit_info":{"status":"odd","rateLimitType":"five_hour"}}"#,
        r#"{"type":"rate_limit_event","rate_limit_info":{"status":7,"unifiedWindows":[1]}}"#,
    ] {
        assert!(events(&mut codec, line).is_empty(), "{line}");
    }
}

#[test]
fn a_plan_says_what_it_asks_to_be_allowed() {
    let mut codec = codec();
    let line = r#"{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool",
        "tool_name":"ExitPlanMode","tool_use_id":"t1","input":{"plan":"Test it","planFilePath":"/p/plan.md",
        "allowedPrompts":[{"tool":"Bash","prompt":"run the tests"},{"tool":"Bash"},7]}}}"#;
    let told = events(&mut codec, line);
    let [Event::PermissionRequest { detail, .. }] = told.as_slice() else {
        panic!("a request, not {told:?}")
    };
    let expected = RequestedPermission { tool: "Bash".into(), text: "run the tests".into() };
    assert_eq!(detail.requested, [expected]);
}
