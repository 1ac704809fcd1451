//! Messages are begun in the order they were sent in, whenever they come.

use std::collections::BTreeMap;

use leapmux_agents::{AgentCodec, Command, Session, SessionStart, Step, provider};
use leapmux_transcript::Event;

fn codec() -> Box<dyn AgentCodec> {
    let start = SessionStart {
        working_dir: "/workspace".into(),
        session: Session::New { id: "s".into() },
        options: BTreeMap::new(),
        may_bypass: false,
    };
    provider("claude").expect("known").codec(&start)
}

/// The messages a step begins with.
fn begun(step: Step) -> Vec<String> {
    let message = |event| match event {
        Event::TurnStart { message_id, .. } => message_id,
        _ => None,
    };
    step.events.into_iter().filter_map(|emitted| message(emitted.event)).collect()
}

#[test]
fn a_message_sent_between_two_turns_waits_for_the_one_before_it() {
    let mut codec = codec();
    codec.start();
    codec.decode(br#"{"type":"control_response","response":{"subtype":"success","request_id":"leapmux_1","response":{}}}"#);
    let send = |codec: &mut Box<dyn AgentCodec>, id: &str| {
        let prompt = Command::Prompt { message_id: id.into(), text: "Hello".into(), uploads: Vec::new() };
        begun(codec.encode(prompt).expect("taken"))
    };
    let init = br#"{"type":"system","subtype":"init","session_id":"s"}"#;
    let result = br#"{"type":"result","subtype":"success"}"#;
    assert_eq!(send(&mut codec, "one"), ["one"]);
    assert!(begun(codec.decode(init)).is_empty());
    assert!(send(&mut codec, "two").is_empty());
    codec.decode(result);
    assert!(send(&mut codec, "three").is_empty(), "two is about to begin");
    assert_eq!(begun(codec.decode(init)), ["two"]);
    codec.decode(result);
    assert_eq!(begun(codec.decode(init)), ["three"]);
}
