//! Shells: which one is the default, which ones there are, and how each is made a login shell (spec TRM-20 to 23).

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// Names offered when they are installed, in this order.
const KNOWN: [&str; 6] = ["sh", "bash", "zsh", "fish", "pwsh", "powershell"];
/// Names the platform's default is looked for under, on Windows.
const WINDOWS_DEFAULTS: [&str; 2] = ["pwsh", "powershell"];

/// What the rules need to know of the machine.
pub struct ShellRules<'a> {
    /// Holds `LEAPMUX_DEFAULT_SHELL`, `SHELL`, `PATH`.
    pub env: &'a Environment,
    /// What the user database names, if anything.
    pub account_shell: Option<PathBuf>,
    /// Whether a file can be executed.
    pub executable: &'a dyn Fn(&Path) -> bool,
}

/// The user's default shell on this machine (TRM-20).
pub fn default_shell(env: &Environment) -> PathBuf {
    ShellRules { env, account_shell: account_shell(), executable: &is_executable }.default_shell()
}

/// The default shell, then every other known shell on the `PATH` (TRM-21).
pub fn list_shells(env: &Environment) -> Vec<PathBuf> {
    ShellRules { env, account_shell: account_shell(), executable: &is_executable }.list()
}

/// Arguments that make `shell` an interactive login shell (TRM-22).
pub fn login_arguments(shell: &Path) -> Vec<OsString> {
    let flags: &[&str] = match stem(shell).as_str() {
        "pwsh" => &["-Login"],
        "powershell" => &[],
        "cmd" => &["/D"],
        "tcsh" | "csh" => &["-l"],
        _ => &["-i", "-l"],
    };
    flags.iter().map(OsString::from).collect()
}

