//! What can be wrong when a Hub starts, each told in one sentence, and nothing left behind.

use leapmux_hub_server::{Hub, HubConfig};
use leapmux_runtime::Tasks;
use serde_json::json;

use crate::hub::{TestHub, config};

async fn refused(config: HubConfig) -> String {
    let said = Hub::start(config, &Tasks::new()).await.err().expect("refused").to_string();
    assert!(!said.contains('\n'), "{said}");
    said
}

#[tokio::test]
async fn a_port_in_use_names_the_address_and_the_remedy_and_touches_no_data() {
    let hub = TestHub::start().await;
    let other = tempfile::tempdir().expect("a directory");
    let taken = Some(hub.addr.to_string().parse().expect("an address"));
    let said = refused(HubConfig { listen: taken, ..config(other.path()) }).await;
    assert!(said.starts_with(&format!("listen tcp: {}", hub.addr)) && said.contains("--listen"), "{said}");
    assert!(!other.path().join("hub.db").exists());
}

#[tokio::test]
async fn a_data_directory_in_use_is_named() {
    let hub = TestHub::start().await;
    let said = refused(config(hub.dir.path())).await;
    assert!(said.contains("in use by another LeapMux") && said.contains("hub.db"), "{said}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("file"), "").expect("writable");
    let said = refused(config(&dir.path().join("file").join("data"))).await;
    assert!(said.contains("cannot use the data directory") && said.contains("--data-dir"), "{said}");
}

#[tokio::test]
async fn a_damaged_database_is_named_and_the_port_released() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("hub.db"), vec![b'x'; 10_000]).expect("writable");
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("free").local_addr().expect("bound");
    let listen = Some(port.to_string().parse().expect("an address"));
    let said = refused(HubConfig { listen, ..config(dir.path()) }).await;
    assert!(said.contains("is damaged") && said.contains("hub.db"), "{said}");
    std::net::TcpListener::bind(port).expect("released");
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_directory_and_the_local_socket_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().expect("a directory");
    let data = parent.path().join("a/hub");
    let socket = data.join("hub.sock");
    let local_listen = Some(format!("unix:{}", socket.display()).parse().expect("an address"));
    let running =
        Hub::start(HubConfig { local_listen, ..config(&data) }, &Tasks::new()).await.expect("it starts");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!((mode(&data) & 0o027, mode(&socket), mode(&data.join("hub.db"))), (0, 0o600, 0o600));
    let stream = tokio::net::UnixStream::connect(&socket).await.expect("it listens");
    let (mut send, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let request = http::Request::get("/healthz")
        .header("host", "anything")
        .body(axum::body::Body::empty())
        .expect("fine");
    assert_eq!(send.send_request(request).await.expect("answered").status(), 200);
    running.shutdown().await.expect("closes");
    assert!(!socket.exists());
}

/// The data as a killed process leaves it: files as they are, nothing closed.
fn as_left(dir: &std::path::Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a directory");
    for file in ["hub.db", "hub.db-wal"] {
        if dir.join(file).exists() {
            std::fs::copy(dir.join(file), copy.path().join(file)).expect("copies");
        }
    }
    copy
}

#[tokio::test]
async fn everything_is_there_after_a_restart_and_the_ids_are_the_same() {
    let mut dir = tempfile::tempdir().expect("a directory");
    let mut seen = Vec::new();
    for round in 0..3 {
        let running = Hub::start(config(dir.path()), &Tasks::new()).await.expect("it starts");
        let worker = running.local_worker().expect("a solo Hub has one").id.clone();
        let addr = running.tcp_addr().expect("TCP");
        let hub = TestHub { dir: tempfile::tempdir().expect("unused"), running, addr };
        let org = hub.org().await;
        let request = json!({ "orgId": org, "workspaceId": format!("ws_{round}"), "title": "x" });
        hub.ask("leapmux.hub.v1.WorkspaceService/CreateWorkspace", request).await;
        let listed = hub.ask("leapmux.hub.v1.WorkspaceService/ListWorkspaces", json!({ "orgId": org })).await;
        // With the one every layout begins with, made once.
        assert_eq!(listed["workspaces"].as_array().map(Vec::len), Some(round + 2));
        seen.push((org, worker));
        // The second round is killed instead of stopped.
        if round == 1 {
            dir = as_left(dir.path());
        }
        hub.running.shutdown().await.expect("closes");
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}
