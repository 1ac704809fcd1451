//! The task that owns one session: records in, records out, and everything between the session and its calls.

use std::sync::Arc;
use std::time::Duration;

use leapmux_channel::noise::DevicePublic;
use leapmux_channel::{Class, Code, Event, Kind, Millis, SendError, Session, StreamId};
use leapmux_runtime::{Tasks, monotonic_now, random_bytes, wall_clock_ms};
use leapmux_types::UserId;
use leapmux_types::relay_frame::{Body, Ending, RelayFrame};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::grant::{self, ChannelGrant};
use super::host::{ChannelHost, Input};
use super::streams::{Delivered, Streams};
use crate::hub_link::{LinkQueue, SendSlot};
use crate::rpc::{self, CallEnd, Caller, Grant, Outbox, RpcError, StreamCommand};

/// A timer that is not set.
const NEVER: Duration = Duration::from_secs(3600);

/// One channel after its handshake.
pub(super) struct ChannelTask {
    host: Arc<ChannelHost>,
    number: u32,
    queue: LinkQueue,
    session: Session,
    inbox: mpsc::Receiver<Input>,
    /// Cancelled when nobody is at the other end any more: the link is down or the Hub closed the channel.
    gone: CancellationToken,
    /// Parent of every call's token.
    calls: CancellationToken,
    call_tasks: Tasks,
    outbox: Arc<Outbox>,
    streams: Streams,
    user_id: UserId,
    device: Option<DevicePublic>,
    rights: watch::Sender<Arc<Grant>>,
    expires: Option<Instant>,
    /// The session may have something to send.
    unsent: bool,
}

impl ChannelTask {
    pub(super) fn new(
        host: Arc<ChannelHost>,
        number: u32,
        queue: LinkQueue,
        session: Session,
        grant: ChannelGrant,
        inbox: mpsc::Receiver<Input>,
        gone: CancellationToken,
    ) -> Self {
        let calls = gone.child_token();
        let call_tasks = host.tasks.child();
        let outbox = Arc::new(Outbox::default());
        let rights = host.limit(&grant.user_id, grant.rights);
        Self {
            host,
            number,
            queue,
            session,
            inbox,
            gone,
            calls,
            call_tasks,
            streams: Streams::new(outbox.clone()),
            outbox,
            user_id: grant.user_id,
            device: None,
            rights: watch::Sender::new(Arc::new(rights)),
            expires: deadline(grant.expires_at_ms),
            unsent: true,
        }
    }

    /// Until the channel is over, however it ends.
    pub(super) async fn run(mut self) {
        let stopping = self.host.stopping.clone();
        let (gone, outbox, queue) = (self.gone.clone(), self.outbox.clone(), self.queue.clone());
        while self.settle() {
            let now = monotonic_now();
            let timer = self.session.poll_timeout().map_or(NEVER, |at| at.since(Millis(now)));
            let expires = self.expires;
            let (unsent, interactive) = (self.unsent, self.streams.interactive_waits());
            tokio::select! {
                slot = queue.slot(interactive), if unsent => {
                    self.transmit(slot);
                    continue;
                }
                () = gone.cancelled() => self.session.lost(Code::CHANNEL_LOST, "the connection is gone"),
                () = stopping.cancelled() => self.session.close(Code::GOING_AWAY, "the Worker is stopping"),
                input = self.inbox.recv() => self.input(input),
                () = outbox.filled() => self.commands(),
                () = sleep_until(Instant::now() + timer) => self.session.handle_timeout(Millis(monotonic_now())),
                () = sleep_until(expires.unwrap_or_else(|| Instant::now() + NEVER)), if expires.is_some() => {
                    self.session.close(Code::REVOKED, "the Hub's permission has expired");
                }
            }
            // Whatever happened may have given the session something to say.
            self.unsent = true;
        }
        self.farewell().await;
    }

    /// Brings session and calls to rest after anything happened; `false` when the channel is over.
    fn settle(&mut self) -> bool {
        while self.session.needs_random() {
            self.session.provide_random(&random_bytes());
        }
        while let Some(event) = self.session.poll_event() {
            self.event(event);
        }
        self.session.closed().is_none()
    }

