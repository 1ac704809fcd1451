//! The relay behind a lock that is never held across an await, with its clock and its doorman.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use leapmux_hub_store::HubStore;
use leapmux_relay::{
    Authorization, AuthorizeRequest, Event, Intake, LegFailure, LegId, Limits, Relay, Scope,
};
use leapmux_runtime::{Tasks, monotonic_now, random_bytes};
use leapmux_types::{Code, Millis, UserId, WorkerId};
use tokio::sync::{Notify, RwLock};

use super::grant::{GrantEncoder, Grants};
use super::leg::{Leg, Signal};
use crate::access::Access;
use crate::{Caller, ClientKind, WorkspaceObserver};

pub(super) fn now() -> Millis {
    Millis(monotonic_now())
}

/// The blind relay of one Hub. Clones are the same relay.
#[derive(Clone)]
pub struct RelayService {
    inner: Arc<Inner>,
}

struct Inner {
    switch: Mutex<Switch>,
    grants: Grants,
    tasks: Tasks,
    /// Grants are made from the store and then sent; whoever changes what they say waits for those under way and stops new ones.
    granting: RwLock<()>,
    /// An earlier deadline than the one the clock task sleeps for.
    sooner: Notify,
}

struct Switch {
    relay: Relay,
    legs: BTreeMap<LegId, LegEntry>,
    /// What the clock task sleeps for.
    armed: Option<Millis>,
    opened: u64,
}

struct LegEntry {
    signal: Arc<Signal>,
    kind: ClientKind,
}

/// Figures for the metrics page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayStats {
    pub legs: usize,
    pub channels: usize,
    /// Channels opened since the start.
    pub opened: u64,
}

impl RelayService {
    /// A relay whose tasks run among `tasks`.
    pub fn new(
        limits: Limits,
        store: Arc<dyn HubStore>,
        encoder: Arc<dyn GrantEncoder>,
        tasks: &Tasks,
    ) -> Self {
        let switch = Switch { relay: Relay::new(limits), legs: BTreeMap::new(), armed: None, opened: 0 };
        let service = Self {
            inner: Arc::new(Inner {
                switch: Mutex::new(switch),
                grants: Grants { access: Access::new(store.clone()), store, encoder },
                tasks: tasks.child(),
                granting: RwLock::new(()),
                sooner: Notify::new(),
            }),
        };
        let clock = service.clone();
        service.inner.tasks.spawn_until_cancelled("relay clock", async move { clock.keep_time().await });
        service
    }

    /// A client's socket.
    pub fn connect_client(&self, caller: &Caller) -> Leg {
        self.connect(caller.kind, |relay| relay.connect_client(caller.user.clone(), now()))
    }

    /// A Worker's stream; an older one of the same Worker is dropped.
    pub fn connect_worker(&self, worker: &WorkerId) -> Leg {
        self.connect(ClientKind::Worker, |relay| relay.connect_worker(worker.clone(), now()))
    }

    fn connect(&self, kind: ClientKind, connect: impl FnOnce(&mut Relay) -> LegId) -> Leg {
        let signal = Arc::new(Signal::default());
        let mut switch = self.switch();
        let id = connect(&mut switch.relay);
        switch.legs.insert(id, LegEntry { signal: signal.clone(), kind });
        self.settle(switch);
        Leg::new(self.clone(), id, signal)
    }

    pub(super) fn disconnect(&self, leg: LegId) {
        let mut switch = self.switch();
        switch.relay.disconnect(leg, now());
        switch.legs.remove(&leg);
        self.settle(switch);
    }

    pub(super) fn handle_frame(&self, leg: LegId, frame: &[u8]) -> Result<Intake, LegFailure> {
        let mut switch = self.switch();
        let taken = switch.relay.handle_frame(leg, frame, now());
        self.settle(switch);
        taken
    }

    pub(super) fn poll_transmit(&self, leg: LegId) -> Option<Vec<u8>> {
        self.switch().relay.poll_transmit(leg)
    }

    /// Bytes a socket may have unsent before no further frame is taken for it.
    pub fn socket_unsent(&self) -> usize {
        self.switch().relay.limits().socket_unsent
    }

    /// A control-plane message for every client of a user.
    pub fn tell(&self, user: &UserId, message: &[u8]) {
        let mut switch = self.switch();
        switch.relay.broadcast_event(|other| other == user, message, now());
        self.settle(switch);
    }

