//! A person who talks to an agent: messages, answers to what it asks, and what must be true of both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leapmux_client::{CallError, CallStream};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::{TabId, WorkspaceId};
use pb::agent_event::Event;
use pb::agent_history_request::Anchor;
use pb::item::Body;
use tokio::sync::Semaphore;

use crate::messages::{Messages, queued};
use crate::random::Random;
use crate::terminals::close;
use leapmux_integration::{Client, Home};

/// Messages the agent may be behind.
const BEHIND: usize = 3;
const PAGE: u32 = 200;

/// One answer to a request.
#[derive(Debug)]
struct Answered {
    option: &'static str,
    acknowledged: bool,
}

/// One agent.
pub struct Agent {
    tab: String,
    workspace: WorkspaceId,
    random: Random,
    messages: Messages,
    answers: BTreeMap<String, Answered>,
}

impl Agent {
    pub fn new(workspace: WorkspaceId, mut random: Random) -> Self {
        let tab = TabId::from_bits(random.bits()).to_string();
        let messages = Messages::new(Random::new(random.next()));
        Self { tab, workspace, random, messages, answers: BTreeMap::new() }
    }

    /// Opens it; as often as one likes.
    async fn open(&self, client: &Client) -> Result<(), CallError> {
        let request = pb::OpenAgentRequest {
            tab_id: self.tab.clone(),
            workspace_id: self.workspace.to_string(),
            provider: "claude".to_owned(),
            ..Default::default()
        };
        client.channel.call::<_, pb::OpenAgentResponse>("agent.Open", &request).await.map(drop)
    }

    async fn watch(&self, client: &Client) -> Result<CallStream, CallError> {
        let request = pb::WatchAgentRequest { tab_id: self.tab.clone(), ..Default::default() };
        client.channel.watch("agent.Watch", &request).await
    }

    /// Talks and answers until the program is gone.
    pub async fn act(&mut self, client: &Client) -> Result<(), CallError> {
        self.open(client).await?;
        let mut watch = self.watch(client).await?;
        let turns = Arc::new(Semaphore::new(BEHIND));
        let Self { tab, random, messages, answers, .. } = self;
        let talking = messages.talk(client, tab, turns.clone());
        let answering = async {
            while let Some(event) = watch.next::<pb::AgentEvent>().await? {
                for item in items(event.event) {
                    match &item.body {
                        Some(Body::TurnEnd(_)) => turns.add_permits(1),
                        Some(Body::Permission(request)) if !resolved(request) => {
                            respond(client, tab, random, answers, &item.item_id).await?;
                        }
                        _ => {}
                    }
                }
            }
            Ok(())
        };
        tokio::try_join!(talking, answering).map(drop)
    }

    /// After a restart: what was not acknowledged is sent again; then every message is in the transcript once and in order,
    /// and every answer that was accepted is the one that counts.
    pub async fn check(&mut self, client: &Client) {
        self.open(client).await.expect("opened");
        self.messages.send_again(client, &self.tab).await;
        let rows = self.transcript(client).await;
        self.messages.check(&rows);
        self.check_answers(&rows);
    }

    fn check_answers(&mut self, rows: &[pb::Item]) {
        for (item, answered) in &self.answers {
            let row = rows.iter().find(|row| row.item_id == *item).expect("the request is in the transcript");
            let Some(Body::Permission(request)) = &row.body else { panic!("{item} was a request") };
            let found = request.resolution.as_option().filter(|resolution| resolution.resolved);
            let found = found.unwrap_or_else(|| panic!("{item} waits for an answer nobody can give"));
            let ours = found.option_id == answered.option && !found.withdrawn;
            assert!(ours || !answered.acknowledged, "{item}: {answered:?} became {found:?}");
            assert!(ours || found.withdrawn, "{item}: {found:?} is nobody's");
        }
    }

    /// The whole transcript; ids and positions of each page are checked on the way.
    async fn transcript(&self, client: &Client) -> Vec<pb::Item> {
        let (mut rows, mut anchor) = (Vec::<pb::Item>::new(), Anchor::Oldest(true));
        loop {
            let request = pb::AgentHistoryRequest {
                tab_id: self.tab.clone(),
                anchor: Some(anchor),
                limit: PAGE,
                ..Default::default()
            };
            let page: pb::AgentHistoryResponse =
                client.channel.call("agent.History", &request).await.expect("a page");
            let items = page.items;
            assert!(items.is_sorted_by(|one, next| one.position < next.position), "rows are out of order");
            let ids: BTreeSet<&String> = items.iter().map(|row| &row.item_id).collect();
            assert_eq!(ids.len(), items.len(), "a row is there twice");
            // The agent works on: a message it has begun with since is further down than it was.
            rows.retain(|row| !ids.contains(&row.item_id));
            let last = items.last().map(|row| row.position);
            rows.extend(items);
            match last {
                Some(last) if page.has_later => anchor = Anchor::AfterPosition(last),
                _ => return rows,
            }
        }
    }

