//! Calls by plain JSON, as a script makes them.

use http::StatusCode;
use serde_json::json;

use crate::hub::{FakeWorker, TestHub};

#[tokio::test]
async fn a_script_finds_its_way_from_nothing_to_a_workspace() {
    let hub = TestHub::start().await;
    let info = hub.ask("leapmux.hub.v1.SystemService/GetSystemInfo", json!({})).await;
    assert_eq!(
        (info["mode"].as_str(), info["version"].as_str()),
        (Some("RUN_MODE_SOLO"), Some("0.1.0-test"))
    );
    assert_eq!(
        (info["user"]["username"].as_str(), info["user"]["admin"].as_bool()),
        (Some("solo"), Some(true))
    );
    assert_eq!(info["organizations"][0]["slug"], "solo");
    assert_eq!(info["maxMessageSize"], 16 * 1024 * 1024);
    let org = hub.org().await;

    let create = json!({ "orgId": org, "workspaceId": "ws_1", "title": " First " });
    let created = hub.ask("leapmux.hub.v1.WorkspaceService/CreateWorkspace", create.clone()).await;
    assert_eq!(created["workspace"]["title"], "First");
    assert!(created["rootNodeId"].as_str().is_some_and(|id| id.starts_with("node_")), "{created}");
    assert_eq!(hub.ask("leapmux.hub.v1.WorkspaceService/CreateWorkspace", create).await, created);

    let rename = json!({ "workspaceId": "ws_1", "title": "Second" });
    assert_eq!(
        hub.ask("leapmux.hub.v1.WorkspaceService/RenameWorkspace", rename).await["workspace"]["title"],
        "Second"
    );
    // The first one is there from the start.
    let listed = hub.ask("leapmux.hub.v1.WorkspaceService/ListWorkspaces", json!({ "orgId": org })).await;
    assert_eq!(listed["workspaces"][0]["title"], "My workspace");
    assert_eq!(listed["workspaces"][1]["title"], "Second");
    let layout = hub.ask("leapmux.hub.v1.LayoutService/GetLayout", json!({ "orgId": org })).await;
    assert_eq!(layout["rev"], "3");
    let first = json!({ "workspaceId": listed["workspaces"][0]["workspaceId"] });
    hub.ask("leapmux.hub.v1.WorkspaceService/DeleteWorkspace", first).await;
    hub.ask("leapmux.hub.v1.WorkspaceService/DeleteWorkspace", json!({ "workspaceId": "ws_1" })).await;
    let listed = hub.ask("leapmux.hub.v1.WorkspaceService/ListWorkspaces", json!({ "orgId": org })).await;
    assert_eq!(listed.get("workspaces"), None);
}

