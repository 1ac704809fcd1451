//! The fake model as a process of its own, on a free loopback port.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Ends with this value.
pub struct Model {
    child: Child,
    pub port: u16,
}

impl Model {
    /// Starts it; `arguments` are its own.
    pub fn start(arguments: &[&str]) -> Self {
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fake-model/fake-model");
        let folder = tempfile::tempdir().expect("a directory");
        let port_file = folder.path().join("port");
        let mut command = Command::new(program);
        command.args(["--port", "0", "--port-file"]).arg(&port_file).args(arguments);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut model = Self { child: child.expect("python3 runs the fake model"), port: 0 };
        let until = Instant::now() + Duration::from_secs(30);
        while model.port == 0 {
            let port = std::fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok());
            model.port = port.unwrap_or(0);
            assert!(Instant::now() < until, "the fake model does not start");
            std::thread::yield_now();
        }
        model
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What reached the model.
    pub fn requests(&self) -> Vec<Value> {
        let body = self.call("GET /_fake/requests");
        serde_json::from_str::<Value>(&body)
            .ok()
            .and_then(|value| value.as_array().cloned())
            .unwrap_or_default()
    }

    fn call(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        write!(stream, "{request} HTTP/1.0\r\nContent-Length: 0\r\n\r\n").expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("read");
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
