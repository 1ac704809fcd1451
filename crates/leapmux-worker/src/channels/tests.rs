//! Channels from the Hub's side of the link: the test is both the Hub (frames, grants) and a client (session).

use std::sync::{Arc, OnceLock};

use buffa::Message;
use leapmux_channel::{
    ChannelUid, Class, Code, DeviceKey, Event, Initiator, Kind, Millis, OpenParams, Secret32, Session,
    StreamId, Suite,
};
use leapmux_proto_hub::leapmux::relay::v1 as relay;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_runtime::{Tasks, monotonic_now, random_bytes};
use leapmux_types::relay_frame::{Body, Direction, RelayFrame, WorkerOpen, peek};
use leapmux_types::{TabId, UserId, WorkerId};
use tokio_util::sync::CancellationToken;

use super::{ChannelHost, Connection};
use crate::hub_link::LinkQueue;
use crate::identity::{Identity, StoredIdentity};
use crate::rpc::RpcError;
use crate::services::Services;
use crate::store::Store;
use crate::tabs::{Tab, TabKind, TabOwner, Tabs};
use crate::{ClientTrust, EncryptionMode, WorkerConfig};

const USER: &str = "usr_one";

/// Signing takes a second: once for all tests.
pub(crate) fn identity() -> Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    let made = IDENTITY.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a directory");
        let stored = StoredIdentity::load(&dir.path().join("state.json")).expect("a first run");
        stored.ready(EncryptionMode::PostQuantum, 1_800_000_000_000).expect("keys")
    });
    made.clone()
}

pub(crate) fn worker_id() -> WorkerId {
    "wrk_test".parse().expect("an id")
}

pub(crate) struct Rig {
    pub(crate) host: Arc<ChannelHost>,
    services: Arc<Services>,
    stopping: CancellationToken,
    queue: LinkQueue,
    connection: Connection,
    waiting: Vec<Vec<u8>>,
    dir: tempfile::TempDir,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(ClientTrust::Hub, None).await
    }

    async fn with(client_trust: ClientTrust, owner: Option<UserId>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("a store");
        let tabs = Tabs::load(store.clone()).await.expect("tabs");
        let config = WorkerConfig { client_trust, ..WorkerConfig::new(dir.path().to_owned()) };
        let config = Arc::new(config);
        let services = Arc::new(Services::new(config, store, tabs, &Tasks::new()));
        let stopping = CancellationToken::new();
        let me = (worker_id(), owner);
        let host = Arc::new(ChannelHost::new(services.clone(), me, Tasks::new(), stopping.clone()));
        let queue = LinkQueue::new();
        let connection = host.connect(queue.clone(), identity().serving);
        Self { host, services, stopping, queue, connection, waiting: Vec::new(), dir }
    }

    /// Where it keeps its data.
    pub(crate) fn data_dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// The next frame of the Worker.
    async fn frames(&self) -> Vec<Vec<u8>> {
        self.queue.take().await.frames()
    }

    /// The next frames of a channel; those of others wait for whoever asks for them.
    async fn frames_of(&mut self, channel: u32) -> Vec<Vec<u8>> {
        loop {
            let of_it = |frame: &Vec<u8>| peek(frame).is_some_and(|(_, number)| number == channel);
            let (own, others) = std::mem::take(&mut self.waiting).into_iter().partition(of_it);
            self.waiting = others;
            if !own.is_empty() {
                return own;
            }
            let more = self.frames().await;
            self.waiting.extend(more);
        }
    }

    async fn send(&mut self, channel: u32, body: Body<'_>) {
        self.connection.frame(&RelayFrame { channel, body }.encode()).await;
    }

    /// A client whose OPEN the Hub passes on with `grant`; `claim` is who it says it is.
    async fn open(&mut self, channel: u32, grant: relay::ChannelGrant, claim: &str) -> Result<Client, Code> {
        self.open_with(channel, grant, claim, None).await
    }

    /// The same with a device's key.
    async fn open_with(
        &mut self,
        channel: u32,
        grant: relay::ChannelGrant,
        claim: &str,
        device: Option<DeviceKey>,
    ) -> Result<Client, Code> {
        let bundle = identity().bundle.verify().expect("just signed");
        let token: [u8; 32] = grant.token.as_slice().try_into().expect("32 bytes");
        let uid = ChannelUid(random_bytes());
        let (user_id, worker_id) = (claim.to_owned(), worker_id().to_string());
        let params = OpenParams { channel_uid: uid, user_id, worker_id, device };
        let initiator = Initiator::start(&bundle, Suite::PostQuantum, params, &random_bytes());
        let (grant, key_id) = (grant.encode_to_vec(), initiator.key_id());
        let open = WorkerOpen { suite: 1, channel_uid: uid, key_id, grant: &grant, msg1: initiator.msg1() };
        let frame = RelayFrame { channel, body: Body::WorkerOpen(open) }.encode();
        self.connection.frame(&frame).await;
        let answers = self.frames_of(channel).await;
        match RelayFrame::parse(Direction::WorkerToHub, &answers[0]).expect("a frame").body {
            Body::Accept { msg2 } => {
                let session =
                    initiator.accept(token, msg2, Millis(monotonic_now())).expect("it was the Worker");
                Ok(Client { channel, session, events: Vec::new(), replay: frame })
            }
            Body::Reject(end) => Err(end.code),
            other => panic!("{other:?} in answer to an OPEN"),
        }
    }
}

