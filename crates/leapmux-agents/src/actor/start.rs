//! Starting, restarting and ending the process.

use std::path::PathBuf;

use futures::future::BoxFuture;
use leapmux_runtime::fresh_bits;
use leapmux_transcript::{Delivery, Event, NoticeKind, NoticeLevel, Phase};
use tokio::time::Instant;

use super::Shared;
use super::run::Actor;
use crate::codec::{AgentCodec, Command};
use crate::detect::Found;
use crate::journal::JournalError;
use crate::process::{Ended, Fed, Running};
use crate::provider::{AgentProvider, Session, SessionStart};

/// Lines outside of the protocol before the agent is ready after which it is taken for something else.
const GARBAGE_LINES: u32 = 200;
/// Bytes of its last words in the text of a failure.
const WORDS_SHOWN: usize = 4 * 1024;

/// What the actor is told by a task of its own.
pub(super) enum Internal {
    /// A launch is over.
    Launched { generation: u64, start: SessionStart, outcome: Result<Running, String> },
}

/// The process, as far as there is one.
pub(super) enum ProcessState {
    None,
    Launching { deadline: Instant },
    Running(Box<Live>),
}

/// A process and its codec.
pub(super) struct Live {
    pub(super) process: Running,
    pub(super) codec: Box<dyn AgentCodec>,
    pub(super) ready: bool,
    deadline: Instant,
    resumes: bool,
    garbage: u32,
    first_garbage: String,
}

impl ProcessState {
    /// What the process gives next; never, when there is none.
    pub(super) async fn next(&mut self) -> Fed {
        match self {
            Self::Running(live) => live.process.next().await,
            _ => std::future::pending().await,
        }
    }

    pub(super) fn startup_deadline(&self) -> Option<Instant> {
        match self {
            Self::Launching { deadline } => Some(*deadline),
            Self::Running(live) if !live.ready => Some(live.deadline),
            _ => None,
        }
    }
}

impl Actor {
    /// Messages may be sent.
    pub(super) fn is_ready(&self) -> bool {
        matches!(&self.process, ProcessState::Running(live) if live.ready)
    }

    /// Starts the process: with its earlier session, if it had one.
    pub(super) fn start(&mut self) {
        let session = if self.memo.resumable && !self.memo.native_session_id.is_empty() {
            Session::Resume { id: self.memo.native_session_id.clone() }
        } else {
            new_session()
        };
        self.launch(session, format!("Starting {}…", self.provider.label()), None);
    }

    /// Ends the process and starts another.
    pub(super) fn restart(&mut self, session: Option<Session>) {
        let stopped = self.stop_process();
        let session = session.unwrap_or_else(|| match self.memo.resumable {
            true => Session::Resume { id: self.memo.native_session_id.clone() },
            false => new_session(),
        });
        self.launch(session, "Restarting…".to_owned(), stopped);
    }

    fn launch(&mut self, session: Session, text: String, after: Option<BoxFuture<'static, ()>>) {
        self.generation += 1;
        self.turns = 0;
        self.apply(Event::SessionState(Phase::Starting { text }));
        let deadline = Instant::now() + self.shared.timings.startup;
        self.process = ProcessState::Launching { deadline };
        let start = SessionStart {
            working_dir: self.profile.working_dir.clone(),
            session,
            options: self.memo.options.clone(),
            may_bypass: false,
        };
        let (shared, provider, extra) = (self.shared.clone(), self.provider, self.profile.env.clone());
        let (generation, to_self) = (self.generation, self.to_self.clone());
        self.shared.tasks.spawn_until_cancelled("agent-launch", async move {
            if let Some(after) = after {
                after.await;
            }
            let mut start = start;
            let outcome = launch(&shared, provider, &mut start, &extra).await;
            // The actor may be closed.
            let _ = to_self.send(Internal::Launched { generation, start, outcome }).await;
        });
    }

