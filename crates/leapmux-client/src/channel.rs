//! An encrypted channel to one Worker: pin check, handshake, proof of the user, calls.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use buffa::Message;
use leapmux_channel::noise::UtcSeconds;
use leapmux_channel::noise::pin::{PinDecision, PinRecord, Trust, decide};
use leapmux_channel::{
    ChannelUid, Class, DeviceKey, Initiator, KeyBundle, Millis, OpenParams, Suite, VerifiedBundle,
};
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_runtime::{Tasks, monotonic_now, random_bytes, wall_clock_ms};
use leapmux_types::WorkerId;
use leapmux_types::relay_frame::{Body, Direction, Open, RelayFrame};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::driver::{Command, Driver, Opened, State};
use crate::hub::refused;
use crate::mailbox::{Mailbox, mailbox};
use crate::stream::{CallStream, decode};
use crate::{CallError, ClientError, Hub, Leg, PinFile};

/// The Hub and the Worker must answer an OPEN by then.
const OPEN_TIMEOUT: Duration = Duration::from_secs(20);

/// Who opens a channel and what it remembers.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    pub pins: Arc<Mutex<PinFile>>,
    /// This installation's key, if it has one.
    pub device: Option<DeviceKey>,
    /// How a first contact is trusted.
    pub first_contact: Trust,
}

impl OpenOptions {
    /// Pins that are forgotten with the process, for a Worker in the Hub's own process.
    pub fn local() -> Self {
        Self { pins: Arc::new(Mutex::new(PinFile::in_memory())), device: None, first_contact: Trust::Local }
    }
}

/// A channel. Clones share it; it closes when the last of them is dropped.
#[derive(Debug, Clone)]
pub struct Channel(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    commands: Mailbox,
    state: watch::Receiver<State>,
    handshake_hash: [u8; 64],
    _tasks: Tasks,
}

impl Channel {
    /// Opens a channel to a Worker on a leg of its own.
    pub async fn open(hub: &Hub, worker: &WorkerId) -> Result<Self, ClientError> {
        let leg = hub.leg().await?;
        Self::open_on(hub, &leg, worker, &OpenOptions::local()).await
    }

    /// Opens a channel on a leg: fetches and verifies the Worker's bundle, asks the pin, shakes hands, proves the user.
    pub async fn open_on(
        hub: &Hub,
        leg: &Leg,
        worker: &WorkerId,
        options: &OpenOptions,
    ) -> Result<Self, ClientError> {
        let user = hub.user().await?.user.as_option().map(|user| user.user_id.clone());
        let user_id = user.ok_or_else(|| ClientError::Refused("nobody is signed in".to_owned()))?;
        Self::open_as(hub, leg, worker, options, user_id).await
    }

    /// The same, claiming to be a certain user; the Worker believes only the one the Hub vouches for.
    pub async fn open_as(
        hub: &Hub,
        leg: &Leg,
        worker: &WorkerId,
        options: &OpenOptions,
        user_id: String,
    ) -> Result<Self, ClientError> {
        let bundle = fetch_bundle(hub, worker).await?;
        let suite = check_pin(worker, &bundle, options)?;
        let params = OpenParams {
            channel_uid: ChannelUid(random_bytes()),
            user_id,
            worker_id: worker.to_string(),
            device: options.device.clone(),
        };
        let initiator = Initiator::start(&bundle, suite, params.clone(), &random_bytes());
        let mut berth = leg.berth();
        let open = Open {
            suite: suite.id(),
            channel_uid: params.channel_uid,
            key_id: initiator.key_id(),
            worker_id: worker.as_str(),
            msg1: initiator.msg1(),
        };
        let frame = RelayFrame { channel: berth.number, body: Body::Open(open) }.encode();
        berth.outbox.send(frame).await.map_err(|_| ClientError::Lost)?;
        let answer = timeout(OPEN_TIMEOUT, berth.inbox.recv()).await;
        let answer = answer.map_err(|_| ClientError::Unreachable("the Worker does not answer".to_owned()))?;
        let answer = answer.ok_or(ClientError::Lost)?;
        let session = match parse(&answer)? {
            Body::Accepted { token, msg2 } => initiator
                .accept(token, msg2, Millis(monotonic_now()))
                .map_err(|error| ClientError::Nonsense(error.to_string()))?,
            Body::Reject(end) | Body::Close(end) => {
                return Err(ClientError::Rejected { code: end.code, reason: end.reason.to_owned() });
            }
            other => return Err(ClientError::Nonsense(format!("{other:?} in answer to an OPEN"))),
        };
        let handshake_hash = *session.handshake_hash();
        let (commands, asked) = mailbox();
        let (tell, mut state) = watch::channel(State::Opening);
        let tasks = Tasks::new();
        tasks.spawn("client channel", Driver::new(session, berth, asked, tell).run());
        let settled =
            state.wait_for(|state| !matches!(state, State::Opening)).await.map(|state| state.clone());
        match settled {
            Ok(State::Ready) => {}
            Ok(State::Closed(closed)) => return Err(closed.into()),
            Ok(State::Opening) | Err(_) => return Err(ClientError::Lost),
        }
        raise_pin(worker, &bundle, suite, options)?;
        Ok(Self(Arc::new(Inner { commands, state, handshake_hash, _tasks: tasks })))
    }

