//! `leapmux solo`: from settings to a running program and back.

use leapmux_config::{EncryptionMode, ModeInput, SOLO, SoloConfig};
use leapmux_solo::{BuildInfo, RunningSolo, Solo, SoloSettings};

use crate::daemon::{self, Daemon};
use crate::lock::Taken;
use crate::{CliError, host, version};

pub(crate) fn run(arguments: &[String]) -> Result<(), CliError> {
    let config = SoloConfig::load(&ModeInput::from_process(&SOLO, arguments)?)?;
    daemon::init_logging(config.log_level, &config.warnings)?;
    let data_dir = config.data_dir.clone();
    daemon::run(SoloMode(config), &data_dir)
}

struct SoloMode(SoloConfig);

impl Daemon for SoloMode {
    type Running = RunningSolo;
    const NAME: &'static str = "solo";
    const TAKEN: Taken = Taken::ByLeapMux;

    async fn start(self) -> Result<RunningSolo, CliError> {
        Ok(Solo::start(settings(self.0)?).await?)
    }
    fn url(running: &RunningSolo) -> String {
        running.url().to_owned()
    }
    async fn stop(running: RunningSolo) {
        running.shutdown().await;
    }
}

fn settings(config: SoloConfig) -> Result<SoloSettings, CliError> {
    Ok(SoloSettings {
        listen: config.listen.parse()?,
        data_dir: config.data_dir,
        dev_frontend: config.dev_frontend,
        classic_encryption: config.encryption_mode == EncryptionMode::Classic,
        use_login_shell: config.use_login_shell,
        api_timeout: config.api_timeout,
        agent_startup_timeout: config.agent_startup_timeout,
        sqlite_max_conns: config.sqlite_max_conns,
        name: host::name(),
        local_listen: config.local_listen.map(|address| address.parse()).transpose()?,
        build: BuildInfo {
            version: env!("CARGO_PKG_VERSION"),
            commit: version::COMMIT,
            branch: version::BRANCH,
            time: version::TIME,
            formatted: version::line(),
        },
    })
}
