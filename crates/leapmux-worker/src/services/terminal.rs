//! `terminal.Open`, `terminal.Attach`, `terminal.Input`, `terminal.Restart`.

use std::sync::Arc;

use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::terminal_input::Input;

use super::Services;
use crate::rpc::{Call, Caller, Responder, Role, RpcError, decode};
use crate::terminals::{InputStream, OpenTerminal, Size};

/// A shell in a new tab. It starts in the background; its state says how that went.
pub(crate) async fn open(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::OpenTerminalRequest| {
        let workspace = request
            .workspace_id
            .parse()
            .map_err(|error| RpcError::invalid_argument(format!("workspace_id: {error}")))?;
        let asked = OpenTerminal {
            tab: tab.ok_or_else(not_found)?,
            workspace,
            shell: request.shell,
            working_dir: request.working_dir,
            title: request.title,
            size: size(request.cols, request.rows)?.unwrap_or(Size::DEFAULT),
        };
        let opened = services.terminals.open(asked).await?;
        Ok(pb::OpenTerminalResponse {
            title: opened.title,
            shell: opened.shell,
            working_dir: opened.working_dir,
            ..Default::default()
        })
    })
    .await;
}

/// The screen, and all that happens to it, until the caller leaves or the tab is closed.
pub(crate) async fn attach(services: Arc<Services>, caller: Caller, mut call: Call) {
    let request = match call.request::<pb::AttachTerminalRequest>().await {
        Ok(request) => request,
        Err(error) => return call.responder.fail(error),
    };
    let Some(tab) = call.tab else { return call.responder.fail(not_found()) };
    let workspace = services.tabs.get(&tab).map(|tab| tab.workspace_id);
    let writer = workspace.and_then(|workspace| caller.role(&workspace)) == Some(Role::Owner);
    let responder = Arc::new(call.responder);
    let attached = services.terminals.attach(&tab, responder.clone(), request.from_offset, writer).await;
    let mut attachment = match attached {
        Ok(attachment) => attachment,
        Err(error) => return end(responder, |responder| responder.fail(error)),
    };
    tokio::select! {
        () = call.cancelled.cancelled() => attachment.detach().await,
        () = attachment.ended() => end(responder, Responder::finish),
    }
}

/// The terminal has let go of the way back before it says so.
fn end(responder: Arc<Responder>, end: impl FnOnce(Responder)) {
    if let Some(responder) = Arc::into_inner(responder) {
        end(responder);
    }
}

/// What a client types, and the sizes of its view.
pub(crate) async fn input(services: Arc<Services>, _caller: Caller, mut call: Call) {
    let Some(tab) = call.tab.clone() else { return call.responder.fail(not_found()) };
    let typed = async {
        let stream = services.terminals.input(&tab).await?;
        while let Some(message) = call.requests.recv().await {
            type_message(&stream, decode(&message)?).await?;
        }
        Ok(())
    };
    tokio::select! {
        outcome = typed => match outcome {
            Ok(()) => call.responder.finish(),
            Err(error) => call.responder.fail(error),
        },
        () = call.cancelled.cancelled() => {}
    }
}

async fn type_message(stream: &InputStream, message: pb::TerminalInput) -> Result<(), RpcError> {
    match message.input {
        Some(Input::Data(bytes)) => stream.data(bytes.into()).await,
        Some(Input::Resize(resize)) => stream.resize(Size::new(resize.cols, resize.rows)?).await,
        None => {}
    }
    Ok(())
}

/// The shell of a terminal that has ended, again.
pub(crate) async fn restart(services: Arc<Services>, _caller: Caller, call: Call) {
    let tab = call.tab.clone();
    call.unary(async |request: pb::RestartTerminalRequest| {
        let size = size(request.cols, request.rows)?;
        services.terminals.restart(&tab.ok_or_else(not_found)?, size).await?;
        Ok(pb::RestartTerminalResponse::default())
    })
    .await;
}

/// None when the view has not measured itself.
fn size(cols: u32, rows: u32) -> Result<Option<Size>, RpcError> {
    if (cols, rows) == (0, 0) { Ok(None) } else { Size::new(cols, rows).map(Some) }
}

fn not_found() -> RpcError {
    RpcError::not_found("This terminal does not exist on this Worker")
}
