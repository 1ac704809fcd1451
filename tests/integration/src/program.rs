//! `Program`: the real program, built if need be, started in a home of its own, killed, stopped.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use leapmux_client::{Channel, Hub, HubTarget, Leg, OpenOptions};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_types::WorkerId;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::processes::MARK;

/// Longest start, first answer or stop. A loaded machine must not fail the test.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lines of its log shown when it ends by itself.
const LAST_WORDS: usize = 20;
/// What it logs when the Worker has reached its Hub.
const LINKED: &str = "connected to the Hub";

/// `LEAPMUX_BIN`, or the program of the workspace as it is now.
pub fn binary() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(find_binary).clone()
}

fn find_binary() -> PathBuf {
    if let Some(named) = std::env::var_os("LEAPMUX_BIN") {
        return named.into();
    }
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "leapmux"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "cargo build -p leapmux");
    // A test is target/<profile>/deps/<name>-….
    let own = std::env::current_exe().expect("a path");
    own.parent().and_then(Path::parent).expect("a target directory").join("leapmux")
}

/// A user's home with an agent on its PATH, and the data in it.
pub struct Home(TempDir);

impl Home {
    /// `agent` is what runs as Claude Code.
    pub fn new(agent: &Path) -> Self {
        let home = tempfile::tempdir().expect("a directory");
        let bin = home.path().join("bin");
        fs::create_dir(&bin).expect("made");
        std::os::unix::fs::symlink(agent, bin.join("claude")).expect("linked");
        // Where the system's profile sets PATH anew, this comes after it.
        let profile = "export PATH=\"$HOME/bin:$PATH\"\nunset HISTFILE\n";
        fs::write(home.path().join(".bash_profile"), profile).expect("written");
        Self(home)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lines of a log the stand-in agent keeps.
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
    /// What it has logged.
    log: watch::Receiver<Log>,
}

/// The log of a program.
#[derive(Debug, Default)]
struct Log {
    last: VecDeque<String>,
    /// The Worker has reached its Hub.
    linked: bool,
    ended: bool,
}

impl Program {
    /// Starts it and does not wait.
    pub fn spawn(binary: &Path, home: &Home, mark: String) -> Self {
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
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("leapmux starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (tell, log) = watch::channel(Log::default());
        tokio::spawn(read_log(child.stderr.take().expect("piped"), tell));
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
            let Some(line) = self.lines.next_line().await.expect("text") else {
                // The log is read to its end as well.
                let _ = self.log.wait_for(|log| log.ended).await;
                panic!("leapmux ended before it was ready:\n{}", self.last_words());
            };
            if let Some(url) = line.strip_prefix("LeapMux is at ") {
                return url.rsplit(':').next().and_then(|port| port.trim().parse().ok()).expect("a port");
            }
        }
    }

    fn last_words(&self) -> String {
        self.log.borrow().last.iter().cloned().collect::<Vec<_>>().join("\n")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.start_kill().expect("it runs until it is killed");
    }

    /// It is gone, by that kill and nothing else.
    pub async fn killed(mut self) -> String {
        let status = self.child.wait().await.expect("waited for");
        assert_eq!(status.signal(), Some(9), "leapmux ended by itself: {status}\n{}", self.last_words());
        self.mark
    }

    /// Stops it in good order.
    pub async fn stop(mut self) -> String {
        let pid = self.child.id().expect("it runs").to_string();
        Command::new("kill").arg(pid).status().await.expect("asked to stop");
        let status =
            timeout(PATIENCE, self.child.wait()).await.expect("stopped in time").expect("waited for");
        assert!(status.success(), "{status}\n{}", self.last_words());
        self.mark
    }
}

/// Keeps the last lines of a program's log.
async fn read_log(stderr: ChildStderr, tell: watch::Sender<Log>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        tell.send_modify(|log| {
            log.linked |= line.contains(LINKED);
            log.last.push_back(line);
            if log.last.len() > LAST_WORDS {
                log.last.pop_front();
            }
        });
    }
    tell.send_modify(|log| log.ended = true);
}

/// A native client of a running program.
#[derive(Clone)]
pub struct Client {
    pub hub: Hub,
    pub org: String,
    pub user: String,
    pub leg: Leg,
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
        let linked = program.log.clone().wait_for(|log| log.linked).await.is_ok();
        assert!(linked, "the Worker does not reach its Hub:\n{}", program.last_words());
        let request = pb::ListWorkersRequest { org_id: org.clone(), ..Default::default() };
        let listed = hub.workers.list_workers(request).await.expect("workers are listed").into_owned();
        let worker = listed.workers.iter().find(|worker| worker.online).expect("the Worker of this machine");
        let worker: WorkerId = worker.worker_id.parse().expect("an id");
        let leg = hub.leg().await.expect("the relay answers");
        let channel = Channel::open_on(&hub, &leg, &worker, options).await.expect("a channel");
        Self { hub, org, user, leg, channel }
    }
}
