//! Two windows answer one approval: one of them is taken, both are told which.

use leapmux_client::Channel;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::item::Body;

use crate::conversation::{Stage, TAB, View, open_agent, say};

async fn respond(channel: &Channel, request: &str, option: &str) -> pb::RespondResponse {
    let request = pb::RespondRequest {
        tab_id: TAB.to_owned(),
        request_id: request.to_owned(),
        option_id: option.to_owned(),
        ..Default::default()
    };
    channel.call("agent.Respond", &request).await.expect("answered")
}

fn resolution<'a>(view: &'a View, request: &str) -> Option<&'a pb::Resolution> {
    match view.rows.get(request).and_then(|row| row.body.as_ref()) {
        Some(Body::Permission(permission)) => permission.resolution.as_option().filter(|r| r.resolved),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_of_two_windows_is_recorded_and_both_are_told() {
    let stage = Stage::set().await;
    let (one, two) = (stage.client().await, stage.client().await);
    open_agent(&one.channel).await;
    let mut first = View::after(&one.channel, 0).await;
    let mut second = View::after(&two.channel, 0).await;
    for round in 1..=10 {
        say(&one.channel, &format!("ask {round}")).await;
        for view in [&mut first, &mut second] {
            view.until(|view| !view.status.pending_request_ids.is_empty()).await;
        }
        let request = first.status.pending_request_ids[0].clone();
        assert_eq!(second.status.pending_request_ids, [request.as_str()]);
        let (allow, deny) =
            tokio::join!(respond(&one.channel, &request, "allow"), respond(&two.channel, &request, "deny"));
        assert_ne!(allow.accepted, deny.accepted, "one of the two is taken");
        let counts = if allow.accepted { "allow" } else { "deny" };
        for answer in [&allow, &deny] {
            assert_eq!(answer.resolution.as_option().map(|r| r.option_id.as_str()), Some(counts));
        }
        for view in [&mut first, &mut second] {
            view.until_turns(round).await;
            assert_eq!(resolution(view, &request).map(|r| r.option_id.as_str()), Some(counts));
        }
        assert_eq!(stage.home.log("answered.log").len(), round, "the agent was answered once");
    }
    stage.program.stop().await;
}
