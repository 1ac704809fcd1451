//! `cargo xtask test`: every check there is, counted in one closing line `N passed, M failed`.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::PROFILE;
use crate::step::{cargo, root, show, target_dir};
use crate::{agent_clis, browser, dag, databases, hub_only, run, tidy, wasm, web};

/// What to run.
#[derive(Debug, Default)]
pub struct Options {
    /// Also the agent programs that are large or slow.
    pub all_agents: bool,
    /// Only this part.
    pub only: Option<String>,
}

const PARTS: [&str; 6] = ["fmt", "tidy", "lint", "rust", "web", "e2e"];

impl Options {
    /// Reads `--all-agents` and `--only <part>`.
    pub fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            match arg.as_str() {
                "--all-agents" => options.all_agents = true,
                "--only" => {
                    let part = rest.next().context("--only wants a part")?;
                    if !PARTS.contains(&part.as_str()) {
                        bail!("there is no part `{part}`; the parts are {}", PARTS.join(", "));
                    }
                    options.only = Some(part.clone());
                }
                other => bail!("`cargo xtask test` does not know `{other}`"),
            }
        }
        Ok(options)
    }
}

/// Passed and failed checks so far, with what failed.
#[derive(Debug, Default)]
struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    fn check(&mut self, what: &str, result: Result<()>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => {
                eprintln!("✗ {what}: {error:#}");
                self.failed += 1;
                self.failures.push(what.to_owned());
            }
        }
    }

    /// Adds a runner's own counts; a runner that could not say them counts as one failure.
    fn runner(&mut self, what: &str, result: Result<Counts>) {
        match result {
            Ok(counts) => {
                self.passed += counts.passed;
                self.failed += counts.failed;
                if counts.failed > 0 {
                    self.failures.push(format!("{what} ({} failed)", counts.failed));
                }
            }
            Err(error) => self.check(what, Err(error)),
        }
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// Runs all parts, or the one named; a part that fails does not stop the others.
pub fn test(options: &Options) -> Result<ExitCode> {
    let wanted = |part: &str| options.only.as_deref().is_none_or(|only| only == part);
    let mut tally = Tally::default();
    if wanted("fmt") || wanted("web") || wanted("e2e") {
        web::packages()?;
    }
    if wanted("fmt") {
        tally.check("rustfmt", show("rustfmt", cargo().args(["fmt", "--all", "--check"])));
        tally.check("biome", show("biome", web::tool("biome").args(["ci", "--error-on-warnings", "."])));
    }
    if wanted("tidy") {
        tally.check("tidy", tidy::tidy());
        tally.check("dependency arrows", broken_rules(dag::check()));
        tally.check("blind hub", broken_rules(hub_only::check()));
    }
    if wanted("web") {
        front_end(&mut tally)?;
    }
    if wanted("lint") {
        let mut clippy = cargo();
        clippy.args(["clippy", "--locked", "--quiet", "--workspace", "--all-targets", "--profile", PROFILE]);
        tally.check("clippy", show("clippy", clippy.args(["--", "-D", "warnings"])));
    }
    if wanted("rust") {
        rust(options, &mut tally)?;
    }
    if wanted("e2e") {
        stories(options, &mut tally)?;
    }
    for failure in &tally.failures {
        eprintln!("✗ {failure}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(if tally.failed == 0 && tally.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn broken_rules(found: Result<Vec<String>>) -> Result<()> {
    let broken = found?;
    if broken.is_empty() { Ok(()) } else { bail!("\n  {}", broken.join("\n  ")) }
}

fn front_end(tally: &mut Tally) -> Result<()> {
    web::prepare()?;
    wasm::build_for_tests()?;
    // First: it also writes the class names of each stylesheet for the type check.
    let mut css = Command::new("node");
    tally.check(
        "stylesheets",
        show("stylesheets", css.arg("scripts/check-css.mjs").current_dir(web::folder())),
    );
    tally.check("typescript", show("typescript", web::tool("tsc").arg("--noEmit")));
    tally.check("oxlint", show("oxlint", web::tool("oxlint").args(["--deny-warnings"])));
    let report = target_dir().join("vitest.json");
    std::fs::create_dir_all(target_dir())?;
    let mut vitest = web::tool("vitest");
    vitest
        .args(["run", "--reporter=default", "--reporter=json"])
        .arg(format!("--outputFile.json={}", report.display()));
    let ran = show("front-end unit tests", &mut vitest);
    tally.runner(
        "front-end unit tests",
        json_counts(&report, ran, |r| (&r["numPassedTests"], &r["numFailedTests"])),
    );
    tally.check("page", web::build());
    let mut budget = Command::new("node");
    tally.check(
        "page size",
        show("page size", budget.arg("scripts/bundle-budget.mjs").current_dir(web::folder())),
    );
    Ok(())
}

fn rust(options: &Options, tally: &mut Tally) -> Result<()> {
    // The program embeds the page, and tests of the program want the real one.
    web::build()?;
    let agents = agent_clis::ensure(&agent_clis::names(options.all_agents))?;
    let servers = databases::ensure()?;
    println!("● Rust tests, with {} agent program(s) for real", agents.len());
    let mut command = cargo();
    command.args(["test", "--locked", "--quiet", "--workspace", "--no-fail-fast", "--profile", PROFILE]);
    command.env("LEAPMUX_REQUIRE_AGENTS", "1").env("LEAPMUX_AGENT_CACHE", agent_clis::cache());
    command.env(databases::REQUIRED, servers);
    if options.all_agents {
        command.env("LEAPMUX_ALL_AGENTS", "1");
    }
    tally.runner("Rust tests", cargo_counts(&mut command));
    Ok(())
}

/// Sums the `test result:` lines cargo's test programs close with.
fn cargo_counts(command: &mut Command) -> Result<Counts> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("could not start cargo test")?;
    let mut counts = Counts::default();
    let stdout = child.stdout.take().context("cargo's output is piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if let Some(result) = line.trim().strip_prefix("test result: ") {
            counts.passed += number_before(result, " passed");
            counts.failed += number_before(result, " failed");
        }
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        bail!("cargo test ended with {status} before it counted a failure");
    }
    Ok(counts)
}

fn number_before(text: &str, word: &str) -> u64 {
    text.split(word)
        .next()
        .and_then(|head| head.rsplit([' ', '.']).next())
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

fn stories(options: &Options, tally: &mut Tally) -> Result<()> {
    let chromium = browser::ensure()?;
    let program = run::build()?;
    tally.check("a second build has nothing to do", broken_rules(run::built_again()));
    let agents = agent_clis::ensure(&agent_clis::names(options.all_agents))?;
    let report = target_dir().join("playwright.json");
    let mut playwright = web::tool("playwright");
    playwright
        .args(["test", "--config", "playwright.config.ts", "--reporter=list,json"])
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
        .env(browser::VARIABLE, chromium)
        .env("LEAPMUX_BIN", program)
        .env("LEAPMUX_FAKE_MODEL", root().join("tests/fake-model/fake-model"));
    for (name, path) in agents {
        playwright.env(format!("LEAPMUX_AGENT_{}", name.to_uppercase()), path);
    }
    let ran = show("browser stories", &mut playwright);
    tally.runner(
        "browser stories",
        json_counts(&report, ran, |r| (&r["stats"]["expected"], &r["stats"]["unexpected"])),
    );
    Ok(())
}

/// Counts from a runner's JSON report; a runner that failed without counting a failure is an error itself.
fn json_counts(
    report: &std::path::Path,
    ran: Result<()>,
    pick: impl Fn(&Value) -> (&Value, &Value),
) -> Result<Counts> {
    let text = match std::fs::read(report) {
        Ok(text) => text,
        Err(error) => return Err(ran.err().unwrap_or_else(|| error.into())),
    };
    std::fs::remove_file(report)?;
    let value: Value = serde_json::from_slice(&text).context("the runner's report")?;
    let (passed, failed) = pick(&value);
    let counts = Counts { passed: passed.as_u64().unwrap_or(0), failed: failed.as_u64().unwrap_or(0) };
    match ran {
        Err(error) if counts.failed == 0 => Err(error),
        _ => Ok(counts),
    }
}
