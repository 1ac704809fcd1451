//! Who looks at which workspace: in memory, gone with the connection or after a while of silence.

use std::collections::BTreeMap;
use std::sync::Mutex;

use leapmux_types::{Millis, UserId, WorkspaceId};

/// A report counts this long; clients repeat theirs sooner.
const LIFETIME_MS: u64 = 60_000;

/// One client connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

#[derive(Debug)]
struct Seen {
    user: UserId,
    workspace: WorkspaceId,
    at: Millis,
}

/// The last report of every connection.
#[derive(Debug, Default)]
pub struct Presence {
    seen: Mutex<BTreeMap<ConnectionId, Seen>>,
}

impl Presence {
    /// A connection shows this workspace now.
    pub fn report(&self, connection: ConnectionId, user: &UserId, workspace: WorkspaceId, now: Millis) {
        let mut seen = self.seen.lock().expect("no method panics while it holds the map");
        seen.insert(connection, Seen { user: user.clone(), workspace, at: now });
    }

    /// The connection is gone.
    pub fn leave(&self, connection: ConnectionId) {
        self.seen.lock().expect("no method panics while it holds the map").remove(&connection);
    }

    /// The connection that showed this workspace to this user last, if any still does.
    pub fn active_client(&self, user: &UserId, workspace: &WorkspaceId, now: Millis) -> Option<ConnectionId> {
        let seen = self.seen.lock().expect("no method panics while it holds the map");
        let fresh = |seen: &Seen| now.0.saturating_sub(seen.at.0) < LIFETIME_MS;
        let there = seen.iter().filter(|(_, s)| s.user == *user && s.workspace == *workspace && fresh(s));
        there.max_by_key(|(_, seen)| seen.at).map(|(connection, _)| *connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_report_counts_until_it_is_old_or_gone() {
        let presence = Presence::default();
        let (user, here) = (UserId::from_bits(1), WorkspaceId::from_bits(1));
        let at = |ms| Millis(ms);
        presence.report(ConnectionId(1), &user, here.clone(), at(0));
        presence.report(ConnectionId(2), &user, here.clone(), at(10));
        presence.report(ConnectionId(3), &UserId::from_bits(2), here.clone(), at(20));
        assert_eq!(presence.active_client(&user, &here, at(30)), Some(ConnectionId(2)));
        presence.leave(ConnectionId(2));
        assert_eq!(presence.active_client(&user, &here, at(30)), Some(ConnectionId(1)));
        presence.report(ConnectionId(1), &user, WorkspaceId::from_bits(2), at(40));
        assert_eq!(presence.active_client(&user, &here, at(50)), None);
        assert_eq!(presence.active_client(&user, &WorkspaceId::from_bits(2), at(60_040)), None);
    }
}
