//! Keystroke echo: a byte typed until the same byte comes back, for LeapMux, the bare PTY and two peers.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::bare_pty::BarePty;
use crate::keyboard::{ECHO_COMMAND, Keyboard, time_echoes, wait_for};
use crate::leapmux::LeapMux;
use crate::openssh::SshServer;
use crate::report::Table;
use crate::stats::{Samples, micros};
use crate::terminado::Terminado;

const WARM_UP: usize = 200;
const KEYS: usize = 3000;
/// Keys typed while another terminal floods: fewer, each may be slower.
const KEYS_UNDER_FLOOD: usize = 1000;

/// Measures all of them on this machine, one after the other.
pub async fn run() -> Result<()> {
    let mut table =
        Table::new("Keystroke echo, loopback (µs)", &["system", "median", "p99", "median over bare PTY"]);
    let bare = measure(&mut BarePty::start(ECHO_COMMAND)?).await?;
    let mut line = |name: &str, samples: &Samples| {
        let over = samples.median().as_secs_f64() / bare.median().as_secs_f64();
        table.row([name.into(), micros(samples.median()), micros(samples.p99()), format!("{over:.1}×")]);
    };
    line("bare PTY", &bare);
    let mut skipped = Vec::new();
    let ssh = match openssh().await {
        Ok(samples) => Some(samples),
        Err(error) => {
            skipped.push(format!("OpenSSH was not measured: {error:#}"));
            None
        }
    };
    let jupyter = match terminado().await {
        Ok(samples) => Some(samples),
        Err(error) => {
            skipped.push(format!("terminado was not measured: {error:#}"));
            None
        }
    };
    ssh.iter().for_each(|samples| line("OpenSSH", samples));
    jupyter.iter().for_each(|samples| line("terminado", samples));

    let leapmux = LeapMux::start().await?;
    let client = leapmux.client().await?;
    let ours = measure(&mut client.terminal(ECHO_COMMAND).await?).await?;
    line("LeapMux", &ours);

    let mut flooding = client.terminal("exec yes").await?;
    let mut typing = client.terminal(ECHO_COMMAND).await?;
    wait_for(&mut typing, b"READY").await?;
    let drain = async {
        loop {
            if flooding.output().await.is_err() {
                break;
            }
        }
    };
    let under_flood = tokio::select! {
        samples = time_echoes(&mut typing, KEYS_UNDER_FLOOD) => samples?,
        () = drain => anyhow::bail!("the flood ended"),
    };
    line("LeapMux, another terminal floods", &under_flood);

    let over = ours.median().saturating_sub(bare.median());
    table.aim(
        "median within 500 µs of the bare PTY",
        over <= Duration::from_micros(500),
        format!("{} µs over", micros(over)),
    );
    for (name, peer) in [("OpenSSH", &ssh), ("terminado", &jupyter)] {
        if let Some(peer) = peer {
            let ratio = ours.median().as_secs_f64() / peer.median().as_secs_f64();
            table.aim(&format!("median below {name}"), ratio < 1.0, format!("{ratio:.2}× of it"));
        }
    }
    table.aim("p99 under 5 ms", ours.p99() < Duration::from_millis(5), format!("{} µs", micros(ours.p99())));
    table.aim(
        "p99 under 25 ms during a flood",
        under_flood.p99() < Duration::from_millis(25),
        format!("{} µs", micros(under_flood.p99())),
    );
    skipped.into_iter().for_each(|sentence| table.note(sentence));
    table.print();
    leapmux.stop().await?;
    Ok(())
}

async fn measure(keyboard: &mut impl Keyboard) -> Result<Samples> {
    wait_for(keyboard, b"READY").await?;
    time_echoes(keyboard, WARM_UP).await?;
    time_echoes(keyboard, KEYS).await
}

async fn openssh() -> Result<Samples> {
    let server = SshServer::start().await?;
    measure(&mut server.open(ECHO_COMMAND)?).await
}

async fn terminado() -> Result<Samples> {
    let server = Terminado::start(cache(), ECHO_COMMAND).await?;
    measure(&mut server.open().await?).await
}

fn cache() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cache"))
}
