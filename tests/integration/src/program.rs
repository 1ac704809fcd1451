//! `Program`: the real program, built if need be, started in a home of its own, killed, stopped.

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
pub const LINKED: &str = "connected to the Hub";

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
    lines: Vec<String>,
    ended: bool,
}

impl Log {
    /// How many lines have these words.
    fn count(&self, words: &str) -> usize {
        self.lines.iter().filter(|line| line.contains(words)).count()
    }
}

impl Program {
    /// Starts it and does not wait.
    pub fn spawn(binary: &Path, home: &Home, mark: String) -> Self {
        let data = home.path().join("data").display().to_string();
        let words = ["solo", "--listen", "127.0.0.1:0", "--data-dir", &data];
        Self::spawn_mode(binary, home, mark, &words, &[])
    }

    /// Starts it with other words, and variables beside the home's own; does not wait.
    pub fn spawn_mode(
        binary: &Path,
        home: &Home,
        mark: String,
        words: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut child = Command::new(binary)
            .args(words)
            .env_clear()
            .envs(variables.iter().copied())
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

    /// The rest of the line on stdout that begins with these words.
    pub async fn says(&mut self, words: &str) -> String {
        let found = timeout(PATIENCE, self.line(words)).await;
        found.unwrap_or_else(|_| panic!("it never said {words:?}:\n{}", self.last_words()))
    }

    /// Waits until so many lines of its log have these words.
    pub async fn logs(&self, words: &str, times: usize) {
        let mut log = self.log.clone();
        let logged = log.wait_for(|log| log.count(words) >= times || log.ended);
        let logged = timeout(PATIENCE, logged).await.is_ok();
        assert!(
            logged && self.log.borrow().count(words) >= times,
            "it never logged {words:?} {times} times:\n{}",
            self.last_words()
        );
    }

    /// What marks it and all it starts.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// How many lines of its log have these words by now.
    pub fn logged(&self, words: &str) -> usize {
        self.log.borrow().count(words)
    }

    /// Sends it a signal by its name.
    pub async fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([name, &pid]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "kill {name}");
    }

    /// Waits until it ends by itself: its exit code, and its log.
    pub async fn ends(mut self) -> (Option<i32>, String) {
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("it goes on:\n{}", self.last_words()));
        let _ = self.log.wait_for(|log| log.ended).await;
        (status.expect("waited for").code(), self.last_words())
    }

    async fn ready(&mut self) -> u16 {
        let url = self.line("LeapMux is at ").await;
        url.rsplit(':').next().and_then(|port| port.trim().parse().ok()).expect("a port")
    }

    async fn line(&mut self, words: &str) -> String {
        loop {
            let Some(line) = self.lines.next_line().await.expect("text") else {
                // The log is read to its end as well.
                let _ = self.log.wait_for(|log| log.ended).await;
                panic!("leapmux ended before it was ready:\n{}", self.last_words());
            };
            if let Some(rest) = line.strip_prefix(words) {
                return rest.to_owned();
            }
        }
    }

    fn last_words(&self) -> String {
        let log = self.log.borrow();
        let first = log.lines.len().saturating_sub(LAST_WORDS);
        log.lines[first..].join("\n")
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
            log.lines.push(line);
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
        let linked = program.log.clone().wait_for(|log| log.count(LINKED) > 0).await.is_ok();
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
