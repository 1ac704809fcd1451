//! The actor's loop: requests, lines of the process, and the clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use leapmux_runtime::wall_clock_ms;
use leapmux_transcript::{AgentState, ErrorClass, Event, Phase, Stop, Transcript, Usage};
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;

use super::options::OptionWaiter;
use super::outbox::Outbox;
use super::start::{Internal, ProcessState};
use super::{AgentError, Observer, Profile, Reply, Request, Shared, Update, WATCHER_LAG};
use crate::journal::{Journal, JournalError, Memo, SENDS_KEPT, SENDS_KEPT_MS, Sent};
use crate::process::Fed;
use crate::provider::AgentProvider;
use crate::providers::provider;

/// Pieces of output taken in one go before they are saved together.
const PIECES_AT_ONCE: usize = 32;

/// One agent.
pub(super) struct Actor {
    pub(super) profile: Profile,
    pub(super) provider: &'static dyn AgentProvider,
    pub(super) shared: Shared,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) internal: mpsc::Receiver<Internal>,
    pub(super) to_self: mpsc::Sender<Internal>,
    pub(super) watchers: broadcast::Sender<Arc<Vec<Update>>>,
    pub(super) transcript: Transcript,
    pub(super) memo: Memo,
    pub(super) outbox: Outbox,
    /// Lines for the agent, sent when what led to them is saved.
    pub(super) outgoing: Vec<String>,
    pub(super) process: ProcessState,
    pub(super) generation: u64,
    /// Messages the agent has in a queue of its own.
    pub(super) passed: BTreeSet<String>,
    pub(super) sends: Sends,
    pub(super) waiters: Vec<OptionWaiter>,
    /// Options asked for while it starts.
    pub(super) late_options: Vec<(String, String)>,
    /// Turns this process has begun.
    pub(super) turns: u64,
    /// Rows that grew since they were saved.
    pub(super) grown: BTreeSet<String>,
    pub(super) status_unsaved: bool,
    pub(super) attention: bool,
    pub(super) told: Option<(AgentState, String)>,
    pub(super) timers: Timers,
    pub(super) closing: Option<Reply<()>>,
}

/// When something is due.
#[derive(Debug, Default)]
pub(super) struct Timers {
    pub(super) flush: Option<Instant>,
    pub(super) checkpoint: Option<Instant>,
    pub(super) silence: Option<Instant>,
    pub(super) interrupt: Option<Instant>,
}

/// Messages taken lately, by the ids their clients gave them.
#[derive(Debug, Default)]
pub(super) struct Sends {
    by_id: BTreeMap<String, String>,
    order: VecDeque<Sent>,
}

impl Sends {
    /// The row of the message with this id.
    pub(super) fn row(&self, client_id: &str) -> Option<&String> {
        self.by_id.get(client_id)
    }

    pub(super) fn remember(&mut self, sent: Sent) {
        let old = |kept: &VecDeque<Sent>| {
            kept.front()
                .is_some_and(|first| kept.len() >= SENDS_KEPT || first.time_ms < sent.time_ms - SENDS_KEPT_MS)
        };
        while old(&self.order) {
            if let Some(forgotten) = self.order.pop_front() {
                self.by_id.remove(&forgotten.client_id);
            }
        }
        self.by_id.insert(sent.client_id.clone(), sent.item.clone());
        self.order.push_back(sent);
    }
}

enum Wake {
    Request(Option<Request>),
    Internal(Internal),
    Fed(Fed),
    Clock,
    Shutdown,
}

