//! Messages to one agent, with ids of their own: an id that is sent again is the same message.

use std::collections::BTreeMap;
use std::sync::Arc;

use leapmux_client::CallError;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::item::Body;
use tokio::sync::Semaphore;

use crate::random::Random;
use leapmux_integration::Client;

/// One message.
#[derive(Debug)]
struct Sent {
    client_id: String,
    text: String,
    /// The row it was acknowledged with.
    item: Option<String>,
}

/// What was sent, in order.
pub struct Messages {
    random: Random,
    sent: Vec<Sent>,
}

impl Messages {
    pub fn new(random: Random) -> Self {
        Self { random, sent: Vec::new() }
    }

    /// Sends one message after the other; each takes one of `turns`.
    pub async fn talk(&mut self, client: &Client, tab: &str, turns: Arc<Semaphore>) -> Result<(), CallError> {
        loop {
            // One more than the turns it has ended: closed never.
            if let Ok(turn) = turns.acquire().await {
                turn.forget();
            }
            let number = self.sent.len();
            let verb = if self.random.below(2) == 0 { "ask" } else { "say" };
            let client_id = format!("{:032x}", self.random.bits());
            let text = format!("{verb} {number} {client_id}");
            self.sent.push(Sent { client_id, text, item: None });
            self.send_last(client, tab).await?;
        }
    }

    async fn send_last(&mut self, client: &Client, tab: &str) -> Result<(), CallError> {
        let Some(last) = self.sent.last_mut() else { return Ok(()) };
        let request = pb::SendMessageRequest {
            tab_id: tab.to_owned(),
            client_id: last.client_id.clone(),
            text: last.text.clone(),
            ..Default::default()
        };
        let taken: pb::SendMessageResponse = client.channel.call("agent.Send", &request).await?;
        if let Some(before) = last.item.replace(taken.item_id.clone()) {
            assert_eq!(before, taken.item_id, "sent twice, taken twice");
        }
        Ok(())
    }

    /// The last message, acknowledged or not: the same id is the same message.
    pub async fn send_again(&mut self, client: &Client, tab: &str) {
        self.send_last(client, tab).await.expect("sent");
        let open = self.sent.iter().filter(|sent| sent.item.is_none()).count();
        assert_eq!(open, 0, "only the last message may be without an answer");
    }

    /// How many were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.sent.iter().filter(|sent| sent.item.is_some()).count()
    }

    /// Every message is in the transcript once and in order, in the row it was acknowledged with.
    pub fn check(&self, rows: &[pb::Item]) {
        // What waits keeps its place until it is begun with, and is shown last.
        let (waiting, begun): (Vec<&pb::Item>, Vec<&pb::Item>) = rows.iter().partition(|row| queued(row));
        let found: Vec<(&str, &str)> = begun.into_iter().chain(waiting).filter_map(user_message).collect();
        let expected = self.sent.iter().map(|sent| (sent.client_id.as_str(), sent.text.as_str()));
        let differs = expected.clone().zip(&found).find(|(wanted, found)| wanted != *found);
        assert_eq!(differs, None, "a message is lost, doubled or out of order");
        assert_eq!(found.len(), expected.count(), "messages are lost or doubled");
        let by_id: BTreeMap<&str, &pb::Item> = rows.iter().map(|row| (row.item_id.as_str(), row)).collect();
        for sent in &self.sent {
            let row = sent.item.as_deref().and_then(|item| by_id.get(item)).and_then(|row| user_message(row));
            assert_eq!(row.map(|row| row.0), Some(sent.client_id.as_str()), "{sent:?} has another row");
        }
    }
}

/// A message the agent has not begun with.
pub fn queued(row: &pb::Item) -> bool {
    matches!(&row.body, Some(Body::UserMessage(message)) if message.delivery == pb::Delivery::Queued)
}

/// Client id and text of a message's row.
fn user_message(row: &pb::Item) -> Option<(&str, &str)> {
    match &row.body {
        Some(Body::UserMessage(message)) => Some((&message.client_id, &message.text)),
        _ => None,
    }
}
