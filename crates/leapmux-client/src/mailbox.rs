//! What the application asks of a channel's driver, in order. Asking never waits, so that calls can end when they are dropped; it
//! is bounded by what is asked: a call queues at most its `SEND_QUEUE`, one credit a message and one end, and each caller that
//! opens a call waits for the answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::driver::Command;

/// The application's end; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox(Arc<Inner>);

/// The driver's end; dropping it closes the mailbox.
#[derive(Debug)]
pub(crate) struct Received(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    commands: Mutex<Option<VecDeque<Command>>>,
    filled: Notify,
}

/// The driver is gone.
#[derive(Debug)]
pub(crate) struct Closed;

/// A mailbox and its reader.
pub(crate) fn mailbox() -> (Mailbox, Received) {
    let inner = Arc::new(Inner { commands: Mutex::new(Some(VecDeque::new())), filled: Notify::new() });
    (Mailbox(inner.clone()), Received(inner))
}

impl Inner {
    fn commands(&self) -> MutexGuard<'_, Option<VecDeque<Command>>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailbox {
    pub(crate) fn send(&self, command: Command) -> Result<(), Closed> {
        self.0.commands().as_mut().ok_or(Closed)?.push_back(command);
        self.0.filled.notify_one();
        Ok(())
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.0.commands().is_none()
    }
}

impl Received {
    /// The next command. Safe to cancel.
    pub(crate) async fn next(&self) -> Command {
        loop {
            let filled = self.0.filled.notified();
            if let Some(command) = self.0.commands().as_mut().and_then(VecDeque::pop_front) {
                return command;
            }
            filled.await;
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // Commands are dropped outside the lock: they may hold ends of calls.
        let left = self.0.commands().take();
        drop(left);
    }
}