impl Actor {
    pub(super) async fn load(
        profile: Profile,
        journal: Arc<dyn Journal>,
        observer: Arc<dyn Observer>,
        shared: Shared,
        requests: mpsc::Receiver<Request>,
    ) -> Result<Self, AgentError> {
        let known = provider(&profile.provider);
        let provider = known.ok_or_else(|| {
            AgentError::Invalid(format!("There is no agent provider {:?}", profile.provider))
        })?;
        let (to_self, internal) = mpsc::channel(8);
        let loaded = journal.load().await?;
        let new = loaded.is_none();
        let (transcript, memo, sends) = match loaded {
            Some(loaded) => {
                (Transcript::restore(loaded.status, loaded.saved, loaded.open), loaded.memo, loaded.sends)
            }
            None => {
                let memo = Memo {
                    options: profile.options.clone(),
                    resumable: !profile.resume_session.is_empty(),
                    native_session_id: profile.resume_session.clone(),
                    removed_rev: 0,
                };
                (Transcript::new(&profile.provider, &profile.working_dir), memo, Vec::new())
            }
        };
        let mut actor = Self {
            provider,
            journal,
            observer,
            requests,
            internal,
            to_self,
            watchers: broadcast::channel(WATCHER_LAG).0,
            transcript,
            memo,
            outbox: Outbox::default(),
            outgoing: Vec::new(),
            process: ProcessState::None,
            generation: 0,
            passed: BTreeSet::new(),
            sends: Sends::default(),
            waiters: Vec::new(),
            late_options: Vec::new(),
            turns: 0,
            grown: BTreeSet::new(),
            status_unsaved: false,
            attention: false,
            told: None,
            timers: Timers::default(),
            closing: None,
            profile,
            shared,
        };
        sends.into_iter().for_each(|sent| actor.sends.remember(sent));
        if new {
            actor.outbox.batch().memo = Some(actor.memo.clone());
            actor.start();
        } else {
            actor.settle_after_restart();
        }
        actor.flush().await?;
        Ok(actor)
    }

    /// The process that was there is gone with the Worker that had it.
    fn settle_after_restart(&mut self) {
        if self.transcript.in_turn() {
            self.apply(Event::TurnEnd {
                stop: Stop::Error,
                error: "LeapMux was restarted while the agent worked".to_owned(),
                error_class: ErrorClass::Other,
                usage: Usage::default(),
            });
        }
        if self.transcript.status().state != AgentState::StartFailed {
            self.apply(Event::ProcessExit {
                code: None,
                signal: String::new(),
                stderr_tail: String::new(),
                expected: true,
            });
            // A message that was taken is delivered.
            if !self.transcript.queued_messages().is_empty() {
                self.start();
            }
        }
    }

    /// Runs until it is closed, its journal fails or the Worker ends.
    pub(super) async fn run(mut self) {
        let token = self.shared.tasks.token();
        loop {
            let wake = self.wake(&token).await;
            let worked = match wake {
                Wake::Request(Some(Request::Close { reply })) => {
                    self.closing = Some(reply);
                    break;
                }
                Wake::Request(None) | Wake::Shutdown => break,
                Wake::Request(Some(request)) => self.handle(request).await,
                Wake::Internal(internal) => self.launched(internal).await,
                Wake::Fed(fed) => self.fed(fed).await,
                Wake::Clock => self.clock().await,
            };
            if let Err(error) = worked {
                tracing::error!(%error, "an agent stops: its transcript cannot be kept");
                self.observer.changed(AgentState::StartFailed, &error.to_string(), true);
                break;
            }
        }
        self.end().await;
    }

