//! What a container starts (`container/start.sh`), without a container: the modes it takes, the file it makes, and that LeapMux
//! stands in its place.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use leapmux_integration::binary;
use tokio::io::{AsyncBufReadExt, BufReader};

/// Longest start or stop. A loaded machine must not fail the test.
const PATIENCE: Duration = Duration::from_secs(60);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The script with nothing in its environment but what is said; `program` stands where LeapMux is.
fn start(mode: Option<&str>, volume: &Path, program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg(root().join("container/start.sh")).env_clear().env("PATH", "/usr/bin:/bin");
    command.env("HOME", volume).env("LEAPMUX_DATA_DIR", volume).env("LEAPMUX_BIN", program);
    if let Some(mode) = mode {
        command.env("LEAPMUX_MODE", mode);
    }
    command
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_mode_must_be_named() {
    let volume = tempfile::tempdir().expect("a directory");
    for mode in [None, Some(""), Some("admin"), Some("hub worker")] {
        let ended = start(mode, volume.path(), Path::new("/bin/echo")).output().expect("runs");
        assert_eq!(ended.status.code(), Some(1), "{mode:?}");
        let told = "error: LEAPMUX_MODE must be one of: hub, worker, dev, solo";
        assert_eq!(said(&ended), (String::new(), told.to_owned()), "{mode:?}");
    }
    assert_eq!(fs::read_dir(volume.path()).expect("readable").count(), 0, "nothing was made");
}

#[test]
fn each_mode_runs_on_a_private_file_of_its_own_and_gets_no_other_flags() {
    let volume = tempfile::tempdir().expect("a directory");
    for mode in ["hub", "worker", "dev", "solo"] {
        let file = volume.path().join(mode).join(format!("{mode}.yaml"));
        let ended = start(Some(mode), volume.path(), Path::new("/bin/echo")).output().expect("runs");
        assert_eq!(said(&ended), (format!("{mode} -config {}", file.display()), String::new()));
        let made = fs::metadata(&file).expect("made");
        assert_eq!((made.permissions().mode() & 0o777, made.len()), (0o600, 0), "{mode}");
        fs::write(&file, "log_level: debug\n").expect("writable");
        start(Some(mode), volume.path(), Path::new("/bin/echo")).output().expect("runs");
        assert_eq!(
            fs::read_to_string(&file).expect("there"),
            "log_level: debug\n",
            "a file that is there stays"
        );
    }
}

#[test]
fn a_worker_that_was_told_no_key_ends_the_container_with_the_reason() {
    let volume = tempfile::tempdir().expect("a directory");
    let ended = start(Some("worker"), volume.path(), &binary()).output().expect("runs");
    assert_eq!(ended.status.code(), Some(1));
    let (_, told) = said(&ended);
    assert!(told.contains("worker is unregistered"), "{told}");
}

/// `versions.yaml` says what images are built from; the recipes and the toolchain agree with it.
#[test]
fn versions_are_those_of_one_file() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect("there");
    let (versions, toolchain) = (read("versions.yaml"), read("rust-toolchain.toml"));
    let version = |key: &str| {
        let line = versions.lines().find_map(|line| line.strip_prefix(&format!("{key}: \"")));
        line.and_then(|rest| rest.strip_suffix('"')).unwrap_or_else(|| panic!("{key}")).to_owned()
    };
    assert!(toolchain.contains(&format!("channel = \"{}\"", version("rust"))));
    for (recipe, base) in [("Dockerfile.alpine", "alpine"), ("Dockerfile.ubuntu", "ubuntu")] {
        let text = read(&format!("container/{recipe}"));
        for key in ["rust", "node", "s6_overlay", base] {
            let argument = format!("ARG {}={}\n", key.to_uppercase(), version(key));
            assert!(text.contains(&argument), "{recipe}: {argument}");
        }
    }
}

/// The real program: it reads the file, keeps its state beside it, and hears the container's signals.
#[tokio::test]
async fn leapmux_stands_in_the_scripts_place() {
    let volume = tempfile::tempdir().expect("a directory");
    let directory = volume.path().join("hub");
    fs::create_dir(&directory).expect("made");
    fs::write(directory.join("hub.yaml"), "listen: \"127.0.0.1:0\"\n").expect("written");
    let mut command = tokio::process::Command::from(start(Some("hub"), volume.path(), &binary()));
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().expect("runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await.expect("text") {
            if line.starts_with("LeapMux is at http://127.0.0.1:") {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(PATIENCE, ready).await.expect("it starts"), "it says where it is");
    assert!(directory.join("hub.db").exists());
    let pid = child.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("runs").success());
    let status = tokio::time::timeout(PATIENCE, child.wait()).await.expect("it ends").expect("waited for");
    assert_eq!(status.code(), Some(0), "a polite end is no failure");
}
