//! The real program, killed at random moments of a busy life: whatever it has acknowledged is there afterwards, once, and
//! nobody it started is left behind.
//!
//! `LEAPMUX_BIN` names another program than the workspace's, `LEAPMUX_DURABILITY_ROUNDS` how often it is killed,
//! `LEAPMUX_DURABILITY_SEED` which moments.

mod agent;
mod layout;
mod messages;
mod random;
mod terminals;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use leapmux_client::OpenOptions;
use leapmux_integration::{Client, Home, Program, binary, processes};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::agent::Agent;
use crate::layout::{Editor, Record};
use crate::random::Random;
use crate::terminals::Terminals;

const ROUNDS: u64 = 200;
/// Editors work at the same time, each on a workspace of its own.
const EDITORS: usize = 2;
/// Rounds after which a new agent takes the place of the old one.
const AGENT_ROUNDS: u64 = 10;
/// One round in so many is killed while it starts.
const START_KILLED: u64 = 10;
/// One round in so many leaves processes that ignore every request to end.
const STUBBORN: u64 = 16;
/// Latest kill after the activity began, and after the program was started, ms.
const ACTIVITY_MS: u64 = 350;
const START_MS: u64 = 250;
/// What ends by itself when the program is gone.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kills_and_nobody_is_left_behind() {
    let rounds = number("LEAPMUX_DURABILITY_ROUNDS").unwrap_or(ROUNDS);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    let seed = number("LEAPMUX_DURABILITY_SEED").unwrap_or(now);
    println!("{rounds} rounds, LEAPMUX_DURABILITY_SEED={seed}");
    let started = Instant::now();
    let mut story = Story::begin(seed).await;
    for round in 0..rounds {
        story.round(round).await;
    }
    story.end().await;
    println!("{rounds} rounds in {:.0} s", started.elapsed().as_secs_f64());
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

/// The life of one home.
struct Story {
    binary: PathBuf,
    home: Home,
    seed: u64,
    random: Random,
    options: OpenOptions,
    record: Record,
    editors: Vec<Editor>,
    terminals: Terminals,
    agent: Agent,
    /// Tabs that were closed and must not come back.
    closed: Vec<String>,
    /// Waits for the end of what earlier programs had started.
    ends: Vec<JoinHandle<()>>,
    starts: u64,
    totals: Totals,
}

/// What was acknowledged, so that a story in which nothing happens does not pass for a good one.
#[derive(Debug, Default)]
struct Totals {
    batches: usize,
    terminals: usize,
    messages: usize,
    answers: usize,
    /// Processes the killed programs left to be ended.
    processes: usize,
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let (binary, home, mut random) =
            (binary(), Home::new(Path::new(env!("CARGO_BIN_EXE_stand-in-claude"))), Random::new(seed));
        let options = OpenOptions::local();
        let program = Program::start(&binary, &home, format!("{seed}-begin")).await;
        let client = Client::connect(&program, &options).await;
        let mut editors = Vec::new();
        for _ in 0..EDITORS {
            editors.push(Editor::new(&client, Random::new(random.next())).await);
        }
        let workspace = editors[0].workspace().clone();
        let record = Record::new(&client).await;
        let terminals = Terminals::new(workspace.clone(), Random::new(random.next()));
        let agent = Agent::new(workspace, Random::new(random.next()));
        processes::gone(&program.stop().await).await;
        let (closed, ends) = (Vec::new(), Vec::new());
        Self {
            binary,
            home,
            seed,
            random,
            options,
            record,
            editors,
            terminals,
            agent,
            closed,
            ends,
            starts: 0,
            totals: Totals::default(),
        }
    }

    /// One life of the program and its sudden end.
    async fn round(&mut self, round: u64) {
        if self.random.below(START_KILLED) == 0 {
            let mark = self.mark();
            let mut program = Program::spawn(&self.binary, &self.home, mark);
            // The moment itself is what is drawn: nothing is waited for.
            sleep(Duration::from_millis(self.random.below(START_MS))).await;
            program.kill();
            let mark = program.killed().await;
            self.await_end(mark);
        }
        let mark = self.mark();
        let mut program = Program::start(&self.binary, &self.home, mark).await;
        let client = Client::connect(&program, &self.options).await;
        if round > 0 {
            self.check(&client).await;
        }
        if round % AGENT_ROUNDS == AGENT_ROUNDS - 1 {
            self.change_agent(&client).await;
        }
        let stubborn = self.random.below(STUBBORN) == 0;
        self.act_until_killed(&mut program, &client, stubborn).await;
        let mark = program.killed().await;
        self.totals.processes += processes::marked(&mark).len();
        self.await_end(mark);
    }

    async fn act_until_killed(&mut self, program: &mut Program, client: &Client, stubborn: bool) {
        let moment = Duration::from_millis(self.random.below(ACTIVITY_MS));
        let killed = AtomicBool::new(false);
        // Nothing may fail before the kill; afterwards everything does, and what was answered by then is acknowledged.
        let after = |error: &dyn std::fmt::Display| assert!(killed.load(Ordering::SeqCst), "{error}");
        let (first, second) = self.editors.split_at_mut(1);
        let work = async {
            tokio::join!(
                async { after(&first[0].act(client).await.expect_err("never done")) },
                async { after(&second[0].act(client).await.expect_err("never done")) },
                async { after(&self.terminals.act(client, stubborn).await.expect_err("never done")) },
                async { after(&self.agent.act(client).await.expect_err("never done")) },
                async {
                    sleep(moment).await;
                    killed.store(true, Ordering::SeqCst);
                    program.kill();
                },
            )
        };
        timeout(PATIENCE, work).await.expect("a killed program answers nobody");
    }

    async fn check(&mut self, client: &Client) {
        self.totals.batches += self.record.check(client, &mut self.editors).await;
        self.totals.terminals += self.terminals.check(client).await;
        self.agent.check(client).await;
        let tabs = terminals::tabs(client).await;
        assert!(
            tabs.iter().all(|tab| !self.closed.contains(&tab.tab_id)),
            "a closed agent is back: {tabs:?}"
        );
    }

    async fn change_agent(&mut self, client: &Client) {
        self.count_agent();
        let workspace = self.editors[0].workspace().clone();
        let next = Agent::new(workspace, Random::new(self.random.next()));
        self.closed.push(std::mem::replace(&mut self.agent, next).close(client).await);
    }

    fn count_agent(&mut self) {
        let (messages, answers) = self.agent.totals();
        (self.totals.messages, self.totals.answers) =
            (self.totals.messages + messages, self.totals.answers + answers);
    }

    /// The last life ends in good order.
    async fn end(mut self) {
        let mark = self.mark();
        let program = Program::start(&self.binary, &self.home, mark).await;
        let client = Client::connect(&program, &self.options).await;
        self.check(&client).await;
        timeout(PATIENCE, self.agent.finish(&client, &self.home)).await.expect("the agent comes to rest");
        self.count_agent();
        drop(client);
        processes::gone(&program.stop().await).await;
        for end in self.ends {
            end.await.expect("nobody is left behind");
        }
        let Totals { batches, terminals, messages, answers, processes } = self.totals;
        println!("{:?}", self.totals);
        for (what, count) in [batches, terminals, messages, answers, processes].into_iter().enumerate() {
            assert!(count > 0, "nothing of kind {what} happened: {:?}", self.totals);
        }
    }

    fn mark(&mut self) -> String {
        self.starts += 1;
        format!("{}-{}", self.seed, self.starts)
    }

    fn await_end(&mut self, mark: String) {
        self.ends.push(tokio::spawn(async move { processes::gone(&mark).await }));
    }
}
