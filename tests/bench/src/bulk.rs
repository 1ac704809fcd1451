//! Terminal bulk: bytes a second from a PTY to a native client and to the page, against `cat` through a bare PTY and against
//! the page's terminal emulator fed from memory.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::bare_pty::BarePty;
use crate::browser;
use crate::keyboard::{Keyboard, wait_for};
use crate::leapmux::LeapMux;
use crate::report::Table;
use crate::stats::megabytes_per_second;

/// What is printed: coloured lines of ordinary length.
const BYTES: u64 = 200_000_000;

/// Waits for a line, so that all sides start counting at the same place, then prints.
fn command(file: &str) -> String {
    format!("stty raw -echo; printf RE%s ADY; read go; exec cat {file}")
}

/// Measures both.
pub async fn run() -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    write_sample(file.path())?;
    let command = command(&file.path().display().to_string());
    let bare = measure(&mut BarePty::start(&command)?).await?;
    let leapmux = LeapMux::start().await?;
    let client = leapmux.client().await?;
    let ours = measure(&mut client.terminal(&command).await?).await?;
    leapmux.stop().await?;
    let mut table = Table::new("Terminal bulk", &["system", "MB/s", "of the bare PTY"]);
    let (bare_rate, our_rate) = (megabytes_per_second(BYTES, bare), megabytes_per_second(BYTES, ours));
    table.row(["bare PTY".into(), format!("{bare_rate:.0}"), "100 %".into()]);
    table.row([
        "LeapMux, native client".into(),
        format!("{our_rate:.0}"),
        format!("{:.0} %", 100.0 * our_rate / bare_rate),
    ]);
    match to_the_page(file.path()).await {
        Ok((page, alone)) => {
            let share = |rate: f64| format!("{:.0} %", 100.0 * rate / bare_rate);
            table.row(["LeapMux, the page".into(), format!("{page:.1}"), share(page)]);
            table.row(["xterm.js alone, fed from memory".into(), format!("{alone:.1}"), share(alone)]);
            table.note(format!(
                "The page takes {:.0} % of what its emulator alone takes.",
                100.0 * page / alone
            ));
        }
        Err(error) => table.note(format!("The page was not measured: {error:#}")),
    }
    table.aim(
        "at least 60 % of the bare PTY",
        our_rate >= 0.6 * bare_rate,
        format!("{:.0} %", 100.0 * our_rate / bare_rate),
    );
    table.print();
    Ok(())
}

/// MB/s until the page has drawn the end, and of its emulator alone in the same page.
async fn to_the_page(file: &Path) -> Result<(f64, f64)> {
    let leapmux = LeapMux::start_at_home().await?;
    let given = json!({ "file": file, "bytes": BYTES });
    let found = browser::play("terminal", &leapmux, given).await?;
    leapmux.stop().await?;
    Ok((found.get("page")?, found.get("alone")?))
}

fn write_sample(path: &Path) -> Result<()> {
    let line = format!("\x1b[32m{}\x1b[0m {}\r\n", "ok".repeat(8), "lorem ipsum ".repeat(5));
    let length = usize::try_from(BYTES)?;
    let mut bytes = line.repeat(length / line.len()).into_bytes();
    // Whole lines, then spaces: an escape that is cut would swallow what comes after it.
    bytes.resize(length, b' ');
    Ok(std::fs::write(path, bytes)?)
}

async fn measure(keyboard: &mut impl Keyboard) -> Result<Duration> {
    wait_for(keyboard, b"READY").await?;
    keyboard.type_bytes(b"\n").await?;
    let started = Instant::now();
    let mut seen = 0;
    while seen < BYTES {
        seen += keyboard.output().await?.len() as u64;
    }
    Ok(started.elapsed())
}
