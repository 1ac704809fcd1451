//! Ids, names, limits, codes and times every other crate speaks in. Pure: no clock, no randomness, no IO.

mod code;
mod id;
pub mod limits;
mod name;
pub mod relay_frame;
mod time;

pub use code::Code;
pub use id::{
    BatchId, ChannelUid, IdError, NodeId, OrgId, ParseHexError, TabId, UserId, WindowId, WorkerId,
    WorkspaceId,
};
pub use name::{NAME_MAX_CHARS, NameError, clean_name};
pub use time::Millis;
