//! Signing up, in and out on a Hub that asks for it, as a browser does it: with a cookie.

use http::StatusCode;
use leapmux_hub_server::HubConfig;
use serde_json::{Value, json};

use crate::browser::{Browser, PASSWORD, hub};
use crate::hub::{Answer, BUNDLE, FakeWorker, TestHub, binary, config};

fn code_and(code: &str, said: &str) -> (String, String) {
    (code.to_owned(), said.to_owned())
}

#[tokio::test]
async fn the_first_account_is_the_administrators_and_there_is_one_first() {
    let hub = hub(false).await;
    let mut visitor = Browser::at(&hub);
    let info = visitor.ask("SystemService/GetSystemInfo", json!({})).await;
    assert_eq!((info["mode"].as_str(), info["needsSetup"].as_bool()), (Some("RUN_MODE_HUB"), Some(true)));
    assert_eq!(info.get("user"), None);
    let made = visitor
        .ask(
            "AuthService/SignUp",
            json!({ "username": " Admin ", "displayName": "Ada", "email": "ada@example.org", "password": PASSWORD }),
        )
        .await;
    let user = &made["user"];
    assert_eq!((user["username"].as_str(), user["admin"].as_bool()), (Some("admin"), Some(true)));
    assert_eq!(
        (user["email"].as_str(), user["emailVerified"].as_bool()),
        (Some("ada@example.org"), Some(true))
    );
    let info = visitor.ask("SystemService/GetSystemInfo", json!({})).await;
    assert_eq!((info.get("needsSetup"), info["user"]["displayName"].as_str()), (None, Some("Ada")));
    assert_eq!(
        (info["organizations"][0]["slug"].as_str(), info["organizations"][0]["personal"].as_bool()),
        (Some("admin"), Some(true))
    );
    let late = Browser::at(&hub)
        .refused("AuthService/SignUp", json!({ "username": "eve", "password": PASSWORD }))
        .await;
    assert_eq!(late, code_and("failed_precondition", "sign-up is disabled"));
}

#[tokio::test]
async fn of_many_first_accounts_one_is_made() {
    let hub = hub(false).await;
    let tries = (0..4).map(|n| {
        let mut browser = Browser::at(&hub);
        async move {
            let request = json!({ "username": format!("user{n}"), "password": PASSWORD });
            browser.call("AuthService/SignUp", request).await.status
        }
    });
    let outcomes = futures::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|status| status.is_success()).count(), 1, "{outcomes:?}");
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused_in_words() {
    let hub = hub(true).await;
    Browser::at(&hub).sign_up("ada").await;
    let mut browser = Browser::at(&hub);
    let asked = |username: &str, email: &str, password: &str| json!({ "username": username, "email": email, "password": password });
    for (request, code, said) in [
        (asked("", "", PASSWORD), "invalid_argument", "username must not be empty"),
        (
            asked("a b", "", PASSWORD),
            "invalid_argument",
            "username must contain only letters, numbers, and hyphens",
        ),
        (asked("solo", "", PASSWORD), "invalid_argument", "\"solo\" is a reserved username"),
        (asked("Admin", "", PASSWORD), "invalid_argument", "\"admin\" is a reserved username"),
        (asked("bob", "bob", PASSWORD), "invalid_argument", "invalid email address"),
        (asked("bob", "", "short"), "invalid_argument", "password must be at least 8 characters"),
        (asked("ADA", "", PASSWORD), "already_exists", "username already taken"),
    ] {
        assert_eq!(browser.refused("AuthService/SignUp", request).await, code_and(code, said));
    }
    assert_eq!(browser.cookie, None, "nobody is signed in by a refusal");
    let made = browser.sign_up("bob").await;
    assert_eq!(made["user"].get("admin"), None, "never an administrator");
}

