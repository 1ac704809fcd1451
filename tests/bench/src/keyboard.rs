//! A thing one can type into and that answers: what every peer of the echo and bulk scenarios looks like to them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;

use crate::stats::Samples;

/// What runs behind every keyboard: echoes each byte by itself, without the line discipline's own echo. It says READY in two
/// halves, so that a shell's echo of this very line is not taken for the program's word.
pub const ECHO_COMMAND: &str = "stty raw -echo; printf RE%s ADY; exec cat";

/// One open terminal of some system.
#[allow(async_fn_in_trait)] // used with concrete types only
pub trait Keyboard {
    /// Sends bytes as typed.
    async fn type_bytes(&mut self, bytes: &[u8]) -> Result<()>;
    /// The next output; an error when there is no more.
    async fn output(&mut self) -> Result<Bytes>;
}

/// How long any single answer may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads until `needle` has passed by.
pub async fn wait_for(keyboard: &mut impl Keyboard, needle: &[u8]) -> Result<()> {
    let mut seen: Vec<u8> = Vec::new();
    while !seen.windows(needle.len()).any(|window| window == needle) {
        let output = tokio::time::timeout(PATIENCE, keyboard.output()).await.with_context(|| {
            format!(
                "waited for {:?}, saw {:?}",
                String::from_utf8_lossy(needle),
                String::from_utf8_lossy(&seen)
            )
        })??;
        seen.extend_from_slice(&output);
        let keep = seen.len().saturating_sub(4096);
        seen.drain(..keep);
    }
    Ok(())
}

/// Types `count` single bytes, each after the echo of the one before, and times each round trip.
pub async fn time_echoes(keyboard: &mut impl Keyboard, count: usize) -> Result<Samples> {
    let mut samples = Samples::default();
    for index in 0..count {
        let key = b'a' + (index % 26) as u8;
        let started = Instant::now();
        keyboard.type_bytes(&[key]).await?;
        let echoed = tokio::time::timeout(PATIENCE, keyboard.output()).await.context("no echo")??;
        samples.add(started.elapsed());
        ensure!(echoed.contains(&key), "typed {:?}, the echo was {echoed:?}", key as char);
    }
    Ok(samples)
}
