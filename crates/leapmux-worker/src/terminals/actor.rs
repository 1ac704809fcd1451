//! The actor of one terminal: owns its shell, its screen and its watchers. Everything that changes them happens here, one
//! after the other, so a client that joins gets the screen and all that comes after it.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_pty::screen::ScreenEvent;
use leapmux_pty::{
    Environment, ExitStatus, ExitWaiter, Output, OutputReader, ProcessControl, ProcessHost, SpawnError,
};
use leapmux_runtime::Tasks;
use leapmux_types::TabId;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::launch::{Launch, Started, failure};
use super::live_screen::LiveScreen;
use super::notice;
use super::saving::Saving;
use super::shared::{Shared, Size};
use super::title::Titles;
use super::watchers::{News, Watchers};
use crate::rpc::{Responder, RpcError};
use crate::store::terminal::StoredTerminal;
use crate::tabs::{TabState, Tabs};

/// Commands that wait for the actor; who sends more waits.
pub(super) const MAILBOX: usize = 64;
/// How long a shell and its children may take to end when asked (TRM-32).
const GRACE: Duration = Duration::from_secs(2);
/// How long the output of a shell that ended may take to come to its end.
const DRAIN: Duration = Duration::from_millis(500);
/// Output of a flood is sent in pieces of this, or after `COALESCE`.
const PIECE: u64 = 32 * 1024;
/// See `PIECE`.
const COALESCE: Duration = Duration::from_millis(5);
/// What may be sent at once within `COALESCE` before a flood is assumed: the echoes of fast typing are many and small.
const PROMPT_BUDGET: u32 = 64;
/// Up to so many bytes a piece costs 1 of the budget, a larger one `LARGE_COST`.
const SMALL_PIECE: u64 = 256;
/// See `SMALL_PIECE`.
const LARGE_COST: u32 = 16;
/// Shortest time between two bells.
const BELL_EVERY: Duration = Duration::from_millis(200);
/// Shells that ended but may have left background jobs, which end with the tab.
const FORMER_MAX: usize = 8;

/// What others ask of a terminal.
pub(super) enum Command {
    Attach {
        responder: Arc<Responder>,
        have: Option<u64>,
        writer: bool,
        ended: oneshot::Sender<()>,
        id: oneshot::Sender<u64>,
    },
    Detach(u64),
    /// `done` is dropped when the terminal has the size.
    Resize {
        size: Size,
        done: oneshot::Sender<()>,
    },
    Restart {
        size: Option<Size>,
        reply: oneshot::Sender<Result<(), RpcError>>,
    },
    /// A person names the tab; empty gives it back to programs. The answer is the title to set.
    Rename {
        title: String,
        reply: oneshot::Sender<String>,
    },
    /// Ends the shell; the actor ends, too. `store`: the last screen is wanted later.
    End {
        store: bool,
        done: oneshot::Sender<()>,
    },
}

/// What the actor works with.
pub(super) struct Surroundings {
    pub(super) tab: TabId,
    pub(super) tabs: Tabs,
    pub(super) host: Arc<dyn ProcessHost>,
    /// What shells inherit.
    pub(super) environment: Arc<Environment>,
    pub(super) shared: Arc<Shared>,
    pub(super) tasks: Tasks,
}

pub(super) struct Actor {
    around: Surroundings,
    stop: CancellationToken,
    commands: mpsc::Receiver<Command>,
    launch: Launch,
    screen: LiveScreen,
    watchers: Watchers,
    news: News,
    titles: Titles,
    saving: Saving,
    phase: Phase,
    exit_code: Option<i32>,
    former: Vec<ProcessControl>,
    /// Output that was not sent on yet is sent then.
    flush_at: Option<Instant>,
    /// Offset up to which it was.
    flushed: u64,
    prompt_budget: u32,
    renaming: Option<BoxFuture<'static, ()>>,
    /// Bells before this are not heard.
    silent_until: Option<Instant>,
}

