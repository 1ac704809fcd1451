//! Every call by everybody: who is let in and who is not, for each row of the authorization table (I9). A call without a line here
//! fails the test. Each refusal is asked for before anything is allowed, so that one that changed something would show.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use leapmux_hub::AUTHORIZATION;
use leapmux_layout::{Batch, EntityId, Fields, Op, codec};
use leapmux_types::{BatchId, UserId, WorkspaceId};
use serde_json::{Value, json};

use crate::browser::{Browser, PASSWORD, hub};
use crate::hub::{Answer, TestHub};

/// Who asks. All but the first have an account; the last three are in a team whose workspace, Worker, key and session are the
/// owner's. The member may read the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Nobody,
    Stranger,
    Member,
    Admin,
    Owner,
}
const ROLES: [Role; 5] = [Role::Nobody, Role::Stranger, Role::Member, Role::Admin, Role::Owner];

const ANYBODY: &[Role] = &ROLES;
const SIGNED_IN: &[Role] = &[Role::Stranger, Role::Member, Role::Admin, Role::Owner];
const MEMBERS: &[Role] = &[Role::Member, Role::Admin, Role::Owner];
const MANAGERS: &[Role] = &[Role::Admin, Role::Owner];
const OWNER: &[Role] = &[Role::Owner];

/// What is asked for.
struct World {
    hub: Arc<TestHub>,
    browsers: Vec<Browser>,
    org: String,
    member: String,
    workspace: WorkspaceId,
    worker: String,
    key: String,
    /// A sign-in of the owner's elsewhere.
    session: String,
}

fn text(answer: &Value, pointer: &str) -> String {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} in {answer}"))
        .to_owned()
}

impl World {
    async fn new() -> Self {
        let hub = hub(true).await;
        // The first account is the Hub's administrator: none of those who ask.
        Browser::at(&hub).sign_up("operator").await;
        let mut browsers = vec![Browser::at(&hub)];
        let mut users = Vec::new();
        for name in ["stranger", "member", "manager", "owner"] {
            let mut browser = Browser::at(&hub);
            users.push(text(&browser.sign_up(name).await, "/user/userId"));
            browsers.push(browser);
        }
        let member = users[1].clone();
        let owner = &mut browsers[Role::Owner as usize];
        let made = owner.ask("OrganizationService/CreateOrganization", json!({ "name": "crew" })).await;
        let org = text(&made, "/organization/organization/orgId");
        for (name, role) in [("member", "ROLE_MEMBER"), ("manager", "ROLE_ADMIN")] {
            let invite = json!({ "orgId": org, "username": name, "role": role });
            owner.ask("OrganizationService/InviteMember", invite).await;
        }
        let workspace = WorkspaceId::from_bits(77);
        let create = json!({ "orgId": org, "workspaceId": workspace.to_string(), "title": "Theirs" });
        owner.ask("WorkspaceService/CreateWorkspace", create).await;
        let sharing = json!({ "mode": "SHARE_MODE_MEMBERS", "userIds": [member] });
        let share = json!({ "workspaceId": workspace.to_string(), "sharing": sharing });
        owner.ask("SharingService/SetSharing", share).await;
        let minted = owner.ask("WorkerService/CreateRegistrationKey", json!({})).await;
        let used = json!({ "registrationKey": text(&minted, "/secret"), "version": "1" });
        let registered = hub.call("leapmux.relay.v1.WorkerRegistrationService/RegisterWorker", used).await;
        assert_eq!(registered.status, StatusCode::OK, "{}", registered.text());
        let worker = text(&registered.json(), "/workerId");
        let key = owner.ask("WorkerService/CreateRegistrationKey", json!({})).await;
        let key = text(&key, "/key/registrationKeyId");
        Browser::at(&hub).login("owner", PASSWORD).await.expect("the right password");
        let sessions = owner.ask("UserService/ListSessions", json!({})).await;
        let mut elsewhere = sessions["sessions"].as_array().expect("a list").iter();
        let session = elsewhere.find(|session| session.get("current").is_none()).expect("two sign-ins");
        let session = text(session, "/sessionId");
        Self { hub, browsers, org, member, workspace, worker, key, session }
    }

