//! Why settings are refused; every text names the key and where it was set.

use std::path::PathBuf;

use crate::Layer;

/// A setting or a file of settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{key}: {value} is not {expected} (set by {layer})")]
    BadValue { key: &'static str, value: String, expected: String, layer: Layer },
    #[error("the environment variable {0} is not UTF-8")]
    NotText(String),
    #[error("{path} is not valid YAML: {reason}", path = path.display())]
    BadFile { path: PathBuf, reason: String },
    #[error("{path} cannot be read: {reason}", path = path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("invalid log level: {0}")]
    LogLevel(String),
    #[error("public_url is not supported in solo mode")]
    PublicUrlInSolo,
    #[error("invalid public_url: {0}")]
    PublicUrl(String),
    #[error("unknown client_trust {0:?} (valid: hub, known-devices)")]
    ClientTrust(String),
    #[error("max_message_size must be 0 or between 65536 and 268435456 bytes, got {0}")]
    MaxMessageSize(i64),
    #[error(
        "unsupported storage.type: \"{0}\" (valid: sqlite, postgres, mysql, cockroachdb, yugabytedb, tidb)"
    )]
    StorageType(String),
    #[error("storage.{0}.dsn is required when storage.type is {0}")]
    NoDsn(&'static str),
    #[error("this machine does not say where your home directory is; use --data-dir and --config")]
    NoHome,
    #[error("{flag} needs a value")]
    MissingValue { flag: String },
    #[error("flag provided but not defined: {flag}{hint}")]
    UnknownFlag { flag: String, hint: String },
    #[error("unexpected argument: \"{0}\" (use --help for usage)")]
    UnexpectedArgument(String),
}
