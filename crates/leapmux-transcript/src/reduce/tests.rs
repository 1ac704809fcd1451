//! The rules of the event model, each as a test, and properties over random event sequences.

mod bounds;

use proptest::prelude::*;

use super::*;
use crate::item::{NoticeKind, NoticeLevel, Permission, ToolKind, ToolStatus};
use crate::parts::{ErrorClass, Resolution, Role, Stop, Usage};
use crate::{OutputPatch, ToolEnd, ToolStart, ToolUpdate};

/// A transcript and the rows a reader of its changes has.
#[derive(Default)]
struct Reader {
    transcript: Transcript,
    rows: BTreeMap<String, Item>,
    records: Vec<Record>,
    clock: i64,
}

impl Reader {
    fn new() -> Self {
        let mut reader = Self { transcript: Transcript::new("fake", "/w"), ..Self::default() };
        reader.take(Event::SessionState(Phase::Ready));
        reader
    }

    fn take(&mut self, event: Event) -> Option<String> {
        self.take_in("", event)
    }

    fn take_in(&mut self, scope: &str, event: Event) -> Option<String> {
        self.clock += 1;
        let effect = self.transcript.apply(self.clock, Emitted { scope: scope.into(), event });
        self.records.extend(effect.record);
        for change in effect.changes {
            match change {
                Change::Item(item) => {
                    self.rows.insert(item.id.clone(), *item);
                }
                Change::Append { item, text, rev } => {
                    let row = self.rows.get_mut(&item).expect("appended to a known row");
                    row.rev = rev;
                    match &mut row.body {
                        Body::Text(block) | Body::Thinking(block) => block.text.push_str(&text),
                        Body::Tool(call) => call.output.push_str(&text),
                        other => panic!("appended to {other:?}"),
                    }
                }
                Change::Removed { item } => {
                    self.rows.remove(&item);
                }
                Change::Status => {}
            }
        }
        effect.item
    }

    fn row(&self, id: &str) -> &Item {
        &self.rows[id]
    }

    /// Rows as they are drawn, without numbers.
    fn bodies(&self) -> Vec<Body> {
        let mut rows: Vec<&Item> = self.rows.values().collect();
        rows.sort_by_key(|row| row.position);
        rows.iter().map(|row| row.body.clone()).collect()
    }

    fn state(&self) -> AgentState {
        self.transcript.status().state
    }
}

fn start_turn() -> Event {
    Event::TurnStart { origin: crate::Origin::Agent, message_id: None }
}
fn end_turn(stop: Stop) -> Event {
    Event::TurnEnd { stop, error: String::new(), error_class: ErrorClass::Other, usage: Usage::default() }
}
fn text(block: &str, text: &str) -> Event {
    Event::TextDelta { block: block.into(), text: text.into() }
}
fn tool(id: &str) -> Event {
    Event::ToolStart(Box::new(ToolStart { tool: id.into(), kind: ToolKind::Execute, ..ToolStart::default() }))
}
fn tool_end(id: &str, status: ToolStatus) -> Event {
    Event::ToolEnd(Box::new(ToolEnd { tool: id.into(), status, ..ToolEnd::default() }))
}
fn permission(request: &str, tool: Option<&str>) -> Event {
    Event::PermissionRequest {
        request: request.into(),
        tool: tool.map(Into::into),
        detail: Box::new(Permission::default()),
    }
}
fn message(id: &str, delivery: Delivery) -> Event {
    Event::UserMessage {
        message_id: id.into(),
        text: id.into(),
        attachments: vec![],
        client_id: String::new(),
        delivery,
    }
}
fn exit(expected: bool) -> Event {
    Event::ProcessExit { code: Some(1), signal: String::new(), stderr_tail: "boom".into(), expected }
}
fn call(item: &Item) -> &crate::ToolCall {
    match &item.body {
        Body::Tool(call) => call,
        other => panic!("not a tool: {other:?}"),
    }
}

