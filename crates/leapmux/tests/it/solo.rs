//! `leapmux solo` as a process: the ready line, one per data directory, signals, and what `kill -9` leaves behind.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::{leapmux, text};

struct Solo {
    child: Child,
    url: String,
}

impl Solo {
    fn start(data_dir: &Path) -> Self {
        let log = data_dir.with_extension("log");
        let stderr = std::fs::File::create(&log).expect("a log");
        let mut child = command(data_dir).stdout(Stdio::piped()).stderr(stderr).spawn().expect("it starts");
        let stdout = child.stdout.take().expect("piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let Some(url) = line.strip_prefix("LeapMux is at ") else {
            panic!("no ready line: {line:?} {}", std::fs::read_to_string(&log).expect("the log"));
        };
        let url = url.trim().to_owned();
        std::fs::remove_file(log).expect("the log is not needed any more");
        Self { child, url }
    }

    /// The answer to a request for `path`.
    fn get(&self, path: &str) -> String {
        let host = self.url.strip_prefix("http://").expect("an http URL");
        let mut stream = TcpStream::connect(host).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        text(&answer)
    }

    fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    fn ends_with(mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Solo {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data_dir: &Path) -> std::process::Command {
    let mut command = leapmux(&["solo", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(data_dir);
    command
}

#[test]
fn it_says_where_it_is_serves_and_stops_cleanly() {
    let dir = tempfile::tempdir().expect("a directory");
    for signal in ["-TERM", "-INT"] {
        let solo = Solo::start(dir.path());
        assert!(solo.get("/").starts_with("HTTP/1.1 200"), "the page is served when the line is printed");
        solo.signal(signal);
        assert_eq!(solo.ends_with(), Some(0), "{signal}");
    }
}

#[test]
fn one_data_directory_one_leapmux() {
    let dir = tempfile::tempdir().expect("a directory");
    let first = Solo::start(dir.path());
    let second = command(dir.path()).output().expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    assert!(said.contains("LeapMux is already running with this data directory"), "{said}");
    assert!(said.contains(&first.url), "{said}");
    first.signal("-KILL");
    assert_eq!(first.ends_with(), None);
    // The lock went with its holder, and so did nothing else.
    let third = Solo::start(dir.path());
    third.signal("-TERM");
    assert_eq!(third.ends_with(), Some(0));
}
