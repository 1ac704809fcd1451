//! Opening against what may lie in a data directory: newer, older, damaged, foreign, locked.

use leapmux_hub_store::{HubStore, NewUser, OrgRecord, UserRecord, UserStore};
use leapmux_types::{OrgId, UserId};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::*;

fn account() -> NewUser {
    let user = UserRecord {
        id: UserId::from_bits(1),
        username: "solo".into(),
        display_name: "Solo".into(),
        admin: true,
        email: None,
        email_verified: false,
        created_at_ms: 1,
    };
    let personal =
        OrgRecord { id: OrgId::from_bits(1), slug: "solo".into(), personal: true, created_at_ms: 1 };
    NewUser { user, personal, password_hash: None, first: false }
}

async fn with_account(config: &SqliteConfig) {
    let store = open_sqlite(config).await.expect("opens");
    store.create_user(&account()).await.expect("room");
    store.close().await.expect("closes");
}

fn here(dir: &tempfile::TempDir) -> SqliteConfig {
    SqliteConfig::at(dir.path().join("hub.db"))
}

async fn refused(config: &SqliteConfig) -> String {
    open_sqlite(config).await.expect_err("refused").to_string()
}

struct Later;
impl MigrationName for Later {
    fn name(&self) -> &str {
        "m9999_later"
    }
}
// The trait elides this lifetime, and async_trait wants it written the same way.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Later {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = crate::dialect::table(manager.get_database_backend());
        table.table("later").col(sea_orm::sea_query::ColumnDef::new("id").integer().not_null().primary_key());
        manager.create_table(table).await
    }
}

pub(crate) fn with_later() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = migrations::all();
    all.push(Box::new(Later));
    all
}

