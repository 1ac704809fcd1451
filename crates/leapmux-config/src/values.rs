//! Settings several modes have, checked.

use std::time::Duration;

use leapmux_types::limits::MAX_MESSAGE;

use crate::{Category, ConfigError, Key, Kind, Settings};

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

/// Which suite channels to the Worker use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptionMode {
    PostQuantum,
    Classic,
}

/// One row of a table: settable in every way, no secret.
pub(crate) const fn key(
    name: &'static str,
    kind: Kind,
    category: Category,
    default: &'static str,
    help: &'static str,
) -> Key {
    Key { name, kind, category, default, flag: true, secret: false, help }
}

/// Two tables of keys as one. `N` is the length of both.
pub(crate) const fn joined<const N: usize>(first: &[Key], second: &[Key]) -> [Key; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    all
}

/// A text, unless it is empty.
pub(crate) fn optional(settings: &Settings, key: &str) -> Option<String> {
    Some(settings.text(key).to_owned()).filter(|text| !text.is_empty())
}

/// Seconds; what is no positive number is the default (config.md §4).
pub(crate) fn seconds(settings: &Settings, key: &str, otherwise: u64) -> Duration {
    let seconds = u64::try_from(settings.integer(key)).ok().filter(|seconds| *seconds > 0);
    Duration::from_secs(seconds.unwrap_or(otherwise))
}

/// A positive number; anything else is the default.
pub(crate) fn positive(settings: &Settings, key: &str, otherwise: u32) -> u32 {
    u32::try_from(settings.integer(key)).ok().filter(|number| *number > 0).unwrap_or(otherwise)
}

pub(crate) fn log_level(settings: &Settings) -> Result<LogLevel, ConfigError> {
    match settings.text("log_level").to_ascii_lowercase().as_str() {
        "debug" => Ok(LogLevel::Debug),
        "info" => Ok(LogLevel::Info),
        "warn" => Ok(LogLevel::Warn),
        "error" => Ok(LogLevel::Error),
        _ => Err(ConfigError::LogLevel(settings.text("log_level").to_owned())),
    }
}

/// An unknown mode is the safe one, and is told.
pub(crate) fn encryption_mode(settings: &mut Settings) -> EncryptionMode {
    match settings.text("encryption_mode") {
        "classic" => EncryptionMode::Classic,
        "post-quantum" | "post_quantum" | "pq" | "" => EncryptionMode::PostQuantum,
        other => {
            let warning = format!("unknown encryption_mode {other:?}: post-quantum is used");
            settings.warnings.push(warning);
            EncryptionMode::PostQuantum
        }
    }
}

/// Checked for those who set it; the channel's own bound is the one that holds (docs/adr/0009).
pub(crate) fn check_message_size(settings: &mut Settings) -> Result<(), ConfigError> {
    match settings.integer("max_message_size") {
        0 => {}
        bytes @ 0x1_0000..=0x1000_0000 if usize::try_from(bytes) == Ok(MAX_MESSAGE) => {}
        bytes @ 0x1_0000..=0x1000_0000 => settings.warnings.push(format!(
            "max_message_size {bytes} has no effect: what the Worker sends is made to fit into messages of {MAX_MESSAGE} bytes"
        )),
        bytes => return Err(ConfigError::MaxMessageSize(bytes)),
    }
    Ok(())
}
