//! Accounts: signing up and in, sessions, passwords, profiles. Solo mode has none of it.

mod attempts;
mod password;
mod service;
mod session;

pub(crate) use attempts::Attempts;
pub(crate) use password::Passwords;
pub use service::{AccountPolicy, AccountService, NewAccount, Profile, SignedIn};
pub use session::{Origin, SessionInfo, Sessions, SignedInSession};
