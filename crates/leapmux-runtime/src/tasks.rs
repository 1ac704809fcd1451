//! A task tree: every spawned task has a name, an owner and a cancel token, and shutdown waits for all of them.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Tasks of one owner. Clones share the owner; `child` makes a group that can be cancelled on its own.
#[derive(Debug, Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    cancel: CancellationToken,
}

/// Some tasks had not ended when the grace period was over.
#[derive(Debug, thiserror::Error)]
#[error("{remaining} task(s) still running after the grace period")]
pub struct DrainTimeout {
    /// How many.
    pub remaining: usize,
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new()
    }
}

impl Tasks {
    /// A root group.
    pub fn new() -> Self {
        Self { tracker: TaskTracker::new(), cancel: CancellationToken::new() }
    }

    /// A group with a tracker of its own that is cancelled with this one, or alone.
    pub fn child(&self) -> Self {
        Self { tracker: TaskTracker::new(), cancel: self.cancel.child_token() }
    }

    /// The token tasks of this group watch.
    pub fn token(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Runs `task` to its end; it is expected to watch `token()` itself.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(task.instrument(tracing::debug_span!("task", name)));
    }

    /// Runs `task` until it ends or the group is cancelled, whichever is first: only for cancel-safe bodies.
    pub fn spawn_until_cancelled<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let cancel = self.cancel.clone();
        self.spawn(name, async move {
            cancel.run_until_cancelled(task).await;
        });
    }

    /// Tells every task of the group and of its children to stop.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Cancels and waits for the group's own tasks, at most `grace`.
    pub async fn shutdown(&self, grace: Duration) -> Result<(), DrainTimeout> {
        self.cancel.cancel();
        self.tracker.close();
        tokio::time::timeout(grace, self.tracker.wait())
            .await
            .map_err(|_| DrainTimeout { remaining: self.tracker.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutdown_cancels_children_and_waits() {
        let root = Tasks::new();
        let child = root.child();
        let (ended, mut seen) = tokio::sync::mpsc::channel(1);
        let token = child.token();
        child.spawn("waits", async move {
            token.cancelled().await;
            ended.send(()).await.expect("the test listens");
        });
        root.shutdown(Duration::from_secs(5)).await.expect("nothing of its own to wait for");
        child.shutdown(Duration::from_secs(5)).await.expect("the child's task ends");
        assert_eq!(seen.recv().await, Some(()));
    }

    #[tokio::test(start_paused = true)]
    async fn names_what_did_not_end() {
        let tasks = Tasks::new();
        tasks.spawn("stubborn", std::future::pending());
        let refused = tasks.shutdown(Duration::from_secs(1)).await.expect_err("it never ends");
        assert_eq!(refused.remaining, 1);
    }
}
