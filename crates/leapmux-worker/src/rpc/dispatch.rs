//! The table of every inner method: who may call it, why, and which service answers. Rights are checked here, before the
//! service runs, and again by the channel when a grant changes; a service cannot forget them.
//!
//! A new method: its line in the `.proto` ("Methods: …"), a row here, a function in `services/<noun>.rs`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::{TabId, WorkspaceId};

use super::call::{Revoker, decode};
use super::{Call, Caller, RpcError};
use crate::services::{Services, agent, device, file, system, tab, terminal};

/// Who may call a method. "The tab" is field 1 of the first message, in every method about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever the Hub let open a channel; the service shows them only what their workspaces hold.
    Anyone,
    /// The owner of this Worker.
    WorkerOwner,
    /// The owner of this Worker, into a workspace they own (field 2 of the first message).
    OpenTab,
    /// Readers and the owner of the tab's workspace.
    ReadTab,
    /// The owner of the tab's workspace.
    WriteTab,
}

type Run = fn(Arc<Services>, Caller, Call) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// One row.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    run: Run,
}

macro_rules! row {
    ($name:literal, $access:ident, $run:path) => {
        Method {
            name: $name,
            access: Access::$access,
            run: |s, caller, call| Box::pin($run(s, caller, call)),
        }
    };
}

#[rustfmt::skip]
const METHODS: &[Method] = &[
    // The machine: what it is, what is installed, what its directories hold. Its owner's business (spec WRK-93), but
    // readers of a shared tab may see the name of the machine it runs on.
    row!("system.Info",          Anyone,      system::info),
    row!("system.ListShells",    WorkerOwner, system::list_shells),
    row!("system.ListProviders", WorkerOwner, system::list_providers),
    row!("file.ListDirectory",   WorkerOwner, file::list_directory),
    // Everybody sees the devices they came with themselves.
    row!("system.WatchDevices",  Anyone,      device::watch),
    // Tabs: readers watch those of their workspaces, owners change them.
    row!("tab.Watch",            Anyone,      tab::watch),
    row!("tab.Rename",           WriteTab,    tab::rename),
    row!("tab.Close",            WriteTab,    tab::close),
    // Terminals: a shell is the Worker owner's; who may read the workspace may look on, nobody else types.
    row!("terminal.Open",        OpenTab,     terminal::open),
    row!("terminal.Attach",      ReadTab,     terminal::attach),
    row!("terminal.Input",       WriteTab,    terminal::input),
    row!("terminal.Restart",     WriteTab,    terminal::restart),
    // Agents: readers follow the conversation, the owner takes part in it.
    row!("agent.Open",           OpenTab,     agent::open),
    row!("agent.Watch",          ReadTab,     agent::watch),
    row!("agent.History",        ReadTab,     agent::history),
    row!("agent.RawLines",       ReadTab,     agent::raw_lines),
    row!("agent.Send",           WriteTab,    agent::send_message),
    row!("agent.Interrupt",      WriteTab,    agent::interrupt),
    row!("agent.Respond",        WriteTab,    agent::respond),
    row!("agent.SetOption",      WriteTab,    agent::set_option),
    row!("agent.Start",          WriteTab,    agent::start),
    row!("agent.DropMessage",    WriteTab,    agent::drop_message),
    row!("agent.RetryMessage",   WriteTab,    agent::retry_message),
];

/// The row of a method.
pub(crate) fn find_method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

/// Refuses who may not call a method, now; `tab` is the tab it is about, with the workspace it is in or will be.
pub(crate) fn admit(
    access: Access,
    caller: &Caller,
    workspace: Option<&WorkspaceId>,
) -> Result<(), RpcError> {
    let worker_owner = || match caller.worker_owner() {
        true => Ok(()),
        false => Err(RpcError::permission_denied("Only the owner of the Worker can do this")),
    };
    let of_tab = || workspace.ok_or_else(|| RpcError::not_found("Not found"));
    match access {
        Access::Anyone => Ok(()),
        Access::WorkerOwner => worker_owner(),
        Access::OpenTab => worker_owner().and_then(|()| caller.may_write(of_tab()?)),
        Access::ReadTab => caller.may_read(of_tab()?),
        Access::WriteTab => caller.may_write(of_tab()?),
    }
}