enum Phase {
    Starting(BoxFuture<'static, Result<Started, SpawnError>>),
    Running(Running),
    Exited,
    Failed,
}

struct Running {
    control: ProcessControl,
    output: OutputReader,
    open: bool,
    exit: ExitWaiter,
    /// How it ended, and how long its output is waited for.
    ended: Option<(ExitStatus, Instant)>,
}

enum Event {
    Command(Option<Command>),
    Stop,
    Started(Result<Started, SpawnError>),
    Output(Option<Output>),
    Ended(ExitStatus),
    Drained,
    Unblocked,
    Flush,
    Save,
    Title,
    Renamed,
}

impl Actor {
    /// A terminal as it was stored, or as it is new; it runs nothing yet.
    pub(super) fn new(
        around: Surroundings,
        commands: mpsc::Receiver<Command>,
        launch: Launch,
        stored: &StoredTerminal,
        offset: u64,
        saving: Saving,
    ) -> Self {
        let mut screen = LiveScreen::new(Size { cols: stored.cols, rows: stored.rows }, offset);
        screen.restore(&stored.screen);
        Self {
            stop: around.tasks.token(),
            around,
            commands,
            launch,
            flushed: screen.end(),
            screen,
            watchers: Watchers::default(),
            news: News::default(),
            titles: Titles::new(stored.name.clone(), stored.pinned),
            saving,
            phase: Phase::Exited,
            exit_code: stored.exit_code,
            former: Vec::new(),
            flush_at: None,
            prompt_budget: PROMPT_BUDGET,
            renaming: None,
            silent_until: None,
        }
    }

    /// The shell of a terminal from before the Worker's restart is gone; if the screen does not say so yet, it does now.
    pub(super) fn wake(&mut self, ended: bool) {
        if !ended {
            self.write_notice(None);
        }
        self.announce(pb::TerminalState::Exited, String::new());
    }

    /// Runs until the tab is closed or the Worker stops.
    pub(super) async fn run(mut self) {
        loop {
            match self.next().await {
                Event::Command(Some(Command::End { store, done })) => {
                    self.end(store).await;
                    // Whoever asked may be gone.
                    let _ = done.send(());
                    return;
                }
                Event::Stop | Event::Command(None) => return self.end(true).await,
                event => {
                    let output = matches!(event, Event::Output(_));
                    self.handle(event);
                    if output {
                        // A flood is always ready: without this, whoever waits for this thread (the task that sends what we
                        // just queued, a key's echo next door) waits for a hundred pieces.
                        tokio::task::yield_now().await;
                    }
                }
            }
        }
    }

    /// Starts the shell for the first time.
    pub(super) fn start(&mut self) {
        self.begin(false);
    }

    /// What happens next. Every arm is safe to cancel. Output comes last, so that a flood starves nothing.
    async fn next(&mut self) -> Event {
        let hold_back = self.watchers.hold_back();
        let (flush_at, title_at) = (self.flush_at, self.titles.due().filter(|_| self.renaming.is_none()));
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Event::Stop,
            command = self.commands.recv() => Event::Command(command),
            () = self.watchers.unblocked() => Event::Unblocked,
            () = at(flush_at) => Event::Flush,
            () = self.saving.due() => Event::Save,
            () = at(title_at) => Event::Title,
            () = done(&mut self.renaming) => Event::Renamed,
            event = self.phase.next(hold_back) => event,
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Command(Some(command)) => self.command(command),
            Event::Started(Ok(started)) => self.started(started),
            Event::Started(Err(error)) => self.failed(&error),
            Event::Output(Some(output)) => self.output(&output.bytes),
            Event::Output(None) => self.output_ended(),
            Event::Ended(status) => {
                if let Phase::Running(running) = &mut self.phase {
                    running.ended = Some((status, Instant::now() + DRAIN));
                    if !running.open {
                        self.exited(status);
                    }
                }
            }
            Event::Drained => {
                if let Phase::Running(Running { ended: Some((status, _)), .. }) = self.phase {
                    self.exited(status);
                }
            }
            Event::Unblocked | Event::Flush => self.flush(),
            Event::Save => {
                let now = self.to_store();
                self.saving.begin(now);
            }
            Event::Title => self.set_title(),
            Event::Renamed => self.renaming = None,
            Event::Stop | Event::Command(None) => {}
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Attach { responder, have, writer, ended, id } => {
                // A caller that has left already is noticed when it is sent to.
                let have = self.screen.resume(have);
                let _ = id.send(self.watchers.add(responder, have, writer, ended));
                self.flush();
            }
            Command::Detach(id) => self.watchers.remove(id),
            Command::Resize { size, done } => {
                self.resize(size);
                drop(done);
            }
            Command::Restart { size, reply } => {
                let _ = reply.send(self.restart(size));
            }
            Command::Rename { title, reply } => {
                self.titles.pinned = !title.is_empty();
                let program = self.screen.title();
                let automatic = if program.is_empty() { &self.titles.name } else { program };
                let _ = reply.send(if title.is_empty() { automatic.to_owned() } else { title });
                self.saving.changed_much();
            }
            // Taken by `run`.
            Command::End { .. } => {}
        }
    }