    fn input(&mut self, input: Option<Input>) {
        match input {
            Some(Input::Record(record)) => {
                // Its end comes as an event as well.
                let _ = self.session.handle_record(&record, Millis(monotonic_now()));
            }
            Some(Input::Grant(bytes)) => match grant::parse_update(&bytes) {
                Some((rights, expires_at_ms)) => {
                    self.expires = deadline(expires_at_ms);
                    self.rights.send_replace(Arc::new(self.host.limit(&self.user_id, rights)));
                }
                None => tracing::warn!("a grant of the Hub cannot be read"),
            },
            None => self.session.lost(Code::CHANNEL_LOST, "the connection is gone"),
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Authenticated { user_id } => tracing::info!(user = %user_id, "a channel is open"),
            Event::DeviceSeen { device } => {
                self.device = Some(device);
                self.remember(device);
            }
            Event::Opened { id, method, class, kind, .. } => self.open(id, method, class, kind),
            Event::Message { id, bytes, .. } => {
                let len = bytes.len();
                match self.streams.deliver(id, bytes) {
                    Delivered::Taken => {}
                    Delivered::Unwanted => self.session.consumed(id, len),
                    Delivered::Overrun => {
                        self.streams.remove(id);
                        self.session.reset(id, Code::OVERLOAD, "too many messages wait on this call");
                    }
                }
            }
            Event::Ended { id } => self.streams.end_requests(id),
            Event::Reset { id, .. } => self.streams.remove(id),
            Event::Closed(closed) => {
                tracing::info!(user = %self.user_id, code = %closed.code, reason = %closed.reason, "a channel is closed");
            }
            // The gate of each call does its waiting; bytes streams are refused when they are opened.
            Event::Ready { .. } | Event::Bytes { .. } | Event::Writable { .. } | Event::Rekeyed { .. } => {}
        }
    }

    /// Beside the channel: nothing waits for it.
    fn remember(&self, device: DevicePublic) {
        let (services, user) = (self.host.services.clone(), self.user_id.clone());
        self.call_tasks.spawn("device", async move {
            if let Err(error) = services.devices.seen(&user, device).await {
                tracing::error!(%error, "a device cannot be remembered");
            }
        });
    }

    fn open(&mut self, id: StreamId, method: String, class: Class, kind: Kind) {
        let Some(row) = rpc::find_method(&method) else {
            let error = RpcError::unimplemented(format!("This Worker does not know {method}"));
            return self.fail(id, &error);
        };
        if kind != Kind::Messages {
            return self.fail(id, &RpcError::invalid_argument("Calls carry messages"));
        }
        let call = self.streams.open(id, class, method, &self.calls);
        let caller = Caller::new(self.user_id.clone(), self.rights.subscribe()).with_device(self.device);
        self.call_tasks.spawn("call", rpc::dispatch(self.host.services.clone(), caller, call, row));
    }

    fn fail(&mut self, id: StreamId, error: &RpcError) {
        self.session.reset(id, Code(error.wire_code()), &error.message);
    }

    /// What services want sent.
    fn commands(&mut self) {
        for (stream, command) in self.outbox.take() {
            let id = StreamId(stream);
            match command {
                StreamCommand::Consumed(bytes) => self.session.consumed(id, bytes),
                StreamCommand::Send(bytes) => match self.session.send(id, &bytes, false) {
                    Ok(()) => self.streams.queued(id, bytes.len()),
                    Err(error) => {
                        self.streams.dropped(bytes.len());
                        self.streams.remove(id);
                        if error == SendError::TooLarge {
                            self.session.reset(id, Code::MESSAGE_TOO_LARGE, "the answer is too large");
                        }
                    }
                },
                StreamCommand::End(CallEnd::Finished) => {
                    self.streams.answered(id);
                    // A call that is over needs no end.
                    let _ = self.session.finish(id);
                }
                StreamCommand::End(CallEnd::Failed(error)) => {
                    self.streams.answered(id);
                    self.fail(id, &error);
                }
            }
        }
    }

    /// Seals one record, now that it has its place in the queue.
    fn transmit(&mut self, slot: SendSlot) {
        match self.session.poll_transmit(Millis(monotonic_now())) {
            Some(record) => {
                slot.send(RelayFrame { channel: self.number, body: Body::Data(&record) }.encode());
                self.streams.sent(|id| self.session.queued(id));
            }
            None => self.unsent = false,
        }
    }

    /// The last record, and word to the Hub that the channel's number is free.
    async fn farewell(mut self) {
        self.calls.cancel();
        if !self.gone.is_cancelled() {
            while let Some(record) = self.session.poll_transmit(Millis(monotonic_now())) {
                let Some(slot) = self.gone.run_until_cancelled(self.queue.slot(true)).await else { break };
                slot.send(RelayFrame { channel: self.number, body: Body::Data(&record) }.encode());
            }
            if let Some(closed) = self.session.closed() {
                let body = Body::Close(Ending { code: closed.code, reason: &closed.reason });
                self.queue.control(RelayFrame { channel: self.number, body }.encode());
            }
        }
        // The link must not wait for a channel that reads no more.
        self.inbox.close();
        while self.inbox.try_recv().is_ok() {}
        // Services notice their tokens; the channel's place is kept until they have let go of it.
        if let Err(stuck) = self.call_tasks.shutdown(Duration::from_secs(10)).await {
            tracing::warn!(%stuck, user = %self.user_id, "calls of a closed channel go on");
        }
    }
}

fn deadline(expires_at_ms: i64) -> Option<Instant> {
    grant::remaining(expires_at_ms, wall_clock_ms()).map(|left| Instant::now() + left)
}
