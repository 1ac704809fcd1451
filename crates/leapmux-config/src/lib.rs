//! Settings in layers: built-in defaults, then the YAML file, then environment variables, then flags; later ones win.
//! A mode is a table of keys; files, variables, flags and help all come from it.

mod dev;
mod error;
mod hub;
mod key;
mod layers;
mod mode;
mod nearest;
mod paths;
mod public_url;
mod solo;
mod storage;
mod values;
mod worker;

pub use dev::{DEV_KEYS, DevConfig};
pub use error::ConfigError;
pub use hub::{HUB_KEYS, HubConfig};
pub use key::{Category, Key, Kind, Value};
pub use layers::{Layer, Settings, Sources, resolve};
pub use mode::{DEV, HUB, Mode, ModeInput, SOLO, WORKER};
pub use paths::{config_root, expand_home, resolve_data_dir};
pub use solo::{SOLO_KEYS, SoloConfig};
pub use storage::{ServerStorage, ServerType, SqliteStorage, Storage};
pub use values::{EncryptionMode, LogLevel};
pub use worker::{GivenKey, WORKER_KEYS, WorkerSettings};
