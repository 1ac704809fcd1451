//! `leapmux solo`: from settings to a running program and back.

use std::io::{Write, stderr};
use std::path::Path;
use std::time::Duration;

use leapmux_config::{EncryptionMode, LogLevel, SoloConfig, SoloInput};
use leapmux_solo::{BuildInfo, RunningSolo, Solo, SoloSettings};
use leapmux_telemetry::Level;

use crate::lock::DataDirLock;
use crate::signals::StopSignals;
use crate::{CliError, print, version};

/// A graceful stop takes no longer (spec RUN-9, WRK-140).
const STOP_LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn run(arguments: &[String]) -> Result<(), CliError> {
    let config = SoloConfig::load(&SoloInput::from_process(arguments)?)?;
    leapmux_telemetry::init(level(config.log_level))?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("leapmux").build()?;
    let outcome = runtime.block_on(serve(config));
    // Blocking work that hangs (a directory on a dead network share) must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

async fn serve(config: SoloConfig) -> Result<(), CliError> {
    let mut signals = StopSignals::listen()?;
    make_data_dir(&config.data_dir)?;
    let mut lock = DataDirLock::take(&config.data_dir)?;
    // As logging: nobody may be reading.
    let _ = writeln!(stderr(), "LeapMux solo · {}", version::line());
    let started = tokio::select! {
        started = Solo::start(settings(config)?) => started?,
        () = signals.next() => return Ok(()),
    };
    let url = started.url().to_owned();
    lock.announce(&url);
    print(&format!("LeapMux is at {url}\n"))?;
    signals.next().await;
    stop(started, signals).await;
    Ok(())
}

async fn stop(running: RunningSolo, mut signals: StopSignals) {
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        stopped = tokio::time::timeout(STOP_LIMIT, running.shutdown()) => {
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

fn settings(config: SoloConfig) -> Result<SoloSettings, CliError> {
    Ok(SoloSettings {
        listen: config.listen.parse()?,
        data_dir: config.data_dir,
        dev_frontend: config.dev_frontend,
        classic_encryption: config.encryption_mode == EncryptionMode::Classic,
        use_login_shell: config.use_login_shell,
        api_timeout: config.api_timeout,
        agent_startup_timeout: config.agent_startup_timeout,
        sqlite_max_conns: config.sqlite_max_conns,
        name: host_name(),
        local_listen: config.local_listen.map(|address| address.parse()).transpose()?,
        build: BuildInfo {
            version: env!("CARGO_PKG_VERSION"),
            commit: version::COMMIT,
            branch: version::BRANCH,
            time: version::TIME,
            formatted: version::line(),
        },
    })
}

/// What people call this machine (spec config.md §5: `name`).
fn host_name() -> String {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".to_owned() } else { name }
}

fn level(level: LogLevel) -> Level {
    match level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warn,
        LogLevel::Info => Level::Info,
        LogLevel::Debug => Level::Debug,
    }
}
