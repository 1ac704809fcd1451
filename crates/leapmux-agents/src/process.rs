//! One agent process over the process port: its lines, its last words, and an orderly end.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leapmux_pty::environment::LoginEnvironment;
use leapmux_pty::{
    ExitStatus, ExitWaiter, OutputReader, ProcessControl, ProcessHost, Source, SpawnError, SpawnSpec, Stdio,
};
use leapmux_runtime::Tasks;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::lines::{Line, Lines};
use crate::provider::Launch;

/// Lines that wait for the process to read them. Full: the process has stopped reading, and is told nothing more.
const INPUT_QUEUE: usize = 1024;
/// What is kept of stderr, bytes.
const STDERR_KEPT: usize = 64 * 1024;
/// How long output may still come after the process has ended: its children may hold the pipes.
const AFTER_EXIT: Duration = Duration::from_secs(1);
/// How long the end of all output may precede the end of the process.
const AFTER_OUTPUT: Duration = Duration::from_secs(5);
/// Variables of agents and of LeapMux itself that must not reach an agent.
const INHERITED: [&str; 4] = ["CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "PI_CODING_AGENT", "AI_AGENT"];
const REMOTE_PREFIX: &[u8] = b"LEAPMUX_REMOTE_";

/// Where the environment of agents comes from.
#[derive(Clone)]
pub enum Environment {
    /// The user's login shell.
    Login(Arc<LoginEnvironment>),
    /// These variables and no others.
    Fixed(Arc<leapmux_pty::Environment>),
}

/// Starts agent processes.
#[derive(Clone)]
pub struct Runner {
    pub(crate) host: Arc<dyn ProcessHost>,
    environment: Environment,
    tasks: Tasks,
}

impl Runner {
    /// Processes are owned by `host`; tasks that feed them by `tasks`.
    pub fn new(host: Arc<dyn ProcessHost>, environment: Environment, tasks: Tasks) -> Self {
        Self { host, environment, tasks }
    }

    /// The environment agents are started with, before a launch adds to it.
    pub async fn environment(&self) -> leapmux_pty::Environment {
        let base = match &self.environment {
            Environment::Login(login) => login.get(&*self.host).await,
            Environment::Fixed(fixed) => fixed.clone(),
        };
        let mut env = (*base).clone();
        env.retain(|name, _| !name.as_encoded_bytes().starts_with(REMOTE_PREFIX));
        for name in INHERITED {
            env.remove(&OsString::from(name));
        }
        env
    }

    /// Starts `program` as `launch` says. `extra` variables win over all others.
    pub async fn start(
        &self,
        program: PathBuf,
        launch: &Launch,
        cwd: PathBuf,
        extra: &leapmux_pty::Environment,
    ) -> Result<Running, SpawnError> {
        let mut env = self.environment().await;
        for (name, value) in &launch.env_defaults {
            env.entry((*name).into()).or_insert_with(|| value.into());
        }
        env.extend(launch.env.iter().map(|(name, value)| ((*name).into(), value.into())));
        env.extend(extra.clone());
        let args = launch.args.iter().map(Into::into).collect();
        let process = self.host.spawn(SpawnSpec { program, args, cwd, env, stdio: Stdio::Pipes }).await?;
        let (input, mut queued) = mpsc::channel::<Bytes>(INPUT_QUEUE);
        let control = process.control.clone();
        self.tasks.spawn_until_cancelled("agent-input", async move {
            while let Some(line) = queued.recv().await {
                if control.write(line).await.is_err() {
                    return;
                }
            }
            // The queue is closed: the process was told to end. A pipe that is gone already is closed too.
            let _ = control.close_input().await;
        });
        Ok(Running {
            control: process.control,
            output: process.output,
            exit: process.exit,
            input: Some(input),
            lines: Lines::default(),
            stderr: VecDeque::new(),
            ended: None,
            output_ended: None,
        })
    }

    /// Ends a process in the background; `then` runs when nothing is left of it.
    pub(crate) fn stop(&self, running: Running, grace: Duration) -> impl Future<Output = ()> + Send + use<> {
        let (done, ended) = tokio::sync::oneshot::channel();
        self.tasks.spawn("agent-stop", async move {
            running.stop(grace).await;
            // Nobody may be waiting.
            let _ = done.send(());
        });
        async {
            let _ = ended.await;
        }
    }
}

/// The process did not take a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the agent does not read its input")]
pub struct NotReading;

/// What a process gives.
#[derive(Debug)]
pub enum Fed {
    Lines(Vec<Line>),
    Ended(Ended),
}

/// The end of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub status: ExitStatus,
    /// The last of what it wrote to stderr; not UTF-8 replaced.
    pub stderr_tail: String,
}

