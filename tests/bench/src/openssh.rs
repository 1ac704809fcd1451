//! A peer: Debian's OpenSSH, server and client on loopback, with keys of its own in a temporary folder.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::keyboard::Keyboard;

const SSHD: &str = "/usr/sbin/sshd";

/// A server that serves until it is dropped.
pub struct SshServer {
    _child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl SshServer {
    /// Starts one, or says why this machine cannot.
    pub async fn start() -> Result<Self> {
        if !Path::new(SSHD).exists() {
            bail!("{SSHD} is missing (Debian: apt install openssh-server)");
        }
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name).display().to_string();
        for key in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f", &at(key)])
                .status()
                .await?;
            anyhow::ensure!(made.success(), "ssh-keygen failed");
        }
        std::fs::copy(at("user.pub"), at("authorized_keys"))?;
        // Privilege separation wants its folder; packages make it at service start only.
        let _ = std::fs::create_dir_all("/run/sshd");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(SSHD)
            .args(["-D", "-e", "-f", "/dev/null", "-p", &port.to_string(), "-h", &at("host")])
            .args(["-o", &format!("AuthorizedKeysFile={}", at("authorized_keys"))])
            .args([
                "-o",
                "ListenAddress=127.0.0.1",
                "-o",
                "StrictModes=no",
                "-o",
                "UsePAM=no",
                "-o",
                "PidFile=none",
            ])
            .args(["-o", "PermitRootLogin=prohibit-password"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting sshd")?;
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(Self { _child: child, port, folder });
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("sshd did not listen within 5 s")
    }

    /// A session that runs `command` on a PTY of the server's.
    pub fn open(&self, command: &str) -> Result<SshSession> {
        let key = self.folder.path().join("user");
        let mut child = Command::new("ssh")
            .args(["-tt", "-q", "-F", "/dev/null", "-p", &self.port.to_string(), "-i"])
            .arg(&key)
            .args([
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "ControlPath=none",
            ])
            .args(["127.0.0.1", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting ssh")?;
        let stdin = child.stdin.take().context("ssh has a stdin")?;
        let stdout = child.stdout.take().context("ssh has a stdout")?;
        Ok(SshSession { _child: child, stdin, stdout, buffer: vec![0; 64 * 1024] })
    }
}

/// One ssh client.
pub struct SshSession {
    _child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    buffer: Vec<u8>,
}

impl Keyboard for SshSession {
    async fn type_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.stdin.write_all(bytes).await?;
        Ok(self.stdin.flush().await?)
    }

    async fn output(&mut self) -> Result<Bytes> {
        match self.stdout.read(&mut self.buffer).await? {
            0 => bail!("ssh ended"),
            read => Ok(Bytes::copy_from_slice(&self.buffer[..read])),
        }
    }
}
