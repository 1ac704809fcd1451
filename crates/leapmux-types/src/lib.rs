//! Ids, names, limits, codes and times every other crate speaks in. Pure: no clock, no randomness, no IO.

mod id;
pub mod limits;
mod name;
mod time;

pub use id::{
    BatchId, ChannelUid, IdError, NodeId, OrgId, ParseHexError, TabId, UserId, WindowId, WorkerId, WorkspaceId,
};
pub use name::{NameError, NAME_MAX_CHARS, clean_name};
pub use time::Millis;