#[tokio::test]
async fn whoever_knows_the_password_comes_in_and_nobody_else() {
    let hub = hub(false).await;
    Browser::at(&hub).sign_up("ada").await;
    let mut browser = Browser::at(&hub);
    let workspaces = || json!({ "orgId": "org_1" });
    let stranger = browser.refused("WorkspaceService/ListWorkspaces", workspaces()).await;
    assert_eq!(stranger, code_and("unauthenticated", "please sign in"));
    let wrong = Err(code_and("unauthenticated", "invalid credentials"));
    assert_eq!(browser.login("ada", "wrong password").await, wrong);
    assert_eq!(browser.login("nobody", PASSWORD).await, wrong);
    assert_eq!(browser.login("ada", &"x".repeat(10_000)).await, wrong);
    assert_eq!(browser.relay_socket().await.err(), Some(StatusCode::UNAUTHORIZED));
    browser.login(" ADA ", PASSWORD).await.expect("the right one");
    let me = browser.ask("UserService/GetCurrentUser", json!({})).await;
    assert_eq!(me["user"]["username"], "ada");
    browser.relay_socket().await.expect("signed in");
    let listed = browser.ask("UserService/ListSessions", json!({})).await;
    let sessions = listed["sessions"].as_array().expect("two sign-ins");
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().all(|session| session["ip"] == "127.0.0.1" && session["userAgent"] == "a test"));
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
}

#[tokio::test]
async fn too_many_wrong_passwords_are_refused_for_a_while_but_not_for_others() {
    let hub = hub(true).await;
    Browser::at(&hub).sign_up("ada").await;
    Browser::at(&hub).sign_up("bob").await;
    let mut browser = Browser::at(&hub);
    for _ in 0..10 {
        let wrong = browser.login("ada", "wrong password").await.expect_err("wrong");
        assert_eq!(wrong.0, "unauthenticated");
    }
    let answer = browser.call("AuthService/Login", json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["message"], "too many attempts; try again later");
    let seconds: u64 = answer.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=900).contains(&seconds), "{seconds}");
    browser.login("bob", PASSWORD).await.expect("somebody else");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_what_it_opened() {
    let hub = hub(false).await;
    let mut browser = Browser::at(&hub);
    browser.sign_up("ada").await;
    let mut socket = browser.relay_socket().await.expect("signed in");
    let cookie = browser.cookie.clone();
    browser.ask("AuthService/Logout", json!({})).await;
    assert_eq!(browser.cookie, None, "the browser forgets it");
    assert_eq!(binary(&mut socket).await, None, "closed");
    browser.cookie = cookie;
    let gone = browser.refused("UserService/GetCurrentUser", json!({})).await;
    assert_eq!(gone, code_and("unauthenticated", "please sign in"));
    browser.ask("AuthService/Logout", json!({})).await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let hub = hub(false).await;
    let (mut here, mut there) = (Browser::at(&hub), Browser::at(&hub));
    here.sign_up("ada").await;
    there.login("ada", PASSWORD).await.expect("the right one");
    let mut socket = there.relay_socket().await.expect("signed in");
    let change = |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
    let wrong =
        here.refused("UserService/ChangePassword", change("wrong password", "another password")).await;
    assert_eq!(wrong, code_and("unauthenticated", "current password is incorrect"));
    let short = here.refused("UserService/ChangePassword", change(PASSWORD, "short")).await;
    assert_eq!(short, code_and("invalid_argument", "password must be at least 8 characters"));
    here.ask("UserService/ChangePassword", change(PASSWORD, "another password")).await;
    assert_eq!(binary(&mut socket).await, None, "closed");
    assert_eq!(there.refused("UserService/GetCurrentUser", json!({})).await.0, "unauthenticated");
    here.ask("UserService/GetCurrentUser", json!({})).await;
    there.login("ada", PASSWORD).await.expect_err("the old one");
    there.login("ada", "another password").await.expect("the new one");
}

