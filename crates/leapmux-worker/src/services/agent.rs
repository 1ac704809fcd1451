//! `agent.Open`, `agent.Watch`, `agent.History`, `agent.Send` and the other calls about one agent.

use std::sync::Arc;

use leapmux_agents::Upload;
use leapmux_agents::actor::{AgentHandle, Outgoing, Response, Snapshot, Update, UpdatesEnd};
use leapmux_agents::journal::Anchor;
use leapmux_proto_worker::convert;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::{TabId, WorkspaceId};
use pb::agent_event::Event;
use pb::agent_history_request::Anchor as WireAnchor;

use super::Services;
use crate::agents::{NewAgent, wire_error};
use crate::rpc::{Call, Caller, Gone, RpcError};

/// Bytes of raw lines in one answer: half of what a message may have.
const RAW_LINES_BYTES: usize = leapmux_types::limits::MAX_MESSAGE / 2;

/// Opens a tab and returns; the agent starts behind it.
pub(crate) async fn open(services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |request: pb::OpenAgentRequest| {
        let tab: TabId =
            request.tab_id.parse().map_err(|e| RpcError::invalid_argument(format!("tab_id: {e}")))?;
        let workspace: WorkspaceId = request
            .workspace_id
            .parse()
            .map_err(|e| RpcError::invalid_argument(format!("workspace_id: {e}")))?;
        let new = NewAgent {
            title: request.title,
            provider: request.provider,
            working_dir: request.working_dir,
            resume_session: request.resume_session_id.trim().to_owned(),
            options: request.options.into_iter().collect(),
        };
        let tab = services.agents.open(tab, workspace, new).await?;
        Ok(pb::OpenAgentResponse { title: tab.title, working_dir: tab.working_dir, ..Default::default() })
    })
    .await;
}

/// The agent a call is about.
async fn agent_of(services: &Services, tab: Option<&TabId>) -> Result<AgentHandle, RpcError> {
    let tab = tab.ok_or_else(|| RpcError::not_found("Not found"))?;
    services.agents.handle(tab).await
}

/// A snapshot, then changes. A watcher that falls behind goes on from a new snapshot of what it missed.
pub(crate) async fn watch(services: Arc<Services>, _caller: Caller, mut call: Call) {
    let request: pb::WatchAgentRequest = match call.request().await {
        Ok(request) => request,
        Err(error) => return call.responder.fail(error),
    };
    match watch_until_gone(&services, &call, request.after_rev, request.page_size).await {
        // The caller being gone is the normal end of a watch.
        Ok(()) | Err(WatchEnd::Gone) => {}
        Err(WatchEnd::Failed(error)) => call.responder.fail(error),
    }
}

enum WatchEnd {
    Gone,
    Failed(RpcError),
}

impl From<Gone> for WatchEnd {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

async fn watch_until_gone(
    services: &Services,
    call: &Call,
    after_rev: u64,
    page_size: u32,
) -> Result<(), WatchEnd> {
    let agent = agent_of(services, call.tab.as_ref()).await.map_err(WatchEnd::Failed)?;
    let mut seen = after_rev;
    loop {
        let watching = agent.watch(seen, page_size).await.map_err(|e| WatchEnd::Failed(wire_error(e)))?;
        let mut updates = watching.updates;
        seen = watching.snapshot.rev;
        send(call, wire_snapshot(watching.snapshot)).await?;
        loop {
            let next = tokio::select! {
                () = call.cancelled.cancelled() => return Err(WatchEnd::Gone),
                next = updates.next() => next,
            };
            match next {
                Ok(changes) => {
                    for update in changes.iter() {
                        seen = seen.max(rev_of(update));
                        send(call, wire_update(update.clone())).await?;
                    }
                }
                Err(UpdatesEnd::Lagged) => break,
                Err(UpdatesEnd::Closed) => {
                    return Err(WatchEnd::Failed(RpcError::unavailable("The agent is being closed")));
                }
            }
        }
    }
}

async fn send(call: &Call, event: Event) -> Result<(), Gone> {
    call.responder.message(&pb::AgentEvent { event: Some(event), ..Default::default() }).await
}

fn rev_of(update: &Update) -> u64 {
    match update {
        Update::Item(item) => item.rev,
        Update::Delta { rev, .. } => *rev,
        Update::Removed(_) | Update::Status(_) => 0,
    }
}

fn wire_snapshot(snapshot: Snapshot) -> Event {
    let message = pb::AgentSnapshot {
        status: convert::status(snapshot.status).into(),
        items: snapshot.items.into_iter().map(convert::item).collect(),
        pending: snapshot.pending.into_iter().map(convert::item).collect(),
        has_earlier: snapshot.has_earlier,
        rev: snapshot.rev,
        reset: snapshot.reset,
        total_items: snapshot.total_items,
        ..Default::default()
    };
    message.into()
}

fn wire_update(update: Update) -> Event {
    match update {
        Update::Item(item) => convert::item(item).into(),
        Update::Delta { item, text, rev } => {
            pb::ItemDelta { item_id: item, text, rev, ..Default::default() }.into()
        }
        Update::Removed(item) => Event::RemovedItemId(item),
        Update::Status(status) => convert::status(*status).into(),
    }
}

/// A page of rows.
pub(crate) async fn history(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::AgentHistoryRequest| {
        let anchor = match request.anchor {
            Some(WireAnchor::BeforePosition(at)) => Anchor::Before(at),
            Some(WireAnchor::AfterPosition(at)) => Anchor::After(at),
            Some(WireAnchor::Oldest(true)) => Anchor::Oldest,
            _ => Anchor::Latest,
        };
        let agent = agent_of(&services, tab.as_ref()).await?;
        let page = agent.history(anchor, request.limit).await.map_err(wire_error)?;
        Ok(pb::AgentHistoryResponse {
            items: page.items.into_iter().map(convert::item).collect(),
            has_earlier: page.has_earlier,
            has_later: page.has_later,
            ..Default::default()
        })
    })
    .await;
}

