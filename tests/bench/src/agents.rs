//! Agents: events a second from a program's stdout to a native client and to the page, against the same lines through a pipe.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::agent_program::{self, ARGUMENT, Finished, Order, wall_clock};
use crate::browser;
use crate::leapmux::LeapMux;
use crate::report::Table;

const PIECES: Order = Order::Pieces(200_000);
const ROWS: Order = Order::Rows(40_000);

/// Lines, and the time from the first of them at the program to the last one's arrival.
#[derive(Debug, Clone, Copy)]
struct Flow {
    lines: u64,
    time: Duration,
}

impl Flow {
    fn rate(self) -> f64 {
        self.lines as f64 / self.time.as_secs_f64()
    }
}

/// Measures.
pub async fn run() -> Result<()> {
    let mut table = Table::new(
        "Agents: lines a second from the program's stdout",
        &["to", "pieces of streamed text", "of the pipe", "rows: texts, commands, edits", "of the pipe"],
    );
    let pipe = [through_a_pipe(PIECES)?, through_a_pipe(ROWS)?];
    let mut line = |name: &str, flows: [Flow; 2]| {
        let share = |at: usize| format!("{:.1} %", 100.0 * flows[at].rate() / pipe[at].rate());
        let rate = |at: usize| format!("{:.0}", flows[at].rate());
        table.row([name.into(), rate(0), share(0), rate(1), share(1)]);
    };
    line("a bare pipe", pipe);
    let leapmux = LeapMux::start_at_home().await?;
    line("native client", [to_a_client(&leapmux, PIECES).await?, to_a_client(&leapmux, ROWS).await?]);
    leapmux.stop().await?;
    match to_the_page().await {
        Ok((flows, longest)) => {
            line("the page, drawn", flows);
            table.note(format!("The page's longest task meanwhile: {longest:.0} ms."));
        }
        Err(error) => table.note(format!("The page was not measured: {error:#}")),
    }
    table.print();
    Ok(())
}

/// The physical limit: somebody who only looks for the ends of lines.
fn through_a_pipe(order: Order) -> Result<Flow> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    writeln!(stdin, "{}", agent_program::message(order))?;
    let mut stdout = BufReader::with_capacity(64 * 1024, child.stdout.take().context("stdout is piped")?);
    let mut line = String::new();
    let finished = loop {
        line.clear();
        stdout.read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "the program ended");
        if line.contains("Finished: ") {
            break Finished::find(&line).context("the last words")?;
        }
    };
    let flow = since(finished);
    drop(stdin);
    child.wait()?;
    Ok(flow)
}

async fn to_a_client(leapmux: &LeapMux, order: Order) -> Result<Flow> {
    let client = leapmux.client().await?;
    let mut agent = client.agent().await?;
    agent.send(&order.to_string()).await?;
    Ok(since(agent.wait_for(Finished::find).await?))
}

fn since(finished: Finished) -> Flow {
    let time = Duration::from_secs_f64((wall_clock() - finished.began).max(0.0) / 1e3);
    Flow { lines: finished.lines, time }
}

/// The flows, and the page's longest task in ms.
async fn to_the_page() -> Result<([Flow; 2], f64)> {
    let leapmux = LeapMux::start_at_home().await?;
    let orders = json!({ "orders": [PIECES.to_string(), ROWS.to_string()] });
    let figures = browser::play("agents", &leapmux, orders).await?;
    leapmux.stop().await?;
    let flow = |at: usize| -> Result<Flow> {
        let lines = figures.get(&format!("lines{at}"))? as u64;
        Ok(Flow { lines, time: Duration::from_secs_f64(figures.get(&format!("ms{at}"))? / 1e3) })
    };
    Ok(([flow(0)?, flow(1)?], figures.get("longestTask")?))
}
