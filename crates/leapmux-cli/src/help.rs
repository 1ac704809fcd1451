//! Usage texts; flags come from the tables of settings.

#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
use std::fmt::Write;

#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
use leapmux_config::{Category, Key, Kind, Mode};

/// Usage of the program: the commands this build has.
pub(crate) fn root() -> String {
    let mut text = String::from("Usage: leapmux [command] [flags]\n\nCommands:\n");
    if cfg!(feature = "solo") {
        text.push_str(
            "  solo     Hub and Worker on this machine, for one person (what a bare `leapmux` does)\n",
        );
    }
    if cfg!(feature = "hub") {
        text.push_str("  hub      The Hub alone: people sign in, Workers connect from anywhere\n");
    }
    if cfg!(feature = "worker") {
        text.push_str("  worker   This machine as a Worker of a Hub elsewhere\n");
    }
    if cfg!(all(feature = "solo", feature = "hub")) {
        text.push_str("  dev      Hub and Worker in one process, with accounts\n");
    }
    text.push_str("  version  Print the version\n\n`leapmux <command> -help` explains a command.\n");
    text
}

pub(crate) const VERSION: &str = "\
Usage: leapmux version

Prints version, commit, branch and build time, as far as they are known.
";

/// Usage of `leapmux solo`.
#[cfg(feature = "solo")]
pub(crate) fn solo() -> String {
    mode(&leapmux_config::SOLO, "Runs Hub and Worker in one process, without login, for this machine.")
}

/// Usage of `leapmux worker`.
#[cfg(feature = "worker")]
pub(crate) fn worker() -> String {
    let mut text = mode(
        &leapmux_config::WORKER,
        "Runs this machine as a Worker: it dials the Hub, and runs terminals and agents for its owner. The first start needs a\n\
         registration key from the Hub's \"Register worker\" dialog; later starts do not.",
    );
    text.push_str(
        "\nBeside it:\n  leapmux worker fingerprint\n      print the four words browsers show for this Worker\n  \
         leapmux worker devices list | approve <words> | remove <words>\n      the devices people come with, and which of them \
         -client-trust known-devices lets in\nEach takes -data-dir and -config.\n",
    );
    text
}

/// Usage of `leapmux dev`.
#[cfg(all(feature = "solo", feature = "hub"))]
pub(crate) fn dev() -> String {
    mode(
        &leapmux_config::DEV,
        "Runs Hub and Worker in one process, with accounts. The first account is made at /setup; the Worker is its owner's.",
    )
}

/// Usage of `leapmux hub`.
#[cfg(feature = "hub")]
pub(crate) fn hub() -> String {
    mode(
        &leapmux_config::HUB,
        "Runs the Hub: people sign in with a browser, Workers connect from their machines. The first account is made at /setup.",
    )
}

#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
fn mode(mode: &Mode, what: &str) -> String {
    let mut text = format!("Usage: leapmux {} [flags]\n\n{what}\n", mode.name);
    for category in Category::ALL {
        let keys: Vec<&Key> = mode.keys.iter().filter(|key| key.flag && key.category == category).collect();
        if keys.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}:", category.title());
        for key in keys {
            flag(&mut text, &key.flag_name(), key.kind, key.help, key.default);
        }
        if category == Category::Common {
            let file = format!("~/.config/leapmux/{0}/{0}.yaml", mode.name);
            flag(&mut text, "config", Kind::Text, "configuration file", &file);
            let _ = writeln!(text, "  -version\n      print the version and exit");
        }
    }
    text
}

#[cfg(any(feature = "solo", feature = "hub", feature = "worker"))]
fn flag(text: &mut String, name: &str, kind: Kind, help: &str, default: &str) {
    let value = match kind {
        Kind::Text => " <text>",
        Kind::Integer => " <number>",
        Kind::Boolean => "",
    };
    let _ = write!(text, "  -{name}{value}\n      {help}");
    if !default.is_empty() && default != "0" && default != "false" {
        let _ = write!(text, " (default {default})");
    }
    text.push('\n');
}

#[cfg(all(test, feature = "solo"))]
mod tests {
    #[test]
    fn every_flag_is_explained_with_its_default() {
        let text = super::solo();
        for line in
            ["  -listen <text>", "(default 127.0.0.1:4327)", "  -encryption-mode <text>", "  -config <text>"]
        {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("public-url"), "not a flag of solo mode");
    }

    #[cfg(feature = "hub")]
    #[test]
    fn a_hub_has_flags_of_its_own_and_none_for_cookies() {
        let text = super::hub();
        for line in ["(default :4327)", "  -signup-enabled\n", "  -public-url <text>", "hub/hub.yaml"] {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("secure-cookies") && !text.contains("encryption-mode"), "{text}");
    }
}
