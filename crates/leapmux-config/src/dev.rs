//! Settings of `leapmux dev`: a Hub people sign in to, with a Worker in the same process.

use crate::mode::{DEV, ModeInput};
use crate::values::{encryption_mode, joined, key};
use crate::{Category, ConfigError, EncryptionMode, HUB_KEYS, HubConfig, Key, Kind};

/// What the bundled Worker adds to the Hub's settings (CFG-24).
#[rustfmt::skip]
const OF_THE_WORKER: [Key; 2] = [
    key("encryption_mode", Kind::Text, Category::Worker, "post-quantum", "post-quantum or classic, for channels to the built-in Worker"),
    Key { flag: false, ..key("use_login_shell", Kind::Boolean, Category::Worker, "true", "start shells as login shells") },
];

/// Every setting of dev mode.
pub const DEV_KEYS: &[Key] = &joined::<{ HUB_KEYS.len() + OF_THE_WORKER.len() }>(HUB_KEYS, &OF_THE_WORKER);

/// The settings, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevConfig {
    pub hub: HubConfig,
    pub encryption_mode: EncryptionMode,
    pub use_login_shell: bool,
}

impl DevConfig {
    /// Merges all layers and checks what came out.
    pub fn load(input: &ModeInput) -> Result<Self, ConfigError> {
        let mut loaded = DEV.load(input)?;
        let encryption_mode = encryption_mode(&mut loaded.settings);
        let use_login_shell = loaded.settings.boolean("use_login_shell");
        Ok(Self { hub: HubConfig::checked(loaded)?, encryption_mode, use_login_shell })
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn dev_is_a_hub_with_a_workers_settings_in_a_directory_of_its_own() {
        let words = ["-signup-enabled".to_owned(), "--encryption-mode=classic".to_owned()];
        let config = DevConfig::load(&ModeInput {
            home: Some(PathBuf::from("/nowhere")),
            environment: vec![("LEAPMUX_HUB_USE_LOGIN_SHELL".to_owned(), "no".to_owned())],
            flags: DEV.parse_flags(&words).expect("flags"),
        });
        let config = config.expect("taken");
        assert_eq!(config.hub.data_dir, Path::new("/nowhere/.config/leapmux/dev"));
        assert_eq!((config.hub.listen.as_deref(), config.hub.signup_enabled), (Some(":4327"), true));
        assert_eq!((config.encryption_mode, config.use_login_shell), (EncryptionMode::Classic, false));
        let names: Vec<&str> = DEV_KEYS.iter().map(|key| key.name).collect();
        assert!(crate::HUB_KEYS.iter().all(|key| names.contains(&key.name)), "{names:?}");
    }
}