    /// Everything that can be asked for with a valid request that changes nothing, or is refused for its content once who asks
    /// is let in; what takes away comes last.
    fn calls(&self) -> Vec<(&'static str, Value, &'static [Role])> {
        let (org, workspace, worker, key) = (&self.org, self.workspace.as_str(), &self.worker, &self.key);
        let nobody = UserId::from_bits(12_345).to_string();
        let team = json!({ "orgId": org });
        let own_key = json!({ "registrationKeyId": key });
        let sharing = json!({ "mode": "SHARE_MODE_MEMBERS", "userIds": [self.member] });
        let hub = |rpc: &'static str, request: Value, may: &'static [Role]| (rpc, request, may);
        vec![
            hub("SystemService/GetSystemInfo", json!({}), ANYBODY),
            hub("AuthService/SignUp", json!({ "username": "" }), ANYBODY),
            hub("AuthService/Login", json!({ "username": "nobody", "password": "nothing" }), ANYBODY),
            hub("UserService/GetCurrentUser", json!({}), SIGNED_IN),
            hub("UserService/UpdateProfile", json!({ "username": "" }), SIGNED_IN),
            hub("UserService/RequestEmailChange", json!({ "email": "nonsense" }), SIGNED_IN),
            hub(
                "UserService/ChangePassword",
                json!({ "currentPassword": "x", "newPassword": "short" }),
                SIGNED_IN,
            ),
            hub("UserService/ListSessions", json!({}), SIGNED_IN),
            hub("OrganizationService/ListOrganizations", json!({}), SIGNED_IN),
            hub("OrganizationService/CreateOrganization", json!({ "name": "" }), SIGNED_IN),
            hub("OrganizationService/RenameOrganization", json!({ "orgId": org, "name": "" }), MANAGERS),
            hub("OrganizationService/ListMembers", team.clone(), MEMBERS),
            hub(
                "OrganizationService/InviteMember",
                json!({ "orgId": org, "username": "unheard-of" }),
                MANAGERS,
            ),
            hub(
                "OrganizationService/ChangeMemberRole",
                json!({ "orgId": org, "userId": nobody, "role": "ROLE_ADMIN" }),
                MANAGERS,
            ),
            hub("OrganizationService/RemoveMember", json!({ "orgId": org, "userId": nobody }), MANAGERS),
            hub("SharingService/GetSharing", json!({ "workspaceId": workspace }), OWNER),
            hub("SharingService/SetSharing", json!({ "workspaceId": workspace, "sharing": sharing }), OWNER),
            hub("WorkspaceService/ListWorkspaces", team.clone(), MEMBERS),
            hub(
                "WorkspaceService/CreateWorkspace",
                json!({ "orgId": org, "workspaceId": fresh(), "title": "" }),
                MEMBERS,
            ),
            hub(
                "WorkspaceService/RenameWorkspace",
                json!({ "workspaceId": workspace, "title": "Theirs" }),
                OWNER,
            ),
            hub("LayoutService/GetLayout", team.clone(), MEMBERS),
            hub("LayoutService/SubmitBatch", json!({ "orgId": org, "batch": self.batch() }), OWNER),
            hub("WorkerService/ListWorkers", team, SIGNED_IN),
            hub("WorkerService/GetWorkerBundle", json!({ "workerId": worker }), OWNER),
            hub("WorkerService/CreateRegistrationKey", json!({}), SIGNED_IN),
            hub("WorkerService/GetRegistrationKey", own_key.clone(), OWNER),
            hub("WorkerService/ExtendRegistrationKey", own_key.clone(), OWNER),
            // Somebody else's is answered like one that is gone.
            hub("WorkerService/DeleteRegistrationKey", own_key, SIGNED_IN),
            hub("UserService/RevokeSession", json!({ "sessionId": self.session }), OWNER),
            hub("WorkerService/DeregisterWorker", json!({ "workerId": worker }), OWNER),
            hub("WorkspaceService/DeleteWorkspace", json!({ "workspaceId": workspace }), OWNER),
            hub("OrganizationService/DeleteOrganization", json!({ "orgId": org }), OWNER),
            hub("AuthService/Logout", json!({}), ANYBODY),
        ]
    }

    /// Renames the workspace to what it is called.
    fn batch(&self) -> String {
        let fields = Fields { title: Some("Theirs".to_owned()), ..Fields::default() };
        let ops = vec![Op::Set { id: EntityId::Workspace(self.workspace.clone()), fields }];
        let id = BatchId::from_bits(leapmux_runtime::fresh_bits());
        BASE64.encode(codec::encode_batch(&Batch { id, ops, precondition: None }))
    }
}

fn fresh() -> String {
    WorkspaceId::from_bits(leapmux_runtime::fresh_bits()).to_string()
}

/// Sentences of calls that looked at the request, and so at who made it, though their code is that of a refusal.
const LOOKED_AT: [&str; 4] =
    ["invalid credentials", "current password is incorrect", "user not found", "member not found"];

/// Whether the call got past asking who makes it.
fn is_let_in(answer: &Answer) -> bool {
    let said = answer.json();
    if answer.status == StatusCode::OK {
        // A batch is refused inside its answer.
        return said.get("refusedCode").is_none();
    }
    let field = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let (code, message) = (field("code"), field("message"));
    match code.as_str() {
        "unauthenticated" | "permission_denied" | "not_found" => LOOKED_AT.contains(&message.as_str()),
        "internal" | "unimplemented" | "unknown" => panic!("{code}: {message}"),
        _ => true,
    }
}

#[tokio::test]
async fn everybody_gets_what_the_table_says_and_nothing_else() {
    let mut world = World::new().await;
    let calls = world.calls();
    // Streams, and what shows a key instead of a session, have tests of their own (intruders, accounts).
    let elsewhere = |rpc: &str| rpc.starts_with("leapmux.relay.v1.");
    let listed: Vec<String> = calls.iter().map(|(rpc, ..)| format!("leapmux.hub.v1.{rpc}")).collect();
    for row in AUTHORIZATION.iter().filter(|row| !elsewhere(row.rpc)) {
        assert!(listed.iter().any(|rpc| rpc == row.rpc), "{} has no line in this test", row.rpc);
    }
    // The owner's key outlives a stranger who asks for its end, or the owner is not let in to it below.
    let key = json!({ "registrationKeyId": world.key });
    world.browsers[Role::Stranger as usize].ask("WorkerService/DeleteRegistrationKey", key).await;
    for allowed in [false, true] {
        for (rpc, request, may) in &calls {
            for role in ROLES.into_iter().filter(|role| may.contains(role) == allowed) {
                let answer = world.browsers[role as usize].call(rpc, request.clone()).await;
                let told = || format!("{role:?} {rpc}: {} {}", answer.status, answer.text());
                assert_eq!(is_let_in(&answer), allowed, "{}", told());
                if role == Role::Nobody && !allowed {
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", told());
                }
            }
        }
    }
    assert!(world.hub.running.tcp_addr().is_some(), "the Hub goes on");
}
