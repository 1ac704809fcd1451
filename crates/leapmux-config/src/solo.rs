//! Settings of `leapmux solo`: Hub and Worker in one process.

use std::path::PathBuf;
use std::time::Duration;

use crate::mode::{Loaded, ModeInput, SOLO};
use crate::values::{check_message_size, encryption_mode, key, log_level, optional, positive, seconds};
use crate::{Category, ConfigError, EncryptionMode, Key, Kind, LogLevel};

/// Every setting of solo mode.
#[rustfmt::skip]
pub const SOLO_KEYS: &[Key] = &[
    key("listen", Kind::Text, Category::Common, "127.0.0.1:4327", "address to listen on: host:port or unix:<path>"),
    key("data_dir", Kind::Text, Category::Common, ".", "data directory; relative ones belong to the configuration file's directory"),
    key("log_level", Kind::Text, Category::Common, "info", "debug, info, warn or error"),
    Key { flag: false, ..key("local_listen", Kind::Text, Category::Server, "", "socket for programs of this machine: unix:<path>") },
    key("dev_frontend", Kind::Text, Category::Server, "", "URL of a front-end development server to show instead of the built-in page"),
    // Known, so that it can be refused with its own sentence.
    Key { flag: false, ..key("public_url", Kind::Text, Category::Server, "", "not supported in solo mode") },
    key("encryption_mode", Kind::Text, Category::Worker, "post-quantum", "post-quantum or classic, for channels to the built-in Worker"),
    Key { flag: false, ..key("use_login_shell", Kind::Boolean, Category::Worker, "true", "start shells as login shells") },
    key("api_timeout_seconds", Kind::Integer, Category::Limits, "10", "time an ordinary call may take"),
    key("agent_startup_timeout_seconds", Kind::Integer, Category::Limits, "300", "time an agent may take to start"),
    key("worktree_create_timeout_seconds", Kind::Integer, Category::Limits, "60", "time making a git worktree may take"),
    key("max_message_size", Kind::Integer, Category::Limits, "0", "accepted for compatibility; messages of a channel have at most 16 MiB"),
    key("max_incomplete_chunked", Kind::Integer, Category::Limits, "0", "accepted for compatibility; the channel bounds unfinished messages by bytes"),
    key("storage.sqlite.max_conns", Kind::Integer, Category::Sqlite, "4", "connections to each SQLite database"),
];

/// The settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoloConfig {
    pub listen: String,
    /// Where programs of this machine connect; the default is in the data directory.
    pub local_listen: Option<String>,
    pub data_dir: PathBuf,
    pub log_level: LogLevel,
    /// URL of a development server, if any.
    pub dev_frontend: Option<String>,
    pub encryption_mode: EncryptionMode,
    pub use_login_shell: bool,
    pub api_timeout: Duration,
    pub agent_startup_timeout: Duration,
    pub worktree_create_timeout: Duration,
    pub sqlite_max_conns: u32,
    /// To be logged once logging is set up.
    pub warnings: Vec<String>,
}