    fn restart(&mut self, size: Option<Size>) -> Result<(), RpcError> {
        match self.phase {
            Phase::Running(_) => return Err(RpcError::failed_precondition("The terminal is still running")),
            Phase::Starting(_) => return Err(RpcError::failed_precondition("The terminal is starting")),
            Phase::Exited | Phase::Failed => {}
        }
        if let Some(size) = size {
            self.resize(size);
        }
        self.begin(true);
        Ok(())
    }

    fn begin(&mut self, fall_back: bool) {
        let (host, environment) = (self.around.host.clone(), self.around.environment.clone());
        let start = self.launch.clone().start(host, environment, self.screen.size(), fall_back);
        self.phase = Phase::Starting(start.boxed());
        self.announce(pb::TerminalState::Starting, String::new());
    }

    fn started(&mut self, Started { process, instead }: Started) {
        if let Some(instead) = instead {
            self.show(&notice::moved(&self.launch.working_dir, &instead));
        }
        // The size may have changed meanwhile.
        let Size { cols, rows } = self.screen.size();
        if let Err(error) = process.control.resize(cols, rows) {
            tracing::debug!(%error, "a new terminal cannot be resized");
        }
        self.around.shared.set_process(Some(process.control.clone()));
        let (control, output, exit) = (process.control, process.output, process.exit);
        self.phase = Phase::Running(Running { control, output, open: true, exit, ended: None });
        self.exit_code = None;
        self.saving.changed_much();
        self.announce(pb::TerminalState::Ready, String::new());
    }

    fn failed(&mut self, error: &SpawnError) {
        tracing::info!(tab = %self.around.tab, %error, "a terminal did not start");
        self.phase = Phase::Failed;
        self.announce(pb::TerminalState::Failed, failure(error));
        self.around.tabs.raise_attention(&self.around.tab);
    }

    fn output_ended(&mut self) {
        if let Phase::Running(running) = &mut self.phase {
            running.open = false;
            if let Some((status, _)) = running.ended {
                self.exited(status);
            }
        }
    }

    fn exited(&mut self, status: ExitStatus) {
        self.around.shared.set_process(None);
        if let Phase::Running(running) = std::mem::replace(&mut self.phase, Phase::Exited) {
            self.keep_former(running.control);
        }
        self.exit_code = notice::exit_code(status);
        self.write_notice(self.exit_code);
        self.announce(pb::TerminalState::Exited, String::new());
        self.saving.changed_much();
    }

    /// Jobs a shell left in the background go on until the tab is closed; only so many shells are remembered.
    fn keep_former(&mut self, control: ProcessControl) {
        self.former.push(control);
        if self.former.len() > FORMER_MAX {
            let oldest = self.former.remove(0);
            self.around.tasks.spawn("former shell", async move { oldest.kill_tree(GRACE).await });
        }
    }

    fn output(&mut self, bytes: &[u8]) {
        let answering = !self.watchers.someone_answers();
        for event in self.screen.output(bytes, answering) {
            match event {
                ScreenEvent::Reply(answer) if answering => self.answer(answer),
                ScreenEvent::Reply(_) => {}
                ScreenEvent::Bell => self.ring(),
                ScreenEvent::Title(title) => {
                    self.titles.want(&title);
                    self.news.title = title;
                    self.news.title_version += 1;
                }
            }
        }
        self.saving.changed();
        self.forward();
    }

    /// Rings, though not more often than a person can hear.
    fn ring(&mut self) {
        let now = Instant::now();
        if self.silent_until.is_none_or(|until| now >= until) {
            self.silent_until = Some(now + BELL_EVERY);
            self.watchers.bell();
            self.around.tabs.raise_attention(&self.around.tab);
        }
    }

    /// An answer nobody waits to write: a program that does not read what it asked for gets none.
    fn answer(&self, answer: Vec<u8>) {
        if let Phase::Running(running) = &self.phase {
            let _ = running.control.write(answer.into()).now_or_never();
        }
    }

    /// Sends output on: at once after a pause, a flood in larger pieces.
    fn forward(&mut self) {
        let waiting = self.screen.end() - self.flushed;
        if self.flush_at.is_none() || self.prompt_budget > 0 || waiting >= PIECE {
            let cost = if waiting <= SMALL_PIECE { 1 } else { LARGE_COST };
            self.prompt_budget = self.prompt_budget.saturating_sub(cost);
            self.flush_at.get_or_insert_with(|| Instant::now() + COALESCE);
            self.advance();
        }
    }

