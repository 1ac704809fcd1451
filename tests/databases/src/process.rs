//! A server's process: as a user without rights, in a directory that goes with it, ended when this program ends.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

/// Waits for its input to end, which happens when this program is gone for whatever reason; then ends the server and what it left.
const GUARD: &str = r#"
trap '' INT TERM HUP QUIT
signal=$1 folder=$2; shift 2
"$@" </dev/null 2>&1 &
server=$!
read -r _
kill -"$signal" $server
wait $server
rm -rf "$folder"
"#;

/// A file system in memory, where there is one, and what must be free on it, KiB.
const MEMORY: &str = "/dev/shm";
const MEMORY_FREE: u64 = 2 << 20;

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    /// Open for as long as the server is wanted.
    _input: Option<ChildStdin>,
    _guard: Child,
}

/// A fresh directory that belongs to `user`.
#[derive(Debug)]
pub(crate) struct Folder {
    pub path: PathBuf,
    user: Option<String>,
}

impl Folder {
    /// Servers refuse to run as root: then the first of `users` this machine knows runs it.
    pub(crate) fn new(users: &[&str]) -> Result<Self, String> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("leapmux-db-");
        // Servers make hundreds of files for each database, which many disks take their time for.
        let made = match has_room(MEMORY) {
            true => builder.tempdir_in(MEMORY),
            false => builder.tempdir(),
        };
        let path = made.map_err(text)?.keep();
        let user = is_root().then(|| users.iter().find(|user| exists(user))).flatten();
        let folder = Self { path, user: user.map(|user| (*user).to_owned()) };
        folder.give(&folder.path)?;
        Ok(folder)
    }

    /// Makes the user the owner of a file.
    pub(crate) fn give(&self, path: &Path) -> Result<(), String> {
        match &self.user {
            Some(user) => succeeded(Command::new("chown").arg(user).arg(path)),
            None => Ok(()),
        }
    }

    /// A file of the user's, private.
    pub(crate) fn file(&self, name: &str, content: &str) -> Result<PathBuf, String> {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path.join(name);
        std::fs::write(&path, content).map_err(text)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(text)?;
        self.give(&path)?;
        Ok(path)
    }

    /// The words that run `program` as the user.
    fn words(&self, program: &Path) -> Vec<String> {
        let program = program.display().to_string();
        match &self.user {
            Some(user) => {
                let as_user = ["setpriv", "--reuid", user, "--regid", &group_of(user), "--clear-groups"];
                as_user.into_iter().map(str::to_owned).chain([program]).collect()
            }
            None => vec![program],
        }
    }

    /// Runs `program` as the user, to its end.
    pub(crate) fn run(&self, program: &Path, arguments: &[&OsStr]) -> Result<(), String> {
        let words = self.words(program);
        succeeded(Command::new(&words[0]).args(&words[1..]).args(arguments).current_dir(&self.path))
    }

    /// Starts `program` as the user and waits until it says `ready`.
    pub(crate) fn serve(
        &self,
        program: &Path,
        arguments: &[String],
        signal: &str,
        ready: &str,
    ) -> Result<Server, String> {
        let mut command = Command::new("sh");
        command.args(["-c", GUARD, "sh", signal]).arg(&self.path).args(self.words(program)).args(arguments);
        // A group of its own: Ctrl+C is for the tests, and their end is what ends the server.
        command.process_group(0).current_dir(&self.path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut guard = command.stderr(Stdio::null()).spawn().map_err(text)?;
        let mut lines = BufReader::new(guard.stdout.take().expect("it is piped")).lines();
        let mut said = Vec::new();
        loop {
            match lines.next() {
                Some(Ok(line)) if line.contains(ready) => break,
                Some(Ok(line)) => said.push(line),
                _ => return Err(format!("it did not start:\n{}", said.join("\n"))),
            }
        }
        // Somebody has to read what it goes on saying.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Server { _input: guard.stdin.take(), _guard: guard })
    }
}

/// A port nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(text)?;
    Ok(listener.local_addr().map_err(text)?.port())
}

/// A few tries: between finding a port free and using it somebody may take it.
pub(crate) fn with_free_port<T>(start: impl Fn(u16) -> Result<T, String>) -> Result<T, String> {
    let mut last = String::new();
    for _ in 0..3 {
        match start(free_port()?) {
            Ok(started) => return Ok(started),
            Err(why) => last = why,
        }
    }
    Err(last)
}

/// The first of these files that is there; a name without a folder is looked for in `PATH`.
pub(crate) fn find(places: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path =
        |name: &PathBuf| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file());
    places.iter().find_map(|place| match place.is_absolute() {
        true => place.is_file().then(|| place.clone()),
        false => in_path(place),
    })
}

pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

pub(crate) fn succeeded(command: &mut Command) -> Result<(), String> {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().map_err(text)?;
    if status.success() {
        return Ok(());
    }
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Err(format!("{command:?} failed: {said}"))
}

fn has_room(folder: &str) -> bool {
    let free = said(Command::new("df").args(["-Pk", folder]));
    let fourth = free.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    fourth.is_some_and(|free| free >= MEMORY_FREE)
}

fn is_root() -> bool {
    said(Command::new("id").arg("-u")) == "0"
}

fn exists(user: &str) -> bool {
    !said(Command::new("id").args(["-u", user])).is_empty()
}

fn group_of(user: &str) -> String {
    said(Command::new("id").args(["-g", user]))
}

/// What a program says; empty when there is no such program.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.stderr(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}
