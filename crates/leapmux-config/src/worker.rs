//! Settings of `leapmux worker`: a machine that joins a Hub.

use std::path::PathBuf;
use std::time::Duration;

use crate::mode::{Loaded, ModeInput, WORKER};
use crate::values::{check_message_size, encryption_mode, key, log_level, optional, positive, seconds};
use crate::{Category, ConfigError, EncryptionMode, Key, Kind, Layer, LogLevel};

/// Every setting of worker mode.
#[rustfmt::skip]
pub const WORKER_KEYS: &[Key] = &[
    key("hub", Kind::Text, Category::Common, "http://127.0.0.1:4327", "where the Hub is: http://host:port, https://host or unix:<socket-path>"),
    Key { secret: true, ..key("registration_key", Kind::Text, Category::Common, "", "key from the Hub's \"Register worker\" dialog; for the first start only") },
    key("name", Kind::Text, Category::Common, "", "what people call this machine (default the host's name)"),
    key("data_dir", Kind::Text, Category::Common, ".", "data directory; relative ones belong to the configuration file's directory"),
    key("log_level", Kind::Text, Category::Common, "info", "debug, info, warn or error"),
    key("encryption_mode", Kind::Text, Category::Worker, "post-quantum", "post-quantum or classic, for channels to this Worker"),
    key("use_login_shell", Kind::Boolean, Category::Worker, "true", "start shells as login shells"),
    key("client_trust", Kind::Text, Category::Worker, "hub", "hub: let in whom the Hub lets in; known-devices: only devices approved with `leapmux worker devices`"),
    key("agent_startup_timeout_seconds", Kind::Integer, Category::Limits, "300", "time an agent may take to start"),
    key("api_timeout_seconds", Kind::Integer, Category::Limits, "10", "time a request to an agent may take"),
    key("max_message_size", Kind::Integer, Category::Limits, "0", "accepted for compatibility; messages of a channel have at most 16 MiB"),
    key("max_incomplete_chunked", Kind::Integer, Category::Limits, "0", "accepted for compatibility; the channel bounds unfinished messages by bytes"),
    key("db_max_conns", Kind::Integer, Category::Sqlite, "4", "connections to the SQLite database"),
    key("db_cache_size", Kind::Integer, Category::Sqlite, "0", "page cache of each connection: pages, or KiB when negative; 0 for SQLite's own"),
    key("db_mmap_size", Kind::Integer, Category::Sqlite, "0", "bytes of the database mapped into memory; 0 for none"),
];

/// A registration key and whether a person passed it to this start.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenKey {
    /// The whole key, both halves.
    pub text: String,
    /// It stands in the environment alone, where a container's definition keeps it for every start (WRK-32).
    pub from_environment: bool,
}

impl std::fmt::Debug for GivenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GivenKey(…, from_environment: {})", self.from_environment)
    }
}

/// The settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// As written; whoever dials reads it.
    pub hub: String,
    pub registration_key: Option<GivenKey>,
    /// `None`: the host's name.
    pub name: Option<String>,
    pub data_dir: PathBuf,
    pub log_level: LogLevel,
    pub encryption_mode: EncryptionMode,
    pub use_login_shell: bool,
    /// Only approved devices may open a channel.
    pub known_devices_only: bool,
    pub agent_startup_timeout: Duration,
    pub api_timeout: Duration,
    pub db_max_conns: u32,
    /// As SQLite's `cache_size`; 0 for its own.
    pub db_cache_size: i64,
    /// Bytes; 0 for none.
    pub db_mmap_size: i64,
    /// To be logged once logging is set up.
    pub warnings: Vec<String>,
}

impl WorkerSettings {
    /// Merges all layers and checks what came out.
    pub fn load(input: &ModeInput) -> Result<Self, ConfigError> {
        let Loaded { mut settings, data_dir, .. } = WORKER.load(input)?;
        check_message_size(&mut settings)?;
        let registration_key = optional(&settings, "registration_key").map(|text| GivenKey {
            text: text.trim().to_owned(),
            from_environment: matches!(settings.layer("registration_key"), Layer::Environment(_)),
        });
        let db_mmap_size = settings.integer("db_mmap_size").max(0);
        Ok(Self {
            hub: settings.text("hub").to_owned(),
            registration_key,
            name: optional(&settings, "name"),
            data_dir,
            log_level: log_level(&settings)?,
            encryption_mode: encryption_mode(&mut settings),
            use_login_shell: settings.boolean("use_login_shell"),
            known_devices_only: match settings.text("client_trust") {
                "hub" | "" => false,
                "known-devices" => true,
                // No guess: either would be wrong for somebody.
                other => return Err(ConfigError::ClientTrust(other.to_owned())),
            },
            agent_startup_timeout: seconds(&settings, "agent_startup_timeout_seconds", 300),
            api_timeout: seconds(&settings, "api_timeout_seconds", 10),
            db_max_conns: positive(&settings, "db_max_conns", 4),
            db_cache_size: settings.integer("db_cache_size"),
            db_mmap_size,
            warnings: settings.warnings,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<WorkerSettings, ConfigError> {
        let words: Vec<String> = flags.iter().map(|word| (*word).to_owned()).collect();
        WorkerSettings::load(&ModeInput {
            home: Some(PathBuf::from("/nowhere")),
            environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            flags: WORKER.parse_flags(&words)?,
        })
    }

    #[test]
    fn a_worker_knows_the_hub_of_its_machine_and_has_no_key() {
        let settings = load(&[], &[]).expect("defaults");
        assert_eq!(settings.hub, "http://127.0.0.1:4327");
        assert_eq!(settings.data_dir, Path::new("/nowhere/.config/leapmux/worker"));
        assert_eq!((settings.registration_key, settings.name), (None, None));
        assert_eq!((settings.use_login_shell, settings.db_max_conns), (true, 4));
        assert_eq!(settings.encryption_mode, EncryptionMode::PostQuantum);
    }

    #[test]
    fn its_variables_are_its_own_and_a_key_of_the_environment_is_known_as_such() {
        let environment = [
            ("LEAPMUX_WORKER_HUB", "https://hub.example"),
            ("LEAPMUX_WORKER_REGISTRATION_KEY", " one.two "),
            ("LEAPMUX_WORKER_NAME", "forge"),
            ("LEAPMUX_HUB_LISTEN", ":1"),
        ];
        let settings = load(&[], &environment).expect("taken");
        assert_eq!((settings.hub.as_str(), settings.name.as_deref()), ("https://hub.example", Some("forge")));
        let key = settings.registration_key.expect("a key");
        assert_eq!((key.text.as_str(), key.from_environment), ("one.two", true));
        assert!(!format!("{key:?}").contains("one"), "keys are not printed");
        assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
        let settings = load(&["--registration-key=three"], &environment).expect("taken");
        assert!(!settings.registration_key.expect("a key").from_environment);
        assert!(load(&["--client-trust=known-devices"], &[]).expect("taken").known_devices_only);
        let refused = load(&["--client-trust=nobody"], &[]).expect_err("no such trust").to_string();
        assert_eq!(refused, "unknown client_trust \"nobody\" (valid: hub, known-devices)");
    }
}
