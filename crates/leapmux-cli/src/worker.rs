//! `leapmux worker`: a machine that joins a Hub, and the commands beside it.

use std::path::PathBuf;

use leapmux_config::{EncryptionMode as Mode, ModeInput, WORKER, WorkerSettings as Settings};
use leapmux_runtime::Secret;
use leapmux_worker::{
    Build, ClientTrust, Dismissal, EncryptionMode, ListedDevice, RegistrationKey, RunningWorker, Worker,
    WorkerConfig, join,
};

use crate::daemon::{self, Daemon};
use crate::lock::Taken;
use crate::{CliError, host, print, version};

pub(crate) fn run(arguments: &[String]) -> Result<(), CliError> {
    match arguments.split_first() {
        Some((word, rest)) if word == "fingerprint" => fingerprint(rest),
        Some((word, rest)) if word == "devices" => devices(rest),
        _ => {
            let settings = load(arguments)?;
            daemon::init_logging(settings.log_level, &settings.warnings)?;
            let data_dir = settings.data_dir.clone();
            daemon::run(WorkerMode(settings), &data_dir)
        }
    }
}

fn load(arguments: &[String]) -> Result<Settings, CliError> {
    Ok(Settings::load(&ModeInput::from_process(&WORKER, arguments)?)?)
}

struct WorkerMode(Settings);

struct Running {
    worker: RunningWorker,
    /// The Worker's id and its Hub's address, for the line that says it is there.
    id: String,
    hub: String,
    data_dir: PathBuf,
}

impl Daemon for WorkerMode {
    type Running = Running;
    const NAME: &'static str = "worker";
    const TAKEN: Taken = Taken::ByWorker;

    async fn start(self) -> Result<Running, CliError> {
        let config = config(&self.0);
        let key = self.0.registration_key.map(|key| RegistrationKey {
            text: Secret::new(key.text),
            from_environment: key.from_environment,
        });
        let link = join(&config, &self.0.hub, key.as_ref()).await?;
        let id = link.worker_id.to_string();
        let worker = Worker::start(config, link).await?;
        Ok(Running { worker, id, hub: self.0.hub, data_dir: self.0.data_dir })
    }
    fn url(running: &Running) -> String {
        running.hub.clone()
    }
    fn ready_line(running: &Running) -> String {
        format!("This machine is worker {} of {}", running.id, running.hub)
    }
    async fn ended(running: &Running) -> Result<(), CliError> {
        match running.worker.dismissed().await {
            Dismissal::Deregistered { reason } => {
                let kept = running.data_dir.display();
                print(&format!(
                    "This machine is no worker any more: {reason}. Its database stays in {kept}\n"
                ))
            }
            Dismissal::Refused { reason, kept } => {
                let kept = kept.map(|path| format!(" (its old identity is in {})", path.display()));
                Err(CliError::Failed(format!(
                    "the Hub at {} does not know this worker: {reason}. Register it again with a new key from the hub UI{}",
                    running.hub,
                    kept.unwrap_or_default(),
                )))
            }
        }
    }
    async fn stop(running: Running) {
        running.worker.shutdown().await;
    }
}

fn config(settings: &Settings) -> WorkerConfig {
    WorkerConfig {
        name: settings.name.clone().unwrap_or_else(host::name),
        encryption_mode: match settings.encryption_mode {
            Mode::PostQuantum => EncryptionMode::PostQuantum,
            Mode::Classic => EncryptionMode::Classic,
        },
        use_login_shell: settings.use_login_shell,
        client_trust: if settings.known_devices_only { ClientTrust::KnownDevices } else { ClientTrust::Hub },
        agent_startup_timeout: settings.agent_startup_timeout,
        api_timeout: settings.api_timeout,
        db_max_conns: settings.db_max_conns,
        db_cache_size: settings.db_cache_size,
        db_mmap_size: settings.db_mmap_size,
        build: Build { commit: version::COMMIT, time: version::TIME },
        ..WorkerConfig::new(settings.data_dir.clone())
    }
}

/// `leapmux worker fingerprint`: the words a browser shows for this Worker.
fn fingerprint(arguments: &[String]) -> Result<(), CliError> {
    let found = leapmux_worker::worker_fingerprint(&load(arguments)?.data_dir)?;
    print(&format!("{}\n{}\n", found.words, found.details))
}

/// `leapmux worker devices list|approve|remove`.
fn devices(arguments: &[String]) -> Result<(), CliError> {
    let usage = || {
        CliError::Failed(
            "use `leapmux worker devices list`, `… approve <words>` or `… remove <words>`".to_owned(),
        )
    };
    let (verb, rest) = arguments.split_first().ok_or_else(usage)?;
    match (verb.as_str(), rest.split_first()) {
        ("list", _) => {
            let data_dir = load(rest)?.data_dir;
            print(&table(&wait(leapmux_worker::list_devices(&data_dir))??))
        }
        ("approve", Some((words, rest))) if !words.starts_with('-') => {
            let data_dir = load(rest)?.data_dir;
            let device = wait(leapmux_worker::approve_device(&data_dir, words))??;
            print(&format!("{} of {} is approved\n", device.words, device.user))
        }
        ("remove", Some((words, rest))) if !words.starts_with('-') => {
            let data_dir = load(rest)?.data_dir;
            let device = wait(leapmux_worker::remove_device(&data_dir, words))??;
            print(&format!("{} of {} is forgotten\n", device.words, device.user))
        }
        _ => Err(usage()),
    }
}

fn wait<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work))
}

fn table(devices: &[ListedDevice]) -> String {
    if devices.is_empty() {
        return "No device has come yet.\n".to_owned();
    }
    let row = |device: &ListedDevice| {
        let state = if device.approved { "approved" } else { "seen" };
        let seen = version::local_day(device.last_seen_ms);
        format!("{:8}  {seen}  {}  {}\n", state, device.user, device.words)
    };
    devices.iter().map(row).collect()
}