#[tokio::test]
async fn a_session_can_be_ended_from_another() {
    let hub = hub(true).await;
    let (mut here, mut there, mut eve) = (Browser::at(&hub), Browser::at(&hub), Browser::at(&hub));
    here.sign_up("ada").await;
    there.login("ada", PASSWORD).await.expect("the right one");
    eve.sign_up("eve").await;
    let listed = here.ask("UserService/ListSessions", json!({})).await;
    let other = listed["sessions"].as_array().expect("two").iter().find(|session| session["current"] != true);
    let revoke = json!({ "sessionId": other.expect("the other")["sessionId"] });
    assert_eq!(eve.refused("UserService/RevokeSession", revoke.clone()).await.0, "not_found", "not hers");
    there.ask("UserService/GetCurrentUser", json!({})).await;
    here.ask("UserService/RevokeSession", revoke.clone()).await;
    assert_eq!(there.refused("UserService/GetCurrentUser", json!({})).await.0, "unauthenticated");
    assert_eq!(here.refused("UserService/RevokeSession", revoke).await.0, "not_found");
}

#[tokio::test]
async fn a_new_name_takes_the_personal_organization_along() {
    let hub = hub(true).await;
    let mut browser = Browser::at(&hub);
    browser.sign_up("ada").await;
    Browser::at(&hub).sign_up("bob").await;
    let profile = |username: &str, name: &str| json!({ "username": username, "displayName": name });
    let taken = browser.refused("UserService/UpdateProfile", profile("bob", "Ada")).await;
    assert_eq!(taken, code_and("already_exists", "username \"bob\" is already taken"));
    let reserved = browser.refused("UserService/UpdateProfile", profile("admin", "Ada")).await;
    assert_eq!(reserved, code_and("invalid_argument", "\"admin\" is a reserved username"));
    browser.ask("UserService/UpdateProfile", profile("Lovelace", "Ada L.")).await;
    let info = browser.ask("SystemService/GetSystemInfo", json!({})).await;
    assert_eq!(
        (info["user"]["username"].as_str(), info["user"]["displayName"].as_str()),
        (Some("lovelace"), Some("Ada L."))
    );
    assert_eq!(info["organizations"][0]["slug"], "lovelace");
    let email = browser.refused("UserService/RequestEmailChange", json!({ "email": " " })).await;
    assert_eq!(email, code_and("invalid_argument", "email cannot be empty"));
    let changed = browser.ask("UserService/RequestEmailChange", json!({ "email": "ada@example.org" })).await;
    assert_eq!(changed["user"]["email"], "ada@example.org");
    let same = browser.refused("UserService/RequestEmailChange", json!({ "email": "ada@example.org" })).await;
    assert_eq!(same, code_and("invalid_argument", "email is unchanged"));
}

#[tokio::test]
async fn sessions_outlive_a_restart_of_the_hub() {
    let dir = tempfile::tempdir().expect("a directory");
    let start = || async {
        let solo = config(dir.path());
        let own = HubConfig::hub(dir.path());
        let config = HubConfig { listen: solo.listen, version: solo.version, ..own };
        let running =
            leapmux_hub_server::Hub::start(config, &leapmux_runtime::Tasks::new()).await.expect("it starts");
        let addr = running.tcp_addr().expect("TCP");
        std::sync::Arc::new(TestHub { dir: tempfile::tempdir().expect("a directory"), running, addr })
    };
    let hub = start().await;
    let mut browser = Browser::at(&hub);
    browser.sign_up("ada").await;
    let cookie = browser.cookie.take();
    drop(browser);
    let hub = std::sync::Arc::into_inner(hub).expect("nobody else holds it");
    hub.running.shutdown().await.expect("it stops");
    let hub = start().await;
    let mut browser = Browser { hub, cookie };
    browser.ask("UserService/GetCurrentUser", json!({})).await;
}

