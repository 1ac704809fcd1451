//! Who may know whom: every edge between our crates is in this table, with the reason of the ones that are forbidden for good.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::step::{cargo, output_of};

/// Crate and what it may use (names without `leapmux-`). Rows only name rows above them, so the graph has no cycle.
/// ARCHITECTURE.md shows the same table with each crate's charter.
const MAY_USE: &[(&str, &str)] = &[
    ("types", ""),
    ("layout", "types"),
    ("transcript", "types"),
    ("noise", "types"),
    ("relay", "types"),
    ("proto-hub", ""),
    ("proto-worker", "types transcript"),
    ("channel", "types noise"),
    ("runtime", "types"),
    ("telemetry", ""),
    ("config", "types"),
    ("net", "types runtime"),
    ("hub-store", "types layout"),
    ("hub-store-sql", "hub-store types layout runtime"),
    ("hub", "types layout relay hub-store runtime"),
    ("web-assets", ""),
    ("hub-server", "hub hub-store hub-store-sql proto-hub net web-assets runtime types layout relay"),
    ("pty", "types runtime"),
    ("agents", "types transcript runtime pty"),
    ("client", "types layout transcript proto-hub proto-worker channel noise net runtime"),
    ("worker", "types transcript proto-hub proto-worker channel noise net pty agents runtime"),
    ("solo", "hub-server worker net runtime types"),
    ("wasm", "types layout noise channel"),
    ("cli", "types config telemetry runtime net pty hub-server worker solo client"),
];

/// Crates that together are the Hub: none of them may reach what can read content, directly or not.
const HUB: [&str; 5] = ["hub", "hub-server", "hub-store", "hub-store-sql", "relay"];
const CONTENT: [&str; 4] = ["noise", "channel", "proto-worker", "transcript"];
/// Crates without IO, clock and randomness.
const PURE: [&str; 6] = ["types", "layout", "transcript", "noise", "relay", "channel"];
const IMPURE: [&str; 7] = ["tokio", "getrandom", "rand", "hyper", "axum", "sea-orm", "buffa"];

/// Checks the manifests; answers one sentence per broken rule.
pub fn check() -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(&output_of(cargo().args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--locked",
    ]))?)?;
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists packages")? {
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        let uses = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            // Tests may use what they test with; the shipped graph is what the rules are about.
            .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
            .collect();
        edges.insert(name, uses);
    }
    let mut broken = Vec::new();
    for (name, uses) in &edges {
        let Some(short) = name.strip_prefix("leapmux-") else { continue };
        if matches!(short, "integration" | "bench") {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(row, _)| row == &short) else {
            broken.push(format!("crate {name} is not in the table of xtask/src/dag.rs and ARCHITECTURE.md"));
            continue;
        };
        let allowed: BTreeSet<&str> = allowed.split_whitespace().collect();
        for used in uses.iter().filter_map(|used| used.strip_prefix("leapmux-")) {
            if !allowed.contains(used) {
                broken.push(format!("leapmux-{short} uses leapmux-{used}, which its row does not allow"));
            }
        }
        if PURE.contains(&short) {
            for impure in uses.iter().filter(|used| IMPURE.contains(&used.as_str())) {
                broken.push(format!(
                    "leapmux-{short} is pure but uses {impure}: time and randomness are arguments"
                ));
            }
        }
    }
    for start in HUB {
        for content in CONTENT {
            if reaches(&edges, &format!("leapmux-{start}"), &format!("leapmux-{content}")) {
                broken.push(format!(
                    "leapmux-{start} reaches leapmux-{content}: the Hub must not be able to read content"
                ));
            }
        }
    }
    Ok(broken)
}

fn reaches(edges: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    edges.get(from).is_some_and(|uses| uses.iter().any(|next| next == to || reaches(edges, next, to)))
}
