//! Ids, names, limits, codes and times every other crate speaks in. Pure: no clock, no randomness, no IO.

mod code;
mod email;
mod id;
pub mod limits;
mod name;
mod password;
mod refusal;
pub mod relay_frame;
mod slug;
mod time;

pub use code::Code;
pub use email::{EMAIL_MAX_CHARS, EmailError, clean_email};
pub use id::{
    BatchId, ChannelUid, IdError, NodeId, OrgId, ParseHexError, RegistrationKeyId, SessionId, TabId, UserId,
    WindowId, WorkerId, WorkspaceId,
};
pub use name::{NAME_MAX_CHARS, NameError, clean_name};
pub use password::{
    PASSWORD_MAX_BYTES, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, PasswordError, check_password,
};
pub use refusal::CREDENTIAL_REFUSED;
pub use slug::{RESERVED_FROM_SIGNUP, RESERVED_SLUG, SLUG_MAX_CHARS, SlugError, SlugProblem, clean_slug};
pub use time::Millis;