#[test]
fn the_end_of_a_text_replaces_what_deltas_built() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let id = reader.take(text("b", "hal")).expect("a row");
    reader.take(text("b", "lo"));
    assert_eq!(reader.row(&id).body, Body::Text(crate::TextBlock { text: "hallo".into() }));
    reader.take(Event::TextEnd { block: "b".into(), text: "hello".into() });
    assert_eq!(reader.row(&id).body, Body::Text(crate::TextBlock { text: "hello".into() }));
    assert!(!reader.row(&id).open);
    assert_eq!(reader.rows.len(), 1);
}

#[test]
fn the_end_of_a_turn_closes_what_is_open() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    assert_eq!(reader.state(), AgentState::Running);
    let words = reader.take(text("b", "hal")).expect("a row");
    let call_row = reader.take(tool("x")).expect("a row");
    let asked = reader.take(permission("r", Some("x"))).expect("a row");
    assert_eq!(reader.state(), AgentState::Waiting);
    assert_eq!(reader.transcript.status().pending_request_ids, [asked.as_str()]);
    reader.take(end_turn(Stop::Cancelled));
    assert!(!reader.row(&words).open);
    assert_eq!(call(reader.row(&call_row)).status, ToolStatus::Cancelled);
    let Body::Permission(permission) = &reader.row(&asked).body else { panic!("a permission") };
    assert!(permission.resolution.as_ref().is_some_and(|resolution| resolution.withdrawn));
    assert_eq!(permission.tool_item_id, call_row);
    assert_eq!(reader.state(), AgentState::Idle);
    assert!(reader.rows.values().all(|row| row.turn_id == "t1"), "all rows are of the first turn");
}

#[test]
fn a_late_tool_update_reaches_its_row() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let row = reader.take(tool("x")).expect("a row");
    reader.take(end_turn(Stop::Completed));
    assert_eq!(call(reader.row(&row)).status, ToolStatus::Cancelled);
    reader.take(tool_end("x", ToolStatus::Ok));
    assert_eq!(call(reader.row(&row)).status, ToolStatus::Ok);
    reader.take(tool("x"));
    assert_eq!(reader.rows.len(), 3, "an id used again is a call of its own");
}

#[test]
fn work_of_a_background_agent_survives_the_turn_that_started_it() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let task = reader.take(tool("task")).expect("a row");
    reader.take(tool_end("task", ToolStatus::Ok));
    let below = reader.take_in("task", tool("inner")).expect("a row");
    reader.take(end_turn(Stop::Completed));
    assert_eq!(call(reader.row(&below)).status, ToolStatus::Running);
    assert_eq!(reader.row(&below).scope, task);
    reader.take(exit(false));
    assert_eq!(call(reader.row(&below)).status, ToolStatus::Cancelled);
}

#[test]
fn a_request_is_settled_once() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let row = reader.take(permission("r", None)).expect("a row");
    let answer = |role| Event::RequestResolved {
        request: "r".into(),
        resolution: Resolution { role, ..Resolution::default() },
    };
    reader.take(answer(Role::AllowOnce));
    let first = reader.row(&row).clone();
    reader.take(answer(Role::Deny));
    assert_eq!(*reader.row(&row), first);
    assert_eq!(reader.state(), AgentState::Running);
    assert!(
        matches!(&first.body, Body::Permission(p) if p.resolution.as_ref().map(|r| r.role) == Some(Role::AllowOnce))
    );
}

#[test]
fn the_end_of_the_process_ends_the_turn_as_an_error() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    reader.take(tool("x"));
    reader.take(exit(false));
    let bodies = reader.bodies();
    assert!(matches!(&bodies[1], Body::TurnEnd(end) if end.stop == Stop::Error), "{bodies:?}");
    assert!(matches!(&bodies[2], Body::ProcessExit(exit) if exit.stderr_tail == "boom"));
    assert_eq!(reader.state(), AgentState::Inactive);
}

