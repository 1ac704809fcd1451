//! All channels of this Worker: frames of the link go to the task that owns their channel, OPENs to the handshake.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use leapmux_channel::{ChannelUid, DeviceTrust, Millis, ReplayGuard, ServingKeys};
use leapmux_runtime::{Tasks, monotonic_now};
use leapmux_types::relay_frame::{Body, Direction, Ending, RelayFrame};
use leapmux_types::{Code, UserId, WorkerId};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::open::Opening;
use crate::ClientTrust;
use crate::hub_link::LinkQueue;
use crate::rpc::Grant;
use crate::services::Services;
use crate::store::StoreError;

/// Records a channel may have waiting for its task; when it is full the link is not read.
const INBOX: usize = 64;
/// Channels of one connection, as the Hub bounds them too (channel rules 12).
const CHANNELS: usize = 1024;
/// Handshakes that may wait for a free core; further ones are refused.
const HANDSHAKES_WAITING: usize = 64;

/// What channels of every connection share.
pub(crate) struct ChannelHost {
    pub(super) services: Arc<Services>,
    pub(super) worker_id: WorkerId,
    /// Who may have an owner's rights; `None`: whoever the Hub says.
    owner: Option<UserId>,
    pub(super) tasks: Tasks,
    /// Cancelled when the Worker stops: channels say farewell.
    pub(super) stopping: CancellationToken,
    /// As many handshakes at once as there are cores.
    pub(super) cores: Semaphore,
    waiting: Arc<Semaphore>,
    replay: Arc<Mutex<ReplayGuard>>,
    open: watch::Sender<usize>,
}

/// What the link tells a channel's task.
#[derive(Debug)]
pub(super) enum Input {
    Record(Vec<u8>),
    Grant(Vec<u8>),
}

/// The channels of one connection to the Hub; dropping it ends them.
pub(crate) struct Connection {
    host: Arc<ChannelHost>,
    queue: LinkQueue,
    serving: ServingKeys,
    channels: HashMap<u32, Route>,
    gone: CancellationToken,
}

struct Route {
    inbox: mpsc::Sender<Input>,
    gone: CancellationToken,
}

/// Keeps a channel id known as open, until nothing of the channel is left.
pub(super) struct Admitted {
    uid: ChannelUid,
    replay: Arc<Mutex<ReplayGuard>>,
    open: watch::Sender<usize>,
}

impl Admitted {
    fn new(uid: ChannelUid, host: &ChannelHost) -> Self {
        host.open.send_modify(|open| *open += 1);
        Self { uid, replay: host.replay.clone(), open: host.open.clone() }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.replay.lock().unwrap_or_else(PoisonError::into_inner).release(self.uid);
        self.open.send_modify(|open| *open -= 1);
    }
}

impl ChannelHost {
    pub(crate) fn new(
        services: Arc<Services>,
        (worker_id, owner): (WorkerId, Option<UserId>),
        tasks: Tasks,
        stopping: CancellationToken,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            services,
            worker_id,
            owner,
            tasks,
            stopping,
            cores: Semaphore::new(cores),
            waiting: Arc::new(Semaphore::new(HANDSHAKES_WAITING)),
            replay: Arc::new(Mutex::new(ReplayGuard::new())),
            open: watch::Sender::new(0),
        }
    }

    /// What a user really has of what the Hub grants: an owner's rights are for the owner this Worker registered with.
    pub(super) fn limit(&self, user: &UserId, granted: Grant) -> Grant {
        let foreign = self.owner.as_ref().is_some_and(|owner| owner != user);
        if foreign && granted.worker_owner {
            tracing::warn!(%user, "the Hub calls somebody this Worker's owner who is not");
        }
        Grant { worker_owner: granted.worker_owner && !foreign, ..granted }
    }

    /// Which devices of a user may open a channel now (channel rules 8.2).
    pub(super) async fn trust(&self, user: &UserId) -> Result<DeviceTrust, StoreError> {
        match self.services.config.client_trust {
            ClientTrust::Hub => Ok(DeviceTrust::Hub),
            ClientTrust::KnownDevices => {
                Ok(DeviceTrust::KnownDevices(self.services.devices.approved(user).await?))
            }
        }
    }

    /// How many channels are open, or have calls that are not over.
    pub(crate) fn open_channels(&self) -> watch::Receiver<usize> {
        self.open.subscribe()
    }

    /// A new connection to the Hub, without channels; `serving` are the keys its bundle promises.
    pub(crate) fn connect(self: &Arc<Self>, queue: LinkQueue, serving: ServingKeys) -> Connection {
        Connection {
            host: self.clone(),
            queue,
            serving,
            channels: HashMap::new(),
            gone: CancellationToken::new(),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.gone.cancel();
    }
}

