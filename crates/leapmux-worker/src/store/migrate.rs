//! Brings the schema up to date when the database is opened: refuses a newer one, copies an old one first.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use sea_orm_migration::{MigratorTrait, seaql_migrations};

use super::StoreError;
use super::migrations::Migrator;

/// Databases up to this size are checked whole at every start; larger ones are noticed by the first read that fails.
const CHECKED_SIZE: u64 = 16 * 1024 * 1024;

pub(super) async fn run(db: &DatabaseConnection, path: &Path) -> Result<(), StoreError> {
    check_pages(db, path).await?;
    let applied = applied(db).await?;
    let known: Vec<String> = Migrator::get_migration_files().iter().map(|m| m.name().to_owned()).collect();
    if applied.iter().any(|name| !known.contains(name)) {
        let (path, program) = (path.to_owned(), env!("CARGO_PKG_VERSION"));
        return Err(StoreError::Newer { path, found: applied.len(), known: known.len(), program });
    }
    if applied.len() == known.len() {
        return Ok(());
    }
    if !applied.is_empty() {
        let copy = back_up(db, path, applied.len()).await?;
        tracing::info!(copy = %copy.display(), "copied the database before changing its schema");
    }
    Ok(Migrator::up(db, None).await?)
}

/// Names of the migrations the database has seen; none when it is new.
async fn applied(db: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let table =
        query(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'");
    if table.await?.is_empty() {
        return Ok(Vec::new());
    }
    use sea_orm::EntityTrait;
    let rows = seaql_migrations::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn check_pages(db: &DatabaseConnection, path: &Path) -> Result<(), StoreError> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() <= CHECKED_SIZE)
        && query(db, "PRAGMA quick_check(1)").await? != ["ok"]
    {
        return Err(StoreError::Corrupt { path: path.to_owned() });
    }
    Ok(())
}

/// A consistent copy beside the database, `worker.db.bak-<schema>`, complete or absent.
async fn back_up(db: &DatabaseConnection, path: &Path, schema: usize) -> Result<PathBuf, StoreError> {
    let failed = |reason: String| StoreError::Backup { path: path.to_owned(), reason };
    let name = |ending: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let (copy, partial) = (name(format!(".bak-{schema}")), name(".bak-partial".to_owned()));
    // A copy that was interrupted is worth nothing.
    let _ = std::fs::remove_file(&partial);
    super::pool::create_private(&partial)?;
    let target = partial.to_str().ok_or_else(|| failed("its path is not UTF-8".to_owned()))?;
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        "VACUUM INTO ?",
        [target.into()],
    ))
    .await
    .map_err(|error| failed(error.to_string()))?;
    std::fs::rename(&partial, &copy).map_err(|error| failed(error.to_string()))?;
    Ok(copy)
}

async fn query(db: &DatabaseConnection, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    async fn opened(path: &Path) -> Result<Store, StoreError> {
        Store::open(path, 2).await
    }

    #[tokio::test]
    async fn a_new_database_is_private_and_opens_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("worker.db");
        opened(&path).await.expect("made").close().await.expect("closed");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("it exists").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let store = opened(&path).await.expect("opened again");
        assert_eq!(applied(store.db()).await.expect("read").len(), Migrator::migrations().len());
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("worker.db");
        let store = opened(&path).await.expect("made");
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
        store.db().execute_unprepared(newer).await.expect("inserted");
        store.close().await.expect("closed");
        let refused = opened(&path).await.expect_err("newer").to_string();
        let known = Migrator::migrations().len();
        assert!(refused.contains(&format!("has schema {}", known + 1)), "{refused}");
        assert!(refused.contains(&format!("schemas up to {known}")), "{refused}");
    }

    #[tokio::test]
    async fn a_damaged_database_is_named() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("worker.db");
        opened(&path).await.expect("made").close().await.expect("closed");
        let mut bytes = std::fs::read(&path).expect("read");
        for byte in &mut bytes[4096..4196] {
            *byte = 0xa5;
        }
        std::fs::write(&path, bytes).expect("written");
        assert!(matches!(opened(&path).await, Err(StoreError::Corrupt { .. })));
        std::fs::write(
            &path,
            b"no database at all, but long enough to have a header of a hundred bytes or so, and then \
            some more of it",
        )
        .expect("written");
        assert!(matches!(opened(&path).await, Err(StoreError::Corrupt { .. })));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn damage_met_while_running_is_a_sentence() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("worker.db");
        Store::open(&path, 1).await.expect("made").close().await.expect("closed");
        let store = Store::open(&path, 1).await.expect("opened");
        let file = std::fs::OpenOptions::new().write(true).open(&path).expect("writable");
        let pages = file.metadata().expect("there").len() / 4096;
        for page in 1..pages {
            std::os::unix::fs::FileExt::write_all_at(&file, &[0xaa; 4096], page * 4096).expect("written");
        }
        // What the connection has in its cache is sound.
        store.db().execute_unprepared("PRAGMA shrink_memory").await.expect("forgotten");
        let failed = super::super::tab::all(store.db()).await.expect_err("damaged");
        assert!(matches!(failed, StoreError::Damaged(_)), "{failed:?}");
        let told = crate::rpc::RpcError::from(failed).message;
        assert!(told.contains("worker.db") && told.contains("restore it from a backup"), "{told}");
    }

    #[tokio::test]
    async fn a_full_disk_is_a_sentence_and_nothing_is_half_saved() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(&dir.path().join("worker.db"), 1).await.expect("made");
        let pages = query(store.db(), "SELECT CAST(page_count AS TEXT) FROM pragma_page_count").await;
        let limit = format!("PRAGMA max_page_count = {}", pages.expect("read")[0]);
        store.db().execute_unprepared(&limit).await.expect("set");
        let tab = leapmux_types::TabId::from_bits(1);
        let options = [("model".to_owned(), "x".repeat(100_000))].into();
        let failed =
            super::super::agent::insert(store.db(), &tab, &options, "").await.expect_err("there is no room");
        assert!(matches!(failed, StoreError::Full(_)), "{failed:?}");
        assert_eq!(super::super::agent::find(store.db(), &tab).await.expect("read"), None);
        assert!(crate::rpc::RpcError::from(failed).message.starts_with("the disk is full"));
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_written_is_named_with_the_remedy() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("file");
        std::fs::write(&file, "").expect("written");
        let refused = opened(&file.join("worker.db")).await.expect_err("no directory").to_string();
        assert!(refused.contains("worker.db") && refused.contains("--data-dir"), "{refused}");
    }

    #[tokio::test]
    async fn an_old_database_is_copied_before_it_is_changed() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("worker.db");
        let store = opened(&path).await.expect("made");
        let copy = back_up(store.db(), &path, 1).await.expect("copied");
        assert_eq!(copy.file_name().and_then(|n| n.to_str()), Some("worker.db.bak-1"));
        let copied = opened(&copy).await.expect("a database");
        assert!(!applied(copied.db()).await.expect("read").is_empty());
    }
}
