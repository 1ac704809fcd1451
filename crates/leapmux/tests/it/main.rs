//! The program itself: words in, lines and exit codes out.

mod commands;
#[cfg(unix)]
mod solo;

use std::process::{Command, Output};

/// The program with these words, on a home of its own.
pub fn leapmux(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leapmux"));
    command.args(words).env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).env("PATH", "/usr/bin:/bin");
    command
}

pub fn run(words: &[&str]) -> Output {
    leapmux(words).output().expect("the program runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
