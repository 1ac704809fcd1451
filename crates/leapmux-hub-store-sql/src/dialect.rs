//! What differs between database families: what a failure means, and the types that hold much.

use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};
use sea_orm::{ConnAcquireErr, DbBackend, DbErr, SqlErr};

use crate::error::{connection_lost, database_code};

/// What a failed statement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Somebody else was in the way: run the whole transaction again.
    Retry,
    /// The connection ended. What had not been committed did not happen; what was being committed may have.
    Lost,
    /// No connection came free, or the statement took longer than it may.
    Slow,
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

/// PostgreSQL family: serialization failure, deadlock, lock wait. MySQL family: deadlock, lock wait, changed since read, TiDB's own.
/// SQLite: busy and locked, plain and extended.
const RETRY: [&str; 17] = [
    "40001", "40P01", "55P03", "1213", "1205", "1020", "9007", "8002", "8022", "8027", "8028", "5", "6",
    "261", "262", "517", "773",
];
/// PostgreSQL family: the server is told to stop, crashed, is not up yet; broken connections. MySQL family: it stops, the connection
/// was killed, or lay idle for too long.
const LOST: [&str; 9] = ["57P01", "57P02", "57P03", "08000", "08003", "08006", "1053", "1927", "4031"];
/// Longer than it may take: PostgreSQL family, MariaDB, MySQL and TiDB, all of these interrupted.
const SLOW: [&str; 4] = ["57014", "1969", "3024", "1317"];
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
    if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
        return Class::Slow;
    }
    let Some((code, _)) = database_code(error) else {
        return if connection_lost(error) { Class::Lost } else { Class::Other };
    };
    let groups: [(&[&str], Class); 5] = [
        (&RETRY, Class::Retry),
        (&LOST, Class::Lost),
        (&SLOW, Class::Slow),
        (&CORRUPT, Class::Corrupt),
        (&FULL, Class::Full),
    ];
    let found = groups.iter().find(|(codes, _)| codes.contains(&code.as_str()));
    found.map_or(Class::Other, |(_, class)| *class)
}

/// Whether a violated unique key is the one over this column. PostgreSQL and the MySQL family name the index, SQLite the column;
/// indexes are named `<table>_<column>`. What MySQL quotes of the row comes before the key's name.
pub(crate) fn is_key_of(error: &DbErr, table: &str, column: &str) -> bool {
    let Some(SqlErr::UniqueConstraintViolation(said)) = error.sql_err() else { return false };
    let key = said.rsplit_once(" for key ").map_or(said.as_str(), |(_, key)| key);
    key.contains(&format!("{table}_{column}")) || key.contains(&format!("{table}.{column}"))
}

/// This moment by the database's own clock, milliseconds since 1970: machines disagree about the time.
pub(crate) fn now_ms(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
        DbBackend::Sqlite => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        _ => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
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
