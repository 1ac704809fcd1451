//! Environments of child processes: the Worker's own, the one of the user's login shell, and what a terminal is given.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::process::{ProcessHost, Source, SpawnSpec, Stdio};
use crate::shell::{default_shell, stem};

/// Variables by name.
pub type Environment = BTreeMap<OsString, OsString>;

/// How long a login shell may take to tell its environment; start-up files that wait for somebody never end.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the login shell's leftovers may take to end.
const LOGIN_GRACE: Duration = Duration::from_millis(500);
/// Most bytes of output of start-up files and environment together.
const LOGIN_OUTPUT_MAX: usize = 4 * 1024 * 1024;
/// Stands before and after the environment, for start-up files print what they like.
const MARK: &[u8] = b"--leapmux-environment-c61a--";
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// Remote control of another LeapMux, around the one that runs (TRM-30).
const REMOTE_PREFIX: &str = "LEAPMUX_REMOTE_";

/// What tells programs about the terminal and the shell LeapMux was started in, which are not those they run in.
const OF_ANOTHER_TERMINAL: [&str; 18] = [
    "_",
    "OLDPWD",
    "PWD",
    "SHLVL",
    "COLUMNS",
    "LINES",
    "KITTY_WINDOW_ID",
    "STY",
    "TERMCAP",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TERM_SESSION_ID",
    "TMUX",
    "TMUX_PANE",
    "VTE_VERSION",
    "WINDOWID",
    "WT_SESSION",
    "ZELLIJ",
];

/// The environment LeapMux runs in, without the remote control of another LeapMux around it.
pub fn process_environment() -> Environment {
    without_remote(std::env::vars_os().collect())
}

/// Takes every `LEAPMUX_REMOTE_*` out (TRM-30).
pub fn without_remote(mut env: Environment) -> Environment {
    env.retain(|name, _| !name.as_encoded_bytes().starts_with(REMOTE_PREFIX.as_bytes()));
    env
}

/// The home directory of the user: `HOME`, else the account's, else the root.
pub fn home(env: &Environment) -> PathBuf {
    env.get(OsStr::new("HOME"))
        .map(PathBuf::from)
        .filter(|home| home.is_absolute())
        .or_else(account_home)
        .unwrap_or_else(|| PathBuf::from("/"))
}

/// What a terminal's shell is given (TRM-30, 31, 64): `base` without traces of other terminals, the terminal's type,
/// what a login takes for granted, and a `PATH` on which `leapmux` is found. `extra` comes last and wins.
pub fn terminal_environment(base: &Environment, leapmux: Option<&Path>, extra: &Environment) -> Environment {
    let mut env = without_remote(base.clone());
    env.retain(|name, _| !OF_ANOTHER_TERMINAL.iter().any(|other| name == other));
    env.insert("TERM".into(), "xterm-256color".into());
    env.insert("COLORTERM".into(), "truecolor".into());
    if cfg!(unix) {
        let home = home(&env).into_os_string();
        env.entry("HOME".into()).or_insert(home);
        env.entry("PATH".into()).or_insert_with(|| DEFAULT_PATH.into());
        // Started without a session (a service, a desktop icon), characters would be bytes to every program.
        if !["LC_ALL", "LC_CTYPE", "LANG"].iter().any(|name| env.contains_key(OsStr::new(name))) {
            let utf8 = if cfg!(target_os = "macos") { "UTF-8" } else { "C.UTF-8" };
            env.insert("LC_CTYPE".into(), utf8.into());
        }
    }
    if let Some(binary) = leapmux {
        make_reachable(&mut env, binary);
    }
    env.extend(extra.clone());
    env
}

/// Puts the directory of `binary` before the `PATH` if no program of that name is on it (TRM-64).
fn make_reachable(env: &mut Environment, binary: &Path) {
    let (Some(dir), Some(name)) = (binary.parent(), binary.file_name()) else { return };
    let path = env.get(OsStr::new("PATH")).cloned().unwrap_or_default();
    let mut dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if dirs.iter().any(|dir| dir.join(name).is_file()) {
        return;
    }
    dirs.insert(0, dir.to_owned());
    if let Ok(joined) = std::env::join_paths(dirs) {
        env.insert("PATH".into(), joined);
    }
}

#[cfg(unix)]
fn account_home() -> Option<PathBuf> {
    nix::unistd::User::from_uid(nix::unistd::Uid::effective()).ok().flatten().map(|user| user.dir)
}

#[cfg(not(unix))]
fn account_home() -> Option<PathBuf> {
    std::env::var_os("USERPROFILE").map(PathBuf::from)
}

/// The environment of the user's login shell: what a program finds that the user starts by hand. Asked for once; the
/// process's own environment where the shell cannot tell.
#[derive(Default)]
pub struct LoginEnvironment {
    known: OnceCell<Arc<Environment>>,
}

impl LoginEnvironment {
    /// Nothing is started before the first `get`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The environment. The first caller waits for a shell, at most 10 s.
    pub async fn get(&self, host: &dyn ProcessHost) -> Arc<Environment> {
        let known = self.known.get_or_init(|| async {
            let own = process_environment();
            let shell = default_shell(&own);
            Arc::new(login_environment(host, &shell, own).await)
        });
        Arc::clone(known.await)
    }
}

