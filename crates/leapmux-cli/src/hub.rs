//! `leapmux hub`: from settings to a running Hub and back.

use std::time::Duration;

use leapmux_config::{HUB, HubConfig as Settings, ModeInput};
use leapmux_hub_server::{
    AccountPolicy, AccountsConfig, Hub, HubConfig, RunningHub, VersionInfo, default_socket, dev_frontend,
};
use leapmux_runtime::Tasks;

use crate::daemon::{self, Daemon};
use crate::lock::Taken;
use crate::{CliError, storage, version};

/// Tasks that are left after the Hub's shutdown are dropped after this.
const LEFTOVER: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &[String]) -> Result<(), CliError> {
    let settings = Settings::load(&ModeInput::from_process(&HUB, arguments)?)?;
    daemon::init_logging(settings.log_level, &settings.warnings)?;
    let data_dir = settings.data_dir.clone();
    daemon::run(HubMode(settings), &data_dir)
}

struct HubMode(Settings);

struct Running {
    hub: RunningHub,
    tasks: Tasks,
    url: String,
}

impl Daemon for HubMode {
    type Running = Running;
    const NAME: &'static str = "hub";
    const TAKEN: Taken = Taken::ByLeapMux;

    async fn start(self) -> Result<Running, CliError> {
        let (config, tasks) = (config(&self.0)?, Tasks::new());
        let listen = config.listen.clone().or(config.local_listen.clone());
        let hub = Hub::start(config, &tasks).await?;
        let own = listen.map(|listen| listen.browser_url(hub.tcp_addr())).unwrap_or_default();
        Ok(Running { url: self.0.public_url.unwrap_or(own), hub, tasks })
    }
    fn url(running: &Running) -> String {
        running.url.clone()
    }
    async fn stop(running: Running) {
        if let Err(error) = running.hub.shutdown().await {
            tracing::error!(%error, "the Hub's database was not closed properly");
        }
        if let Err(stuck) = running.tasks.shutdown(LEFTOVER).await {
            tracing::warn!(%stuck, "hub");
        }
    }
}

pub(crate) fn config(settings: &Settings) -> Result<HubConfig, CliError> {
    let address = |text: &Option<String>| text.as_deref().map(str::parse).transpose();
    let dev_frontend = settings.dev_frontend.as_deref().map(dev_frontend).transpose()?;
    Ok(HubConfig {
        listen: address(&settings.listen)?,
        local_listen: address(&settings.local_listen)?.or_else(|| default_socket(&settings.data_dir)),
        accounts: AccountsConfig {
            policy: AccountPolicy { signup_enabled: settings.signup_enabled },
            secure_cookies: settings.secure_cookies,
            public_url: settings.public_url.clone(),
        },
        dev_frontend,
        storage: storage::config(&settings.storage),
        version: VersionInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: version::COMMIT.to_owned(),
            branch: version::BRANCH.to_owned(),
            build_time: version::TIME.to_owned(),
            formatted: version::line(),
        },
        api_timeout: settings.api_timeout,
        agent_startup_timeout: settings.agent_startup_timeout,
        ..HubConfig::hub(&settings.data_dir)
    })
}
