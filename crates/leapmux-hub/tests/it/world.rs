//! A Hub's services with two users and a Worker each.

use std::sync::Arc;

use leapmux_hub::{
    Caller, ChannelGrant, ClientKind, GrantEncoder, LayoutService, RelayService, WorkerRegistry,
    WorkspaceAccess, WorkspaceService,
};
use leapmux_hub_store::{
    MemoryStore, NewUser, OrgRecord, UserRecord, UserStore, WorkerRecord, WorkerState, WorkerStore,
};
use leapmux_layout::commands::{NewTab, Placement};
use leapmux_layout::{Batch, Document, EntityId, Fields, Ids, Op, Snapshot, TabKind, commands};
use leapmux_relay::Limits;
use leapmux_runtime::Tasks;
use leapmux_types::{BatchId, OrgId, TabId, UserId, WorkerId, WorkspaceId};
use sha2::Digest;

pub struct World {
    pub store: Arc<MemoryStore>,
    pub layouts: LayoutService,
    pub workspaces: WorkspaceService,
    pub workers: WorkerRegistry,
    pub relay: RelayService,
}

/// Grants as text: `user worker_owner [workspaces]`, those that may only be read marked.
struct Plain;
impl GrantEncoder for Plain {
    fn encode(&self, grant: &ChannelGrant) -> Vec<u8> {
        let named = |access: &WorkspaceAccess| match access.owner {
            true => access.workspace.to_string(),
            false => format!("{} read", access.workspace),
        };
        let workspaces: Vec<String> = grant.workspaces.iter().map(named).collect();
        format!("{} {} [{}]", grant.user, grant.worker_owner, workspaces.join(" ")).into_bytes()
    }
}

pub fn caller(n: u128) -> Caller {
    Caller { user: UserId::from_bits(n), admin: n == 1, kind: ClientKind::Browser }
}
pub fn org(n: u128) -> OrgId {
    OrgId::from_bits(n)
}
pub fn worker(n: u128) -> WorkerId {
    WorkerId::from_bits(n)
}
pub fn workspace(n: u128) -> WorkspaceId {
    WorkspaceId::from_bits(n)
}

/// The batch that renames workspace `n`.
pub fn rename(batch: u128, n: u128, title: &str) -> Batch {
    let fields = Fields { title: Some(title.into()), ..Fields::default() };
    let ops = vec![Op::Set { id: EntityId::Workspace(workspace(n)), fields }];
    Batch { id: BatchId::from_bits(batch), ops, precondition: None }
}

impl World {
    pub async fn new() -> Self {
        let (store, tasks) = (Arc::new(MemoryStore::new()), Tasks::new());
        for n in [1, 2] {
            let user = UserRecord {
                id: UserId::from_bits(n),
                username: format!("user{n}"),
                display_name: String::new(),
                admin: false,
                email: None,
                email_verified: false,
                created_at_ms: 0,
            };
            let org = OrgRecord { id: org(n), slug: format!("user{n}"), personal: true, created_at_ms: 0 };
            store
                .create_user(&NewUser {
                    user: user.clone(),
                    personal: org,
                    password_hash: None,
                    first: false,
                })
                .await
                .expect("room");
            let record = WorkerRecord {
                id: worker(n),
                owner: user.id,
                local: false,
                credential_hash: None,
                created_at_ms: 0,
                last_seen_ms: 0,
                state: WorkerState::Active,
            };
            store.create_worker(&record).await.expect("room");
        }
        let layouts = LayoutService::new(store.clone(), &tasks);
        let relay = RelayService::new(Limits::default(), store.clone(), Arc::new(Plain), &tasks);
        layouts.observe(Arc::new(relay.clone()));
        let (workspaces, workers) =
            (WorkspaceService::new(layouts.clone()), WorkerRegistry::new(store.clone()));
        Self { store, layouts, workspaces, workers, relay }
    }

    /// One more Worker of user 1, in the Hub's process or with a credential of its own: `<id>.<secret>`.
    pub async fn one_more_worker(&self, n: u128, secret: Option<&str>) -> WorkerId {
        let hash = |secret| sha2::Sha256::digest(format!("{}.{secret}", worker(n)).as_bytes()).into();
        let record = WorkerRecord {
            id: worker(n),
            owner: caller(1).user,
            local: secret.is_none(),
            credential_hash: secret.map(hash),
            created_at_ms: 0,
            last_seen_ms: 0,
            state: WorkerState::Active,
        };
        self.store.create_worker(&record).await.expect("room");
        record.id
    }

    pub async fn document(&self, n: u128) -> Document {
        let snapshot: Snapshot = self.layouts.snapshot(&caller(n), &org(n)).await.expect("readable");
        Document::load(&snapshot)
    }

    /// A terminal tab in the first tile of a workspace.
    pub async fn add_tab(&self, who: &Caller, org: &OrgId, space: &WorkspaceId, n: u128, worker: &WorkerId) {
        let document = Document::load(&self.layouts.snapshot(who, org).await.expect("readable"));
        let tile = document.main_leaf(space).expect("a tile").clone();
        let tab = NewTab { id: TabId::from_bits(n), kind: TabKind::Terminal, worker: worker.clone() };
        let planned = commands::add_tab(&document, tab, &Placement::end(tile)).expect("planned");
        let batch = Batch { id: BatchId::from_bits(1_000 + n), ops: planned.ops, precondition: None };
        self.layouts.submit(who, org, batch).await.expect("served");
    }

    /// The batch that creates workspace `n` for user 1.
    pub async fn creation(&self, batch: u128, n: u128) -> Batch {
        let (document, mut ids) = (self.document(1).await, Ids::new(n << 40));
        let owner = caller(1).user;
        let planned =
            commands::create_workspace(&document, &mut ids, workspace(n), owner, "title").expect("planned");
        Batch { id: BatchId::from_bits(batch), ops: planned.ops, precondition: None }
    }
}