/// What `shell` makes of `base` as a login shell; `base` itself if the shell does not tell in time.
pub async fn login_environment(host: &dyn ProcessHost, shell: &Path, base: Environment) -> Environment {
    let Some(spec) = ask(shell, &base) else { return base };
    let Ok(mut process) = host.spawn(spec).await else {
        tracing::warn!(shell = %shell.display(), "the login shell could not be asked for its environment");
        return base;
    };
    let _ = process.control.close_input().await;
    let mut told = Vec::new();
    let listen = async {
        while let Some(output) = process.output.next().await {
            if output.source == Source::Stdout {
                told.extend_from_slice(&output.bytes);
            }
            // A daemon that a start-up file leaves behind may hold the pipe open: the second mark is the end.
            if told.len() > LOGIN_OUTPUT_MAX || between_marks(&told).is_some() {
                break;
            }
        }
    };
    let in_time = tokio::time::timeout(LOGIN_TIMEOUT, listen).await.is_ok();
    process.control.kill_tree(LOGIN_GRACE).await;
    match between_marks(&told).map(parse) {
        Some(env) if env.contains_key(OsStr::new("PATH")) => without_remote(env),
        _ => {
            tracing::warn!(shell = %shell.display(), in_time, "the login shell did not tell its environment");
            base
        }
    }
}

/// The command that makes a shell print its environment; none for shells that speak another language.
fn ask(shell: &Path, base: &Environment) -> Option<SpawnSpec> {
    if !matches!(stem(shell).as_str(), "sh" | "bash" | "zsh" | "fish" | "dash" | "ash" | "ksh" | "mksh") {
        return None;
    }
    let mark = String::from_utf8_lossy(MARK);
    let script = format!("command printf %s '{mark}'; command env -0; command printf %s '{mark}'");
    let args = ["-i", "-l", "-c", &script].map(OsString::from).to_vec();
    let mut env = base.clone();
    // Start-up files that would start a multiplexer or ask questions look at TERM.
    env.insert("TERM".into(), "dumb".into());
    Some(SpawnSpec { program: shell.to_owned(), args, cwd: home(base), env, stdio: Stdio::Pipes })
}

fn between_marks(told: &[u8]) -> Option<&[u8]> {
    let find =
        |from: usize| told[from..].windows(MARK.len()).position(|window| window == MARK).map(|at| from + at);
    let start = find(0)? + MARK.len();
    find(start).map(|end| &told[start..end])
}

fn parse(block: &[u8]) -> Environment {
    let variable = |entry: &[u8]| {
        let equals = entry.iter().position(|byte| *byte == b'=').filter(|at| *at > 0)?;
        Some((os_string(&entry[..equals]), os_string(&entry[equals + 1..])))
    };
    let mut env: Environment = block.split(|byte| *byte == 0).filter_map(variable).collect();
    // Of the shell that was asked, not of the user.
    for own in ["_", "SHLVL", "PWD", "OLDPWD", "TERM"] {
        env.remove(OsStr::new(own));
    }
    env
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn env(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    fn value<'a>(env: &'a Environment, name: &str) -> Option<&'a str> {
        env.get(OsStr::new(name)).and_then(|value| value.to_str())
    }

    #[test]
    fn terminals_get_their_own_type_and_no_foreign_remote_control() {
        let base = env(&[
            ("TERM", "dumb"),
            ("TMUX", "/tmp/x"),
            ("LEAPMUX_REMOTE_TOKEN", "old"),
            ("HOME", "/home/ada"),
            ("PATH", "/usr/bin"),
            ("LANG", "de_DE.UTF-8"),
        ]);
        let made = terminal_environment(&base, None, &env(&[("LEAPMUX_REMOTE_TAB_ID", "tab_1")]));
        assert_eq!(value(&made, "TERM"), Some("xterm-256color"));
        assert_eq!(value(&made, "COLORTERM"), Some("truecolor"));
        assert_eq!(value(&made, "LEAPMUX_REMOTE_TAB_ID"), Some("tab_1"));
        assert_eq!(value(&made, "LANG"), Some("de_DE.UTF-8"));
        for gone in ["TMUX", "LEAPMUX_REMOTE_TOKEN", "LC_CTYPE"] {
            assert_eq!(value(&made, gone), None, "{gone}");
        }
    }

    #[test]
    fn an_empty_environment_still_makes_a_login() {
        let made = terminal_environment(&Environment::new(), None, &Environment::new());
        for needed in ["HOME", "PATH", "LC_CTYPE"] {
            assert!(value(&made, needed).is_some_and(|value| !value.is_empty()), "{needed}");
        }
    }

    #[test]
    fn leapmux_is_reachable_and_put_on_the_path_only_if_missing() {
        let dir = tempfile::tempdir().expect("a directory");
        let binary = dir.path().join("leapmux");
        std::fs::write(&binary, "").expect("written");
        let made = terminal_environment(&env(&[("PATH", "/usr/bin")]), Some(&binary), &Environment::new());
        let expected = format!("{}:/usr/bin", dir.path().display());
        assert_eq!(value(&made, "PATH"), Some(expected.as_str()));
        let again = terminal_environment(&made, Some(&binary), &Environment::new());
        assert_eq!(value(&again, "PATH"), Some(expected.as_str()));
    }

    #[test]
    fn reads_the_environment_between_the_marks() {
        let mark = String::from_utf8_lossy(MARK);
        let told = format!("welcome!{mark}A=1\0B=two\nlines=x\0=bad\0SHLVL=3\0{mark}bye");
        let read = parse(between_marks(told.as_bytes()).expect("both marks"));
        assert_eq!(read, env(&[("A", "1"), ("B", "two\nlines=x")]));
        assert_eq!(between_marks(format!("{mark}A=1").as_bytes()), None);
    }
}