    /// One message there, one back.
    pub async fn call<Req: Message, Resp: Message>(
        &self,
        method: &str,
        request: &Req,
    ) -> Result<Resp, CallError> {
        self.call_in(Class::Normal, method, request).await
    }

    /// The same in a class of its own.
    pub async fn call_in<Req: Message, Resp: Message>(
        &self,
        class: Class,
        method: &str,
        request: &Req,
    ) -> Result<Resp, CallError> {
        let mut stream = self.start(class, method, Some(request.encode_to_bytes()), true).await?;
        let response = stream.next_bytes().await?.ok_or(CallError::NoAnswer)?;
        // The end follows; a failure after the answer is a failure.
        while stream.next_bytes().await?.is_some() {}
        decode(&response)
    }

    /// One message there, any number back.
    pub async fn watch<Req: Message>(&self, method: &str, request: &Req) -> Result<CallStream, CallError> {
        self.start(Class::Normal, method, Some(request.encode_to_bytes()), true).await
    }

    /// Any number of messages each way.
    pub async fn stream(&self, class: Class, method: &str) -> Result<CallStream, CallError> {
        self.start(class, method, None, false).await
    }

    async fn start(
        &self,
        class: Class,
        method: &str,
        first: Option<bytes::Bytes>,
        end: bool,
    ) -> Result<CallStream, CallError> {
        let (opened, answer) = oneshot::channel();
        let command = Command::Open { method: method.to_owned(), class, first, end, opened };
        self.0.commands.send(command).map_err(|_| CallError::ChannelLost)?;
        let Opened { id, incoming, waiting } = answer.await.map_err(|_| CallError::ChannelLost)??;
        Ok(CallStream { id, commands: self.0.commands.clone(), incoming, waiting, ended: false })
    }

    /// Agrees on new keys now instead of when it is due.
    pub fn rekey(&self) {
        let _ = self.0.commands.send(Command::Rekey);
    }

    /// Says goodbye; calls under way fail.
    pub fn close(&self) {
        let _ = self.0.commands.send(Command::Close);
    }

    /// Waits for the end of the channel.
    pub async fn closed(&self) -> ClientError {
        let mut state = self.0.state.clone();
        match state.wait_for(|state| matches!(state, State::Closed(_))).await.as_deref() {
            Ok(State::Closed(closed)) => closed.clone().into(),
            _ => ClientError::Lost,
        }
    }

    /// The same on both sides of a channel and nowhere else.
    pub fn handshake_hash(&self) -> &[u8; 64] {
        &self.0.handshake_hash
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Calls may hold the commands' other ends: the channel ends with its handle.
        let _ = self.commands.send(Command::Close);
    }
}

fn parse(frame: &[u8]) -> Result<Body<'_>, ClientError> {
    RelayFrame::parse(Direction::HubToClient, frame)
        .map(|frame| frame.body)
        .map_err(|error| ClientError::Nonsense(error.to_string()))
}

async fn fetch_bundle(hub: &Hub, worker: &WorkerId) -> Result<VerifiedBundle, ClientError> {
    let request = pb::GetWorkerBundleRequest { worker_id: worker.to_string(), ..Default::default() };
    let answer = hub.workers.get_worker_bundle(request).await.map_err(refused)?.into_owned();
    Ok(KeyBundle::parse(&answer.bundle)?.verify()?)
}

fn now() -> UtcSeconds {
    UtcSeconds(wall_clock_ms().unsigned_abs() / 1000)
}

/// The suite the pin allows; anything it does not allow ends here.
fn check_pin(
    worker: &WorkerId,
    bundle: &VerifiedBundle,
    options: &OpenOptions,
) -> Result<Suite, ClientError> {
    let pins = options.pins.lock().unwrap_or_else(PoisonError::into_inner);
    match decide(bundle, pins.get(worker), now()) {
        PinDecision::FirstContact(suite) | PinDecision::Pinned(suite) => Ok(suite),
        PinDecision::Refused(refusal) => Err(ClientError::Pin(format!("worker {worker} {refusal}"))),
    }
}

/// After the Worker has proven itself: the pin is written, or raised.
fn raise_pin(
    worker: &WorkerId,
    bundle: &VerifiedBundle,
    suite: Suite,
    options: &OpenOptions,
) -> Result<(), ClientError> {
    let mut pins = options.pins.lock().unwrap_or_else(PoisonError::into_inner);
    let pin = match pins.get(worker).cloned() {
        Some(mut pin) => {
            pin.raise(bundle, suite, now());
            pin
        }
        None => PinRecord::new(bundle, suite, options.first_contact, now()),
    };
    pins.put(worker.clone(), pin)
}