    /// Ends channels at once: a credential was revoked, a Worker deregistered.
    pub fn revoke(&self, scope: &Scope, reason: &str) {
        let mut switch = self.switch();
        switch.relay.close(scope, Code::REVOKED, reason);
        self.settle(switch);
    }

    /// Tells every client to stay away for a while.
    pub fn go_away(&self, retry_after: Duration) {
        let mut switch = self.switch();
        switch.relay.go_away(u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX), now());
        self.settle(switch);
    }

    /// Ends its clock and its doorman; legs end with their sockets.
    pub async fn shutdown(&self, grace: Duration) {
        if let Err(stuck) = self.inner.tasks.shutdown(grace).await {
            tracing::warn!(%stuck, "relay");
        }
    }

    /// Figures for the metrics page.
    pub fn stats(&self) -> RelayStats {
        let switch = self.switch();
        RelayStats { legs: switch.legs.len(), channels: switch.relay.channel_count(), opened: switch.opened }
    }

    fn switch(&self) -> MutexGuard<'_, Switch> {
        self.inner.switch.lock().expect("the relay does not panic")
    }

    /// Does what the relay asks for after a call, and lets go of the lock before anything outside is touched.
    fn settle(&self, mut switch: MutexGuard<'_, Switch>) {
        let mut ask = Vec::new();
        while let Some(event) = switch.relay.poll_event() {
            match event {
                Event::Transmit(leg) => switch.wake(leg),
                Event::Authorize(request) => {
                    let kind = switch.legs.get(&request.leg).map_or(ClientKind::Browser, |leg| leg.kind);
                    ask.push((request, kind));
                }
                Event::Hangup { leg, failure } => {
                    if let Some(entry) = switch.legs.get(&leg) {
                        *entry.signal.failure.lock().expect("nobody panics while holding it") = Some(failure);
                        entry.signal.gone.cancel();
                    }
                }
                Event::Opened(_) => switch.opened += 1,
                Event::Ended { channel, code } => tracing::debug!(?channel, %code, "channel ended"),
            }
        }
        let due = switch.relay.poll_timeout();
        let sooner = due.is_some_and(|due| switch.armed.is_none_or(|armed| due < armed));
        drop(switch);
        if sooner {
            self.inner.sooner.notify_one();
        }
        for (request, kind) in ask {
            let service = self.clone();
            self.inner
                .tasks
                .spawn_until_cancelled("authorize", async move { service.authorize(request, kind).await });
        }
    }

    async fn authorize(&self, request: AuthorizeRequest, kind: ClientKind) {
        let token = random_bytes::<32>();
        let _granting = self.inner.granting.read().await;
        let granted = self.inner.grants.make(&request.user, &request.worker, kind, Some(token)).await;
        let mut switch = self.switch();
        match granted {
            Ok(grant) => switch.relay.authorize(request.channel, Authorization { grant, token }),
            Err((code, reason)) => switch.relay.refuse(request.channel, code, reason),
        }
        self.settle(switch);
    }

    async fn keep_time(&self) {
        loop {
            let due = {
                let mut switch = self.switch();
                switch.armed = switch.relay.poll_timeout();
                switch.armed
            };
            let sleep = async {
                match due {
                    Some(due) => tokio::time::sleep(due.since(now())).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep => {
                    let mut switch = self.switch();
                    switch.relay.handle_timeout(now());
                    self.settle(switch);
                }
                () = self.inner.sooner.notified() => {}
            }
        }
    }
}

impl Switch {
    fn wake(&self, leg: LegId) {
        if let Some(entry) = self.legs.get(&leg) {
            entry.signal.wake.notify_one();
        }
    }
}

#[async_trait]
impl WorkspaceObserver for RelayService {
    /// Live channels get a new grant before the change is acknowledged, so a Worker knows a workspace before it is asked about it.
    async fn workspaces_changed(&self, owners: &BTreeSet<UserId>) {
        let _granting = self.inner.granting.write().await;
        for owner in owners {
            let live = self.switch().relay.live_channels(&Scope::User(owner.clone()));
            for channel in live {
                let kind = self.switch().legs.get(&channel.leg).map_or(ClientKind::Browser, |leg| leg.kind);
                let granted = self.inner.grants.make(owner, &channel.worker, kind, None).await;
                let mut switch = self.switch();
                match granted {
                    Ok(grant) => switch.relay.regrant(channel.channel, &grant),
                    Err((code, reason)) => switch.relay.close(&Scope::Channel(channel.channel), code, reason),
                }
                self.settle(switch);
            }
        }
    }
}