fn grant(worker_owner: bool, workspaces: &[(&str, relay::WorkspaceRole)]) -> relay::ChannelGrant {
    let access = |(id, role): &(&str, relay::WorkspaceRole)| relay::WorkspaceAccess {
        workspace_id: (*id).to_owned(),
        role: (*role).into(),
        ..Default::default()
    };
    relay::ChannelGrant {
        user_id: USER.to_owned(),
        worker_owner,
        workspaces: workspaces.iter().map(access).collect(),
        token: random_bytes::<32>().to_vec(),
        ..Default::default()
    }
}

struct Client {
    channel: u32,
    session: Session,
    events: Vec<Event>,
    /// The OPEN frame as the Hub passed it on.
    replay: Vec<u8>,
}

impl Client {
    fn start<M: Message>(&mut self, method: &str, request: &M) -> StreamId {
        let first = request.encode_to_vec();
        self.session
            .open(Class::Normal, Kind::Messages, method, Some((&first, true)))
            .expect("room for a stream")
    }

    /// Moves records until `wanted` picks an event, which is taken.
    async fn until<T>(&mut self, rig: &mut Rig, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            while let Some(record) = self.session.poll_transmit(Millis(monotonic_now())) {
                rig.send(self.channel, Body::Data(&record)).await;
            }
            while let Some(event) = self.session.poll_event() {
                self.events.push(event);
            }
            if let Some((at, found)) =
                self.events.iter().enumerate().find_map(|(at, e)| Some((at, wanted(e)?)))
            {
                self.events.remove(at);
                return found;
            }
            for frame in rig.frames_of(self.channel).await {
                let frame = RelayFrame::parse(Direction::WorkerToHub, &frame).expect("a frame");
                match frame.body {
                    Body::Data(record) => drop(self.session.handle_record(record, Millis(monotonic_now()))),
                    Body::Close(end) => self.session.lost(end.code, end.reason),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    /// The first message of a stream, or how it was reset.
    async fn answer<M: Message>(&mut self, rig: &mut Rig, stream: StreamId) -> Result<M, (u16, String)> {
        let answer = self.until(rig, |event| match event {
            Event::Message { id, bytes, .. } if *id == stream => Some(Ok(bytes.clone())),
            Event::Reset { id, code, reason } if *id == stream => Some(Err((code.0, reason.clone()))),
            _ => None,
        });
        answer.await.map(|bytes| M::decode_from_slice(&bytes).expect("decodes"))
    }

    async fn call<Q: Message, R: Message>(
        &mut self,
        rig: &mut Rig,
        method: &str,
        request: &Q,
    ) -> Result<R, (u16, String)> {
        let stream = self.start(method, request);
        self.answer(rig, stream).await
    }

    async fn closed(&mut self, rig: &mut Rig) -> Code {
        self.until(rig, |event| match event {
            Event::Closed(closed) => Some(closed.code),
            _ => None,
        })
        .await
    }
}

/// Owns tabs that show nothing: what is tested is who may ask.
struct Nothing;

#[async_trait::async_trait]
impl TabOwner for Nothing {
    async fn close(&self, _tab: &TabId) -> Result<(), RpcError> {
        Ok(())
    }
}

fn listing(rig: &Rig) -> pb::ListDirectoryRequest {
    pb::ListDirectoryRequest { path: rig.dir.path().to_string_lossy().into_owned(), ..Default::default() }
}

#[tokio::test]
async fn the_owner_lists_a_directory() {
    let mut rig = Rig::new().await;
    let mut client = rig.open(1, grant(true, &[]), USER).await.expect("opened");
    let request = listing(&rig);
    let listed: pb::ListDirectoryResponse =
        client.call(&mut rig, "file.ListDirectory", &request).await.expect("listed");
    assert!(listed.entries.iter().any(|entry| entry.name == "worker.db"), "{:?}", listed.entries);
    let unknown = client.call::<_, pb::ListDirectoryResponse>(&mut rig, "file.Burn", &request).await;
    assert_eq!(unknown.expect_err("unknown").0, 0x010c);
}

#[tokio::test]
async fn rights_are_those_of_the_grant() {
    let mut rig = Rig::new().await;
    rig.services.tabs.set_owner(TabKind::Terminal, Arc::new(Nothing));
    let mut tab =
        Tab::new("tab_1".parse().expect("id"), "ws_1".parse().expect("id"), TabKind::Terminal, "T".into());
    tab.shell = "/bin/sh".to_owned();
    Tabs::insert_in(rig.services.store.db(), &tab).await.expect("stored");
    rig.services.tabs.announce(tab);
    let mut reader =
        rig.open(1, grant(false, &[("ws_1", relay::WorkspaceRole::Reader)]), USER).await.expect("opened");
    let request = listing(&rig);
    let refused = reader.call::<_, pb::ListDirectoryResponse>(&mut rig, "file.ListDirectory", &request).await;
    assert_eq!(refused.expect_err("not theirs").0, 0x0107);
    let rename =
        pb::RenameTabRequest { tab_id: "tab_1".to_owned(), title: "x".to_owned(), ..Default::default() };
    let refused = reader.call::<_, pb::RenameTabResponse>(&mut rig, "tab.Rename", &rename).await;
    assert_eq!(refused.expect_err("a reader").0, 0x0107);
    let watch = reader.start("tab.Watch", &pb::WatchTabsRequest::default());
    let seen = |event: pb::WatchTabsEvent| match event.event {
        Some(pb::watch_tabs_event::Event::Snapshot(snapshot)) => snapshot.tabs.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(seen(reader.answer(&mut rig, watch).await.expect("a snapshot")), 1);
    // The workspace is no longer shared: the tab is gone from the same stream.
    rig.send(1, Body::Grant(&grant(false, &[]).encode_to_vec())).await;
    assert_eq!(seen(reader.answer(&mut rig, watch).await.expect("a snapshot")), 0);
    let refused = reader.call::<_, pb::RenameTabResponse>(&mut rig, "tab.Rename", &rename).await;
    assert_eq!(refused.expect_err("out of sight").0, 0x0105);
    // And it became theirs.
    rig.send(1, Body::Grant(&grant(false, &[("ws_1", relay::WorkspaceRole::Owner)]).encode_to_vec())).await;
    let renamed: pb::RenameTabResponse = reader.call(&mut rig, "tab.Rename", &rename).await.expect("theirs");
    assert_eq!(renamed.title, "x");
}

#[tokio::test]
async fn a_device_nobody_has_seen_is_remembered_and_told_to_its_users_other_sessions() {
    use pb::watch_devices_event::Event as News;
    let mut rig = Rig::new().await;
    let device = |seed: u8| Some(DeviceKey::from_seed(Secret32::new([seed; 32])));
    let key = |seed| device(seed).map(|device| device.public().as_bytes().to_vec());
    let mut first = rig.open_with(1, grant(true, &[]), USER, device(1)).await.expect("opened");
    let watch = first.start("system.WatchDevices", &pb::WatchDevicesRequest::default());
    let mut known = None;
    while known.is_none() {
        let event: pb::WatchDevicesEvent = first.answer(&mut rig, watch).await.expect("an event");
        known = match event.event.expect("of a kind") {
            News::Snapshot(list) => list.devices.into_iter().next(),
            News::Appeared(device) => Some(*device),
        };
    }
    let known = known.map(|device| (device.public_key, device.own));
    assert_eq!(known, key(1).map(|key| (key, true)), "before or after the watch began");
    // Another one, as a Hub that poses as the user would come with.
    let mut second = rig.open_with(2, grant(true, &[]), USER, device(2)).await.expect("opened");
    let request = listing(&rig);
    let _: pb::ListDirectoryResponse =
        second.call(&mut rig, "file.ListDirectory", &request).await.expect("listed");
    let event: pb::WatchDevicesEvent = first.answer(&mut rig, watch).await.expect("an event");
    let Some(News::Appeared(new)) = event.event else { panic!("{event:?}") };
    assert_eq!((Some(new.public_key), new.own, new.words.split('-').count()), (key(2), false, 4));
    let user = USER.parse().expect("an id");
    assert_eq!(rig.services.devices.of_user(&user).await.expect("read").len(), 2);
}

#[tokio::test]
async fn rule_8_2_with_known_devices_only_an_approved_one_comes_in_and_others_are_remembered() {
    let mut rig = Rig::with(ClientTrust::KnownDevices, None).await;
    let device = |seed: u8| DeviceKey::from_seed(Secret32::new([seed; 32]));
    let user: UserId = USER.parse().expect("an id");
    let mut none = rig.open(1, grant(true, &[]), USER).await.expect("the handshake knows no device");
    assert_eq!(none.closed(&mut rig).await, Code::DEVICE_UNKNOWN);
    let mut new = rig.open_with(2, grant(true, &[]), USER, Some(device(1))).await.expect("as before");
    assert_eq!(new.closed(&mut rig).await, Code::DEVICE_UNKNOWN);
    rig.host.open_channels().wait_for(|open| *open == 0).await.expect("the host lives");
    let seen = rig.services.devices.of_user(&user).await.expect("read");
    assert!(seen.len() == 1 && !seen[0].approved, "whoever approves it must find it: {seen:?}");
    rig.services.devices.vouched(&user, *device(1).public()).await.expect("stored");
    let mut known = rig.open_with(3, grant(true, &[]), USER, Some(device(1))).await.expect("as before");
    let request = listing(&rig);
    let _: pb::ListDirectoryResponse =
        known.call(&mut rig, "file.ListDirectory", &request).await.expect("let in");
}

#[tokio::test]
async fn wrk_6_an_owners_rights_are_for_the_owner_it_registered_with() {
    let mut rig = Rig::with(ClientTrust::Hub, Some(UserId::from_bits(9))).await;
    let mut client = rig.open(1, grant(true, &[]), USER).await.expect("opened");
    let request = listing(&rig);
    let refused = client.call::<_, pb::ListDirectoryResponse>(&mut rig, "file.ListDirectory", &request).await;
    assert_eq!(refused.expect_err("the Hub's word is not enough").0, 0x0107);
    rig.send(1, Body::Grant(&grant(true, &[]).encode_to_vec())).await;
    let refused = client.call::<_, pb::ListDirectoryResponse>(&mut rig, "file.ListDirectory", &request).await;
    assert_eq!(refused.expect_err("nor its second").0, 0x0107);
}

#[tokio::test]
async fn another_user_than_the_granted_one_is_thrown_out() {
    let mut rig = Rig::new().await;
    let mut client = rig.open(1, grant(true, &[]), "usr_other").await.expect("the handshake knows no user");
    assert_eq!(client.closed(&mut rig).await, Code::AUTH_FAILED);
}

#[tokio::test]
async fn an_open_is_taken_once_and_its_number_is_free_after_a_close() {
    let mut rig = Rig::new().await;
    let client = rig.open(1, grant(true, &[]), USER).await.expect("opened");
    let mut again = client.replay.clone();
    leapmux_types::relay_frame::set_channel(&mut again, 2);
    rig.connection.frame(&again).await;
    let refused = rig.frames().await;
    match RelayFrame::parse(Direction::WorkerToHub, &refused[0]).expect("a frame").body {
        Body::Reject(end) => assert_eq!(end.code, Code::DUPLICATE_CHANNEL),
        other => panic!("{other:?}"),
    }
    let mut bad = grant(true, &[]);
    bad.user_id = "nobody".to_owned();
    assert_eq!(rig.open(3, bad, USER).await.err(), Some(Code::BAD_REQUEST));
}

#[tokio::test]
async fn a_stopping_worker_says_goodbye() {
    let mut rig = Rig::new().await;
    let mut client = rig.open(1, grant(true, &[]), USER).await.expect("opened");
    let request = listing(&rig);
    let _: pb::ListDirectoryResponse =
        client.call(&mut rig, "file.ListDirectory", &request).await.expect("listed");
    rig.stopping.cancel();
    assert_eq!(client.closed(&mut rig).await, Code::GOING_AWAY);
}

#[tokio::test]
async fn a_closed_channel_cancels_its_calls() {
    let mut rig = Rig::new().await;
    let mut client = rig.open(1, grant(true, &[]), USER).await.expect("opened");
    let watch = client.start("tab.Watch", &pb::WatchTabsRequest::default());
    let _: pb::WatchTabsEvent = client.answer(&mut rig, watch).await.expect("a snapshot");
    assert_eq!(rig.services.tabs.watchers(), 1);
    let close = Body::Close(leapmux_types::relay_frame::Ending { code: Code::CANCELLED, reason: "" });
    rig.send(1, close).await;
    rig.host.open_channels().wait_for(|open| *open == 0).await.expect("the host lives");
    assert_eq!(rig.services.tabs.watchers(), 0);
}
