//! What answers calls: one file a noun, each a thin edge between inner messages and the part of the Worker that owns the noun.

pub(crate) mod file;
pub(crate) mod system;
pub(crate) mod tab;

use std::sync::Arc;

use crate::config::WorkerConfig;
use crate::store::Store;
use crate::tabs::Tabs;

/// Everything services work on. A manager of tabs (terminals, agents) is a field here, built in `app.rs`, and registers itself
/// as owner of its kind of tab with `Tabs::set_owner`.
pub struct Services {
    pub config: Arc<WorkerConfig>,
    pub store: Store,
    pub tabs: Tabs,
}

impl Services {
    /// Services without anything running.
    pub fn new(config: Arc<WorkerConfig>, store: Store, tabs: Tabs) -> Self {
        Self { config, store, tabs }
    }
}
