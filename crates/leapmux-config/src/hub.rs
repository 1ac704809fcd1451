//! Settings of `leapmux hub`: the Hub alone, for many people.

use std::path::PathBuf;
use std::time::Duration;

use crate::mode::{HUB, Loaded, ModeInput};
use crate::public_url::check_public_url;
use crate::storage::{STORAGE_KEYS, Storage, storage};
use crate::values::{check_message_size, joined, key, log_level, optional, seconds};
use crate::{Category, ConfigError, Key, Kind, LogLevel};

/// Every setting of hub mode.
pub const HUB_KEYS: &[Key] = &joined::<{ OWN_KEYS.len() + STORAGE_KEYS.len() }>(OWN_KEYS, STORAGE_KEYS);

#[rustfmt::skip]
const OWN_KEYS: &[Key] = &[
    key("listen", Kind::Text, Category::Common, ":4327", "address to listen on: host:port, :port for every interface, or unix:<path>"),
    key("data_dir", Kind::Text, Category::Common, ".", "data directory; relative ones belong to the configuration file's directory"),
    key("log_level", Kind::Text, Category::Common, "info", "debug, info, warn or error"),
    key("local_listen", Kind::Text, Category::Server, "", "socket for programs of this machine: unix:<path>"),
    key("public_url", Kind::Text, Category::Server, "", "where people reach the Hub, if not where it listens: https://hub.example.com"),
    key("dev_frontend", Kind::Text, Category::Server, "", "URL of a front-end development server to show instead of the built-in page"),
    Key { flag: false, ..key("secure_cookies", Kind::Boolean, Category::Auth, "false", "cookies for https only; use it behind a proxy that ends TLS") },
    key("signup_enabled", Kind::Boolean, Category::Auth, "false", "let anybody make an account"),
    key("api_timeout_seconds", Kind::Integer, Category::Limits, "10", "time an ordinary call may take"),
    key("agent_startup_timeout_seconds", Kind::Integer, Category::Limits, "300", "time an agent may take to start"),
    key("worktree_create_timeout_seconds", Kind::Integer, Category::Limits, "60", "time making a git worktree may take"),
    key("max_message_size", Kind::Integer, Category::Limits, "0", "accepted for compatibility; messages of a channel have at most 16 MiB"),
    key("max_incomplete_chunked", Kind::Integer, Category::Limits, "0", "accepted for compatibility; the channel bounds unfinished messages by bytes"),
];

/// The settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubConfig {
    /// `None`: no TCP.
    pub listen: Option<String>,
    /// Where programs of this machine connect; the default is in the data directory.
    pub local_listen: Option<String>,
    pub data_dir: PathBuf,
    pub log_level: LogLevel,
    /// Without a trailing slash.
    pub public_url: Option<String>,
    /// URL of a development server, if any.
    pub dev_frontend: Option<String>,
    pub secure_cookies: bool,
    pub signup_enabled: bool,
    pub api_timeout: Duration,
    pub agent_startup_timeout: Duration,
    pub worktree_create_timeout: Duration,
    pub storage: Storage,
    /// To be logged once logging is set up.
    pub warnings: Vec<String>,
}

impl HubConfig {
    /// Merges all layers and checks what came out.
    pub fn load(input: &ModeInput) -> Result<Self, ConfigError> {
        Self::checked(HUB.load(input)?)
    }

    pub(crate) fn checked(loaded: Loaded) -> Result<Self, ConfigError> {
        let Loaded { mut settings, data_dir, home } = loaded;
        check_message_size(&mut settings)?;
        Ok(Self {
            listen: optional(&settings, "listen"),
            local_listen: optional(&settings, "local_listen"),
            data_dir,
            log_level: log_level(&settings)?,
            public_url: optional(&settings, "public_url").map(|url| check_public_url(&url)).transpose()?,
            dev_frontend: optional(&settings, "dev_frontend"),
            secure_cookies: settings.boolean("secure_cookies"),
            signup_enabled: settings.boolean("signup_enabled"),
            api_timeout: seconds(&settings, "api_timeout_seconds", 10),
            agent_startup_timeout: seconds(&settings, "agent_startup_timeout_seconds", 300),
            worktree_create_timeout: seconds(&settings, "worktree_create_timeout_seconds", 60),
            storage: storage(&settings, home.as_deref())?,
            warnings: settings.warnings,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<HubConfig, ConfigError> {
        let words: Vec<String> = flags.iter().map(|word| (*word).to_owned()).collect();
        HubConfig::load(&ModeInput {
            home: Some(PathBuf::from("/nowhere")),
            environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            flags: HUB.parse_flags(&words)?,
        })
    }

    #[test]
    fn a_hub_listens_everywhere_and_lets_nobody_sign_up_unless_told() {
        let config = load(&[], &[]).expect("defaults");
        assert_eq!(config.listen.as_deref(), Some(":4327"));
        assert_eq!(config.data_dir, Path::new("/nowhere/.config/leapmux/hub"));
        assert_eq!((config.signup_enabled, config.secure_cookies, config.public_url), (false, false, None));
        let config = load(
            &["-signup-enabled", "--public-url=https://hub.example/", "-listen="],
            &[("LEAPMUX_HUB_SECURE_COOKIES", "true")],
        );
        let config = config.expect("taken");
        assert_eq!((config.signup_enabled, config.secure_cookies), (true, true));
        assert_eq!((config.public_url.as_deref(), config.listen), (Some("https://hub.example"), None));
    }

    #[test]
    fn secure_cookies_has_no_flag() {
        let refused = load(&["--secure-cookies"], &[]).expect_err("no flag").to_string();
        assert!(refused.starts_with("flag provided but not defined: -secure-cookies"), "{refused}");
    }
}
