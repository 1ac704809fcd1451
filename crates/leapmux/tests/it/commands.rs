//! Commands, flags and the sentences about wrong ones (spec CLI-1 to 12).

use crate::{run, text};

#[test]
fn cli_6_the_version_is_one_line_everywhere() {
    let said = text(&run(&["version"]).stdout);
    assert!(said.starts_with(env!("CARGO_PKG_VERSION")) && said.lines().count() == 1, "{said}");
    for words in [["-version"].as_slice(), &["--version"], &["solo", "-version"], &["solo", "--version"]] {
        let output = run(words);
        assert!(output.status.success());
        assert_eq!(text(&output.stdout), said, "{words:?}");
    }
}

#[test]
fn cli_5_help_is_on_stdout_at_every_level() {
    for (words, said) in [
        (["-h"].as_slice(), "Usage: leapmux [command]"),
        (&["help"], "Usage: leapmux [command]"),
        (&["solo", "--help"], "-agent-startup-timeout-seconds <number>"),
        (&["version", "-help"], "Usage: leapmux version"),
    ] {
        let output = run(words);
        assert!(output.status.success(), "{words:?}");
        assert!(text(&output.stdout).contains(said), "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn cli_8_to_12_mistakes_are_explained_and_exit_with_1() {
    for (words, said) in [
        (["-listen", ":1"].as_slice(), "error: -listen is not a top-level flag\nhint: leapmux solo -listen"),
        (&["sing"], "unknown command: sing"),
        (&["solo", "version"], "error: unexpected argument: \"version\" (use --help for usage)"),
        (&["solo", "--lisen=:1"], "did you mean -listen?"),
        (&["solo", "--listen"], "error: --listen needs a value"),
        (&["solo", "--log-level=loud"], "error: invalid log level: loud"),
        (
            &["solo", "--api-timeout-seconds=soon"],
            "\"soon\" is not a whole number (set by --api-timeout-seconds)",
        ),
        (&["solo", "--listen=nowhere"], "\"nowhere\" is not an address"),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(said), "{words:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn cli_23_solo_has_no_public_url() {
    let output = crate::leapmux(&["solo"]).env("LEAPMUX_HUB_PUBLIC_URL", "https://x").output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: public_url is not supported in solo mode\n");
}

#[test]
#[cfg(unix)]
fn words_and_variables_that_are_no_text_are_refused_by_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output = crate::leapmux(&["solo", "--data-dir"]).arg(OsStr::from_bytes(b"/tmp/\xff")).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: the argument \"/tmp/\\xFF\" is not UTF-8\n");
    let output =
        crate::leapmux(&["solo"]).env("LEAPMUX_HUB_DATA_DIR", OsStr::from_bytes(b"/tmp/\xff")).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: the environment variable LEAPMUX_HUB_DATA_DIR is not UTF-8\n");
}

#[test]
#[cfg(feature = "worker")]
fn worker_hub_and_dev_are_commands_with_help_and_versions_of_their_own() {
    for (mode, flag) in [
        ("worker", "-registration-key <text>"),
        ("hub", "-signup-enabled"),
        ("dev", "-encryption-mode <text>"),
    ] {
        let help = text(&run(&[mode, "-help"]).stdout);
        assert!(help.starts_with(&format!("Usage: leapmux {mode} [flags]")) && help.contains(flag), "{help}");
        let version = text(&run(&[mode, "--version"]).stdout);
        assert!(version.starts_with(env!("CARGO_PKG_VERSION")), "{version}");
        assert!(text(&run(&["-h"]).stdout).contains(&format!("\n  {mode} ")), "{mode}");
    }
    for (words, said) in [
        (["worker", "--hub=http://x/path"].as_slice(), "a Hub is at the root of its host, without a path"),
        (&["worker", "--hubb=x"], "did you mean -hub?"),
        (&["worker", "devices"], "use `leapmux worker devices list`"),
        (&["worker", "devices", "list"], "there is no Worker in "),
        (&["worker", "fingerprint", "--data-dir=/nowhere"], "there is no Worker in /nowhere"),
        (&["worker", "--log-level=loud"], "error: invalid log level: loud"),
        (
            &["worker", "--client-trust=all"],
            "error: unknown client_trust \"all\" (valid: hub, known-devices)",
        ),
        (&["hub", "--public-url=ftp://x"], "invalid public_url: scheme must be http or https, got \"ftp\""),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
}
