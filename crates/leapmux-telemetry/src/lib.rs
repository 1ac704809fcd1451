//! Logging: for people on a terminal, as JSON lines otherwise; and the panic hook.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
        }
    }
}

/// Logging was set up before.
#[derive(Debug, thiserror::Error)]
#[error("logging cannot be set up: {0}")]
pub struct TelemetryError(#[from] TryInitError);

/// Sets up logging to stderr and makes panics part of the log. Libraries speak from `warn` up, LeapMux from `level` up.
pub fn init(level: Level) -> Result<(), TelemetryError> {
    let registry = tracing_subscriber::registry().with(filter(level));
    if stderr().is_terminal() {
        registry.with(layer().with_writer(stderr).with_ansi(true).with_target(false)).try_init()?;
    } else {
        registry.with(layer().json().flatten_event(true).with_writer(stderr)).try_init()?;
    }
    log_panics();
    Ok(())
}

fn filter(level: Level) -> EnvFilter {
    // A library's warning is ours to see unless only errors are asked for.
    let others = if level == Level::Error { "error" } else { "warn" };
    EnvFilter::new(format!("{others},leapmux={}", level.name()))
}

/// A panic is a bug: it is logged with its place; the task it happened in ends, the process goes on.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(%place, %thread, "panic: {message}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_names_our_crates_and_quiets_others() {
        assert_eq!(filter(Level::Debug).to_string(), "leapmux=debug,warn");
        assert_eq!(filter(Level::Error).to_string(), "leapmux=error,error");
    }
}