#[tokio::test]
async fn solo_mode_has_none_of_it() {
    let hub = std::sync::Arc::new(TestHub::start().await);
    let mut browser = Browser::at(&hub);
    for (rpc, said) in [
        ("AuthService/SignUp", "sign-up is not available in solo mode"),
        ("AuthService/Login", "login is not available in solo mode"),
        ("UserService/UpdateProfile", "profile changes are not available in solo mode"),
        ("UserService/RequestEmailChange", "email changes are not available in solo mode"),
        ("UserService/ChangePassword", "password changes are not available in solo mode"),
    ] {
        assert_eq!(browser.refused(rpc, json!({})).await, code_and("failed_precondition", said));
    }
    browser.ask("AuthService/Logout", json!({})).await;
    browser.ask("UserService/GetCurrentUser", json!({})).await;
}

#[tokio::test]
async fn a_key_brings_one_worker_which_signs_on_with_what_it_was_given() {
    let hub = hub(true).await;
    let (mut ada, mut eve) = (Browser::at(&hub), Browser::at(&hub));
    ada.sign_up("ada").await;
    eve.sign_up("eve").await;
    let made = ada.ask("WorkerService/CreateRegistrationKey", json!({ "ownerProof": statement(1) })).await;
    let key = json!({ "registrationKeyId": made["key"]["registrationKeyId"] });
    let early = ada.refused("WorkerService/ExtendRegistrationKey", key.clone()).await;
    assert_eq!(early, code_and("failed_precondition", "extension not allowed yet"));
    let foreign = eve.refused("WorkerService/GetRegistrationKey", key.clone()).await;
    assert_eq!(foreign, code_and("not_found", "registration key not found"));
    eve.ask("WorkerService/DeleteRegistrationKey", key.clone()).await;

    let register = |secret: &Value, version: &str| json!({ "registrationKey": secret, "version": version, "workerProof": proof(2) });
    let answer = register_worker(&hub, register(&made["secret"], " ")).await;
    assert_eq!(answer.json()["message"], "version is required");
    let registered = register_worker(&hub, register(&made["secret"], "1.0")).await.json();
    assert_eq!(registered["ownerProof"], statement(1));
    let seen = ada.ask("WorkerService/GetRegistrationKey", key.clone()).await;
    assert_eq!((&seen["key"]["workerId"], &seen["key"]["workerProof"]), (&registered["workerId"], &proof(2)));
    let again = register_worker(&hub, register(&made["secret"], "1.0")).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert_eq!(again.json()["message"], "registration key invalid or already consumed");

    let info = ada.ask("SystemService/GetSystemInfo", json!({})).await;
    let org = json!({ "orgId": info["organizations"][0]["orgId"] });
    let listed = ada.ask("WorkerService/ListWorkers", org.clone()).await;
    assert_eq!(
        (&listed["workers"][0]["workerId"], listed["workers"][0].get("online")),
        (&registered["workerId"], None)
    );
    let credential = registered["credential"].as_str().expect("a credential");
    let pipe = hub.running.pipe();
    let _worker = FakeWorker::try_connect(pipe, credential, &BUNDLE).await.expect("welcome");
    let listed = ada.ask("WorkerService/ListWorkers", org.clone()).await;
    assert_eq!(listed["workers"][0]["online"], true);
    assert_eq!(eve.ask("WorkerService/ListWorkers", org).await.get("workers"), None, "not hers");
    let bundle = json!({ "workerId": registered["workerId"] });
    ada.ask("WorkerService/GetWorkerBundle", bundle.clone()).await;
    assert_eq!(eve.refused("WorkerService/GetWorkerBundle", bundle).await.0, "not_found");
}

/// A Worker of Ada's that has just registered: its id and its credential.
async fn registered(hub: &TestHub, ada: &mut Browser) -> (String, String) {
    let made = ada.ask("WorkerService/CreateRegistrationKey", json!({})).await;
    let answer =
        register_worker(hub, json!({ "registrationKey": made["secret"], "version": "1" })).await.json();
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    (text("workerId"), text("credential"))
}