/// Answers one call, from the check of rights to its end.
pub(crate) async fn dispatch(
    services: Arc<Services>,
    mut caller: Caller,
    mut call: Call,
    method: &'static Method,
) {
    let cancelled = call.cancelled.clone();
    let subject = tokio::select! {
        subject = subject_of(&services, method.access, &mut call) => subject,
        () = cancelled.cancelled() => return,
    };
    if let (Access::OpenTab, Ok(Some((_, workspace)))) = (method.access, &subject) {
        tokio::select! {
            () = caller.hears_of(workspace) => {}
            () = cancelled.cancelled() => return,
        }
    }
    let admitted = subject.and_then(|subject| {
        admit(method.access, &caller, subject.as_ref().map(|(_, w)| w)).map(|()| subject)
    });
    match admitted {
        Err(error) => call.responder.fail(error),
        Ok(None) => (method.run)(services, caller, call).await,
        Ok(Some((tab, workspace))) => {
            call.tab = Some(tab);
            let watch = lose_access(method.access, caller.clone(), workspace, call.revoker());
            let run = (method.run)(services, caller, call);
            tokio::pin!(watch, run);
            tokio::select! {
                () = &mut run => {}
                // The token is cancelled by now: the service ends by itself.
                () = &mut watch => run.await,
            }
        }
    }
}

/// Ends the call when its caller loses the right to it.
async fn lose_access(access: Access, mut caller: Caller, workspace: WorkspaceId, revoker: Revoker) {
    while caller.changed().await {
        if let Err(error) = admit(access, &caller, Some(&workspace)) {
            return revoker.revoke(error);
        }
    }
    std::future::pending().await
}

/// The tab a call is about and its workspace, by its first message.
async fn subject_of(
    services: &Services,
    access: Access,
    call: &mut Call,
) -> Result<Option<(TabId, WorkspaceId)>, RpcError> {
    if matches!(access, Access::Anyone | Access::WorkerOwner) {
        return Ok(None);
    }
    let first =
        call.requests.peek().await.ok_or_else(|| RpcError::invalid_argument("The request is missing"))?;
    let named: pb::TabRef = decode(first)?;
    let tab: TabId =
        named.tab_id.parse().map_err(|error| RpcError::invalid_argument(format!("tab_id: {error}")))?;
    let known = services.tabs.get(&tab).map(|tab| tab.workspace_id);
    let asked = match access {
        Access::OpenTab => {
            let named: pb::NewTabRef = decode(first)?;
            let workspace = named.workspace_id.parse::<WorkspaceId>();
            Some(workspace.map_err(|error| RpcError::invalid_argument(format!("workspace_id: {error}")))?)
        }
        _ => None,
    };
    match (known, asked) {
        (Some(known), Some(asked)) if known != asked => {
            Err(RpcError::failed_precondition("This tab belongs to another workspace"))
        }
        (Some(workspace), _) | (None, Some(workspace)) => Ok(Some((tab, workspace))),
        (None, None) => Err(RpcError::not_found("This tab does not exist on this Worker")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every method the wire contract names has exactly one row, and no row is without a contract.
    #[test]
    fn the_table_is_the_contract() {
        let contract = [
            include_str!("../../../../proto/leapmux/worker/v1/agent.proto"),
            include_str!("../../../../proto/leapmux/worker/v1/file.proto"),
            include_str!("../../../../proto/leapmux/worker/v1/system.proto"),
            include_str!("../../../../proto/leapmux/worker/v1/tab.proto"),
            include_str!("../../../../proto/leapmux/worker/v1/terminal.proto"),
        ];
        let is_method = |word: &&str| {
            word.split_once('.').is_some_and(|(noun, verb)| {
                ["agent", "file", "system", "tab", "terminal"].contains(&noun)
                    && verb.starts_with(|c: char| c.is_ascii_uppercase())
            })
        };
        let mut named: Vec<&str> = contract
            .iter()
            .flat_map(|proto| proto.lines().filter(|line| line.starts_with("//")))
            .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '.'))
            .map(|word| word.trim_end_matches('.'))
            .filter(is_method)
            .collect();
        named.sort_unstable();
        named.dedup();
        let mut rows: Vec<&str> = METHODS.iter().map(|method| method.name).collect();
        rows.sort_unstable();
        assert!(named.len() > 10, "the contract was not found: {named:?}");
        assert_eq!(rows, named);
    }
}
