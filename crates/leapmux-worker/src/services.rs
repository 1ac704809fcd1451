//! What answers calls: one file a noun, each a thin edge between inner messages and the part of the Worker that owns the noun.

pub(crate) mod agent;
pub(crate) mod device;
pub(crate) mod file;
pub(crate) mod system;
pub(crate) mod tab;
pub(crate) mod terminal;

use std::sync::Arc;

use leapmux_agents::{Detector, Environment, Runner};
use leapmux_pty::environment::{LoginEnvironment, process_environment};
use leapmux_runtime::Tasks;

use crate::agents::Agents;
use crate::config::WorkerConfig;
use crate::devices::Devices;
use crate::store::Store;
use crate::tabs::Tabs;
use crate::terminals::Terminals;

/// Everything services work on. A manager of tabs (terminals, agents) is a field here, built in `new`, shut down in `app.rs`; it
/// registers itself as owner of its kind of tab with `Tabs::set_owner`.
pub struct Services {
    pub config: Arc<WorkerConfig>,
    pub store: Store,
    pub tabs: Tabs,
    /// Shells in tabs.
    pub(crate) terminals: Terminals,
    /// Starts agents.
    pub runner: Runner,
    /// Knows which agents are installed.
    pub detector: Arc<Detector>,
    /// Agents in tabs.
    pub(crate) agents: Arc<Agents>,
    /// What users come with.
    pub(crate) devices: Arc<Devices>,
}

impl Services {
    /// Services over an open store; what they start belongs to `tasks`.
    pub fn new(config: Arc<WorkerConfig>, store: Store, tabs: Tabs, tasks: &Tasks) -> Self {
        let processes = crate::processes::local_host(tasks);
        let environment = Environment::Login(Arc::new(LoginEnvironment::new()));
        let runner = Runner::new(processes.clone(), environment, tasks.clone());
        let detector = Arc::new(Detector::default());
        let terminals =
            Terminals::new(store.clone(), tabs.clone(), processes, process_environment(), tasks.clone());
        let agents =
            Agents::new(store.clone(), tabs.clone(), runner.clone(), detector.clone(), tasks, &config);
        let devices = Arc::new(Devices::new(store.clone()));
        Self { config, store, tabs, terminals, runner, detector, agents, devices }
    }
}
