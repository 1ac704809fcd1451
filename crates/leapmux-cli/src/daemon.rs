//! What every mode that goes on until it is stopped does: logging, its data directory, signals, the line that says where it is.

use std::future::Future;
use std::io::{Write, stderr};
use std::path::Path;
use std::time::Duration;

use leapmux_config::LogLevel;
use leapmux_telemetry::Level;

use crate::lock::{DataDirLock, Taken};
use crate::signals::StopSignals;
use crate::{CliError, print, version};

/// A graceful stop takes no longer (spec RUN-9, WRK-140).
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A mode as it is run.
pub(crate) trait Daemon {
    /// What runs.
    type Running;
    /// The command's name.
    const NAME: &'static str;
    /// Said when another has the data directory.
    const TAKEN: Taken;
    /// Starts it; one sentence says why it does not.
    fn start(self) -> impl Future<Output = Result<Self::Running, CliError>>;
    /// Where people find it; left for whoever finds the data directory taken.
    fn url(running: &Self::Running) -> String;
    /// The line that says that it is there.
    fn ready_line(running: &Self::Running) -> String {
        format!("LeapMux is at {}", Self::url(running))
    }
    /// Resolves when it has nothing left to do, and how that ends the program; most have something for ever.
    fn ended(_running: &Self::Running) -> impl Future<Output = Result<(), CliError>> {
        std::future::pending()
    }
    /// Brings everything to rest.
    fn stop(running: Self::Running) -> impl Future<Output = ()>;
}

/// Sets up logging and says what the settings are warned about.
pub(crate) fn init_logging(log_level: LogLevel, warnings: &[String]) -> Result<(), CliError> {
    leapmux_telemetry::init(match log_level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warn,
        LogLevel::Info => Level::Info,
        LogLevel::Debug => Level::Debug,
    })?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// Runs a mode until it is told to stop.
pub(crate) fn run<D: Daemon>(daemon: D, data_dir: &Path) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("leapmux").build()?;
    let outcome = runtime.block_on(serve(daemon, data_dir));
    // Blocking work that hangs (a directory on a dead network share) must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

async fn serve<D: Daemon>(daemon: D, data_dir: &Path) -> Result<(), CliError> {
    let mut signals = StopSignals::listen()?;
    make_data_dir(data_dir)?;
    let mut lock = DataDirLock::take(data_dir, D::TAKEN)?;
    // As logging: nobody may be reading.
    let _ = writeln!(stderr(), "LeapMux {} · {}", D::NAME, version::line());
    let started = tokio::select! {
        started = daemon.start() => started?,
        () = signals.next() => return Ok(()),
    };
    let url = D::url(&started);
    lock.announce(&url);
    print(&format!("{}\n", D::ready_line(&started)))?;
    let outcome = tokio::select! {
        () = signals.next() => Ok(()),
        outcome = D::ended(&started) => outcome,
    };
    stop::<D>(started, signals).await;
    outcome
}

async fn stop<D: Daemon>(running: D::Running, mut signals: StopSignals) {
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        stopped = tokio::time::timeout(STOP_LIMIT, D::stop(running)) => {
            if stopped.is_err() {
                tracing::warn!("not everything stopped in time");
            }
        }
        () = signals.next() => {
            // What is on the disk is whole at any moment; children die with the guard of their process group.
            std::process::exit(1);
        }
    }
}

fn make_data_dir(path: &Path) -> Result<(), CliError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder.create(path).map_err(|error| {
        CliError::Failed(format!(
            "the data directory {} cannot be made: {error}; choose another with --data-dir",
            path.display()
        ))
    })
}
