//! The table of open streams: ids, limits, and the memory their unread messages take.

use std::collections::BTreeMap;

use crate::limits::{MAX_REASSEMBLY, STREAM_ID_END};
use crate::stream::Stream;

/// What an id that is not in the table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It was open once: frames still on their way are counted and dropped.
    Past,
    /// It never was: the peer breaks the protocol.
    Never,
}

#[derive(Debug)]
pub(crate) struct Streams {
    open: BTreeMap<u32, Stream>,
    /// Next id of ours.
    next: u32,
    /// Least id the peer may open next.
    peer_next: u32,
    /// Streams the peer has open.
    peer_open: usize,
    /// Bytes held by all of them.
    held: usize,
    /// Order in which unfinished messages began.
    turns: u64,
    /// Some message waits for memory to be given credit.
    starved: bool,
}

impl Streams {
    /// Ours are odd when we are the client.
    pub(crate) fn new(client: bool) -> Self {
        let (next, peer_next) = if client { (1, 2) } else { (2, 1) };
        Self { open: BTreeMap::new(), next, peer_next, peer_open: 0, held: 0, turns: 0, starved: false }
    }
    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Stream> {
        self.open.get_mut(&id)
    }
    pub(crate) fn get(&self, id: u32) -> Option<&Stream> {
        self.open.get(&id)
    }
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = (u32, &mut Stream)> {
        self.open.iter_mut().map(|(id, stream)| (*id, stream))
    }
    /// Streams we have open.
    pub(crate) fn own_open(&self) -> usize {
        self.open.len() - self.peer_open
    }
    /// Streams the peer has open.
    pub(crate) fn peer_open(&self) -> usize {
        self.peer_open
    }
    /// Gives a stream of ours its id; `None` when they are used up.
    pub(crate) fn insert_own(&mut self, stream: Stream) -> Option<u32> {
        let id = self.next;
        if id >= STREAM_ID_END {
            return None;
        }
        self.next += 2;
        self.open.insert(id, stream);
        Some(id)
    }
    /// Notes an id the peer opens; `None` unless it is theirs, new and rising.
    pub(crate) fn peer_opens(&mut self, id: u32) -> Option<()> {
        let fits = self.is_peers(id) && id >= self.peer_next && id < STREAM_ID_END;
        fits.then(|| self.peer_next = id + 2)
    }
    pub(crate) fn insert_peer(&mut self, id: u32, stream: Stream) {
        self.peer_open += 1;
        self.open.insert(id, stream);
    }
    fn is_peers(&self, id: u32) -> bool {
        id % 2 == self.peer_next % 2
    }
    pub(crate) fn missing(&self, id: u32) -> Missing {
        let next = if self.is_peers(id) { self.peer_next } else { self.next };
        if id < next { Missing::Past } else { Missing::Never }
    }
    /// Takes a stream out, with the memory it held.
    pub(crate) fn remove(&mut self, id: u32) -> Option<Stream> {
        let stream = self.open.remove(&id)?;
        self.peer_open -= usize::from(self.is_peers(id));
        self.held -= stream.receiving.held();
        Some(stream)
    }
    pub(crate) fn clear(&mut self) {
        self.open.clear();
        (self.held, self.peer_open) = (0, 0);
    }

    /// Counts payload that came for a stream.
    pub(crate) fn hold(&mut self, bytes: usize) {
        self.held += bytes;
    }
    /// Counts payload the application took.
    pub(crate) fn unhold(&mut self, bytes: usize) {
        self.held -= bytes;
    }
    /// The number of the next message to begin.
    pub(crate) fn next_turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }
    /// Credit to give on a stream. Beyond the memory limit unfinished messages get none, except the oldest (rule 10.2).
    pub(crate) fn take_credit(&mut self, id: u32) -> Option<u32> {
        let full = self.held > MAX_REASSEMBLY;
        let early = !full || self.oldest_unfinished() == Some(id);
        self.starved |= !early;
        self.open.get_mut(&id)?.receiving.take_credit(early)
    }
    fn oldest_unfinished(&self) -> Option<u32> {
        let unfinished = self.open.iter().filter(|(_, stream)| stream.receiving.partial() > 0);
        unfinished.min_by_key(|(_, stream)| stream.receiving.partial_since).map(|(id, _)| *id)
    }
    /// Streams to ask for credit again because memory became free or another message became the oldest.
    pub(crate) fn take_starved(&mut self) -> Vec<u32> {
        if !std::mem::take(&mut self.starved) {
            return Vec::new();
        }
        self.open.iter().filter(|(_, stream)| stream.receiving.partial() > 0).map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Class, Kind};

    fn stream() -> Stream {
        Stream::new(Class::Bulk, Kind::Messages, 0)
    }

    #[test]
    fn rule_10_1_ids_rise_and_have_a_parity() {
        let mut worker = Streams::new(false);
        assert_eq!(worker.peer_opens(2), None, "even is the Worker's");
        assert_eq!(worker.peer_opens(3), Some(()));
        assert_eq!(worker.peer_opens(1), None, "must rise");
        assert_eq!(worker.peer_opens(3), None);
        assert_eq!(worker.peer_opens(STREAM_ID_END + 1), None);
        assert_eq!(
            (worker.missing(1), worker.missing(3), worker.missing(5)),
            (Missing::Past, Missing::Past, Missing::Never)
        );
        let mut client = Streams::new(true);
        assert_eq!((client.insert_own(stream()), client.insert_own(stream())), (Some(1), Some(3)));
        client.next = STREAM_ID_END + 1;
        assert_eq!(client.insert_own(stream()), None);
    }

    #[test]
    fn rule_10_2_beyond_the_memory_limit_only_the_oldest_message_gets_credit() {
        let mut streams = Streams::new(false);
        for id in [1, 3] {
            streams.peer_opens(id).expect("rising");
            streams.insert_peer(id, stream());
            let turn = streams.next_turn();
            let receiving = &mut streams.get_mut(id).expect("inserted").receiving;
            receiving.partial_since = turn;
            receiving.count(200_000).expect("the window");
            receiving.append(&[0; 200_000]);
            streams.hold(200_000);
        }
        streams.hold(MAX_REASSEMBLY);
        assert_eq!(streams.take_credit(3), None);
        assert_eq!(streams.take_credit(1), Some(200_000));
        streams.unhold(MAX_REASSEMBLY);
        assert_eq!(streams.take_starved(), [1, 3]);
        assert_eq!(streams.take_credit(3), Some(200_000));
    }

    #[test]
    fn removing_gives_memory_and_places_back() {
        let mut streams = Streams::new(false);
        streams.peer_opens(1).expect("rising");
        streams.insert_peer(1, stream());
        streams.get_mut(1).expect("inserted").receiving.count(10).expect("fits");
        streams.hold(10);
        assert_eq!((streams.peer_open(), streams.own_open(), streams.held), (1, 0, 10));
        streams.remove(1);
        assert_eq!((streams.peer_open(), streams.own_open(), streams.held), (0, 0, 0));
    }
}
