//! Sessions: resumed, lost, cleared.

use leapmux_transcript::{AgentState, Body, NoticeKind};

use super::bench::Bench;
use super::kit::Kit;

pub async fn resume(kit: &Kit, mut bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY remember the word apple").await;
    let session = view.status.native_session_id.clone();
    bench.lab.shut_down().await;
    let mut view = bench.lab.open().await;
    assert_eq!(view.status.state, AgentState::Inactive, "it waits until it is needed");
    assert_eq!(view.text(), "remember the word apple");
    view.turn("RECALL").await;
    assert_eq!(view.status.native_session_id, session, "{}: {}", kit.id, view.draw());
    assert!(view.text().contains("I know: SAY remember the word apple"), "{}", view.draw());
    assert_eq!(view.turns(), 2, "nothing is replayed into the transcript\n{}", view.draw());
    bench.done(view).await;
}

pub async fn resume_unknown(_: &Kit, mut bench: Bench) {
    bench.lab.profile.resume_session = "99999999-2222-4333-8444-555555555555".into();
    let mut view = bench.open().await;
    let notice =
        view.last(|body| if let Body::Notice(notice) = body { Some(notice) } else { None }).expect("a row");
    assert_eq!(notice.notice, NoticeKind::Session, "{}", view.draw());
    view.turn("SAY a new start").await;
    assert_eq!(view.text(), "a new start");
    assert_ne!(view.status.native_session_id, bench.lab.profile.resume_session);
    bench.done(view).await;
}

pub async fn clear(_: &Kit, bench: Bench) {
    let mut view = bench.open().await;
    view.turn("SAY remember the word apple").await;
    let session = view.status.native_session_id.clone();
    view.send("/clear").await;
    view.until("a new session", |view| view.status.state == AgentState::Idle).await;
    view.turn("RECALL").await;
    assert!(!view.text().contains("SAY remember the word apple"), "{}", view.draw());
    assert_ne!(view.status.native_session_id, session);
    assert!(view.draw().contains("Context cleared"));
    bench.done(view).await;
}
