//! The port's methods as queries, one file an aggregate.

mod layouts;
mod orgs;
mod registration_keys;
mod sessions;
mod sharing;
mod users;
mod workers;
mod workspaces;

use leapmux_hub_store::StoreError;

use crate::error::unreadable;

/// An id as it was stored.
fn id<T: std::str::FromStr<Err = leapmux_types::IdError>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error| unreadable("id", error))
}

/// Revisions are unsigned here and signed in SQL; none will ever reach the difference.
fn rev_in(rev: u64) -> i64 {
    i64::try_from(rev).unwrap_or(i64::MAX)
}
fn rev_out(rev: i64) -> u64 {
    rev.unsigned_abs()
}

/// A SHA-256 as it was stored.
fn digest(bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    <[u8; 32]>::try_from(bytes).map_err(|_| unreadable("hash", "wrong length"))
}