    pub(super) async fn launched(&mut self, internal: Internal) -> Result<(), JournalError> {
        let Internal::Launched { generation, start, outcome } = internal;
        let ProcessState::Launching { deadline } = self.process else {
            discard(&self.shared, outcome);
            return Ok(());
        };
        if generation != self.generation {
            discard(&self.shared, outcome);
            return Ok(());
        }
        match outcome {
            Ok(process) => {
                let mut codec = self.provider.codec(&start);
                let first = codec.start();
                let resumes = matches!(start.session, Session::Resume { .. });
                self.process = ProcessState::Running(Box::new(Live {
                    process,
                    codec,
                    ready: false,
                    deadline,
                    resumes,
                    garbage: 0,
                    first_garbage: String::new(),
                }));
                self.take(first, None);
            }
            Err(reason) => {
                self.process = ProcessState::None;
                self.fail(reason);
            }
        }
        self.flush().await
    }

    pub(super) fn became_ready(&mut self) {
        if let ProcessState::Running(live) = &mut self.process {
            live.ready = true;
        }
        self.apply(Event::SessionState(Phase::Ready));
        for (id, value) in std::mem::take(&mut self.late_options) {
            self.command(Command::SetOption { id, value });
        }
    }

    /// The agent says that it cannot.
    pub(super) fn start_failed(&mut self, reason: String) {
        let words = match &self.process {
            ProcessState::Running(live) => live.process.stderr_tail(),
            _ => String::new(),
        };
        self.stop_process_now();
        self.fail(with_words(reason, &words));
    }

    /// The earlier session is gone: a new one, and the user is told.
    pub(super) fn resume_failed(&mut self, reason: &str) {
        self.notice(
            NoticeLevel::Warning,
            format!("The session could not be resumed ({reason}). A new one was started; the agent does not know what was said before."),
            NoticeKind::Session,
        );
        self.memo.resumable = false;
        self.outbox.batch().memo = Some(self.memo.clone());
        self.restart(Some(new_session()));
    }

    pub(super) fn startup_timed_out(&mut self) {
        let (words, garbage) = match &self.process {
            ProcessState::Running(live) => (live.process.stderr_tail(), live.first_garbage.clone()),
            _ => (String::new(), String::new()),
        };
        let seconds = self.shared.timings.startup.as_secs();
        self.stop_process_now();
        let words = if words.is_empty() { garbage } else { words };
        self.fail(with_words(format!("It was not ready within {seconds} s"), &words));
    }

    /// A line that is not of the protocol. Before it is ready that means that it is not the agent we think it is.
    pub(super) fn garbage(&mut self, line: &str) {
        let ProcessState::Running(live) = &mut self.process else { return };
        live.garbage += 1;
        if live.first_garbage.is_empty() {
            live.first_garbage = leapmux_transcript::clip(line, WORDS_SHOWN).0;
        }
        if !live.ready && live.garbage >= GARBAGE_LINES {
            let words = live.first_garbage.clone();
            self.stop_process_now();
            self.fail(with_words("It does not speak its protocol".to_owned(), &words));
        } else if live.ready && live.garbage == 1 {
            tracing::warn!("an agent sent a line that is not of its protocol");
        }
    }

    fn fail(&mut self, text: String) {
        for (id, value) in std::mem::take(&mut self.late_options) {
            self.option_settled(&id, &value, Err("The agent did not start".to_owned()));
        }
        self.apply(Event::SessionState(Phase::Failed { text }));
        self.fail_queue("The agent did not start");
    }

    fn fail_queue(&mut self, failure: &str) {
        for message_id in self.queued_ids() {
            let failure = failure.to_owned();
            self.apply(Event::UserDelivery { message_id, delivery: Delivery::Failed, failure });
        }
    }

    /// The process ended, and we did not ask it to.
    pub(super) fn ended(&mut self, ended: Ended) {
        let ProcessState::Running(live) = std::mem::replace(&mut self.process, ProcessState::None) else {
            return;
        };
        // Leftovers of its process group go with it.
        drop(self.shared.runner.stop(live.process, std::time::Duration::ZERO));
        self.outgoing.clear();
        self.drop_waiters("The agent's process ended");
        let how = how_it_ended(&ended);
        if !live.ready {
            if live.resumes {
                return self.resume_failed(ended.stderr_tail.lines().next_back().unwrap_or(&how));
            }
            let words = if ended.stderr_tail.is_empty() { &live.first_garbage } else { &ended.stderr_tail };
            return self.fail(with_words(format!("It ended before it was ready ({how})"), words));
        }
        self.passed.clear();
        self.apply(Event::ProcessExit {
            code: ended.status.code,
            signal: ended.status.signal.map(signal_name).unwrap_or_default(),
            stderr_tail: leapmux_transcript::clip(&ended.stderr_tail, WORDS_SHOWN).0,
            expected: false,
        });
        if !self.queued_ids().is_empty() {
            // Messages it had not begun go to its successor, unless it takes none at all.
            if self.turns > 0 {
                self.start()
            } else {
                self.fail_queue("The agent ended before it took this message")
            }
        }
    }