#[test]
fn queued_messages_move_to_where_they_are_taken() {
    let mut reader = Reader::new();
    let first = reader.take(message("m1", Delivery::Queued)).expect("a row");
    reader.take(Event::TurnStart { origin: crate::Origin::User, message_id: Some("m1".into()) });
    assert_eq!(reader.row(&first).turn_id, "t1");
    let second = reader.take(message("m2", Delivery::Queued)).expect("a row");
    let third = reader.take(message("m3", Delivery::Queued)).expect("a row");
    assert_eq!(reader.transcript.queued_messages().len(), 2);
    reader.take(text("b", "hi"));
    reader.take(Event::TurnStart { origin: crate::Origin::User, message_id: Some("m2".into()) });
    reader.take(end_turn(Stop::Completed));
    reader.take(Event::UserRemoved { message_id: "m3".into() });
    assert!(!reader.rows.contains_key(&third));
    let deliveries: Vec<Delivery> = reader
        .bodies()
        .into_iter()
        .filter_map(|body| if let Body::UserMessage(m) = body { Some(m.delivery) } else { None })
        .collect();
    assert_eq!(deliveries, [Delivery::Sent, Delivery::Folded]);
    assert!(reader.row(&second).position > reader.row(&first).position + 2 * POSITION_STEP);
    assert_eq!(reader.transcript.total_items(), reader.rows.len() as u64);
}

#[test]
fn growing_output_travels_as_what_was_added() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let row = reader.take(tool("x")).expect("a row");
    for whole in ["a", "ab", "abc", "xyz"] {
        reader.take(Event::ToolUpdate(Box::new(ToolUpdate {
            tool: "x".into(),
            output: Some(OutputPatch::Replace(whole.into())),
            ..ToolUpdate::default()
        })));
        assert_eq!(call(reader.row(&row)).output, whole);
    }
    let flood = "y".repeat(crate::MAX_OUTPUT + 10);
    reader.take(Event::ToolUpdate(Box::new(ToolUpdate {
        tool: "x".into(),
        output: Some(OutputPatch::Append(flood)),
        ..ToolUpdate::default()
    })));
    assert_eq!(call(reader.row(&row)).output_total_bytes as usize, crate::MAX_OUTPUT + 13);
}

#[test]
fn a_restored_transcript_goes_on_with_higher_numbers_and_closes_what_was_open() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let row = reader.take(text("b", "half a sen")).expect("a row");
    let saved = reader.transcript.saved();
    let open: Vec<Item> = reader.transcript.live().filter(|item| item.open).cloned().collect();
    let last_rev = reader.transcript.rev();
    reader.transcript = Transcript::restore(reader.transcript.status().clone(), saved, open);
    assert!(reader.transcript.in_turn());
    reader.take(exit(true));
    assert!(!reader.row(&row).open);
    assert!(reader.row(&row).rev > last_rev);
    assert!(matches!(reader.bodies().last(), Some(Body::TurnEnd(end)) if end.stop == Stop::Cancelled));
    assert_eq!(reader.state(), AgentState::Inactive);
}

#[test]
fn retries_count_up_in_one_row() {
    let mut reader = Reader::new();
    reader.take(start_turn());
    let retry = |attempt| Event::Retry { attempt, max: 10, delay_ms: 550, error: "overloaded".into() };
    let first = reader.take(retry(1)).expect("a row");
    assert_eq!(reader.take(retry(2)), Some(first.clone()));
    let Body::Notice(notice) = &reader.row(&first).body else { panic!("a notice") };
    assert_eq!(notice.text, "API Retry 2/10 in 1 s — overloaded");
    assert!(reader.row(&first).open);
    let row = reader.take(text("b", "at last"));
    assert_ne!(row, Some(first.clone()), "the event is about its own row");
    let Body::Notice(notice) = &reader.row(&first).body else { panic!("a notice") };
    assert_eq!(notice.text, "API Retry 2/10 — overloaded", "nothing waits any more");
    assert!(!reader.row(&first).open);
    assert_ne!(reader.take(retry(1)), Some(first));
}

