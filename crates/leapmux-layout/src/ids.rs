//! New ids from one seed: the caller brings 128 random bits once, a counter does the rest. Keeps the engine free of randomness.

use leapmux_types::{BatchId, NodeId, TabId, WindowId, WorkspaceId};

const COUNTER_BITS: u32 = 24;

/// A source of ids that are unique as long as seeds are (104 bits of a seed count). One per client session or request.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: u128,
    used: u128,
}

impl Ids {
    /// A source for random or UUIDv7 bits.
    pub fn new(seed: u128) -> Self {
        Self { seed: seed >> COUNTER_BITS << COUNTER_BITS, used: 0 }
    }
    fn bits(&mut self) -> u128 {
        self.used += 1;
        self.seed.wrapping_add(self.used)
    }
    /// A new workspace id.
    pub fn workspace(&mut self) -> WorkspaceId {
        WorkspaceId::from_bits(self.bits())
    }
    /// A new node id.
    pub fn node(&mut self) -> NodeId {
        NodeId::from_bits(self.bits())
    }
    /// A new tab id.
    pub fn tab(&mut self) -> TabId {
        TabId::from_bits(self.bits())
    }
    /// A new window id.
    pub fn window(&mut self) -> WindowId {
        WindowId::from_bits(self.bits())
    }
    /// A new batch id.
    pub fn batch(&mut self) -> BatchId {
        BatchId::from_bits(self.bits())
    }
}