#[tokio::test]
async fn mistakes_are_answered_with_a_code_and_a_sentence() {
    let hub = TestHub::start().await;
    let org = hub.org().await;
    for (rpc, request, status, code, said) in [
        (
            "WorkspaceService/CreateWorkspace",
            json!({ "orgId": org, "workspaceId": "ws_1", "title": " " }),
            400,
            "invalid_argument",
            "Name must not be empty",
        ),
        (
            "WorkspaceService/CreateWorkspace",
            json!({ "orgId": org, "workspaceId": "1", "title": "x" }),
            400,
            "invalid_argument",
            "not a valid workspace id",
        ),
        (
            "WorkspaceService/RenameWorkspace",
            json!({ "workspaceId": "ws_9", "title": "x" }),
            404,
            "not_found",
            "this workspace does not exist",
        ),
        ("LayoutService/GetLayout", json!({ "orgId": "org_9" }), 404, "not_found", "organization"),
        (
            "LayoutService/SubmitBatch",
            json!({ "orgId": org, "batch": "eA==" }),
            400,
            "invalid_argument",
            "layout data",
        ),
        ("WorkerService/GetWorkerBundle", json!({ "workerId": "wrk_9" }), 404, "not_found", "worker"),
    ] {
        let answer = hub.call(&format!("leapmux.hub.v1.{rpc}"), request).await;
        let body = answer.json();
        assert_eq!((answer.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{rpc}: {body}");
        assert!(body["message"].as_str().is_some_and(|message| message.contains(said)), "{rpc}: {body}");
    }
    let unknown = hub.call("leapmux.hub.v1.WorkspaceService/Explode", json!({})).await;
    assert_eq!(unknown.json()["code"], "unimplemented");
    let nowhere = hub.call("leapmux.hub.v9.Nothing/Nothing", json!({})).await;
    assert_eq!(nowhere.status, StatusCode::METHOD_NOT_ALLOWED, "the page takes no POST");
}

#[tokio::test]
async fn requests_over_their_limit_are_refused() {
    let hub = TestHub::start().await;
    let large = "x".repeat((1 << 20) + 1);
    let answer = hub
        .call("leapmux.hub.v1.LayoutService/SubmitBatch", json!({ "orgId": "org_1", "batch": large }))
        .await;
    assert_eq!(answer.json()["code"], "resource_exhausted", "{}", answer.text());
    let larger = "x".repeat((4 << 20) + 1);
    let answer = hub.call(
        "leapmux.hub.v1.WorkspaceService/RenameWorkspace",
        json!({ "workspaceId": "ws_1", "title": larger }),
    );
    assert_eq!(answer.await.json()["code"], "resource_exhausted");
}

#[tokio::test]
async fn the_local_worker_is_listed_and_its_bundle_handed_out() {
    let hub = TestHub::start().await;
    let org = hub.org().await;
    let list = || hub.ask("leapmux.hub.v1.WorkerService/ListWorkers", json!({ "orgId": org }));
    let before = list().await;
    let id = hub.running.local_worker().expect("a solo Hub has one").id.to_string();
    assert_eq!(
        (before["workers"][0]["workerId"].as_str(), before["workers"][0]["local"].as_bool()),
        (Some(id.as_str()), Some(true))
    );
    assert_eq!(before["workers"][0].get("online"), None);
    let early = hub.call("leapmux.hub.v1.WorkerService/GetWorkerBundle", json!({ "workerId": id })).await;
    assert_eq!(early.json()["code"], "failed_precondition");
    let _worker = FakeWorker::connect(&hub).await;
    assert_eq!(list().await["workers"][0]["online"], true);
    let bundle = hub.ask("leapmux.hub.v1.WorkerService/GetWorkerBundle", json!({ "workerId": id })).await;
    assert_eq!(bundle["bundle"].as_str().map(str::len), Some(56), "40 bytes in base64");
    let known = json!({ "workerId": id, "have": bundle["bundleId"] });
    assert_eq!(hub.ask("leapmux.hub.v1.WorkerService/GetWorkerBundle", known).await.get("bundle"), None);
}

#[tokio::test]
async fn health_version_and_metrics_say_what_they_should_and_no_names() {
    let hub = TestHub::start().await;
    assert_eq!(hub.get("/healthz").await.text(), "ok");
    assert_eq!(hub.get("/version").await.json()["version"], "0.1.0-test");
    let _worker = FakeWorker::connect(&hub).await;
    let org = hub.org().await;
    hub.ask("leapmux.hub.v1.WorkspaceService/ListWorkspaces", json!({ "orgId": org })).await;
    hub.get("/o/solo/workspace/ws_1").await;
    let page = hub.get("/metrics").await.text();
    for line in [
        "leapmux_active_workers 1",
        "leapmux_active_agents 0",
        "leapmux_active_terminals 0",
        "leapmux_rpc_requests_total{service=\"leapmux.hub.v1.WorkspaceService\",method=\"ListWorkspaces\",code=\"ok\"} 1",
        "leapmux_http_requests_total{method=\"GET\",path=\"/version\",status=\"200\"} 1",
        "leapmux_http_requests_total{method=\"GET\",path=\"ui\",status=\"200\"} 1",
        "leapmux_ws_connections_active 0",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    for secret in [org.as_str(), "ws_1", "wrk_", "usr_"] {
        assert!(!page.contains(secret), "{secret} is in\n{page}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_and_nothing_breaks() {
    let hub = TestHub::start().await;
    let rpc = "/leapmux.hub.v1.WorkspaceService/ListWorkspaces";
    let proto: &[u8] = b"\x0a\x02\xff\xfe";
    let json: &[u8] = b"{\"orgId\": \"\xff\xfe\"}";
    for (kind, body) in [("application/proto", proto), ("application/json", json)] {
        let answer = hub.send("POST", rpc, &[("content-type", kind)], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}");
        let said: serde_json::Value = serde_json::from_slice(&answer.body).expect("an error");
        assert_eq!(said["code"], "invalid_argument", "{kind}: {said}");
    }
    let answer = hub.get("/%ff%fe?%ff").await;
    assert!(answer.status.is_success() || answer.status == StatusCode::NOT_FOUND, "{}", answer.status);
    hub.org().await;
}
