//! What the program says when a command fails. Every failure exits with 1 (spec CLI-12).

use std::fmt;

use crate::help;

/// A failed command.
#[derive(Debug)]
pub enum CliError {
    /// A flag where a command belongs.
    NotATopLevelFlag(String),
    UnknownCommand(String),
    /// Everything else: one sentence.
    Failed(String),
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATopLevelFlag(flag) => write!(
                f,
                "error: {flag} is not a top-level flag\nhint: leapmux solo {flag}\n\n{}",
                help::root()
            ),
            Self::UnknownCommand(name) => write!(f, "unknown command: {name}\n\n{}", help::root()),
            Self::Failed(sentence) => writeln!(f, "error: {sentence}"),
        }
    }
}

impl<E: std::error::Error> From<E> for CliError {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}
