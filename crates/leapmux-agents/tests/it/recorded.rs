//! The conformance suite by recorded conversations: every scenario of every provider is played, drawn and checked.

use std::collections::BTreeSet;

use leapmux_agents::Signal;
use leapmux_transcript::{AgentState, Body, Delivery};

use crate::draw::draw;
use crate::replay::{Played, fixtures, play};

/// Scenarios in which the agent never becomes ready, or is not spoken to.
const UNREADY: [&str; 3] = ["session-resume-unknown", "session-load-unknown", "malformed-input"];

pub fn scenarios(provider: &str) -> Vec<String> {
    let names = std::fs::read_dir(fixtures(provider))
        .expect("recordings")
        .map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> = names
        .map(|path| path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

/// What holds for every conversation of every provider.
fn check(provider: &str, scenario: &str, played: &Played) {
    let at = format!("{provider}/{scenario}");
    let rows = played.rows();
    let seqs: Vec<u64> = played.records.iter().map(|record| record.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "{at}: numbers have gaps");
    assert!(!played.signals.contains(&Signal::Garbage), "{at}: a line was not understood");
    if UNREADY.contains(&scenario) {
        return;
    }
    assert!(played.signals.contains(&Signal::Ready), "{at}: never ready");
    let status = played.transcript.status();
    assert!(!status.native_session_id.is_empty(), "{at}: no session id");
    assert!(status.option("model").is_some_and(|group| !group.values.is_empty()), "{at}: no models");
    if !played.killed {
        let state = status.state;
        assert!(matches!(state, AgentState::Idle), "{at}: ends {state:?}\n{}", draw(&rows));
        let open: Vec<_> = rows.iter().filter(|row| row.open && row.scope.is_empty()).collect();
        let queued = |row: &&leapmux_transcript::Item| matches!(&row.body, Body::UserMessage(m) if m.delivery == Delivery::Queued);
        assert!(open.iter().all(queued), "{at}: rows stay open: {open:?}");
    }
    let turns: BTreeSet<&str> =
        rows.iter().map(|row| row.turn_id.as_str()).filter(|turn| !turn.is_empty()).collect();
    for turn in turns {
        let ends =
            rows.iter().filter(|row| row.turn_id == turn && matches!(row.body, Body::TurnEnd(_))).count();
        let runs = played.killed && status.state != AgentState::Idle;
        assert_eq!(ends + usize::from(runs && ends == 0), 1, "{at}: turn {turn} ends {ends} times");
    }
}

macro_rules! recorded {
    ($($provider:ident),*) => {$(
        mod $provider {
            #[test]
            fn every_recording_becomes_a_transcript() {
                for scenario in super::scenarios(stringify!($provider)) {
                    let played = super::play(stringify!($provider), &scenario);
                    let drawn = super::draw(&played.rows());
                    let mut settings = insta::Settings::clone_current();
                    settings.set_snapshot_path(format!("snapshots/{}", stringify!($provider)));
                    settings.set_prepend_module_to_snapshot(false);
                    settings.set_omit_expression(true);
                    settings.bind(|| insta::assert_snapshot!(scenario.clone(), drawn));
                    super::check(stringify!($provider), &scenario, &played);
                }
            }
        }
    )*};
}
recorded!(claude, opencode, reasonix);
