//! A whole Hub in a process of its own, as `leapmux` runs it, with room for more channels than one person may have.
//! `leapmux-bench hub-process <data>` is that process; it ends with its standard input.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use leapmux_hub_server::{Hub, HubConfig};
use leapmux_net::{Dialer, ListenAddress};
use leapmux_relay::Limits;
use leapmux_runtime::Tasks;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::stats::resident_bytes;

/// The argument that turns the bench runner into this process.
pub const ARGUMENT: &str = "hub-process";

/// More than is measured.
const PLENTY: usize = 100_000;

/// What the process says when it serves.
#[derive(Debug, Serialize, Deserialize)]
struct Serving {
    port: u16,
    worker: String,
    credential: String,
}

/// The process: serves until its input ends.
pub async fn run(data: &Path) -> Result<()> {
    raise_file_limit()?;
    let tasks = Tasks::new();
    let limits = Limits {
        channels_per_user: PLENTY,
        channels_per_worker: PLENTY,
        open_burst: u32::MAX,
        bytes_burst: u64::MAX / 2,
        ..Limits::default()
    };
    let config = HubConfig {
        listen: Some(ListenAddress::Tcp { host: "127.0.0.1".into(), port: 0 }),
        relay: limits,
        sockets_per_user: PLENTY,
        ..HubConfig::solo(data)
    };
    let hub = Hub::start(config, &tasks).await?;
    let local = hub.local_worker().context("a solo Hub has one")?;
    let serving = Serving {
        port: hub.tcp_addr().context("it listens on TCP")?.port(),
        worker: local.id.to_string(),
        credential: local.credential.expose().clone(),
    };
    println!("{}", serde_json::to_string(&serving)?);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    hub.shutdown().await?;
    Ok(())
}

/// As many open files as the system lets us have; each socket is one.
pub fn raise_file_limit() -> Result<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    Ok(hard)
}

/// Such a process, started.
pub struct HubProcess {
    child: Child,
    _input: ChildStdin,
    serving: Serving,
    _data: tempfile::TempDir,
}

impl HubProcess {
    /// Starts one on fresh data.
    pub async fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .arg(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().context("stdin is piped")?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
        let line = lines.next_line().await?.context("the Hub ended before it served")?;
        Ok(Self { child, _input: input, serving: serde_json::from_str(&line)?, _data: data })
    }

    /// The way to it.
    pub fn dialer(&self) -> Dialer {
        Dialer::Tcp { host: "127.0.0.1".into(), port: self.serving.port }
    }

    /// The Worker it knows, and its credential.
    pub fn worker(&self) -> (&str, &str) {
        (&self.serving.worker, &self.serving.credential)
    }

    /// Bytes it has in memory.
    pub fn resident(&self) -> Result<u64> {
        resident_bytes(self.child.id().context("the Hub has ended")?)
    }
}