impl Connection {
    /// One frame of the Hub. Waits while the channel it is for has too much to read.
    pub(crate) async fn frame(&mut self, bytes: &[u8]) {
        let frame = match RelayFrame::parse(Direction::HubToWorker, bytes) {
            Ok(frame) => frame,
            Err(error) => return tracing::warn!(%error, "a frame of the Hub cannot be read"),
        };
        let channel = frame.channel;
        match frame.body {
            Body::WorkerOpen(open) => {
                self.channels.retain(|_, route| !route.inbox.is_closed());
                if self.channels.contains_key(&channel) {
                    return self.refuse(channel, Code::DUPLICATE_CHANNEL, "channel number is in use");
                }
                if self.channels.len() >= CHANNELS {
                    return self.refuse(channel, Code::TOO_MANY_CHANNELS, "too many channels are open");
                }
                self.open(channel, &open);
            }
            Body::Data(record) => self.route(channel, Input::Record(record.to_vec())).await,
            Body::Grant(grant) => self.route(channel, Input::Grant(grant.to_vec())).await,
            // The Hub's word: nothing is answered.
            Body::Close(_) => {
                if let Some(route) = self.channels.remove(&channel) {
                    route.gone.cancel();
                }
            }
            Body::Ping(bytes) => self.queue.control(RelayFrame::leg(Body::Pong(bytes)).encode()),
            _ => {}
        }
    }

    fn open(&mut self, channel: u32, open: &leapmux_types::relay_frame::WorkerOpen<'_>) {
        let Ok(waiting) = self.host.waiting.clone().try_acquire_owned() else {
            return self.refuse(channel, Code::OVERLOAD, "too many channels are being opened");
        };
        let now = Millis(monotonic_now());
        let uid = open.channel_uid;
        let admitted = self.host.replay.lock().unwrap_or_else(PoisonError::into_inner).admit(uid, now);
        if admitted.is_err() {
            return self.refuse(channel, Code::DUPLICATE_CHANNEL, "channel id was used before");
        }
        let (inbox, records) = mpsc::channel(INBOX);
        let gone = self.gone.child_token();
        let opening = Opening {
            host: self.host.clone(),
            number: channel,
            queue: self.queue.clone(),
            serving: self.serving.clone(),
            suite: open.suite,
            uid,
            key_id: open.key_id,
            grant: open.grant.to_vec(),
            msg1: open.msg1.to_vec(),
            admitted: Admitted::new(uid, &self.host),
            waiting,
            inbox: records,
            gone: gone.clone(),
        };
        self.channels.insert(channel, Route { inbox, gone });
        self.host.tasks.spawn("channel", opening.run());
    }

    async fn route(&mut self, channel: u32, input: Input) {
        if let Some(route) = self.channels.get(&channel)
            && route.inbox.send(input).await.is_err()
        {
            self.channels.remove(&channel);
        }
    }

    fn refuse(&self, channel: u32, code: Code, reason: &str) {
        self.queue.control(RelayFrame { channel, body: Body::Reject(Ending { code, reason }) }.encode());
    }
}