    /// The pause is over, or somebody has room again.
    fn flush(&mut self) {
        let sent_all = self.flushed == self.screen.end();
        self.advance();
        if sent_all {
            (self.flush_at, self.prompt_budget) = (None, PROMPT_BUDGET);
        } else {
            self.flush_at = Some(Instant::now() + COALESCE);
        }
    }

    fn advance(&mut self) {
        self.watchers.advance(&self.screen, &self.news);
        self.flushed = self.screen.end();
    }

    /// Draws what a program did not write.
    fn show(&mut self, bytes: &[u8]) {
        self.screen.output(bytes, false);
        self.saving.changed();
        self.advance();
    }

    fn write_notice(&mut self, code: Option<i32>) {
        self.show(notice::leave(&self.screen));
        self.show(&notice::ended(&self.screen, code));
    }

    fn resize(&mut self, size: Size) {
        // Who has all output resizes with us and needs no redraw.
        self.advance();
        if !self.screen.resize(size) {
            return;
        }
        if let Phase::Running(running) = &self.phase
            && let Err(error) = running.control.resize(size.cols, size.rows)
        {
            tracing::debug!(%error, "a terminal cannot be resized");
        }
        self.watchers.resized(&self.screen);
        self.saving.changed();
        self.flush();
    }

    fn set_title(&mut self) {
        let Some(title) = self.titles.take(Instant::now()) else { return };
        let (tabs, tab) = (self.around.tabs.clone(), self.around.tab.clone());
        let rename = async move {
            // A title that nothing is left of after cleaning is none.
            let _ = tabs.rename(&tab, &title).await;
        };
        self.renaming = Some(rename.boxed());
    }

    /// A new state, for watchers and the registry.
    fn announce(&mut self, state: pb::TerminalState, failure: String) {
        let exit_code = if state == pb::TerminalState::Exited { self.exit_code } else { None };
        self.news.status = pb::TerminalStatus {
            state: state.into(),
            exit_code,
            failure: failure.clone(),
            ..Default::default()
        };
        self.news.status_version += 1;
        self.around.tabs.update(&self.around.tab, |tab| {
            tab.state = match state {
                pb::TerminalState::Starting => TabState::Starting,
                pb::TerminalState::Ready => TabState::Ready,
                pb::TerminalState::Failed => TabState::Failed,
                _ => TabState::Exited,
            };
            tab.failure = failure;
        });
        self.advance();
    }

    fn to_store(&self) -> StoredTerminal {
        let Size { cols, rows } = self.screen.size();
        StoredTerminal {
            name: self.titles.name.clone(),
            pinned: self.titles.pinned,
            cols,
            rows,
            screen: self.screen.to_store(),
            ended: matches!(self.phase, Phase::Exited),
            exit_code: self.exit_code,
        }
    }

    /// Stores the last screen if it is wanted, ends every call, the shell and what shells left behind.
    async fn end(mut self, store: bool) {
        self.around.shared.set_process(None);
        if store {
            let now = self.to_store();
            self.saving.finish(now).await;
        }
        self.watchers.clear();
        let running = match self.phase {
            Phase::Running(running) => Some(running.control),
            Phase::Starting(start) => {
                // A start may hang on a dead network mount; who closes the tab does not wait for it.
                self.around.tasks.spawn("late start", async move {
                    if let Ok(started) = start.await {
                        started.process.control.kill_tree(GRACE).await;
                    }
                });
                None
            }
            Phase::Exited | Phase::Failed => None,
        };
        let all = self.former.iter().chain(&running).map(|control| control.kill_tree(GRACE));
        futures::future::join_all(all).await;
    }
}

impl Phase {
    async fn next(&mut self, hold_back: bool) -> Event {
        match self {
            Self::Starting(start) => Event::Started(start.await),
            Self::Running(running) => running.next(hold_back).await,
            Self::Exited | Self::Failed => std::future::pending().await,
        }
    }
}

impl Running {
    async fn next(&mut self, hold_back: bool) -> Event {
        let (waits, drained) = (self.ended.is_none(), self.ended.map(|(_, at)| at));
        // What a shell wrote last is read though nobody has room for it.
        let reads = self.open && (!hold_back || self.ended.is_some());
        tokio::select! {
            biased;
            status = self.exit.wait(), if waits => Event::Ended(status),
            output = self.output.next(), if reads => Event::Output(output),
            () = at(drained) => Event::Drained,
        }
    }
}

/// Resolves at a time, or never.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Resolves when what runs is done, or never.
async fn done(running: &mut Option<BoxFuture<'static, ()>>) {
    match running {
        Some(running) => running.await,
        None => std::future::pending().await,
    }
}
