//! The clients that look at a terminal: each is brought to the newest state as fast as it takes it, and no faster.

use std::collections::BTreeMap;
use std::sync::Arc;

use buffa::Message;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::terminal_event::Event;
use tokio::sync::oneshot;

use super::live_screen::{LiveScreen, Piece};
use crate::rpc::{Gone, Responder};

/// What clients are told beside the screen; a higher version is news.
#[derive(Default)]
pub(super) struct News {
    pub(super) status: pb::TerminalStatus,
    pub(super) status_version: u64,
    pub(super) title: String,
    pub(super) title_version: u64,
}

struct Watcher {
    /// Dropped before `ended` tells the service that the call is its own again.
    responder: Arc<Responder>,
    /// Everything before it was sent; `None` asks for a redraw.
    have: Option<u64>,
    status_version: u64,
    title_version: u64,
    /// No room: it is tried again when its call is ready.
    blocked: bool,
    /// May type, and so answers programs and holds them back.
    writer: bool,
    _ended: oneshot::Sender<()>,
}

/// All clients of one terminal.
#[derive(Default)]
pub(super) struct Watchers {
    clients: BTreeMap<u64, Watcher>,
    waiting: FuturesUnordered<BoxFuture<'static, (u64, Result<(), Gone>)>>,
    next: u64,
}

impl Watchers {
    /// A new client that has drawn everything before `have`; returns its number. It gets nothing before `advance`.
    pub(super) fn add(
        &mut self,
        responder: Arc<Responder>,
        have: Option<u64>,
        writer: bool,
        ended: oneshot::Sender<()>,
    ) -> u64 {
        let id = self.next;
        self.next += 1;
        let watcher = Watcher {
            responder,
            have,
            status_version: 0,
            title_version: 0,
            blocked: false,
            writer,
            _ended: ended,
        };
        self.clients.insert(id, watcher);
        id
    }

    /// A client has left.
    pub(super) fn remove(&mut self, id: u64) {
        self.clients.remove(&id);
    }

    /// The terminal is gone: every call ends.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.clients.clear();
    }

    /// Whether somebody's view answers what programs ask.
    pub(super) fn someone_answers(&self) -> bool {
        self.clients.values().any(|watcher| watcher.writer)
    }

    /// Whether output has to wait: there are clients that type, and none of them takes more. Those who only read never hold
    /// a program back; one of several that is too slow is redrawn when it comes back.
    pub(super) fn hold_back(&self) -> bool {
        let mut writers = self.clients.values().filter(|watcher| watcher.writer).peekable();
        writers.peek().is_some() && writers.all(|watcher| watcher.blocked)
    }

    /// The next blocked client that has room again. Safe to cancel; pends while none is blocked.
    pub(super) async fn unblocked(&mut self) {
        match self.waiting.next().await {
            Some((id, Ok(()))) => {
                if let Some(watcher) = self.clients.get_mut(&id) {
                    watcher.blocked = false;
                }
            }
            Some((id, Err(Gone))) => self.remove(id),
            None => std::future::pending().await,
        }
    }

    /// Sends every client what it lacks, as far as there is room.
    pub(super) fn advance(&mut self, screen: &LiveScreen, news: &News) {
        let mut gone = Vec::new();
        for (id, watcher) in self.clients.iter_mut().filter(|(_, watcher)| !watcher.blocked) {
            match watcher.advance(screen, news) {
                Some(Ok(())) => {}
                Some(Err(Gone)) => gone.push(*id),
                None => {
                    watcher.blocked = true;
                    let (id, responder) = (*id, watcher.responder.clone());
                    self.waiting.push(async move { (id, responder.ready().await) }.boxed());
                }
            }
        }
        for id in gone {
            self.remove(id);
        }
    }

    /// Tells those who are up to date of a new size; the others will be redrawn in it.
    pub(super) fn resized(&mut self, screen: &LiveScreen) {
        let size = screen.size();
        let event = || {
            let resized =
                pb::TerminalResized { cols: size.cols.into(), rows: size.rows.into(), ..Default::default() };
            Event::Resized(Box::new(resized))
        };
        for watcher in self.clients.values_mut() {
            let current = !watcher.blocked && watcher.have == Some(screen.end());
            if !current || watcher.send(event()) != Some(Ok(())) {
                watcher.have = None;
            }
        }
    }

    /// Rings at those who listen.
    pub(super) fn bell(&mut self) {
        for watcher in self.clients.values().filter(|watcher| !watcher.blocked) {
            // A bell that finds no room is not heard.
            let _ = watcher.send(Event::Bell(Box::default()));
        }
    }
}

impl Watcher {
    /// `None`: no room.
    fn advance(&mut self, screen: &LiveScreen, news: &News) -> Option<Result<(), Gone>> {
        loop {
            // A redraw is much work for a client without room; it is made when there is some.
            if let Err(gone) = self.responder.ready().now_or_never()? {
                return Some(Err(gone));
            }
            let (event, have) = match screen.piece(self.have) {
                Piece::Nothing => break,
                Piece::Output { offset, bytes } => (output(offset, &bytes), offset + bytes.len() as u64),
                Piece::Redraw { offset, bytes, size } => {
                    let redraw = pb::TerminalRedraw {
                        offset,
                        data: bytes.into(),
                        cols: size.cols.into(),
                        rows: size.rows.into(),
                        ..Default::default()
                    };
                    (Event::Redraw(Box::new(redraw)), offset)
                }
            };
            match self.send(event)? {
                Ok(()) => self.have = Some(have),
                Err(gone) => return Some(Err(gone)),
            }
        }
        if self.status_version < news.status_version {
            if let Err(gone) = self.send(Event::Status(Box::new(news.status.clone())))? {
                return Some(Err(gone));
            }
            self.status_version = news.status_version;
        }
        if self.title_version < news.title_version {
            if let Err(gone) = self.send(Event::Title(news.title.clone()))? {
                return Some(Err(gone));
            }
            self.title_version = news.title_version;
        }
        Some(Ok(()))
    }

    /// Queues an event if there is room.
    fn send(&self, event: Event) -> Option<Result<(), Gone>> {
        let message = pb::TerminalEvent { event: Some(event), ..Default::default() };
        self.responder.send(message.encode_to_bytes()).now_or_never()
    }
}

fn output(offset: u64, bytes: &[u8]) -> Event {
    Event::Output(Box::new(pb::TerminalOutput { offset, data: bytes.to_vec(), ..Default::default() }))
}