/// A process that runs.
pub struct Running {
    control: ProcessControl,
    output: OutputReader,
    exit: ExitWaiter,
    input: Option<mpsc::Sender<Bytes>>,
    lines: Lines,
    stderr: VecDeque<u8>,
    /// How it ended, and until when output is still awaited.
    ended: Option<(ExitStatus, Instant)>,
    /// Output has ended; until when the process is awaited.
    output_ended: Option<Instant>,
}

impl Running {
    /// Queues a line.
    pub fn send(&self, line: &str) -> Result<(), NotReading> {
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        self.input.as_ref().ok_or(NotReading)?.try_send(bytes.into()).map_err(|_| NotReading)
    }

    /// The next lines, or the end: after it nothing comes. Cancelling loses nothing.
    pub async fn next(&mut self) -> Fed {
        loop {
            if let (Some((status, _)), Some(_)) = (self.ended, self.output_ended) {
                return self.last(status);
            }
            let until = match (self.ended, self.output_ended) {
                (Some((_, until)), _) | (None, Some(until)) => until,
                (None, None) => Instant::now() + Duration::from_secs(3600),
            };
            tokio::select! {
                biased;
                piece = self.output.next(), if self.output_ended.is_none() => match piece {
                    Some(piece) if piece.source == Source::Stderr => self.keep_stderr(&piece.bytes),
                    Some(piece) => {
                        let lines = self.lines.feed(&piece.bytes);
                        if !lines.is_empty() {
                            return Fed::Lines(lines);
                        }
                    }
                    None => self.output_ended = Some(Instant::now() + AFTER_OUTPUT),
                },
                status = self.exit.wait(), if self.ended.is_none() => {
                    self.ended = Some((status, Instant::now() + AFTER_EXIT));
                }
                () = tokio::time::sleep_until(until), if self.ended.is_some() || self.output_ended.is_some() => {
                    if self.ended.is_none() {
                        // It closed its output and lives on: no use to anybody.
                        self.control.kill_tree(Duration::ZERO).await;
                        self.ended = Some((self.exit.wait().await, Instant::now()));
                    }
                    self.output_ended = Some(Instant::now());
                }
            }
        }
    }

    fn last(&mut self, status: ExitStatus) -> Fed {
        match self.lines.finish() {
            Some(line) => Fed::Lines(vec![line]),
            None => Fed::Ended(Ended { status, stderr_tail: self.stderr_tail() }),
        }
    }

    fn keep_stderr(&mut self, bytes: &[u8]) {
        self.stderr.extend(bytes);
        let too_many = self.stderr.len().saturating_sub(STDERR_KEPT);
        self.stderr.drain(..too_many);
    }

    /// The last of what it wrote to stderr.
    pub fn stderr_tail(&self) -> String {
        let bytes: Vec<u8> = self.stderr.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }

    /// Closes its input, waits `grace`, then ends it and everything it started.
    async fn stop(mut self, grace: Duration) {
        self.input = None;
        let ends = async { while let Fed::Lines(_) = self.next().await {} };
        let by_itself = tokio::time::timeout(grace, ends).await.is_ok();
        tracing::debug!(by_itself, "an agent's process is stopped");
        // Also after an orderly end: commands it started may live on.
        self.control.kill_tree(grace).await;
    }
}
