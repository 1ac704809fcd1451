//! The process port as this system has it.

use std::sync::Arc;

use leapmux_pty::ProcessHost;
use leapmux_runtime::Tasks;

/// Processes as children of this program.
#[cfg(unix)]
pub(crate) fn local_host(tasks: &Tasks) -> Arc<dyn ProcessHost> {
    Arc::new(leapmux_pty::LocalProcessHost::new(tasks.clone()))
}

/// Pseudo terminals of this system are not supported yet: every start fails with a sentence that says so.
#[cfg(not(unix))]
pub(crate) fn local_host(_tasks: &Tasks) -> Arc<dyn ProcessHost> {
    Arc::new(Unsupported)
}

#[cfg(not(unix))]
struct Unsupported;

#[cfg(not(unix))]
#[async_trait::async_trait]
impl ProcessHost for Unsupported {
    async fn spawn(
        &self,
        spec: leapmux_pty::SpawnSpec,
    ) -> Result<leapmux_pty::Process, leapmux_pty::SpawnError> {
        let source = std::io::Error::new(std::io::ErrorKind::Unsupported, "this system is not supported yet");
        Err(leapmux_pty::SpawnError::Failed { program: spec.program, source })
    }
}
