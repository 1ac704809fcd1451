//! Every command of the leapmux program.

mod error;
mod help;
mod lock;
mod signals;
mod solo;
mod version;

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

pub use error::CliError;

/// Runs the program with the words after its name.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let arguments: Vec<String> =
        arguments.into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be reading stderr; the exit code still tells.
            let _ = write!(stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), CliError> {
    let Some((command, rest)) = arguments.split_first() else { return solo::run(&[]) };
    match command.as_str() {
        word if is_help(word) => print(help::ROOT),
        "version" if rest.iter().any(|word| is_help(word)) => print(help::VERSION),
        "version" | "-version" | "--version" => print(&format!("{}\n", version::line())),
        "solo" if rest.iter().any(|word| is_help(word)) => print(&help::solo()),
        "solo" if rest.iter().any(|word| word == "-version" || word == "--version") => {
            print(&format!("{}\n", version::line()))
        }
        "solo" => solo::run(rest),
        flag if flag.starts_with('-') => Err(CliError::NotATopLevelFlag(flag.to_owned())),
        other => Err(CliError::UnknownCommand(other.to_owned())),
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "-h" | "-help" | "--help" | "help")
}

/// Writes to stdout; a reader that went away is no failure.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let mut out = stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    Ok(())
}
