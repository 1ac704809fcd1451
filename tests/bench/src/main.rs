//! `leapmux-bench [scenario …]`: measures LeapMux against named peers and the physical limit, in one run on one machine.

mod agent_program;
mod agents;
mod bare_pty;
mod blind_worker;
mod browser;
mod bulk;
mod channel;
mod chat;
mod echo;
mod hub_process;
mod idle_channels;
mod keyboard;
mod leapmux;
mod openssh;
mod relay;
mod report;
mod start;
mod stats;
mod terminado;

use anyhow::{Result, bail};

const SCENARIOS: [&str; 7] = ["echo", "bulk", "agents", "chat", "channel", "relay", "start"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The agent's program is started by LeapMux and by nobody else: it needs no runtime.
    if arguments.first().is_some_and(|first| first == agent_program::ARGUMENT) {
        return agent_program::run(&arguments[1..]);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match &arguments[..] {
            [first, data] if first == hub_process::ARGUMENT => hub_process::run(data.as_ref()).await,
            [] => run(&SCENARIOS).await,
            named => run(named).await,
        }
    })
}

async fn run(scenarios: &[impl AsRef<str>]) -> Result<()> {
    if let Some(unknown) = scenarios.iter().find(|named| !SCENARIOS.contains(&named.as_ref())) {
        bail!("there is no scenario `{}`; there are {}", unknown.as_ref(), SCENARIOS.join(", "));
    }
    for scenario in scenarios {
        match scenario.as_ref() {
            "echo" => echo::run().await?,
            "bulk" => bulk::run().await?,
            "agents" => agents::run().await?,
            "chat" => chat::run().await?,
            "channel" => channel::run().await?,
            "relay" => relay::run().await?,
            _ => start::run().await?,
        }
    }
    Ok(())
}