    async fn wake(&mut self, token: &tokio_util::sync::CancellationToken) -> Wake {
        let due = self.next_due();
        let Self { requests, internal, process, .. } = self;
        tokio::select! {
            () = token.cancelled() => Wake::Shutdown,
            request = requests.recv() => Wake::Request(request),
            Some(internal) = internal.recv() => Wake::Internal(internal),
            fed = process.next() => Wake::Fed(fed),
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Wake::Clock,
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let timers = [
            self.timers.flush,
            self.timers.checkpoint,
            self.timers.silence,
            self.timers.interrupt,
            self.process.startup_deadline(),
            self.waiters.iter().map(|waiter| waiter.deadline).min(),
        ];
        timers.into_iter().flatten().min()
    }

    async fn clock(&mut self) -> Result<(), JournalError> {
        let now = Instant::now();
        let due = |timer: &mut Option<Instant>| timer.take_if(|at| *at <= now).is_some();
        if due(&mut self.timers.silence)
            && self.model_is_silent()
            && self.transcript.set_waiting_for_model(true)
        {
            self.outbox.status_changed = true;
        }
        if due(&mut self.timers.interrupt) {
            self.interrupt_failed();
        }
        if self.process.startup_deadline().is_some_and(|at| at <= now) {
            self.startup_timed_out();
        }
        self.time_out_options(now);
        self.flush().await
    }

    /// A turn runs, and nobody but the model could say something.
    pub(super) fn model_is_silent(&self) -> bool {
        self.transcript.status().state == AgentState::Running && !self.transcript.tool_runs()
    }

    async fn handle(&mut self, request: Request) -> Result<(), JournalError> {
        match request {
            Request::Watch { after_rev, page_size, reply } => {
                // Watchers that come later must not get what the snapshot has.
                self.flush().await?;
                let watching = self.watch(after_rev, page_size).await;
                answer(reply, watching)
            }
            Request::History { anchor, limit, reply } => answer(reply, self.history(anchor, limit).await),
            Request::RawLines { item, reply } => {
                answer(reply, self.journal.raw_lines(&item).await.map_err(Into::into));
            }
            Request::Send { message, reply } => {
                let taken = self.send(message).await;
                self.settle(reply, taken).await?;
            }
            Request::Interrupt { reply } => {
                let done = self.interrupt();
                self.settle(reply, done).await?;
            }
            Request::Respond { response, reply } => {
                let done = self.respond(response).await;
                self.settle(reply, done).await?;
            }
            Request::SetOption { id, value, reply } => {
                self.set_option(id, value, reply);
                self.flush().await?;
            }
            Request::Start { reply } => {
                if matches!(self.process, ProcessState::None) {
                    self.start();
                }
                self.settle(reply, Ok(())).await?;
            }
            Request::Drop { item, reply } => {
                let done = self.drop_message(&item).await;
                self.settle(reply, done).await?;
            }
            Request::Retry { item, reply } => {
                let done = self.retry_message(&item).await;
                self.settle(reply, done).await?;
            }
            Request::Close { reply } => answer(reply, Ok(())),
        }
        Ok(())
    }

    /// Answers when what was done is saved.
    async fn settle<T>(&mut self, reply: Reply<T>, done: Result<T, AgentError>) -> Result<(), JournalError> {
        let saved = self.flush().await;
        answer(reply, saved.clone().map_err(AgentError::from).and(done));
        saved
    }

    async fn fed(&mut self, fed: Fed) -> Result<(), JournalError> {
        let mut fed = Some(fed);
        for _ in 0..PIECES_AT_ONCE {
            match fed.take() {
                Some(Fed::Lines(lines)) => lines.into_iter().for_each(|line| self.line(line)),
                Some(Fed::Ended(ended)) => {
                    self.ended(ended);
                    break;
                }
                None => break,
            }
            // More that is there already is saved with it.
            fed = tokio::select! {
                biased;
                fed = self.process.next() => Some(fed),
                () = std::future::ready(()) => None,
            };
        }
        match fed {
            Some(Fed::Lines(lines)) => lines.into_iter().for_each(|line| self.line(line)),
            Some(Fed::Ended(ended)) => self.ended(ended),
            None => {}
        }
        if self.outbox.must_be_saved() || !self.outgoing.is_empty() {
            self.pump().await?;
            self.flush().await
        } else {
            let soon = Instant::now() + self.shared.timings.coalesce;
            self.timers.flush.get_or_insert(soon);
            Ok(())
        }
    }

    /// Ends the process in good order and saves the last of it.
    async fn end(mut self) {
        if self.transcript.in_turn() {
            self.apply(Event::TurnEnd {
                stop: Stop::Error,
                error: "LeapMux was stopped while the agent worked".to_owned(),
                error_class: ErrorClass::Other,
                usage: Usage::default(),
            });
        }
        let stopped = self.stop_process();
        if !matches!(self.transcript.status().state, AgentState::StartFailed | AgentState::Inactive) {
            self.apply(Event::SessionState(Phase::Inactive));
        }
        if let Err(error) = self.flush().await {
            tracing::error!(%error, "the end of an agent's transcript is lost");
        }
        if let Some(stopped) = stopped {
            stopped.await;
        }
        if let Some(reply) = self.closing.take() {
            answer(reply, Ok(()));
        }
    }

    /// Milliseconds since 1970, for events.
    pub(super) fn now_ms(&self) -> i64 {
        wall_clock_ms()
    }
}

/// Who asked may be gone.
pub(super) fn answer<T>(reply: Reply<T>, outcome: Result<T, AgentError>) {
    let _ = reply.send(outcome);
}
