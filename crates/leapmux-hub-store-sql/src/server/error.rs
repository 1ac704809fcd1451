//! Why a database on a server cannot be used, each a sentence that says what to do.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

use super::Place;
use crate::ServerKind;
use crate::error::code_of;

/// Why a database on a server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("storage.{key}.dsn cannot be used: {reason}", key = kind.key())]
    Dsn { kind: ServerKind, reason: String },
    #[error(
        "the {kind} server at {server} cannot be reached: {reason}. Is it running, and is storage.{key}.dsn right?",
        kind = place.kind, server = place.server, key = place.kind.key()
    )]
    Unreachable { place: Place, reason: String },
    #[error(
        "the {kind} server at {server} refused the user {user:?} ({reason}). Check user and password in storage.{key}.dsn",
        kind = place.kind, server = place.server, user = place.user, key = place.kind.key()
    )]
    Refused { place: Place, reason: String },
    #[error("the {place} does not exist. Create it (CREATE DATABASE …), or name another in storage.{key}.dsn", key = place.kind.key())]
    NoDatabase { place: Place },
    #[error(
        "TLS with the {kind} server at {server} failed: {reason}. Check the TLS parameters of storage.{key}.dsn",
        kind = place.kind, server = place.server, key = place.kind.key()
    )]
    Tls { place: Place, reason: String },
    #[error("the user {user:?} may not do what is needed in the {place} ({reason}). Check that the database exists and that this user owns it", user = place.user)]
    NotAllowed { place: Place, reason: String },
    #[error(
        "the {place} stores text as {encoding}, which cannot hold every name. Create it with the encoding UTF8"
    )]
    Encoding { place: Place, encoding: String },
    #[error(
        "the {place} was made by a newer LeapMux (schema version {database}; this program knows version {program}). Update LeapMux, or name another database in storage.{key}.dsn",
        key = place.kind.key()
    )]
    Newer { place: Place, database: u32, program: u32 },
    #[error("another LeapMux is migrating the {place}; try again in a minute")]
    Migrating { place: Place },
    #[error(
        "the {place} is in use by another LeapMux (on {by}). Stop it, or name another database in storage.{key}.dsn",
        key = place.kind.key()
    )]
    InUse { place: Place, by: String },
    #[error("the {place} cannot be used: {reason}")]
    Failed { place: Place, reason: String },
}

impl ServerError {
    /// The sentence for a failure while opening.
    pub(super) fn explain(place: &Place, error: &DbErr) -> Self {
        match error {
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause))
            | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Self::of_driver(place, cause),
            other => Self::Failed { place: place.clone(), reason: other.to_string() },
        }
    }

    /// As [`ServerError::explain`], for the driver's own error.
    pub(super) fn of_driver(place: &Place, error: &SqlxError) -> Self {
        let place = place.clone();
        if let Some((code, reason)) = code_of(error) {
            return match code.as_str() {
                // Wrong password, no such way to authenticate; access denied, and by its plug-in.
                "28P01" | "28000" | "1045" | "1698" | "3118" => Self::Refused { place, reason },
                "3D000" | "1049" => Self::NoDatabase { place },
                // No privilege for this; not for this database, statement or table.
                "42501" | "1044" | "1142" | "1227" => Self::NotAllowed { place, reason },
                _ => Self::Failed { place, reason },
            };
        }
        match error {
            // What a TLS library finds wrong in what it was sent arrives as a failure to read.
            SqlxError::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
                Self::Tls { place, reason: io.to_string() }
            }
            SqlxError::Io(io) => Self::Unreachable { place, reason: io.to_string() },
            SqlxError::PoolTimedOut => {
                Self::Unreachable { place, reason: "it did not answer in time".to_owned() }
            }
            SqlxError::Tls(reason) => Self::Tls { place, reason: reason.to_string() },
            SqlxError::Configuration(reason) => Self::Dsn { kind: place.kind, reason: reason.to_string() },
            other => Self::Failed { place, reason: other.to_string() },
        }
    }

    /// Nobody answered within the time a connection may take.
    pub(super) fn silent(place: &Place) -> Self {
        Self::of_driver(place, &SqlxError::PoolTimedOut)
    }
}
