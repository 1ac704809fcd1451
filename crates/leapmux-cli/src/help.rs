//! Usage texts; flags come from the tables of settings.

#[cfg(feature = "solo")]
use std::fmt::Write;

#[cfg(feature = "solo")]
use leapmux_config::{Category, Key, Kind, SOLO_KEYS};

pub(crate) const ROOT: &str = "\
Usage: leapmux [command] [flags]

Commands:
  solo     Hub and Worker on this machine, for one person (what a bare `leapmux` does)
  version  Print the version

`leapmux <command> -help` explains a command.
";

pub(crate) const VERSION: &str = "\
Usage: leapmux version

Prints version, commit, branch and build time, as far as they are known.
";

/// Usage of `leapmux solo`.
#[cfg(feature = "solo")]
pub(crate) fn solo() -> String {
    let mut text = String::from(
        "Usage: leapmux solo [flags]\n\nRuns Hub and Worker in one process, without login, for this machine.\n",
    );
    for category in Category::ALL {
        let keys: Vec<&Key> = SOLO_KEYS.iter().filter(|key| key.flag && key.category == category).collect();
        if keys.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}:", category.title());
        for key in keys {
            flag(&mut text, &key.flag_name(), key.kind, key.help, key.default);
        }
        if category == Category::Common {
            let file = "~/.config/leapmux/solo/solo.yaml";
            flag(&mut text, "config", Kind::Text, "configuration file", file);
            let _ = writeln!(text, "  -version\n      print the version and exit");
        }
    }
    text
}

#[cfg(feature = "solo")]
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
}
