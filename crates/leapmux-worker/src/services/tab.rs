//! `tab.Watch`, `tab.Rename`, `tab.Close`.

use std::sync::Arc;

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::watch_tabs_event::Event;
use tokio::sync::broadcast::error::RecvError;

use super::Services;
use crate::rpc::{Call, Caller, Gone, RpcError};
use crate::tabs::{Tab, TabChange, TabKind, TabState};

/// Every tab of the workspaces the caller may read, then changes. A change of the caller's rights and a watcher that fell
/// behind both get a new snapshot.
pub(crate) async fn watch(services: Arc<Services>, mut caller: Caller, mut call: Call) {
    if let Err(error) = call.request::<pb::WatchTabsRequest>().await {
        return call.responder.fail(error);
    }
    // The caller being gone is the normal end of a watch.
    let _ = watch_until_gone(&services, &mut caller, &call).await;
}

async fn watch_until_gone(services: &Services, caller: &mut Caller, call: &Call) -> Result<(), Gone> {
    let mut changes = services.tabs.watch();
    send(call, snapshot(services, caller)).await?;
    loop {
        let event = tokio::select! {
            () = call.cancelled.cancelled() => return Err(Gone),
            true = caller.changed() => {
                changes = changes.resubscribe();
                Some(snapshot(services, caller))
            }
            change = changes.recv() => match change {
                Ok(TabChange::Changed(tab)) => {
                    caller.role(&tab.workspace_id).map(|_| Event::Changed(Box::new(wire_tab(tab))))
                }
                Ok(TabChange::Removed(id, workspace)) => {
                    caller.role(&workspace).map(|_| Event::RemovedTabId(id.into()))
                }
                Err(RecvError::Lagged(_)) => {
                    changes = changes.resubscribe();
                    Some(snapshot(services, caller))
                }
                Err(RecvError::Closed) => return Err(Gone),
            },
        };
        if let Some(event) = event {
            send(call, event).await?;
        }
    }
}

async fn send(call: &Call, event: Event) -> Result<(), Gone> {
    call.responder.message(&pb::WatchTabsEvent { event: Some(event), ..Default::default() }).await
}

fn snapshot(services: &Services, caller: &Caller) -> Event {
    let readable = |tab: &Tab| caller.role(&tab.workspace_id).is_some();
    let tabs = services.tabs.list().into_iter().filter(readable).map(wire_tab).collect();
    Event::Snapshot(Box::new(pb::TabsSnapshot { tabs, ..Default::default() }))
}

fn wire_tab(tab: Tab) -> pb::Tab {
    let kind = match tab.kind {
        TabKind::Agent => pb::TabKind::Agent,
        TabKind::Terminal => pb::TabKind::Terminal,
    };
    let state = match tab.state {
        TabState::Starting => pb::TabState::Starting,
        TabState::Ready => pb::TabState::Ready,
        TabState::Running => pb::TabState::Running,
        TabState::Waiting => pb::TabState::Waiting,
        TabState::Exited => pb::TabState::Exited,
        TabState::Failed => pb::TabState::Failed,
    };
    pb::Tab {
        tab_id: tab.id.into(),
        workspace_id: tab.workspace_id.into(),
        kind: kind.into(),
        title: tab.title,
        state: state.into(),
        provider: tab.provider,
        working_dir: tab.working_dir,
        shell: tab.shell,
        attention: tab.attention,
        failure: tab.failure,
        ..Default::default()
    }
}

/// The title is cleaned by the rule every title follows.
pub(crate) async fn rename(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::RenameTabRequest| {
        let tab = tab.ok_or_else(|| RpcError::not_found("Not found"))?;
        let title = services.tabs.rename_by_person(&tab, &request.title).await?;
        Ok(pb::RenameTabResponse { title, ..Default::default() })
    })
    .await;
}

/// Ends what the tab shows and forgets it.
pub(crate) async fn close(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |_: pb::CloseTabRequest| {
        let tab = tab.ok_or_else(|| RpcError::not_found("Not found"))?;
        services.tabs.close(&tab).await?;
        Ok(pb::CloseTabResponse::default())
    })
    .await;
}