#[cfg(unix)]
#[tokio::test]
async fn every_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let store = open_sqlite(&here(&dir)).await.expect("opens");
    store.create_user(&account()).await.expect("room");
    let files: Vec<_> =
        fs::read_dir(dir.path()).expect("readable").map(|e| e.expect("readable").path()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let mode = fs::metadata(&file).expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_with_both_versions() {
    let dir = tempfile::tempdir().expect("a directory");
    let newer = open_with(&here(&dir), with_later).await.expect("opens");
    newer.close().await.expect("closes");
    drop(newer);
    let said = refused(&here(&dir)).await;
    let known = format!("version {}", migrations::all().len());
    assert!(
        said.contains("newer LeapMux") && said.contains("version 9999") && said.contains(&known),
        "{said}"
    );
}

#[tokio::test]
async fn migrating_keeps_a_copy_that_opens_with_everything_in_it() {
    let dir = tempfile::tempdir().expect("a directory");
    with_account(&here(&dir)).await;
    let migrated = open_with(&here(&dir), with_later).await.expect("migrates");
    assert!(migrated.user_named("solo").await.expect("readable").is_some());
    migrated.close().await.expect("closes");
    let copy = format!("hub.db.bak-{}", migrations::all().len());
    let copy = open_sqlite(&SqliteConfig::at(dir.path().join(copy))).await.expect("the version before opens");
    assert!(copy.user_named("solo").await.expect("readable").is_some());
}

#[tokio::test]
async fn a_start_with_nothing_to_migrate_makes_no_copy() {
    let dir = tempfile::tempdir().expect("a directory");
    with_account(&here(&dir)).await;
    let again = open_sqlite(&here(&dir)).await.expect("opens");
    assert!(again.user_named("solo").await.expect("readable").is_some());
    let copies = fs::read_dir(dir.path())
        .expect("readable")
        .filter(|entry| entry.as_ref().expect("readable").file_name().to_string_lossy().contains(".bak"));
    assert_eq!(copies.count(), 0);
}

#[tokio::test]
async fn a_migration_cut_short_is_finished_by_the_next_start() {
    let dir = tempfile::tempdir().expect("a directory");
    let half = open_with(&here(&dir), Vec::new).await.expect("an empty database");
    // What a killed first start may leave: one table of several, and its lease.
    let sql = "CREATE TABLE users (id varchar(64) PRIMARY KEY, username varchar(32) NOT NULL, display_name varchar(128) NOT NULL, \
               admin boolean NOT NULL, created_at_ms bigint NOT NULL)";
    half.db().execute_raw(statement(sql)).await.expect("runs");
    let lease = "CREATE TABLE leases (name varchar(64) PRIMARY KEY, holder varchar(64), until_ms bigint)";
    half.db().execute_raw(statement(lease)).await.expect("runs");
    let held = format!("INSERT INTO leases VALUES ('migrate', 'dead', {})", i64::MAX - 1);
    half.db().execute_raw(statement(held)).await.expect("runs");
    half.close().await.expect("closes");
    drop(half);
    with_account(&here(&dir)).await;
}

#[tokio::test]
async fn two_processes_do_not_share_a_database() {
    let dir = tempfile::tempdir().expect("a directory");
    let first = open_sqlite(&here(&dir)).await.expect("opens");
    let said = refused(&here(&dir)).await;
    assert!(said.contains("in use by another LeapMux"), "{said}");
    first.close().await.expect("closes");
    drop(first);
    open_sqlite(&here(&dir)).await.expect("free again");
}

#[tokio::test]
async fn damage_is_one_clear_sentence() {
    let dir = tempfile::tempdir().expect("a directory");
    with_account(&here(&dir)).await;
    let path = dir.path().join("hub.db");
    let whole = fs::read(&path).expect("readable");
    let mut page = whole.clone();
    page[4096..8192].fill(0xaa);
    for (what, bytes) in
        [("a page", page), ("half a file", whole[..whole.len() / 2].to_vec()), ("a text", vec![b'x'; 5000])]
    {
        fs::write(&path, bytes).expect("writable");
        let said = refused(&here(&dir)).await;
        assert!(
            said.contains("is damaged") && said.contains("hub.db") && said.contains("Restore"),
            "{what}: {said}"
        );
        assert!(!said.contains('\n'), "{what}: {said}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn damage_met_while_running_is_told_from_other_failures() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = SqliteConfig { max_connections: 1, ..here(&dir) };
    with_account(&config).await;
    let store = open_sqlite(&config).await.expect("opens");
    let file = fs::OpenOptions::new().write(true).open(&config.path).expect("writable");
    let size = file.metadata().expect("there").len();
    for page in 1..size / 4096 {
        std::os::unix::fs::FileExt::write_all_at(&file, &[0xaa; 4096], page * 4096).expect("written");
    }
    // What the connection has in its cache is sound.
    store.db().execute_raw(statement("PRAGMA shrink_memory")).await.expect("forgotten");
    let said = store.user_named("solo").await.expect_err("damaged");
    assert!(matches!(said, leapmux_hub_store::StoreError::Damaged(_)), "{said:?}");
}

#[tokio::test]
async fn a_full_disk_is_told_from_other_failures() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = SqliteConfig { max_connections: 1, ..here(&dir) };
    let store = open_sqlite(&config).await.expect("opens");
    let pages = store.db().query_one_raw(statement("PRAGMA page_count")).await.expect("read").expect("a row");
    let pages: i64 = pages.try_get_by_index(0).expect("a number");
    store.db().execute_raw(statement(format!("PRAGMA max_page_count = {pages}"))).await.expect("set");
    let mut long = account();
    long.user.display_name = "x".repeat(100_000);
    let said = store.create_user(&long).await.expect_err("no room");
    assert!(matches!(said, leapmux_hub_store::StoreError::Full(_)), "{said:?}");
    assert!(store.user_named("solo").await.expect("readable").is_none(), "nothing of it is there");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("file"), "not a directory").expect("writable");
    let said = refused(&SqliteConfig::at(dir.path().join("file").join("hub.db"))).await;
    assert!(
        said.contains("cannot write to") && said.contains("hub.db") && said.contains("--data-dir"),
        "{said}"
    );
}

#[tokio::test]
async fn closing_leaves_one_file_and_no_log_behind() {
    let dir = tempfile::tempdir().expect("a directory");
    with_account(&here(&dir)).await;
    let log = fs::metadata(dir.path().join("hub.db-wal")).map_or(0, |found| found.len());
    assert_eq!(log, 0);
}