/// The name people know a shell by: `zsh` for `/bin/zsh`.
pub fn stem(shell: &Path) -> String {
    shell.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

impl ShellRules<'_> {
    /// TRM-20: the configured shell, the session's, the account's, the platform's.
    pub fn default_shell(&self) -> PathBuf {
        self.configured()
            .or_else(|| self.valid(self.variable("SHELL")?))
            .unwrap_or_else(|| self.platform_default())
    }

    /// TRM-21. Names that lead to one binary stay, for shells behave as they are called; the default is not repeated.
    pub fn list(&self) -> Vec<PathBuf> {
        let default = self.default_shell();
        let same = |other: &Path| {
            other.file_name() == default.file_name()
                && (other == default || resolved(other) == resolved(&default))
        };
        let mut shells: Vec<PathBuf> =
            KNOWN.iter().filter_map(|name| self.on_path(OsStr::new(name))).collect();
        shells.retain(|shell| !same(shell));
        shells.insert(0, default);
        shells
    }

    /// TRM-23: what is configured but not there is skipped.
    fn configured(&self) -> Option<PathBuf> {
        let asked = self.variable("LEAPMUX_DEFAULT_SHELL")?;
        let found = self.valid(asked);
        if found.is_none() {
            tracing::warn!(shell = %asked.display(), "LEAPMUX_DEFAULT_SHELL is not a program on this machine; ignored");
        }
        found
    }

    fn platform_default(&self) -> PathBuf {
        if cfg!(windows) {
            let installed = WINDOWS_DEFAULTS.iter().find_map(|name| self.on_path(OsStr::new(name)));
            return installed
                .unwrap_or_else(|| r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe".into());
        }
        let fallback = if cfg!(target_os = "macos") { "/bin/zsh" } else { "/bin/sh" };
        self.account_shell.clone().filter(|shell| (self.executable)(shell)).unwrap_or_else(|| fallback.into())
    }

    fn variable(&self, name: &str) -> Option<&OsStr> {
        self.env.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// An absolute path that can be executed, or a bare name's place on the `PATH`.
    fn valid(&self, shell: &OsStr) -> Option<PathBuf> {
        let path = Path::new(shell);
        if path.is_absolute() {
            (self.executable)(path).then(|| path.to_owned())
        } else {
            self.on_path(shell)
        }
    }

    fn on_path(&self, name: &OsStr) -> Option<PathBuf> {
        if Path::new(name).components().count() != 1 {
            return None;
        }
        let mut file = name.to_owned();
        if cfg!(windows) && Path::new(name).extension().is_none() {
            file.push(".exe");
        }
        std::env::split_paths(self.variable("PATH")?)
            .filter(|dir| dir.is_absolute())
            .map(|dir| dir.join(&file))
            .find(|candidate| (self.executable)(candidate))
    }
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// The login shell of this user in the user database; on macOS that is the directory service's.
#[cfg(unix)]
fn account_shell() -> Option<PathBuf> {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::effective()).ok().flatten()?;
    Some(user.shell).filter(|shell| !shell.as_os_str().is_empty())
}

#[cfg(not(unix))]
fn account_shell() -> Option<PathBuf> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const INSTALLED: [&str; 6] =
        ["/bin/sh", "/bin/bash", "/usr/bin/zsh", "/opt/fish/fish", "/usr/bin/pwsh", "/usr/bin/nologin"];

    fn installed(path: &Path) -> bool {
        INSTALLED.iter().any(|shell| Path::new(shell) == path)
    }

    fn env(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    fn default_of(variables: &[(&str, &str)], account: Option<&str>) -> PathBuf {
        let env = env(variables);
        ShellRules { env: &env, account_shell: account.map(PathBuf::from), executable: &installed }
            .default_shell()
    }

    const PATH: (&str, &str) = ("PATH", "/usr/bin:/bin:/opt/fish");

    #[test]
    fn the_configured_shell_wins_by_name_or_path() {
        let session = ("SHELL", "/bin/bash");
        assert_eq!(
            default_of(&[PATH, session, ("LEAPMUX_DEFAULT_SHELL", "fish")], None),
            Path::new("/opt/fish/fish")
        );
        let by_path = default_of(&[PATH, session, ("LEAPMUX_DEFAULT_SHELL", "/usr/bin/zsh")], None);
        assert_eq!(by_path, Path::new("/usr/bin/zsh"));
        for bad in ["nosuch", "/bin/nosuch", "bin/sh", ""] {
            assert_eq!(
                default_of(&[PATH, session, ("LEAPMUX_DEFAULT_SHELL", bad)], None),
                Path::new("/bin/bash"),
                "{bad}"
            );
        }
    }

    #[test]
    fn then_the_session_then_the_account_then_the_platform() {
        assert_eq!(
            default_of(&[PATH, ("SHELL", "/bin/gone")], Some("/usr/bin/zsh")),
            Path::new("/usr/bin/zsh")
        );
        let fallback = if cfg!(target_os = "macos") { "/bin/zsh" } else { "/bin/sh" };
        assert_eq!(default_of(&[], Some("/bin/gone")), Path::new(fallback));
        assert_eq!(default_of(&[], None), Path::new(fallback));
    }

    #[test]
    fn lists_the_default_first_and_once() {
        let env = env(&[PATH, ("SHELL", "/usr/bin/zsh")]);
        let listed = ShellRules { env: &env, account_shell: None, executable: &installed }.list();
        let listed: Vec<&str> = listed.iter().filter_map(|shell| shell.to_str()).collect();
        assert_eq!(listed, ["/usr/bin/zsh", "/bin/sh", "/bin/bash", "/opt/fish/fish", "/usr/bin/pwsh"]);
    }

    #[test]
    fn flags_follow_the_name() {
        let flags = |shell: &str| login_arguments(Path::new(shell)).join(OsStr::new(" "));
        assert_eq!(flags("/bin/bash"), "-i -l");
        assert_eq!(flags("/usr/bin/pwsh"), "-Login");
        assert_eq!(flags("powershell.exe"), "");
        assert_eq!(flags("cmd.exe"), "/D");
        assert_eq!(flags("/bin/tcsh"), "-l");
    }
}
