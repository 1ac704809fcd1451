//! A database as messages name it: never with a password.

use std::fmt;

use crate::ServerKind;

/// Which database on which server, asked for by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub(crate) kind: ServerKind,
    /// `host:port`, or the path of a socket.
    pub(crate) server: String,
    pub(crate) database: String,
    pub(crate) user: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} database {:?} at {}", self.kind, self.database, self.server)
    }
}
