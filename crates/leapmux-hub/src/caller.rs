//! Who is asking.

use leapmux_types::UserId;

/// An authenticated user, as the edge established it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub user: UserId,
    /// Administrator of the Hub.
    pub admin: bool,
    /// What the user works with.
    pub kind: ClientKind,
}

/// The program behind a client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientKind {
    #[default]
    Browser,
    Cli,
    /// A Worker acting for a user, towards another Worker.
    Worker,
}
