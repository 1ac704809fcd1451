//! `LocalProcessHost`: the process port on this machine.

use std::os::fd::AsFd;
use std::sync::Arc;

use async_trait::async_trait;
use leapmux_runtime::Tasks;
use tokio::process::Child;
use tokio::sync::{Mutex, watch};

use super::handle::{Input, LocalProcess};
use super::launch::{Launched, launch};
use super::output::{PipeOutput, PtyOutput};
use super::session::Session;
use crate::guard::{Guard, GuardCommand};
use crate::process::{
    ExitStatus, ExitWaiter, OutputReader, OutputSource, Process, ProcessControl, ProcessHost, SpawnError,
    SpawnSpec,
};

/// Starts processes as children of this program. Each leads a session; when this program dies, however it dies, the
/// guard ends what is left of them.
pub struct LocalProcessHost {
    tasks: Tasks,
    guard: Arc<Guard>,
}

impl LocalProcessHost {
    /// A host whose waiting is part of `tasks`. It has a guard if `guard::run_if_requested` was called before.
    pub fn new(tasks: Tasks) -> Self {
        Self::with_guard(tasks, GuardCommand::this_program())
    }

    /// A host with this guard, or none.
    pub fn with_guard(tasks: Tasks, command: Option<GuardCommand>) -> Self {
        Self { tasks, guard: Arc::new(Guard::new(command)) }
    }

    /// Waits for the child, so that no zombie stays, and tells how it ended.
    fn wait(&self, mut child: Child, session: Session, ended: watch::Sender<Option<ExitStatus>>) {
        let guard = Arc::clone(&self.guard);
        self.tasks.spawn("process exit", async move {
            let status = child.wait().await.map_or(ExitStatus::UNKNOWN, exit_status);
            let _ = ended.send(Some(status));
            // Background jobs outlive a shell; the guard keeps them in mind until the tree is killed.
            if tokio::task::spawn_blocking(move || session.is_empty()).await.unwrap_or(false) {
                guard.forget(session);
            }
        });
    }
}

#[async_trait]
impl ProcessHost for LocalProcessHost {
    async fn spawn(&self, spec: SpawnSpec) -> Result<Process, SpawnError> {
        let program = spec.program.clone();
        let failed = |source| SpawnError::Failed { program: program.clone(), source };
        let guard = Arc::clone(&self.guard);
        let Launched { mut child, pty } = launch(spec, move |pid| guard.remember(Session::of(pid))).await?;
        let pid = child.id().ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))?;
        let session = Session::of(pid);
        let (ended, status) = watch::channel(None);
        let exit = ExitWaiter::new(status);
        let (input, terminal, output): (_, _, Box<dyn OutputSource>) = match pty {
            Some(pty) => {
                let terminal = pty.as_fd().try_clone_to_owned().map_err(failed)?;
                let (reader, writer) = pty.into_split();
                (Input::Pty(writer), Some(terminal), Box::new(PtyOutput::new(reader)))
            }
            None => {
                let output = PipeOutput::new(child.stdout.take(), child.stderr.take());
                (child.stdin.take().map_or(Input::Closed, Input::Pipe), None, Box::new(output))
            }
        };
        self.wait(child, session, ended);
        let input = Mutex::new(input);
        let guard = Arc::clone(&self.guard);
        let control = LocalProcess { pid, session, input, terminal, exit: exit.clone(), guard };
        Ok(Process {
            control: ProcessControl::new(Arc::new(control)),
            output: OutputReader::new(output),
            exit,
        })
    }
}

fn exit_status(status: std::process::ExitStatus) -> ExitStatus {
    use std::os::unix::process::ExitStatusExt;
    ExitStatus { code: status.code(), signal: status.signal() }
}
