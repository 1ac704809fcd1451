//! The real program: built if need be, started in a home of its own, killed, stopped.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use leapmux_client::{Channel, Hub, HubTarget, OpenOptions};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_types::WorkerId;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::processes::MARK;

/// Longest start, first answer or stop. A loaded machine must not fail the test.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lines of its log shown when it ends by itself.
const LAST_WORDS: usize = 20;
const POLL: Duration = Duration::from_millis(5);

/// `LEAPMUX_BIN`, or the program of the workspace as it is now.
pub fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("LEAPMUX_BIN") {
        return named.into();
    }
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "leapmux"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "cargo build -p leapmux");
    // This test is target/<profile>/deps/durability-….
    let own = std::env::current_exe().expect("a path");
    own.parent().and_then(Path::parent).expect("a target directory").join("leapmux")
}

/// A user's home with the stand-in agent on its PATH, and the data in it.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a directory");
        let bin = home.path().join("bin");
        fs::create_dir(&bin).expect("made");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_stand-in-claude"), bin.join("claude"))
            .expect("linked");
        // Where the system's profile sets PATH anew, this comes after it.
        let profile = "export PATH=\"$HOME/bin:$PATH\"\nunset HISTFILE\n";
        fs::write(home.path().join(".bash_profile"), profile).expect("written");
        Self(home)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lines of a log of the stand-in agent.
    pub fn log(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path().join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// A program that was started.
pub struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
    mark: String,
    log: PathBuf,
}

impl Program {
    /// Starts it and does not wait.
    pub fn spawn(binary: &Path, home: &Home, mark: String) -> Self {
        let log = home.path().join("stderr.log");
        let errors = File::options().append(true).create(true).open(&log).expect("a log");
        let mut child = Command::new(binary)
            .args(["solo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(home.path().join("data"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("SHELL", "/bin/bash")
            .env(MARK, &mark)
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .expect("leapmux starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines, port: 0, mark, log }
    }

    /// Starts it and waits until it serves: that needs both databases to open.
    pub async fn start(binary: &Path, home: &Home, mark: String) -> Self {
        let mut program = Self::spawn(binary, home, mark);
        program.port = timeout(PATIENCE, program.ready()).await.expect("leapmux is ready in time");
        program
    }

    async fn ready(&mut self) -> u16 {
        loop {
            let line = self.lines.next_line().await.expect("text");
            let line =
                line.unwrap_or_else(|| panic!("leapmux ended before it was ready:\n{}", self.last_words()));
            if let Some(url) = line.strip_prefix("LeapMux is at ") {
                return url.rsplit(':').next().and_then(|port| port.trim().parse().ok()).expect("a port");
            }
        }
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.start_kill().expect("it runs until it is killed");
    }

    /// It is gone, by that kill and nothing else.
    pub async fn killed(mut self) -> String {
        let status = self.child.wait().await.expect("waited for");
        assert_eq!(status.signal(), Some(9), "leapmux ended by itself: {status}");
        self.mark
    }

    /// Stops it in good order.
    pub async fn stop(mut self) -> String {
        let pid = self.child.id().expect("it runs").to_string();
        Command::new("kill").arg(pid).status().await.expect("asked to stop");
        let status =
            timeout(PATIENCE, self.child.wait()).await.expect("stopped in time").expect("waited for");
        assert!(status.success(), "{status}");
        self.mark
    }
}

/// A native client of a running program.
#[derive(Clone)]
pub struct Client {
    pub hub: Hub,
    pub org: String,
    pub user: String,
    pub channel: Channel,
}

impl Client {
    /// Connects as a browser does, as soon as the Worker is there. `options` keep the Worker's pin from program to program.
    pub async fn connect(program: &Program, options: &OpenOptions) -> Self {
        timeout(PATIENCE, Self::reach(program, options)).await.expect("the Worker is reached in time")
    }

    async fn reach(program: &Program, options: &OpenOptions) -> Self {
        let dialer = Dialer::Tcp { host: "127.0.0.1".to_owned(), port: program.port };
        let hub = Hub::new(HubTarget::anonymous(dialer)).expect("a client");
        let known = hub.user().await.expect("the Hub answers");
        let org = known.organizations[0].org_id.clone();
        let user = known.user.as_option().expect("solo has a user").user_id.clone();
        let worker: WorkerId = loop {
            let request = pb::ListWorkersRequest { org_id: org.clone(), ..Default::default() };
            let listed = hub.workers.list_workers(request).await.expect("workers are listed").into_owned();
            if let Some(worker) = listed.workers.iter().find(|worker| worker.online) {
                break worker.worker_id.parse().expect("an id");
            }
            sleep(POLL).await;
        };
        let leg = hub.leg().await.expect("the relay answers");
        let channel = Channel::open_on(&hub, &leg, &worker, options).await.expect("a channel");
        Self { hub, org, user, channel }
    }
}
