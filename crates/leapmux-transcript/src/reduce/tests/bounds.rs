//! What is too long: texts go on in the next row, everything else is cut.

use super::*;

/// Texts of the rows, in order.
fn texts(reader: &Reader) -> Vec<String> {
    let text = |body: Body| match body {
        Body::Text(block) | Body::Thinking(block) => Some(block.text),
        _ => None,
    };
    reader.bodies().into_iter().filter_map(text).collect()
}

#[test]
fn a_text_too_long_for_a_row_goes_on_in_the_next() {
    let piece = "é🙂x".repeat(40_000);
    let whole = piece.repeat(13);
    let (mut streamed, mut at_once, mut ended) = (Reader::new(), Reader::new(), Reader::new());
    for _ in 0..13 {
        streamed.take(text("b", &piece));
        assert_eq!(streamed.rows.values().filter(|row| row.open).count(), 1, "one row grows");
    }
    at_once.take(text("b", &whole));
    for reader in [&mut streamed, &mut at_once, &mut ended] {
        reader.take(Event::TextEnd { block: "b".into(), text: whole.clone() });
        let texts = texts(reader);
        assert!(texts.len() > 3 && texts.iter().all(|text| text.len() <= crate::MAX_TEXT), "{}", texts.len());
        assert!(texts.concat() == whole, "nothing is lost or doubled");
        assert!(reader.rows.values().all(|row| !row.open));
        assert_eq!(reader.transcript.total_items(), texts.len() as u64);
    }
    assert!(streamed.bodies() == ended.bodies() && at_once.bodies() == ended.bodies());
    streamed.take(text("b", "another"));
    assert_eq!(texts(&streamed).last().map(String::as_str), Some("another"), "the block's name is free");
}

#[test]
fn whatever_an_agent_sends_a_row_fits_into_a_message() {
    let huge = "é".repeat(6 << 20);
    let diff = crate::Diff { new_text: Some("x".repeat(256 << 10)), ..crate::Diff::default() };
    let detail = Permission {
        plan: huge.clone(),
        input: format!("[{huge:?}]"),
        paths: vec![huge.clone(); 2],
        diffs: vec![diff.clone(); 100],
        ..Permission::default()
    };
    let start = ToolStart {
        tool: "a".into(),
        title: huge.clone(),
        input: huge.clone(),
        diffs: vec![diff; 100],
        ..ToolStart::default()
    };
    let option = crate::QuestionOption { label: "x".repeat(20_000), ..crate::QuestionOption::default() };
    let part = crate::QuestionPart { options: vec![option; 40], ..crate::QuestionPart::default() };
    let events = [
        Event::ToolStart(Box::new(start)),
        Event::PermissionRequest { request: "r".into(), tool: None, detail: Box::new(detail) },
        Event::QuestionRequest { request: "q".into(), questions: vec![part; 40] },
        Event::PlanDocument { markdown: huge.clone(), path: String::new() },
        Event::Notice { level: NoticeLevel::Info, text: huge.clone(), kind: NoticeKind::Other },
        Event::TurnEnd {
            stop: Stop::Error,
            error: huge,
            error_class: ErrorClass::Other,
            usage: Usage::default(),
        },
    ];
    for event in events {
        let mut reader = Reader::new();
        reader.take(event);
        for row in reader.rows.values() {
            let size = serde_json::to_string(row).expect("rows serialize").len();
            assert!(size < 10 << 20, "{size} bytes: {:.80?}", row.body);
            if let Body::Tool(call) = &row.body {
                serde_json::from_str::<serde_json::Value>(&call.input).expect("still JSON");
            }
        }
    }
}