#[tokio::test]
async fn wrk_62_a_worker_that_is_let_go_is_told_and_then_unknown() {
    let hub = hub(true).await;
    let (mut ada, mut eve) = (Browser::at(&hub), Browser::at(&hub));
    ada.sign_up("ada").await;
    eve.sign_up("eve").await;
    let (id, credential) = registered(&hub, &mut ada).await;
    let mut worker =
        FakeWorker::try_connect(hub.running.pipe(), &credential, &BUNDLE).await.expect("welcome");
    let request = json!({ "workerId": id });
    let foreign = eve.refused("WorkerService/DeregisterWorker", request.clone()).await;
    assert_eq!(foreign, code_and("not_found", "worker not found"));
    ada.ask("WorkerService/DeregisterWorker", request.clone()).await;
    assert_eq!(worker.told_to_leave().await, "worker deregistered by owner");
    // It is gone before it has heard: nothing is noted, and it is told again, instead of a welcome.
    worker.leave();
    let again = FakeWorker::try_connect(hub.running.pipe(), &credential, &BUNDLE).await;
    assert!(again.is_err_and(|said| said.contains("Deregister")), "no welcome");
    let mut worker = FakeWorker::dial(hub.running.pipe(), &credential, &BUNDLE).await.expect("let in");
    assert_eq!(worker.told_to_leave().await, "worker deregistered by owner");
    worker.say(leapmux_proto_hub::leapmux::relay::v1::Deregistered::default()).await.expect("it takes it");
    assert!(worker.heard().await.expect("a good end").is_none(), "the Hub has heard");
    let unknown =
        FakeWorker::try_connect(hub.running.pipe(), &credential, &BUNDLE).await.err().expect("gone");
    assert!(unknown.contains("this worker's credential is not valid"), "{unknown}");
    let gone = ada.refused("WorkerService/DeregisterWorker", request).await;
    assert_eq!(gone, code_and("not_found", "worker not found"));
}

#[tokio::test]
async fn a_deleted_key_is_worth_nothing_and_keys_are_counted() {
    let hub = hub(false).await;
    let mut ada = Browser::at(&hub);
    let stranger = ada.refused("WorkerService/CreateRegistrationKey", json!({})).await;
    assert_eq!(stranger.0, "unauthenticated");
    ada.sign_up("ada").await;
    let made = ada.ask("WorkerService/CreateRegistrationKey", json!({})).await;
    let key = json!({ "registrationKeyId": made["key"]["registrationKeyId"] });
    ada.ask("WorkerService/DeleteRegistrationKey", key.clone()).await;
    let gone = ada.refused("WorkerService/ExtendRegistrationKey", key).await;
    assert_eq!(gone, code_and("not_found", "registration key not found"));
    let refused = register_worker(&hub, json!({ "registrationKey": made["secret"], "version": "1" })).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    for _ in 0..20 {
        ada.ask("WorkerService/CreateRegistrationKey", json!({})).await;
    }
    let many = ada.refused("WorkerService/CreateRegistrationKey", json!({})).await;
    assert_eq!(many.0, "failed_precondition");
    let odd = ada.refused("WorkerService/CreateRegistrationKey", json!({ "ownerProof": "AAAA" })).await;
    assert_eq!(odd, code_and("invalid_argument", "a proof has 64 bytes or none, not 3"));
}

/// 32 bytes as JSON has them.
fn proof(byte: u8) -> Value {
    use base64::Engine;
    json!(base64::engine::general_purpose::STANDARD.encode([byte; 32]))
}

/// 64 of them.
fn statement(byte: u8) -> Value {
    use base64::Engine;
    json!(base64::engine::general_purpose::STANDARD.encode([byte; 64]))
}

/// What a Worker that has a key is told.
async fn register_worker(hub: &TestHub, request: Value) -> Answer {
    hub.call("leapmux.relay.v1.WorkerRegistrationService/RegisterWorker", request).await
}
