//! `cargo xtask <job>`: every routine job of the repository. README names `run` and `test`; docs/dev/jobs.md explains the rest.

mod agent_clis;
mod bench;
mod browser;
mod dag;
mod databases;
mod dev;
mod hub_only;
mod run;
mod stamp;
mod step;
mod test;
mod tidy;
mod wasm;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <job>

  run [-- flags]        build what changed and start LeapMux (flags go to `leapmux solo`)
  dev [-- flags]        the same with the Vite dev server, rebuilt and restarted on change
  test [--all-agents] [--only <part>]
                        format, lints, tidy, unit, property, integration, wasm, front end, browser stories;
                        parts: fmt, tidy, lint, rust, web, e2e, agents
  bench [scenario …]    measure against peers and the physical limit (docs/dev/performance.md)
  tidy                  the rules of the house: arrows between crates, first lines, lock files
  wasm [--dev|--testing] build the wasm core into frontend/src/core/pkg (or, for tests, frontend/pkg-testing)
  web                   build the page into frontend/dist
  agents [--all-agents] install the pinned agent programs that tests run for real
  databases             install the database servers that tests run for real
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let passed_on = args.iter().position(|arg| arg == "--").map_or(&[][..], |at| &args[at + 1..]);
    match args.first().map(String::as_str) {
        Some("run") => run::run(passed_on),
        Some("dev") => dev::dev(passed_on),
        Some("test") => test::test(&test::Options::parse(&args[1..])?),
        Some("bench") => bench::bench(&args[1..]),
        Some("tidy") => tidy::tidy().map(|()| ExitCode::SUCCESS),
        Some("wasm") if has("--testing") => wasm::build_for_tests().map(|_| ExitCode::SUCCESS),
        Some("wasm") => wasm::build(has("--dev")).map(|_| ExitCode::SUCCESS),
        Some("web") => web::build().map(|()| ExitCode::SUCCESS),
        Some("agents") => {
            let names = agent_clis::names(has("--all-agents"));
            for (name, path) in agent_clis::ensure(&names)? {
                println!("{name} {}", path.display());
            }
            Ok(ExitCode::SUCCESS)
        }
        Some("databases") => databases::ensure().map(|_| ExitCode::SUCCESS),
        None | Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => bail!("there is no job `{other}`\n\n{HELP}"),
    }
}