#[test]
fn changed_options_share_one_notice_and_what_is_as_before_is_dropped() {
    let mut reader = Reader::new();
    let change = |label: &str, old: &str, new: &str| Event::OptionChanged {
        label: label.into(),
        old: old.into(),
        new: new.into(),
    };
    let words = |reader: &Reader| -> Vec<String> {
        let text = |body: Body| if let Body::Notice(notice) = body { notice.text } else { String::new() };
        reader.bodies().into_iter().map(text).collect()
    };
    reader.take(change("Model", "Opus", "Opus"));
    assert!(words(&reader).is_empty());
    reader.take(change("Model", "Opus", "Sonnet"));
    reader.take(change("Effort", "Auto", "High"));
    reader.take(change("Model", "Sonnet", "Haiku"));
    assert_eq!(words(&reader), ["Model (Opus → Haiku), Effort (Auto → High)"]);
    reader.take(change("Model", "Haiku", "Opus"));
    assert_eq!(words(&reader), ["Effort (Auto → High)"]);
    reader.take(change("Effort", "High", "Auto"));
    assert!(words(&reader).is_empty(), "all is as it was");
    assert_eq!(reader.transcript.total_items(), 0);
    reader.take(change("Effort", "Auto", "Low"));
    reader.take(text("b", "said in between"));
    reader.take(change("Effort", "Low", "Auto"));
    assert_eq!(words(&reader).len(), 3, "only neighbours are merged");
}

#[test]
fn a_compaction_nobody_told_the_end_of_is_settled_with_its_turn() {
    for (stop, expected) in
        [(Stop::Completed, "Context compacted"), (Stop::Cancelled, "Compacting the context was stopped")]
    {
        let mut reader = Reader::new();
        reader.take(start_turn());
        let row = reader.take(Event::Compaction { running: true, text: String::new() }).expect("a row");
        assert_eq!(reader.state(), AgentState::Compacting);
        reader.take(end_turn(stop));
        let Body::Notice(notice) = &reader.row(&row).body else { panic!("a notice") };
        assert_eq!((notice.text.as_str(), reader.row(&row).open), (expected, false));
        assert_eq!(reader.state(), AgentState::Idle);
    }
}

#[test]
fn rate_limits_are_kept_by_window_and_never_many() {
    use crate::parts::{RateLimit, RateLimitStatus};
    let mut reader = Reader::new();
    let limit = |window: &str, status| RateLimit { window: window.into(), status, ..RateLimit::default() };
    let told = |windows: Vec<RateLimit>| Event::RateLimits { windows };
    let (allowed, warning) = (RateLimitStatus::Allowed, RateLimitStatus::Warning);
    reader.take(told(vec![limit("five_hour", allowed), limit("seven_day", allowed)]));
    reader.take(told(vec![limit("seven_day", warning)]));
    let known = &reader.transcript.status().rate_limits;
    assert_eq!(*known, [limit("five_hour", allowed), limit("seven_day", warning)]);
    reader.take(told((0..100).map(|n| limit(&n.to_string(), allowed)).collect()));
    assert_eq!(reader.transcript.status().rate_limits.len(), turns::MAX_WINDOWS);
    assert!(reader.rows.is_empty(), "limits are no rows");
}

#[test]
fn the_newest_plans_file_is_known() {
    let mut reader = Reader::new();
    reader.take(Event::PlanDocument { markdown: "one".into(), path: "/w/one.md".into() });
    assert_eq!(reader.transcript.status().plan_file, "/w/one.md");
    let detail = Permission {
        kind: crate::item::PermissionKind::Plan,
        paths: vec!["/w/two.md".into()],
        ..Permission::default()
    };
    reader.take(Event::PermissionRequest { request: "r".into(), tool: None, detail: Box::new(detail) });
    assert_eq!(reader.transcript.status().plan_file, "/w/two.md");
    reader.take(Event::PlanDocument { markdown: "kept nowhere".into(), path: String::new() });
    assert_eq!(reader.transcript.status().plan_file, "/w/two.md");
}

#[test]
fn events_keep_their_names_on_the_way_to_disk() {
    let json = serde_json::to_value(Event::Notice {
        level: NoticeLevel::Warning,
        text: "x".into(),
        kind: NoticeKind::RateLimit,
    });
    let expected =
        serde_json::json!({"type": "notice", "level": "warning", "text": "x", "kind": "rate_limit"});
    assert_eq!(json.ok(), Some(expected));
    let state = serde_json::to_value(Event::SessionState(Phase::Starting { text: "…".into() }));
    let expected = serde_json::json!({"type": "session.state", "phase": "starting", "text": "…"});
    assert_eq!(state.ok(), Some(expected));
}

