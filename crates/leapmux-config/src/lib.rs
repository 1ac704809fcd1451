//! Settings in layers: built-in defaults, then the YAML file, then environment variables, then flags; later ones win.
//! A mode is a table of keys; files, variables, flags and help all come from it.

mod error;
mod key;
mod layers;
mod nearest;
mod paths;
mod solo;

pub use error::ConfigError;
pub use key::{Category, Key, Kind, Value};
pub use layers::{Layer, Settings, Sources, resolve};
pub use paths::{config_root, expand_home, resolve_data_dir};
pub use solo::{EncryptionMode, LogLevel, SOLO_KEYS, SoloConfig, SoloInput};
