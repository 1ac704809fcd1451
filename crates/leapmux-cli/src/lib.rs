//! Every command of the leapmux program.

#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
mod daemon;
#[cfg(all(feature = "solo", feature = "hub"))]
mod dev;
mod error;
mod help;
#[cfg(any(feature = "solo", feature = "worker"))]
mod host;
#[cfg(feature = "hub")]
mod hub;
#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
mod lock;
#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
mod signals;
#[cfg(feature = "solo")]
mod solo;
#[cfg(feature = "hub")]
mod storage;
mod version;
#[cfg(feature = "worker")]
mod worker;

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

pub use error::CliError;

/// Runs the program with the words after its name.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    // The same program guards its own children; that life begins and ends here.
    #[cfg(all(unix, any(feature = "solo", feature = "worker")))]
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
        mode if MODES.iter().any(|(name, _, _)| *name == mode) => run_mode(mode, rest),
        "solo" => Err(CliError::Failed("this build has no solo mode".to_owned())),
        flag if flag.starts_with('-') => Err(CliError::NotATopLevelFlag(flag.to_owned())),
        other => Err(CliError::UnknownCommand(other.to_owned())),
    }
}

/// A mode's name, its usage, and running it.
type ModeEntry = (&'static str, fn() -> String, fn(&[String]) -> Result<(), CliError>);

/// The modes this build has.
const MODES: &[ModeEntry] = &[
    #[cfg(feature = "solo")]
    ("solo", help::solo, solo::run),
    #[cfg(feature = "hub")]
    ("hub", help::hub, hub::run),
    #[cfg(feature = "worker")]
    ("worker", help::worker, worker::run),
    #[cfg(all(feature = "solo", feature = "hub"))]
    ("dev", help::dev, dev::run),
];

fn run_mode(name: &str, rest: &[String]) -> Result<(), CliError> {
    let (_, usage, run) = MODES.iter().find(|(mode, _, _)| *mode == name).expect("asked for by its name");
    if rest.iter().any(|word| is_version(word)) {
        return print(&format!("{}\n", version::line()));
    }
    if rest.iter().any(|word| is_help(word)) {
        return print(&usage());
    }
    run(rest)
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
