//! Binding: what is in use, stale or not a socket is told apart.

use std::os::unix::fs::PermissionsExt;

use leapmux_net::{ListenAddress, Listener};

fn unix_at(dir: &tempfile::TempDir) -> ListenAddress {
    ListenAddress::Unix(dir.path().join("hub.sock"))
}

#[tokio::test]
async fn a_busy_port_is_named_with_its_remedy() {
    let any = "127.0.0.1:0".parse().expect("an address");
    let first = Listener::bind(&any).await.expect("some port is free");
    let taken = first.tcp_addr().expect("TCP").to_string();
    let refused =
        Listener::bind(&taken.parse().expect("an address")).await.expect_err("it is taken").to_string();
    assert!(refused.starts_with(&format!("listen tcp: {taken}: ")), "{refused}");
    assert!(refused.contains("--listen"), "{refused}");
}

#[tokio::test]
async fn a_socket_file_is_private_and_goes_with_its_listener() {
    let dir = tempfile::tempdir().expect("a directory");
    let bound = Listener::bind(&unix_at(&dir)).await.expect("free");
    let path = dir.path().join("hub.sock");
    let mode = std::fs::metadata(&path).expect("it exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(bound);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_stale_socket_is_replaced_a_live_one_is_not() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(std::os::unix::net::UnixListener::bind(dir.path().join("hub.sock")).expect("free"));
    let live = Listener::bind(&unix_at(&dir)).await.expect("the stale file is cleared");
    let refused = Listener::bind(&unix_at(&dir)).await.expect_err("it is live").to_string();
    assert!(refused.starts_with("listen local: unix:") && refused.contains("in use"), "{refused}");
    drop(live);
}

#[tokio::test]
async fn another_file_is_left_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("hub.sock"), "precious").expect("writable");
    let refused = Listener::bind(&unix_at(&dir)).await.expect_err("no socket").to_string();
    assert!(refused.contains("exists but is not a socket"), "{refused}");
    assert!(dir.path().join("hub.sock").exists());
}

#[tokio::test]
async fn a_long_path_is_named_with_its_remedy() {
    let dir = tempfile::tempdir().expect("a directory");
    let address = ListenAddress::Unix(dir.path().join("x".repeat(120)));
    let refused = Listener::bind(&address).await.expect_err("too long").to_string();
    assert!(refused.contains("too long") && refused.contains("local_listen"), "{refused}");
}