fn any_event() -> impl Strategy<Value = (String, Event)> {
    let id = prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
    let words = "[a-zé ]{0,6}";
    let stop = prop::sample::select(vec![Stop::Completed, Stop::Cancelled, Stop::Error]);
    let event = prop_oneof![
        Just(start_turn()),
        stop.prop_map(end_turn),
        (id.clone(), words).prop_map(|(block, text)| Event::TextDelta { block, text }),
        (id.clone(), words).prop_map(|(block, text)| Event::TextEnd { block, text }),
        (id.clone(), words).prop_map(|(block, text)| Event::ThinkingDelta { block, text }),
        id.clone().prop_map(|id| tool(&id)),
        (id.clone(), words).prop_map(|(tool, text)| Event::ToolUpdate(Box::new(ToolUpdate {
            tool,
            output: Some(OutputPatch::Append(text)),
            ..ToolUpdate::default()
        }))),
        id.clone().prop_map(|id| tool_end(&id, ToolStatus::Ok)),
        (id.clone(), prop::option::of(id.clone())).prop_map(|(r, t)| permission(&r, t.as_deref())),
        id.clone().prop_map(|request| Event::RequestResolved { request, resolution: Resolution::default() }),
        id.clone().prop_map(|id| message(&id, Delivery::Queued)),
        id.clone().prop_map(|id| Event::TurnStart { origin: crate::Origin::User, message_id: Some(id) }),
        id.prop_map(|message_id| Event::UserRemoved { message_id }),
        any::<bool>().prop_map(exit),
        any::<bool>().prop_map(|running| Event::Compaction { running, text: String::new() }),
        (1..4u32).prop_map(|attempt| Event::Retry { attempt, max: 3, delay_ms: 9, error: "e".into() }),
        ("[ab]", "[xy]", "[xy]").prop_map(|(label, old, new)| Event::OptionChanged { label, old, new }),
    ];
    (prop::sample::select(vec!["", "", "a"]).prop_map(str::to_owned), event)
}

proptest! {
    #[test]
    fn readers_of_changes_have_what_the_reducer_has(events in prop::collection::vec(any_event(), 0..80)) {
        let mut reader = Reader::new();
        let mut last_rev = 0;
        for (scope, event) in events {
            reader.take_in(&scope, event);
            prop_assert!(reader.transcript.rev() >= last_rev);
            last_rev = reader.transcript.rev();
            for item in reader.transcript.live() {
                prop_assert_eq!(Some(item), reader.rows.get(&item.id));
            }
            prop_assert_eq!(reader.transcript.total_items(), reader.rows.len() as u64);
        }
        let seqs: Vec<u64> = reader.records.iter().map(|record| record.seq).collect();
        prop_assert_eq!(seqs.clone(), (1..=seqs.len() as u64).collect::<Vec<_>>());
        reader.take(exit(false));
        let open = reader.rows.values().filter(|row| row.open);
        prop_assert!(open.into_iter().all(|row| matches!(row.body, Body::UserMessage(_))), "only queued messages stay open");
        let positions: std::collections::BTreeSet<u64> = reader.rows.values().map(|row| row.position).collect();
        prop_assert_eq!(positions.len(), reader.rows.len());
    }

    #[test]
    fn deltas_then_end_equal_the_end_alone(words in prop::collection::vec("[a-zé ]{1,5}", 1..20)) {
        let (mut streamed, mut whole) = (Reader::new(), Reader::new());
        for word in &words {
            streamed.take(text("b", word));
        }
        for reader in [&mut streamed, &mut whole] {
            reader.take(Event::TextEnd { block: "b".into(), text: words.concat() });
        }
        prop_assert_eq!(streamed.bodies(), whole.bodies());
    }

    #[test]
    fn events_and_rows_survive_json(events in prop::collection::vec(any_event(), 0..40)) {
        let mut reader = Reader::new();
        for (scope, event) in events {
            reader.take_in(&scope, event);
        }
        for record in &reader.records {
            let json = serde_json::to_string(record).expect("records serialize");
            prop_assert_eq!(&serde_json::from_str::<Record>(&json).expect("and parse"), record);
        }
        for row in reader.rows.values() {
            let json = serde_json::to_string(row).expect("rows serialize");
            prop_assert_eq!(&serde_json::from_str::<Item>(&json).expect("and parse"), row);
        }
    }
}
