//! Pages of other sites, names that only look local, Workers without a credential (SEC-93, SEC-94).

use http::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Error as SocketError;

use crate::hub::{BUNDLE, FakeWorker, TestHub};

#[tokio::test]
async fn foreign_names_are_refused_everywhere() {
    let hub = TestHub::start().await;
    for path in ["/", "/version", "/metrics", "/ws/channel", "/leapmux.hub.v1.SystemService/GetSystemInfo"] {
        for host in ["evil.example", "localhost.evil.example:4327", "169.254.1.1"] {
            let answer = hub.send("GET", path, &[("host", host)], "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host} {path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
    }
    for host in ["localhost", "[::1]:9", "127.0.0.1"] {
        assert_eq!(hub.send("GET", "/version", &[("host", host)], "").await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn foreign_origins_cannot_change_anything_or_open_a_socket() {
    let hub = TestHub::start().await;
    let body = json!({ "orgId": hub.org().await, "workspaceId": "ws_1", "title": "x" }).to_string();
    let rpc = "/leapmux.hub.v1.WorkspaceService/CreateWorkspace";
    let own = format!("http://{}", hub.addr);
    for origin in ["http://evil.example", "null", "http://localhost:1", "file://"] {
        let headers = [("content-type", "application/json"), ("origin", origin)];
        assert_eq!(hub.send("POST", rpc, &headers, &body).await.status, StatusCode::FORBIDDEN, "{origin}");
        for (path, protocol) in [("/ws/channel", Some("leapmux.relay.v1")), ("/ws/orgevents?org=org_1", None)]
        {
            let refused = hub.socket_from(path, protocol, origin).await.expect_err(origin);
            assert!(matches!(&refused, SocketError::Http(answer) if answer.status() == 403), "{refused}");
        }
    }
    let headers = [("content-type", "application/json"), ("origin", own.as_str())];
    assert_eq!(hub.send("POST", rpc, &headers, &body).await.status, StatusCode::OK);
    hub.relay_socket().await;
}

#[tokio::test]
async fn a_worker_without_its_credential_is_turned_away() {
    let hub = TestHub::start().await;
    let good = hub.running.local_worker().expect("a solo Hub has one").credential.expose().clone();
    for bad in ["", "nonsense", &good[..good.len() - 1], &format!("{good}0")] {
        let refused = FakeWorker::try_connect(hub.running.pipe(), bad, &BUNDLE).await.err().expect("refused");
        assert!(refused.contains("credential"), "{refused}");
    }
    let unknown =
        FakeWorker::try_connect(hub.running.pipe(), &good, &[]).await.err().expect("no bundle known");
    assert!(unknown.contains("send it"), "{unknown}");
    FakeWorker::connect(&hub).await.leave();
    FakeWorker::try_connect(hub.running.pipe(), &good, &[]).await.expect("the Hub knows the bundle now");
}

#[tokio::test]
async fn the_relay_speaks_its_own_protocol_only() {
    let hub = TestHub::start().await;
    for protocol in [None, Some("chat")] {
        let refused = hub.socket("/ws/channel", protocol).await.expect_err("another protocol");
        assert!(matches!(&refused, SocketError::Http(answer) if answer.status() == 400), "{refused}");
    }
}
