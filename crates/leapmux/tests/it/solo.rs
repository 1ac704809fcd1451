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
        signal(&self.child, name);
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

fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
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

/// Reads `from` until a line has `words`; all that was read.
fn read_until(from: &mut impl BufRead, words: &str) -> String {
    let mut read = String::new();
    while !read.lines().any(|line| line.contains(words)) {
        assert_ne!(from.read_line(&mut read).expect("text"), 0, "it ended without {words:?}:\n{read}");
    }
    read
}

#[test]
fn a_second_signal_ends_it_at_once_with_1() {
    for (first, second) in [("-TERM", "-TERM"), ("-INT", "-INT"), ("-TERM", "-INT")] {
        let dir = tempfile::tempdir().expect("a directory");
        let mut command = command(dir.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
        let ready = read_until(&mut stdout, "LeapMux is at ");
        let host = ready.trim().strip_prefix("LeapMux is at http://").expect("a ready line").to_owned();
        // A request whose body never comes: it is waited for, so that stopping takes a while.
        let mut request = TcpStream::connect(&host).expect("it listens");
        write!(
            request,
            "POST /leapmux.hub.v1.SystemService/GetSystemInfo HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: 100\r\nexpect: 100-continue\r\n\r\n"
        )
        .expect("sent");
        let mut answer = BufReader::new(request);
        read_until(&mut answer, "100 Continue");
        signal(&child, first);
        read_until(&mut stderr, "once more to stop at once");
        assert_eq!(child.try_wait().expect("known"), None, "it waits for the request");
        signal(&child, second);
        assert_eq!(child.wait().expect("it ends").code(), Some(1), "{first} {second}");
        let again = Solo::start(dir.path());
        again.signal("-TERM");
        assert_eq!(again.ends_with(), Some(0), "and nothing is broken");
    }
}

/// The words of SEC-90.
const EXPOSED: &str = "solo mode is binding to a non-loopback address — every request is auto-authenticated as the admin, so \
    anyone who can reach this port has full admin access without credentials. Restrict access externally (firewall, \
    Tailscale/WireGuard, SSH tunnel) or run `leapmux hub` for real authentication.";

#[test]
fn sec_90_an_address_others_can_reach_is_warned_about() {
    for (listen, exposed) in
        [("0.0.0.0:0", true), (":0", true), ("127.0.0.1:0", false), ("localhost:0", false)]
    {
        let dir = tempfile::tempdir().expect("a directory");
        let mut command = leapmux(&["solo", "--listen", listen, "--data-dir"]);
        command.arg(dir.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        read_until(&mut stdout, "LeapMux is at ");
        signal(&child, "-TERM");
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
        let warned = said.lines().any(|line| line.contains(EXPOSED) && line.contains("WARN"));
        assert_eq!(warned, exposed, "{listen}: {said}");
    }
}

#[test]
fn what_cannot_be_used_is_one_sentence_with_its_remedy_and_1() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("written");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = busy.local_addr().expect("bound").to_string();
    let data = dir.path().join("data").display().to_string();
    let below = file.join("data").display().to_string();
    for (words, said) in [
        (["--listen", taken.as_str(), "--data-dir", data.as_str()], ["already in use", "--listen"]),
        (["--listen", "127.0.0.1:0", "--data-dir", below.as_str()], ["the data directory", "--data-dir"]),
        // Nobody can make a file there, not even root.
        #[cfg(target_os = "linux")]
        (["--listen", "127.0.0.1:0", "--data-dir", "/proc"], ["/proc cannot be written", "--data-dir"]),
    ] {
        let output = leapmux(&["solo"]).args(words).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let stderr = text(&output.stderr);
        let error = stderr.lines().rfind(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(said.iter().all(|words| error.contains(words)), "{words:?}: {stderr}");
    }
}
