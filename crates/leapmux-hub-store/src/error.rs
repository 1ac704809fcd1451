//! What can go wrong in a store.

/// Why a store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A name or id exists already.
    #[error("{0} is already taken")]
    Taken(Taken),
    /// A record that others point to does not exist.
    #[error("the {0} does not exist")]
    Missing(&'static str),
    /// Somebody else changed the same record first; the caller must look again.
    #[error("the record was changed at the same time")]
    Stale,
    /// So much was going on at once that the change was given up.
    #[error("the database is too busy")]
    Contended,
    /// What the database keeps cannot be read any more.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// There is no room for more.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The database itself failed otherwise.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// What exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Username,
    Email,
    OrgSlug,
    Id,
    /// The user is a member already.
    Member,
    /// There is an account already.
    FirstAccount,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Username => "username",
            Self::Email => "email address",
            Self::OrgSlug => "organization name",
            Self::Id => "id",
            Self::Member => "membership",
            Self::FirstAccount => "first account",
        })
    }
}

impl StoreError {
    /// Trying again may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Contended | Self::Stale)
    }
}
