//! Settings of `leapmux solo`: Hub and Worker in one process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use leapmux_types::limits::MAX_MESSAGE;

use crate::layers::find_flag;
use crate::{
    Category, ConfigError, Key, Kind, Settings, Sources, config_root, expand_home, resolve, resolve_data_dir,
};

/// Variables begin with this; a bundled Worker's settings come from the same layer.
const PREFIX: &str = "LEAPMUX_HUB_";

const fn key(
    name: &'static str,
    kind: Kind,
    category: Category,
    default: &'static str,
    help: &'static str,
) -> Key {
    Key { name, kind, category, default, flag: true, secret: false, help }
}

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

/// What a mode reads its settings from; the program fills it from the real world, tests from their own.
#[derive(Debug, Clone, Default)]
pub struct SoloInput {
    pub home: Option<PathBuf>,
    pub environment: Vec<(String, String)>,
    /// Flags that were passed, `config` among them.
    pub flags: Vec<(String, String)>,
}

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

impl SoloInput {
    /// This process's home and environment, with the flags `arguments` hold (the words after the command).
    pub fn from_process(arguments: &[String]) -> Result<Self, ConfigError> {
        let environment = Self::texts(std::env::vars_os())?;
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Ok(Self { home, environment, flags: Self::parse_flags(arguments)? })
    }

    /// Our variables among all. One that is no text is refused rather than left out: it was meant.
    fn texts(
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Vec<(String, String)>, ConfigError> {
        let named = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let ours = named.filter(|(name, _)| name.starts_with(PREFIX));
        ours.map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(ConfigError::NotText(name)),
        })
        .collect()
    }

    /// `-flag value`, `--flag=value`; switches may stand alone.
    pub fn parse_flags(arguments: &[String]) -> Result<Vec<(String, String)>, ConfigError> {
        let mut flags = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
                return Err(ConfigError::UnexpectedArgument(word.clone()));
            };
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (flag, None),
            };
            let switch = name != "config" && find_flag(SOLO_KEYS, name)?.kind == Kind::Boolean;
            let value = match value {
                Some(value) => value,
                None if switch => "true".to_owned(),
                None => {
                    words.next().cloned().ok_or_else(|| ConfigError::MissingValue { flag: word.clone() })?
                }
            };
            flags.push((name.to_owned(), value));
        }
        Ok(flags)
    }
}

impl SoloConfig {
    /// Reads the file named by `--config` (or the default one) and merges all layers.
    pub fn load(input: &SoloInput) -> Result<Self, ConfigError> {
        let home = input.home.as_deref();
        let asked = input.flags.iter().rfind(|(name, _)| name == "config").map(|(_, path)| path.as_str());
        let mode_dir = || config_root(home).map(|root| root.join("solo"));
        let path = match asked {
            Some(path) => Some(expand_home(path, home)?),
            // Without a home there is no default file.
            None => mode_dir().ok().map(|directory| directory.join("solo.yaml")),
        };
        let text = path.as_deref().map(read_if_there).transpose()?.flatten();
        let file = path.as_deref().zip(text.as_deref());
        let flags: Vec<_> = input.flags.iter().filter(|(name, _)| name != "config").cloned().collect();
        let sources = Sources { file, environment: &input.environment, flags: &flags };
        let mut settings = resolve(SOLO_KEYS, PREFIX, &sources)?;
        if let (Some(asked), None) = (asked, file) {
            settings.warnings.push(format!("configuration file {asked} does not exist"));
        }
        // An absolute directory for what is relative to the file, whatever way the file was named.
        let file = file.map(|(path, _)| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        let data_dir = resolve_data_dir(settings.text("data_dir"), home, file.as_deref(), mode_dir)?;
        Self::check(settings, data_dir)
    }

    fn check(mut settings: Settings, data_dir: PathBuf) -> Result<Self, ConfigError> {
        if !settings.text("public_url").is_empty() {
            return Err(ConfigError::PublicUrlInSolo);
        }
        let log_level = match settings.text("log_level").to_ascii_lowercase().as_str() {
            "debug" => LogLevel::Debug,
            "info" => LogLevel::Info,
            "warn" => LogLevel::Warn,
            "error" => LogLevel::Error,
            _ => return Err(ConfigError::LogLevel(settings.text("log_level").to_owned())),
        };
        let encryption_mode = match settings.text("encryption_mode") {
            "classic" => EncryptionMode::Classic,
            "post-quantum" | "post_quantum" | "pq" | "" => EncryptionMode::PostQuantum,
            other => {
                let warning = format!("unknown encryption_mode {other:?}: post-quantum is used");
                settings.warnings.push(warning);
                EncryptionMode::PostQuantum
            }
        };
        match settings.integer("max_message_size") {
            0 => {}
            bytes @ 0x1_0000..=0x1000_0000 if usize::try_from(bytes) == Ok(MAX_MESSAGE) => {}
            bytes @ 0x1_0000..=0x1000_0000 => settings.warnings.push(format!(
                "max_message_size {bytes} has no effect: what the Worker sends is made to fit into messages of {MAX_MESSAGE} bytes"
            )),
            bytes => return Err(ConfigError::MaxMessageSize(bytes)),
        }
        let seconds = |key: &str, otherwise: u64| {
            let seconds = u64::try_from(settings.integer(key)).ok().filter(|seconds| *seconds > 0);
            Duration::from_secs(seconds.unwrap_or(otherwise))
        };
        let conns = settings.integer("storage.sqlite.max_conns");
        Ok(Self {
            listen: settings.text("listen").to_owned(),
            local_listen: Some(settings.text("local_listen").to_owned())
                .filter(|address| !address.is_empty()),
            data_dir,
            log_level,
            dev_frontend: Some(settings.text("dev_frontend").to_owned()).filter(|url| !url.is_empty()),
            encryption_mode,
            use_login_shell: settings.boolean("use_login_shell"),
            api_timeout: seconds("api_timeout_seconds", 10),
            agent_startup_timeout: seconds("agent_startup_timeout_seconds", 300),
            worktree_create_timeout: seconds("worktree_create_timeout_seconds", 60),
            sqlite_max_conns: u32::try_from(conns).ok().filter(|conns| *conns > 0).unwrap_or(4),
            warnings: settings.warnings,
        })
    }
}

/// A missing file is no error: there are defaults.
fn read_if_there(path: &Path) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConfigError::Unreadable { path: path.to_owned(), reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<SoloConfig, ConfigError> {
        let words: Vec<String> = flags.iter().map(|word| (*word).to_owned()).collect();
        SoloConfig::load(&SoloInput {
            home: Some(PathBuf::from("/nowhere")),
            environment: environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            flags: SoloInput::parse_flags(&words)?,
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
        use std::os::unix::ffi::OsStringExt;
        let bad = || OsString::from_vec(b"\xff".to_vec());
        let of = |name: &str| SoloInput::texts([(name.into(), bad())].into_iter());
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
