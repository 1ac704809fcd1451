//! Why the Hub refuses or fails; the sentences are what the user reads.

use std::time::Duration;

use leapmux_hub_store::StoreError;

/// One error for all services: its kind decides the code on the wire.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    PermissionDenied(String),
    #[error("{0}")]
    InvalidArgument(String),
    #[error("{0}")]
    AlreadyExists(String),
    #[error("{0}")]
    FailedPrecondition(String),
    /// Who calls has not shown who they are.
    #[error("{0}")]
    Unauthenticated(String),
    /// Too often; worth another try after the time.
    #[error("too many attempts; try again later")]
    TooMany { retry_after: Duration },
    /// Worth another try in a moment.
    #[error("{0}")]
    Unavailable(String),
    /// Nobody's fault but ours; the cause is logged, not told.
    #[error("{}", failure(.0))]
    Store(#[source] StoreError),
}

/// What people can do about a database that failed.
pub(crate) fn failure(error: &StoreError) -> &'static str {
    match error {
        StoreError::Damaged(_) => {
            "the Hub's database (hub.db) is damaged: stop LeapMux and restore it from a backup; its log says more"
        }
        StoreError::Full(_) => "the disk is full: the Hub can save nothing until there is room",
        _ => "the Hub's database failed; its log says more",
    }
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(what) => Self::AlreadyExists(format!("{what} is already taken")),
            StoreError::Missing(what) => Self::NotFound(format!("the {what} does not exist")),
            error if error.is_transient() => {
                Self::Unavailable("the Hub is busy; please try again".to_owned())
            }
            error => Self::Store(error),
        }
    }
}

impl HubError {
    /// Trying again may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
    pub(crate) fn too_many(retry_after: Duration) -> Self {
        Self::TooMany { retry_after }
    }
    pub(crate) fn stopping() -> Self {
        Self::Unavailable("hub is shutting down".to_owned())
    }
    pub(crate) fn no_organization() -> Self {
        Self::NotFound("this organization does not exist, or you are not a member of it".to_owned())
    }
    pub(crate) fn no_workspace() -> Self {
        Self::NotFound("this workspace does not exist, or you cannot open it".to_owned())
    }
    pub(crate) fn no_worker() -> Self {
        Self::NotFound("this worker does not exist, or you cannot reach it".to_owned())
    }
}