/// Takes a message; it is stored when this is answered.
pub(crate) async fn send_message(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::SendMessageRequest| {
        if request.client_id.len() > 64 {
            return Err(RpcError::invalid_argument("client_id is longer than 64 bytes"));
        }
        let upload =
            |file: pb::Attachment| Upload { name: file.name, media_type: file.media_type, data: file.data };
        let message = Outgoing {
            client_id: request.client_id,
            text: request.text,
            uploads: request.attachments.into_iter().map(upload).collect(),
        };
        let agent = agent_of(&services, tab.as_ref()).await?;
        let (item_id, delivery) = agent.send(message).await.map_err(wire_error)?;
        Ok(pb::SendMessageResponse {
            item_id,
            delivery: convert::delivery(delivery).into(),
            ..Default::default()
        })
    })
    .await;
}

/// Stops the running turn.
pub(crate) async fn interrupt(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |_: pb::InterruptRequest| {
        agent_of(&services, tab.as_ref()).await?.interrupt().await.map_err(wire_error)?;
        Ok(pb::InterruptResponse::default())
    })
    .await;
}

/// Answers a permission or a question, once.
pub(crate) async fn respond(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::RespondRequest| {
        let response = Response {
            item: request.request_id,
            option: request.option_id,
            feedback: request.feedback,
            answers: request.answers.into_iter().map(convert::question_answer).collect(),
            bypass: request.bypass,
            clear_context: request.clear_context,
        };
        let agent = agent_of(&services, tab.as_ref()).await?;
        let (accepted, resolution) = agent.respond(response).await.map_err(wire_error)?;
        Ok(pb::RespondResponse {
            accepted,
            resolution: convert::resolution(resolution).into(),
            ..Default::default()
        })
    })
    .await;
}

/// Sets an option, live where the agent can.
pub(crate) async fn set_option(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::SetOptionRequest| {
        let agent = agent_of(&services, tab.as_ref()).await?;
        let restarted = agent.set_option(request.option_id, request.value).await.map_err(wire_error)?;
        Ok(pb::SetOptionResponse { restarted, ..Default::default() })
    })
    .await;
}

/// Starts an agent that has no process.
pub(crate) async fn start(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |_: pb::StartAgentRequest| {
        // What the user installed since the last try counts.
        services.detector.forget();
        agent_of(&services, tab.as_ref()).await?.start().await.map_err(wire_error)?;
        Ok(pb::StartAgentResponse::default())
    })
    .await;
}

/// Removes a message that waits or failed.
pub(crate) async fn drop_message(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::DropMessageRequest| {
        let agent = agent_of(&services, tab.as_ref()).await?;
        agent.drop_message(request.item_id).await.map_err(wire_error)?;
        Ok(pb::DropMessageResponse::default())
    })
    .await;
}

/// Sends a failed message again.
pub(crate) async fn retry_message(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::RetryMessageRequest| {
        let agent = agent_of(&services, tab.as_ref()).await?;
        agent.retry_message(request.item_id).await.map_err(wire_error)?;
        Ok(pb::RetryMessageResponse::default())
    })
    .await;
}

/// The agent's own lines behind a row.
pub(crate) async fn raw_lines(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::RawLinesRequest| {
        let agent = agent_of(&services, tab.as_ref()).await?;
        let lines = agent.raw_lines(request.item_id).await.map_err(wire_error)?;
        Ok(pb::RawLinesResponse { lines: fitting(lines), ..Default::default() })
    })
    .await;
}

/// The last lines that fit into one answer, and how many do not.
fn fitting(mut lines: Vec<String>) -> Vec<String> {
    let mut room = RAW_LINES_BYTES;
    let fit = lines.iter().rev().take_while(|line| {
        let fits = line.len() < room;
        room = room.saturating_sub(line.len() + 1);
        fits
    });
    let left_out = lines.len() - fit.count();
    if left_out > 0 {
        lines.splice(..left_out, [format!("… {left_out} lines left out …")]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_lines_fit_into_one_answer() {
        let few = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(fitting(few.clone()), few);
        let many = fitting(vec!["x".repeat(1 << 20); 100]);
        assert!(many.len() == 8 && many[0] == "… 93 lines left out …", "{} {}", many.len(), many[0]);
    }
}
