//! A line of 10 MiB from an agent, on its way to a client: whole, in pieces that fit.

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::agent_history_request::Anchor;

use crate::conversation::{Stage, TAB, View, open_agent, said, say};

/// Bytes of a message that holds one row or one page: the page's 2 MiB and what is around its texts.
const BOUNDED: usize = 3 << 20;

fn expected() -> String {
    (0..10 << 20 >> 4).map(|line| format!("{line:015}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_10_mib_reaches_every_client_whole_and_in_pieces_that_fit() {
    let stage = Stage::set().await;
    let client = stage.client().await;
    open_agent(&client.channel).await;
    let mut view = View::after(&client.channel, 0).await;
    view.until(|view| view.status.state == pb::AgentState::Idle).await;
    say(&client.channel, "big 10").await;
    view.until_turns(1).await;
    assert!(view.text() == expected(), "{} bytes came", view.text().len());
    assert!(view.largest < BOUNDED, "{} bytes at once", view.largest);

    // Who comes later has the end of it, and pages back to its beginning.
    let late = stage.client().await;
    let latest = View::after(&late.channel, 0).await;
    assert!(latest.has_earlier && latest.largest < BOUNDED, "{} bytes at once", latest.largest);
    let mut rows: Vec<pb::Item> = latest.in_order().into_iter().cloned().collect();
    loop {
        let request = pb::AgentHistoryRequest {
            tab_id: TAB.to_owned(),
            anchor: Some(Anchor::BeforePosition(rows[0].position)),
            limit: 200,
            ..Default::default()
        };
        let page: pb::AgentHistoryResponse =
            late.channel.call("agent.History", &request).await.expect("a page");
        rows.splice(..0, page.items);
        if !page.has_earlier {
            break;
        }
    }
    assert!(said(rows.iter()) == expected(), "the pages add up to {} bytes", said(rows.iter()).len());

    // Behind a row are the lines it came from, as many as fit.
    let last =
        view.in_order().into_iter().rev().find(|row| matches!(row.body, Some(pb::item::Body::Text(_))));
    let request = pb::RawLinesRequest {
        tab_id: TAB.to_owned(),
        item_id: last.expect("a text").item_id.clone(),
        ..Default::default()
    };
    let raw: pb::RawLinesResponse = client.channel.call("agent.RawLines", &request).await.expect("lines");
    assert!(raw.lines.iter().any(|line| line.contains("bytes left out")), "{}", raw.lines.len());

    say(&client.channel, "say on").await;
    view.until_turns(2).await;
    assert!(view.text().ends_with("Echo of say on"));
    stage.program.stop().await;
}