    /// In peace: answers what is asked until nothing waits, then every message that was acknowledged has reached the agent,
    /// or the transcript says that its turn was cut short.
    pub async fn finish(&mut self, client: &Client, home: &Home) {
        let mut watch = self.watch(client).await.expect("a watch");
        loop {
            let event: Option<pb::AgentEvent> = watch.next().await.expect("watched");
            for item in items(event.expect("the agent is there").event) {
                if let Some(Body::Permission(request)) = &item.body
                    && !resolved(request)
                {
                    let answer =
                        respond(client, &self.tab, &mut self.random, &mut self.answers, &item.item_id);
                    answer.await.expect("answered");
                }
            }
            if self.at_rest(client).await {
                break;
            }
        }
        let rows = self.transcript(client).await;
        self.messages.check(&rows);
        self.check_answers(&rows);
        self.check_delivery(&rows, home);
    }

    async fn at_rest(&self, client: &Client) -> bool {
        let rows = self.transcript(client).await;
        let waits = |row: &pb::Item| match &row.body {
            Some(Body::Permission(request)) => !resolved(request),
            _ => queued(row),
        };
        let tabs = crate::terminals::tabs(client).await;
        let working = tabs
            .iter()
            .filter(|tab| tab.tab_id == self.tab)
            .any(|tab| tab.state != pb::TabState::Ready && tab.state != pb::TabState::Exited);
        !working && !rows.iter().any(waits)
    }

    fn check_delivery(&self, rows: &[pb::Item], home: &Home) {
        let received: BTreeSet<String> = home.log("received.log").into_iter().collect();
        let answered = home.log("answered.log");
        let distinct: BTreeSet<&String> = answered.iter().collect();
        assert_eq!(distinct.len(), answered.len(), "an answer reached the agent twice");
        let mut missing = Vec::new();
        for row in rows {
            let Some(Body::UserMessage(message)) = &row.body else { continue };
            let fine = message.delivery == pb::Delivery::Sent || message.delivery == pb::Delivery::Folded;
            assert!(fine, "{message:?}");
            if !received.contains(&message.text) {
                missing.push(message);
            }
        }
        let cut = |row: &&pb::Item| matches!(&row.body, Some(Body::TurnEnd(end)) if end.stop == "error");
        let cut = rows.iter().filter(cut).count();
        assert!(missing.len() <= cut, "{cut} turns were cut short, the agent never got {missing:?}");
    }

    /// Messages and answers that were acknowledged.
    pub fn totals(&self) -> (usize, usize) {
        let answers = self.answers.values().filter(|answered| answered.acknowledged).count();
        (self.messages.acknowledged(), answers)
    }

    /// Closes the tab: it must not come back.
    pub async fn close(self, client: &Client) -> String {
        close(client, &self.tab).await.expect("closed");
        self.tab
    }
}

async fn respond(
    client: &Client,
    tab: &str,
    random: &mut Random,
    answers: &mut BTreeMap<String, Answered>,
    item: &str,
) -> Result<(), CallError> {
    if answers.contains_key(item) {
        return Ok(());
    }
    let option = if random.below(2) == 0 { "allow" } else { "deny" };
    answers.insert(item.to_owned(), Answered { option, acknowledged: false });
    let request = pb::RespondRequest {
        tab_id: tab.to_owned(),
        request_id: item.to_owned(),
        option_id: option.to_owned(),
        ..Default::default()
    };
    let done: pb::RespondResponse = client.channel.call("agent.Respond", &request).await?;
    assert!(done.accepted, "nobody else answers: {done:?}");
    if let Some(answered) = answers.get_mut(item) {
        answered.acknowledged = true;
    }
    Ok(())
}

fn items(event: Option<Event>) -> Vec<pb::Item> {
    match event {
        Some(Event::Snapshot(snapshot)) => snapshot.items,
        Some(Event::Item(item)) => vec![*item],
        _ => Vec::new(),
    }
}

fn resolved(request: &pb::PermissionRequest) -> bool {
    request.resolution.as_option().is_some_and(|resolution| resolution.resolved)
}
