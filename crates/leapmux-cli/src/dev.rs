//! `leapmux dev`: a Hub people sign in to and a Worker, in one process.

use leapmux_config::{DEV, DevConfig, EncryptionMode, ModeInput};
use leapmux_hub_server::{HubConfig, HubMode, default_socket};
use leapmux_solo::{BuildInfo, BundledWorker, Dev, RunningDev};

use crate::daemon::{self, Daemon};
use crate::lock::Taken;
use crate::{CliError, host, hub, version};

pub(crate) fn run(arguments: &[String]) -> Result<(), CliError> {
    let config = DevConfig::load(&ModeInput::from_process(&DEV, arguments)?)?;
    daemon::init_logging(config.hub.log_level, &config.hub.warnings)?;
    let data_dir = config.hub.data_dir.clone();
    daemon::run(DevMode(config), &data_dir)
}

struct DevMode(DevConfig);

struct Running {
    dev: RunningDev,
    url: String,
}

impl Daemon for DevMode {
    type Running = Running;
    const NAME: &'static str = "dev";
    const TAKEN: Taken = Taken::ByLeapMux;

    async fn start(self) -> Result<Running, CliError> {
        let DevConfig { hub: settings, encryption_mode, use_login_shell } = self.0;
        let data_dir = settings.data_dir.join("hub");
        let config = hub::config(&settings)?;
        let config = HubConfig {
            mode: HubMode::Dev,
            // The default is below the Hub's own directory, not beside the two.
            local_listen: match &settings.local_listen {
                Some(_) => config.local_listen,
                None => default_socket(&data_dir),
            },
            data_dir,
            ..config
        };
        let worker = BundledWorker {
            name: host::name(),
            data_dir: settings.data_dir.join("worker"),
            classic_encryption: encryption_mode == EncryptionMode::Classic,
            use_login_shell,
            api_timeout: settings.api_timeout,
            agent_startup_timeout: settings.agent_startup_timeout,
            sqlite_max_conns: settings.storage.sqlite_connections(),
            build: BuildInfo { commit: version::COMMIT, time: version::TIME, ..BuildInfo::default() },
        };
        let listen = config.listen.clone().or(config.local_listen.clone());
        let dev = Dev::start(config, worker).await?;
        let own = listen.map(|listen| listen.browser_url(dev.tcp_addr())).unwrap_or_default();
        Ok(Running { url: settings.public_url.unwrap_or(own), dev })
    }
    fn url(running: &Running) -> String {
        running.url.clone()
    }
    async fn stop(running: Running) {
        running.dev.shutdown().await;
    }
}
