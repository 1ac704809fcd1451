//! Every command of the leapmux program.

#[cfg(any(feature = "solo", feature = "hub"))]
mod daemon;
mod error;
mod help;
#[cfg(feature = "hub")]
mod hub;
#[cfg(any(feature = "solo", feature = "hub"))]
mod lock;
#[cfg(any(feature = "solo", feature = "hub"))]
mod signals;
#[cfg(feature = "solo")]
mod solo;
mod version;

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

pub use error::CliError;

/// Runs the program with the words after its name.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    // The same program guards its own children; that life begins and ends here.
    #[cfg(all(unix, feature = "solo"))]
    leapmux_pty::guard::run_if_requested();
    match texts(arguments).and_then(|arguments| dispatch(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be reading stderr; the exit code still tells.
            let _ = write!(stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// A word that is no text is refused: what it would become is a name nobody meant.
fn texts(words: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Vec<String>, CliError> {
    let text = |word: std::ffi::OsString| {
        word.into_string().map_err(|word| CliError::Failed(format!("the argument {word:?} is not UTF-8")))
    };
    words.into_iter().map(text).collect()
}

fn dispatch(arguments: &[String]) -> Result<(), CliError> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        // A bare `leapmux` is `leapmux solo` (spec CLI-3).
        None => ("solo", arguments),
    };
    match command {
        word if is_help(word) => print(&help::root()),
        "version" if rest.iter().any(|word| is_help(word)) => print(help::VERSION),
        "version" | "-version" | "--version" => print(&format!("{}\n", version::line())),
        "solo" if rest.iter().any(|word| is_version(word)) => print(&format!("{}\n", version::line())),
        #[cfg(feature = "hub")]
        "hub" if rest.iter().any(|word| is_version(word)) => print(&format!("{}\n", version::line())),
        #[cfg(feature = "solo")]
        "solo" if rest.iter().any(|word| is_help(word)) => print(&help::solo()),
        #[cfg(feature = "solo")]
        "solo" => solo::run(rest),
        #[cfg(feature = "hub")]
        "hub" if rest.iter().any(|word| is_help(word)) => print(&help::hub()),
        #[cfg(feature = "hub")]
        "hub" => hub::run(rest),
        #[cfg(not(feature = "solo"))]
        "solo" => Err(CliError::Failed("this build has no solo mode".to_owned())),
        flag if flag.starts_with('-') => Err(CliError::NotATopLevelFlag(flag.to_owned())),
        other => Err(CliError::UnknownCommand(other.to_owned())),
    }
}

fn is_version(word: &str) -> bool {
    matches!(word, "-version" | "--version")
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
