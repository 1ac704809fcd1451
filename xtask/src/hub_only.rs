//! The proof that the Hub is blind: the program built as a Hub alone links neither the channel's cipher nor the inner protocol.

use anyhow::Result;

use crate::step::{cargo, output_of};

const MUST_NOT_LINK: [&str; 7] = [
    "leapmux-noise",
    "leapmux-channel",
    "leapmux-proto-worker",
    "leapmux-transcript",
    "leapmux-worker",
    "chacha20poly1305",
    "ml-kem",
];

/// One sentence per crate the Hub-only build links and must not.
pub fn check() -> Result<Vec<String>> {
    let tree = output_of(cargo().args([
        "tree",
        "--locked",
        "-p",
        "leapmux",
        "--no-default-features",
        "--features",
        "hub",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let linked: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    Ok(MUST_NOT_LINK
        .iter()
        .filter(|name| linked.contains(name))
        .map(|name| format!("the Hub-only build links {name}"))
        .collect())
}
