//! The leapmux program.

use std::process::ExitCode;

fn main() -> ExitCode {
    leapmux_cli::run(std::env::args_os().skip(1))
}