    /// Ends the process: its turn is over, its requests withdrawn. Resolves when nothing of it is left.
    pub(super) fn stop_process(&mut self) -> Option<BoxFuture<'static, ()>> {
        self.generation += 1;
        let interrupted = self.transcript.in_turn();
        let state = std::mem::replace(&mut self.process, ProcessState::None);
        self.outgoing.clear();
        self.passed.clear();
        self.drop_waiters("The agent was restarted");
        let ProcessState::Running(mut live) = state else { return None };
        if interrupted && let Ok(step) = live.codec.encode(Command::Interrupt) {
            for line in &step.send {
                // A process that does not read is killed.
                let _ = live.process.send(line);
            }
        }
        self.apply(Event::ProcessExit {
            code: None,
            signal: String::new(),
            stderr_tail: String::new(),
            expected: true,
        });
        Some(Box::pin(self.shared.runner.stop(live.process, self.shared.timings.stop)))
    }

    fn stop_process_now(&mut self) {
        // It goes on ending without us.
        drop(self.stop_process());
    }
}

/// A fresh session with an id of ours, for agents that let us choose.
pub(super) fn new_session() -> Session {
    Session::New { id: fresh_uuid() }
}

/// A UUID, as text.
pub(super) fn fresh_uuid() -> String {
    uuid::Uuid::from_u128(fresh_bits()).to_string()
}

async fn launch(
    shared: &Shared,
    provider: &'static dyn AgentProvider,
    start: &mut SessionStart,
    extra: &leapmux_pty::Environment,
) -> Result<Running, String> {
    let label = provider.label();
    let cwd = PathBuf::from(&start.working_dir);
    if !cwd.is_dir() {
        return Err(format!("The directory {} does not exist", start.working_dir));
    }
    let detected = shared.detector.detect(&shared.runner, provider).await;
    let detected = detected.ok_or_else(|| {
        format!(
            "{label} is not installed: there is no `{}` on the PATH of your login shell",
            provider.programs()[0]
        )
    })?;
    if let Found::Broken { problem } = &detected.found {
        return Err(format!(
            "{label} is installed ({}), but it does not run: {problem}",
            detected.program.display()
        ));
    }
    start.may_bypass = may_bypass(&shared.runner.environment().await);
    let launch = provider.launch(start);
    shared.runner.start(detected.program, &launch, cwd, extra).await.map_err(|error| error.to_string())
}

/// Agents refuse to run without their safety as root, unless they are told that they are in a sandbox.
fn may_bypass(env: &leapmux_pty::Environment) -> bool {
    #[cfg(unix)]
    let root = nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    let root = false;
    !root || env.get(std::ffi::OsStr::new("IS_SANDBOX")).is_some_and(|value| value == "1")
}

fn discard(shared: &Shared, outcome: Result<Running, String>) {
    if let Ok(process) = outcome {
        drop(shared.runner.stop(process, std::time::Duration::ZERO));
    }
}

fn with_words(reason: String, words: &str) -> String {
    let (words, _) = leapmux_transcript::clip(words.trim(), WORDS_SHOWN);
    if words.is_empty() || reason.contains(&words) { reason } else { format!("{reason}\n{words}") }
}

fn how_it_ended(ended: &Ended) -> String {
    match (ended.status.code, ended.status.signal) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("ended by {}", signal_name(signal)),
        (None, None) => "ended".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    #[cfg(unix)]
    if let Ok(known) = nix::sys::signal::Signal::try_from(signal) {
        return known.as_str().to_owned();
    }
    format!("signal {signal}")
}
