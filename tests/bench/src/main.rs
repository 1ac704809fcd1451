//! `leapmux-bench [scenario …]`: measures LeapMux against named peers and the physical limit, in one run on one machine.

mod bare_pty;
mod bulk;
mod channel;
mod echo;
mod keyboard;
mod leapmux;
mod openssh;
mod relay;
mod report;
mod start;
mod stats;
mod terminado;

use anyhow::{Result, bail};

const SCENARIOS: [&str; 5] = ["echo", "bulk", "channel", "relay", "start"];

#[tokio::main]
async fn main() -> Result<()> {
    let mut named: Vec<String> = std::env::args().skip(1).collect();
    if named.is_empty() {
        named = SCENARIOS.map(str::to_owned).to_vec();
    }
    for scenario in &named {
        match scenario.as_str() {
            "echo" => echo::run().await?,
            "bulk" => bulk::run().await?,
            "channel" => channel::run()?,
            "relay" => relay::run()?,
            "start" => start::run().await?,
            other => bail!("there is no scenario `{other}`; there are {}", SCENARIOS.join(", ")),
        }
    }
    Ok(())
}
