//! Start: time to the first page with an existing database, memory and CPU at rest, size of the program and of the first load.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::process::Command;

use crate::browser;
use crate::leapmux::LeapMux;
use crate::report::Table;
use crate::stats::{Samples, resident_bytes};

const STARTS: usize = 15;
/// How long the idle process is watched.
const REST: Duration = Duration::from_secs(20);

/// Measures.
pub async fn run() -> Result<()> {
    let mut data = {
        let first = LeapMux::start().await?;
        first.client().await?;
        first.stop().await?
    };
    let mut starts = Samples::default();
    for _ in 0..STARTS {
        let leapmux = LeapMux::start_on(data).await?;
        starts.add(leapmux.ready_after);
        data = leapmux.stop().await?;
    }
    let leapmux = LeapMux::start_on(data).await?;
    leapmux.client().await?;
    let pid = leapmux.pid()?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = cpu_ticks(pid)?;
    tokio::time::sleep(REST).await;
    let share = (cpu_ticks(pid)? - before) as f64 / TICKS_PER_SECOND / REST.as_secs_f64();
    let resident = resident_bytes(pid)?;
    let program =
        std::fs::metadata(std::env::var_os("LEAPMUX_BIN").context("LEAPMUX_BIN names the program")?)?.len();

    let mut table = Table::new("Start and rest", &["quantity", "found"]);
    table.row([
        "process start to page served, median".into(),
        format!("{:.0} ms", starts.median().as_secs_f64() * 1e3),
    ]);
    table.row(["idle resident memory".into(), format!("{:.1} MB", resident as f64 / 1e6)]);
    table.row(["idle CPU of one core".into(), format!("{:.2} %", share * 100.0)]);
    table.row(["program".into(), format!("{:.1} MB", program as f64 / 1e6)]);
    table.aim(
        "start within 150 ms",
        starts.median() <= Duration::from_millis(150),
        format!("{:?}", starts.median()),
    );
    table.aim("at most 60 MB at rest", resident <= 60_000_000, format!("{:.1} MB", resident as f64 / 1e6));
    table.aim("at most 0.5 % CPU at rest", share <= 0.005, format!("{:.2} %", share * 100.0));
    table.print();
    first_load(&leapmux).await?.print();
    leapmux.stop().await?;
    Ok(())
}

/// What a browser that was never here fetches until it shows a workspace, and each part of the page against its budget.
async fn first_load(leapmux: &LeapMux) -> Result<Table> {
    let mut table = Table::new("Size of the page, KB", &["what", "found", "budget"]);
    let kilobytes = |bytes: f64| format!("{:.1}", bytes / 1e3);
    match browser::play("first-load", leapmux, json!({})).await {
        Ok(found) => {
            for (name, figure) in [("Brotli", "br"), ("gzip", "gzip"), ("neither", "identity")] {
                let what = format!("all of the first load ({:.0} files), {name}", found.get("files")?);
                table.row([what, kilobytes(found.get(figure)?), String::new()]);
            }
        }
        Err(error) => table.note(format!("The first load was not measured: {error:#}")),
    }
    let frontend = browser::frontend();
    let budgets =
        Command::new("node").arg("scripts/bundle-budget.mjs").current_dir(frontend).output().await?;
    for line in String::from_utf8_lossy(&budgets.stdout).lines() {
        if let Some((found, budget, name)) = budget_line(line) {
            table.row([format!("{name}, Brotli"), found.into(), budget.into()]);
        }
    }
    table.aim("every part within its budget", budgets.status.success(), "see above");
    Ok(table)
}

/// `  ok    12.3 of  45 KB  entry`
fn budget_line(line: &str) -> Option<(&str, &str, &str)> {
    let (figures, name) = line.split_once(" KB  ")?;
    let (found, budget) = figures.split_once(" of ")?;
    Some((found.split_whitespace().last()?, budget.trim(), name.trim()))
}

/// `USER_HZ` is 100 on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

fn cpu_ticks(pid: u32) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The program's name may hold spaces; the numbers follow its closing bracket.
    let numbers: Vec<&str> = stat.rsplit(')').next().context("a stat line")?.split_whitespace().collect();
    Ok(numbers.get(11).context("utime")?.parse::<u64>()?
        + numbers.get(12).context("stime")?.parse::<u64>()?)
}
