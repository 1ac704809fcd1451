//! What every journal has to do. Run against an empty one.

use leapmux_transcript::{AgentStatus, Body, Event, Item, Record, Saved, TextBlock};

use super::{Anchor, Batch, Journal, Logged, Memo, Sent};
use crate::codec::Upload;

fn item(number: u64, position: u64, rev: u64, text: &str) -> Item {
    Item {
        id: format!("i{number}"),
        position,
        rev,
        time_ms: 1000,
        turn_id: "t1".into(),
        scope: String::new(),
        open: number == 3,
        body: Body::Text(TextBlock { text: text.into() }),
    }
}

fn logged(seq: u64, item: &str, raw: &[&str]) -> Logged {
    let event = Event::TextEnd { block: "b".into(), text: format!("text {seq}") };
    let record = Record { seq, time_ms: 5, turn_id: "t1".into(), scope: String::new(), event };
    Logged { record, item: Some(item.into()), raw: raw.iter().map(|line| (*line).to_owned()).collect() }
}

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

/// Panics when the journal does not keep the contract.
pub async fn run(journal: &dyn Journal) {
    assert_eq!(journal.load().await.expect("readable"), None, "a new journal is empty");
    let first = first_batch();
    journal.append(&first).await.expect("saved");
    reads_back(journal, &first).await;
    pages(journal).await;
    changes(journal).await;
}

fn first_batch() -> Batch {
    Batch {
        events: vec![
            logged(1, "i1", &["{\"a\":1}", "{\"b\":\"é\"}"]),
            logged(2, "i2", &[]),
            logged(3, "i1", &["{}"]),
        ],
        items: (1..=5).map(|n| item(n, n * 10, n, "x")).collect(),
        status: Some(AgentStatus { provider: "p".into(), ..AgentStatus::default() }),
        saved: Saved {
            seq: 3,
            next_item: 6,
            rev_ceiling: 105,
            turn: Some(("t1".into(), 7)),
            ..Saved::default()
        },
        memo: Some(Memo { native_session_id: "n".into(), resumable: true, ..Memo::default() }),
        sends: vec![Sent { client_id: "c1".into(), item: "i1".into(), time_ms: 1 }],
        uploads: vec![(
            "m1".into(),
            vec![Upload { name: "a.png".into(), media_type: "image/png".into(), data: vec![0, 255, 1] }],
        )],
        ..Batch::default()
    }
}

async fn reads_back(journal: &dyn Journal, first: &Batch) {
    let loaded = journal.load().await.expect("readable").expect("saved");
    assert_eq!(Some(&loaded.status), first.status.as_ref());
    assert_eq!((&loaded.saved, Some(&loaded.memo)), (&first.saved, first.memo.as_ref()));
    assert_eq!(ids(&loaded.open), ["i3"]);
    assert_eq!(loaded.sends, first.sends);
    assert_eq!(journal.item("i2").await.expect("readable"), Some(first.items[1].clone()));
    assert_eq!(journal.item("i9").await.expect("readable"), None);
    assert_eq!(journal.raw_lines("i1").await.expect("readable"), ["{\"a\":1}", "{\"b\":\"é\"}", "{}"]);
    assert_eq!(journal.uploads("m1").await.expect("readable"), first.uploads[0].1);
    let saved = Saved { seq: 4, ..first.saved.clone() };
    let next = Batch { saved: saved.clone(), uploads_done: vec!["m1".into()], ..Batch::default() };
    journal.append(&next).await.expect("saved");
    assert_eq!(journal.uploads("m1").await.expect("readable"), []);
    let loaded = journal.load().await.expect("readable").expect("saved");
    assert_eq!(loaded.saved, saved);
    assert_eq!(Some(&loaded.status), first.status.as_ref(), "what a batch leaves out stays");
    assert_eq!(Some(&loaded.memo), first.memo.as_ref());
}

async fn pages(journal: &dyn Journal) {
    for (anchor, expected, earlier, later) in [
        (Anchor::Latest, vec!["i4", "i5"], true, false),
        (Anchor::Oldest, vec!["i1", "i2"], false, true),
        (Anchor::Before(40), vec!["i2", "i3"], true, true),
        (Anchor::Before(20), vec!["i1"], false, true),
        (Anchor::After(30), vec!["i4", "i5"], true, false),
        (Anchor::After(50), vec![], true, false),
    ] {
        let page = journal.page(anchor, 2).await.expect("readable");
        assert_eq!(
            (ids(&page.items), page.has_earlier, page.has_later),
            (expected, earlier, later),
            "{anchor:?}"
        );
    }
}

async fn changes(journal: &dyn Journal) {
    let changed = journal.changed_since(3, 10).await.expect("readable").expect("few enough");
    assert_eq!(ids(&changed), ["i4", "i5"]);
    assert_eq!(journal.changed_since(0, 4).await.expect("readable"), None, "too many to list");
    let moved = item(2, 60, 7, "moved to the end");
    let batch = Batch {
        items: vec![moved.clone()],
        removed: vec!["i4".into()],
        saved: Saved::default(),
        ..Batch::default()
    };
    journal.append(&batch).await.expect("saved");
    let latest = journal.page(Anchor::Latest, 10).await.expect("readable");
    assert_eq!(ids(&latest.items), ["i1", "i3", "i5", "i2"]);
    assert_eq!(latest.items[3], moved);
    let changed = journal.changed_since(5, 10).await.expect("readable").expect("few enough");
    assert_eq!(ids(&changed), ["i2"]);
}