impl SoloConfig {
    /// Merges all layers and checks what came out.
    pub fn load(input: &ModeInput) -> Result<Self, ConfigError> {
        let Loaded { mut settings, data_dir, .. } = SOLO.load(input)?;
        if !settings.text("public_url").is_empty() {
            return Err(ConfigError::PublicUrlInSolo);
        }
        let log_level = log_level(&settings)?;
        let encryption_mode = encryption_mode(&mut settings);
        check_message_size(&mut settings)?;
        Ok(Self {
            listen: settings.text("listen").to_owned(),
            local_listen: optional(&settings, "local_listen"),
            data_dir,
            log_level,
            dev_frontend: optional(&settings, "dev_frontend"),
            encryption_mode,
            use_login_shell: settings.boolean("use_login_shell"),
            api_timeout: seconds(&settings, "api_timeout_seconds", 10),
            agent_startup_timeout: seconds(&settings, "agent_startup_timeout_seconds", 300),
            worktree_create_timeout: seconds(&settings, "worktree_create_timeout_seconds", 60),
            sqlite_max_conns: positive(&settings, "storage.sqlite.max_conns", 4),
            warnings: settings.warnings,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<SoloConfig, ConfigError> {
        let words: Vec<String> = flags.iter().map(|word| (*word).to_owned()).collect();
        SoloConfig::load(&ModeInput {
            home: Some(PathBuf::from("/nowhere")),
            environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            flags: SOLO.parse_flags(&words)?,
        })
    }

    #[test]
    fn no_flag_no_file_no_variable() {
        let config = load(&[], &[]).expect("defaults");
        assert_eq!(config.listen, "127.0.0.1:4327");
        assert_eq!(config.data_dir, Path::new("/nowhere/.config/leapmux/solo"));
        assert_eq!(config.agent_startup_timeout, Duration::from_secs(300));
        assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    }

    #[test]
    fn flags_have_one_or_two_hyphens_and_two_forms() {
        for flags in [["-listen", ":1"].as_slice(), &["--listen", ":1"], &["-listen=:1"], &["--listen=:1"]] {
            assert_eq!(load(flags, &[]).expect("taken").listen, ":1");
        }
        assert_eq!(load(&["--listen"], &[]), Err(ConfigError::MissingValue { flag: "--listen".into() }));
        assert_eq!(load(&["version"], &[]), Err(ConfigError::UnexpectedArgument("version".into())));
        let unknown = load(&["--data-dri=x"], &[]).expect_err("unknown").to_string();
        assert_eq!(unknown, "flag provided but not defined: -data-dri (did you mean -data-dir?)");
    }

    #[test]
    fn a_file_is_read_and_relative_data_belongs_to_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("mine.yaml");
        std::fs::write(&file, "data_dir: data\nlog_level: DEBUG\n").expect("written");
        let config = load(&["-config", file.to_str().expect("UTF-8")], &[]).expect("loaded");
        assert_eq!(config.data_dir, dir.path().join("data"));
        assert_eq!(config.log_level, LogLevel::Debug);
        let missing = load(&["-config", "/nowhere/else.yaml"], &[]).expect("only warned about");
        assert_eq!(missing.warnings, ["configuration file /nowhere/else.yaml does not exist"]);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_text_is_refused_by_name() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let bad = || OsString::from_vec(b"\xff".to_vec());
        let of = |name: &str| crate::mode::texts(SOLO.prefix, [(name.into(), bad())].into_iter());
        let refused = of("LEAPMUX_HUB_LISTEN").expect_err("meant for us").to_string();
        assert_eq!(refused, "the environment variable LEAPMUX_HUB_LISTEN is not UTF-8");
        assert_eq!(of("OTHER"), Ok(vec![]), "nobody else's variables matter");
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("mine.yaml");
        std::fs::write(&file, b"listen: \xff\n").expect("written");
        let refused =
            load(&["-config", file.to_str().expect("UTF-8")], &[]).expect_err("no text").to_string();
        assert!(refused.contains("mine.yaml cannot be read") && refused.contains("UTF-8"), "{refused}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let public = load(&[], &[("LEAPMUX_HUB_PUBLIC_URL", "https://x")]);
        assert_eq!(public, Err(ConfigError::PublicUrlInSolo));
        assert_eq!(load(&["--log-level=loud"], &[]), Err(ConfigError::LogLevel("loud".into())));
        assert_eq!(load(&["--max-message-size=12"], &[]), Err(ConfigError::MaxMessageSize(12)));
        assert!(load(&["--max-message-size=16777216"], &[]).expect("as it is").warnings.is_empty());
        let told = load(&["--max-message-size=65536"], &[]).expect("warned about").warnings;
        assert!(told.len() == 1 && told[0].contains("max_message_size 65536 has no effect"), "{told:?}");
        let config =
            load(&["--encryption-mode=rot13", "--api-timeout-seconds=-1"], &[]).expect("warned about");
        assert_eq!((config.encryption_mode, config.warnings.len()), (EncryptionMode::PostQuantum, 1));
        assert_eq!(config.api_timeout, Duration::from_secs(10));
    }
}
