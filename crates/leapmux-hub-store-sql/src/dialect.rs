//! What differs between database families: which failures are worth another try, and the types that hold much.

use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};
use sea_orm::{DbBackend, DbErr, SqlErr};

use crate::error::database_code;

/// What a failed statement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Somebody else was in the way: run the whole transaction again.
    Retry,
    /// A unique key exists already.
    Unique,
    /// A row that is pointed to does not exist.
    ForeignKey,
    /// The file is no sound database.
    Corrupt,
    /// The disk, or the room set aside for the database, is full.
    Full,
    Other,
}

/// PostgreSQL family: serialization failure, deadlock. MySQL family: deadlock, lock wait, changed since read, TiDB's own.
/// SQLite: busy and locked, plain and extended.
const RETRY: [&str; 15] = [
    "40001", "40P01", "1213", "1205", "1020", "9007", "8002", "8022", "8028", "5", "6", "261", "262", "517",
    "773",
];
/// SQLite: corrupt, corrupt virtual table, sequence and index, not a database.
const CORRUPT: [&str; 5] = ["11", "267", "523", "779", "26"];
/// SQLite, PostgreSQL family, MySQL family (table and disk).
const FULL: [&str; 4] = ["13", "53100", "1114", "1021"];

pub(crate) fn classify(error: &DbErr) -> Class {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => return Class::Unique,
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Class::ForeignKey,
        _ => {}
    }
    match database_code(error) {
        Some((code, _)) if RETRY.contains(&code.as_str()) => Class::Retry,
        Some((code, _)) if CORRUPT.contains(&code.as_str()) => Class::Corrupt,
        Some((code, _)) if FULL.contains(&code.as_str()) => Class::Full,
        _ => Class::Other,
    }
}

/// A table; MySQL's default character set is not Unicode, and comparing must not fold case.
pub(crate) fn table(backend: DbBackend) -> TableCreateStatement {
    let mut table = Table::create();
    table.if_not_exists();
    if backend == DbBackend::MySql {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

/// Bytes of any length: MySQL's plain BLOB ends at 64 KiB.
pub(crate) fn large_blob(column: &mut ColumnDef, backend: DbBackend) -> &mut ColumnDef {
    match backend {
        DbBackend::MySql => column.custom("LONGBLOB"),
        _ => column.blob(),
    }
}
