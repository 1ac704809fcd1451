//! A mode of the program as its settings see it: its name, the prefix of its variables, its table of keys; and reading them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::layers::find_flag;
use crate::{
    ConfigError, DEV_KEYS, HUB_KEYS, Key, Kind, SOLO_KEYS, Settings, Sources, WORKER_KEYS, config_root,
    expand_home, resolve, resolve_data_dir,
};

/// One of `solo`, `hub`, …
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    /// The command; also its directory and file below `~/.config/leapmux`.
    pub name: &'static str,
    /// Its variables begin with this.
    pub prefix: &'static str,
    pub keys: &'static [Key],
}

/// Hub and Worker in one process, without login; a bundled Worker's settings come from the same layer.
pub const SOLO: Mode = Mode { name: "solo", prefix: "LEAPMUX_HUB_", keys: SOLO_KEYS };
/// The Hub alone.
pub const HUB: Mode = Mode { name: "hub", prefix: "LEAPMUX_HUB_", keys: HUB_KEYS };
/// A machine that joins a Hub.
pub const WORKER: Mode = Mode { name: "worker", prefix: "LEAPMUX_WORKER_", keys: WORKER_KEYS };
/// The Hub with a Worker in the same process.
pub const DEV: Mode = Mode { name: "dev", prefix: "LEAPMUX_HUB_", keys: DEV_KEYS };

/// What a mode reads its settings from; the program fills it from the real world, tests from their own.
#[derive(Debug, Clone, Default)]
pub struct ModeInput {
    pub home: Option<PathBuf>,
    pub environment: Vec<(String, String)>,
    /// Flags that were passed, `config` among them.
    pub flags: Vec<(String, String)>,
}

/// Merged settings, and the directory they mean.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub settings: Settings,
    pub data_dir: PathBuf,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
}

impl ModeInput {
    /// This process's home and environment, with the flags `arguments` hold (the words after the command).
    pub fn from_process(mode: &Mode, arguments: &[String]) -> Result<Self, ConfigError> {
        let environment = texts(mode.prefix, std::env::vars_os())?;
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Ok(Self { home, environment, flags: mode.parse_flags(arguments)? })
    }
}

/// Our variables among all. One that is no text is refused rather than left out: it was meant.
pub(crate) fn texts(
    prefix: &str,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let named = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let ours = named.filter(|(name, _)| name.starts_with(prefix));
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(ConfigError::NotText(name)),
    })
    .collect()
}

impl Mode {
    /// `-flag value`, `--flag=value`; switches may stand alone.
    pub fn parse_flags(&self, arguments: &[String]) -> Result<Vec<(String, String)>, ConfigError> {
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
            let switch = name != "config" && find_flag(self.keys, name)?.kind == Kind::Boolean;
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

    /// Reads the file named by `--config` (or the default one) and merges all layers.
    pub(crate) fn load(&self, input: &ModeInput) -> Result<Loaded, ConfigError> {
        let home = input.home.as_deref();
        let asked = input.flags.iter().rfind(|(name, _)| name == "config").map(|(_, path)| path.as_str());
        let mode_dir = || config_root(home).map(|root| root.join(self.name));
        let path = match asked {
            Some(path) => Some(expand_home(path, home)?),
            // Without a home there is no default file.
            None => mode_dir().ok().map(|directory| directory.join(format!("{}.yaml", self.name))),
        };
        let text = path.as_deref().map(read_if_there).transpose()?.flatten();
        let file = path.as_deref().zip(text.as_deref());
        let flags: Vec<_> = input.flags.iter().filter(|(name, _)| name != "config").cloned().collect();
        let sources = Sources { file, environment: &input.environment, flags: &flags };
        let mut settings = resolve(self.keys, self.prefix, &sources)?;
        if let (Some(asked), None) = (asked, file) {
            settings.warnings.push(format!("configuration file {asked} does not exist"));
        }
        // An absolute directory for what is relative to the file, whatever way the file was named.
        let file = file.map(|(path, _)| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        let data_dir = resolve_data_dir(settings.text("data_dir"), home, file.as_deref(), mode_dir)?;
        Ok(Loaded { settings, data_dir, home: input.home.clone() })
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
