//! What waits to be sent on the link, bounded by bytes. A record is sealed only when it has its place here, so that a keystroke
//! never waits behind more than `UNSENT` (channel rules 10.4, "seal late").

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Bytes handed to the link and not yet taken by it.
pub(crate) const UNSENT: usize = 64 * 1024;
/// Of these, what only interactive frames may fill.
const RESERVED: usize = 16 * 1024;
/// The largest frame a channel sends: a full record, its type and channel.
pub(crate) const LARGEST_FRAME: usize = 16_400 + 5;

/// The queue of one connection; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct LinkQueue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What every frame needs.
    room: Arc<Semaphore>,
    /// What frames that are not interactive need as well.
    bulk_room: Arc<Semaphore>,
    frames: Mutex<VecDeque<Queued>>,
    filled: Notify,
}

#[derive(Debug)]
struct Queued {
    frame: Vec<u8>,
    _room: Option<OwnedSemaphorePermit>,
    _bulk: Option<OwnedSemaphorePermit>,
}

/// The right to queue one frame of up to `LARGEST_FRAME` bytes.
#[derive(Debug)]
pub(crate) struct SendSlot {
    queue: LinkQueue,
    room: OwnedSemaphorePermit,
    bulk: Option<OwnedSemaphorePermit>,
}

impl LinkQueue {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Inner {
            room: Arc::new(Semaphore::new(UNSENT)),
            bulk_room: Arc::new(Semaphore::new(UNSENT - RESERVED)),
            frames: Mutex::default(),
            filled: Notify::new(),
        }))
    }

    /// Waits until one more frame fits. Safe to cancel.
    pub(crate) async fn slot(&self, interactive: bool) -> SendSlot {
        const EXPECT: &str = "the queue's semaphores are never closed";
        let bulk = match interactive {
            true => None,
            false => {
                Some(self.0.bulk_room.clone().acquire_many_owned(LARGEST_FRAME as u32).await.expect(EXPECT))
            }
        };
        let room = self.0.room.clone().acquire_many_owned(LARGEST_FRAME as u32).await.expect(EXPECT);
        SendSlot { queue: self.clone(), room, bulk }
    }

    /// Queues a frame about a channel's beginning or end: few, small, and never kept waiting.
    pub(crate) fn control(&self, frame: Vec<u8>) {
        self.push(Queued { frame, _room: None, _bulk: None });
    }

    fn push(&self, queued: Queued) {
        self.0.frames.lock().unwrap_or_else(PoisonError::into_inner).push_back(queued);
        self.0.filled.notify_one();
    }

    /// Everything that waits, if anything does.
    pub(crate) fn take_now(&self) -> Option<Batch> {
        let taken = std::mem::take(&mut *self.0.frames.lock().unwrap_or_else(PoisonError::into_inner));
        (!taken.is_empty()).then_some(Batch(taken))
    }

    /// Everything that waits, in order; waits for the first frame. The room it took is free again when the answer is dropped.
    pub(crate) async fn take(&self) -> Batch {
        loop {
            let filled = self.0.filled.notified();
            if let Some(batch) = self.take_now() {
                return batch;
            }
            filled.await;
        }
    }
}

/// Frames on their way out.
#[derive(Debug)]
pub(crate) struct Batch(VecDeque<Queued>);

impl Batch {
    /// The frames themselves.
    pub(crate) fn frames(&mut self) -> Vec<Vec<u8>> {
        self.0.iter_mut().map(|queued| std::mem::take(&mut queued.frame)).collect()
    }
}

impl SendSlot {
    /// Queues a frame; the room it does not need is free at once.
    pub(crate) fn send(mut self, frame: Vec<u8>) {
        let spare = LARGEST_FRAME.saturating_sub(frame.len());
        drop(self.room.split(spare));
        if let Some(bulk) = &mut self.bulk {
            drop(bulk.split(spare));
        }
        self.queue.push(Queued { frame, _room: Some(self.room), _bulk: self.bulk });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_pending<T>(future: impl Future<Output = T>) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = tokio::task::yield_now() => true,
        }
    }

    #[tokio::test]
    async fn a_flood_leaves_room_for_a_keystroke() {
        let queue = LinkQueue::new();
        let mut sent = 0;
        while !is_pending(queue.slot(false)).await {
            queue.slot(false).await.send(vec![0; LARGEST_FRAME]);
            sent += 1;
        }
        assert_eq!(sent, (UNSENT - RESERVED) / LARGEST_FRAME);
        queue.slot(true).await.send(vec![1; 64]);
        let mut batch = queue.take().await;
        assert_eq!(batch.frames().len(), sent + 1);
        assert!(is_pending(queue.slot(false)).await, "room is free when the batch is gone");
        drop(batch);
        queue.slot(false).await.send(vec![2]);
    }

    #[tokio::test]
    async fn small_frames_take_the_room_they_need() {
        let queue = LinkQueue::new();
        for _ in 0..500 {
            queue.slot(false).await.send(vec![0; 64]);
        }
        assert_eq!(queue.take().await.frames().len(), 500);
    }
}
