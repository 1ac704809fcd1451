//! Accounts, organizations, Workers, workspaces and layouts.

use sea_orm::DbBackend;
use sea_orm::sea_query::{ColumnDef, Index, TableCreateStatement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::columns::{ID, IndexOf, NAME, SLUG, create_indexes, flag, points, text, time};
use crate::dialect::{large_blob, table};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_initial"
    }
}

// The trait elides this lifetime, and async_trait wants it written the same way.
#[allow(elided_lifetimes_in_paths)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // Statement by statement: several databases cannot take DDL back.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for statement in accounts(backend).into_iter().chain(layouts(backend)) {
            manager.create_table(statement).await?;
        }
        create_indexes(manager, INDEXES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the first version has nothing before it".to_owned()))
    }
}

const INDEXES: &[IndexOf] = &[
    ("users_username", "users", &["username"], true),
    ("orgs_slug", "orgs", &["slug"], true),
    ("org_members_user", "org_members", &["user_id"], false),
    ("workers_owner", "workers", &["owner_user_id"], false),
    ("workspaces_org", "workspaces", &["org_id"], false),
    ("layout_log_batch", "layout_log", &["org_id", "batch_id"], true),
];

fn accounts(backend: DbBackend) -> Vec<TableCreateStatement> {
    let mut users = table(backend);
    users.table("users").col(text("id", ID).primary_key()).col(text("username", SLUG));
    users.col(text("display_name", NAME)).col(flag("admin")).col(time("created_at_ms"));

    let mut orgs = table(backend);
    orgs.table("orgs").col(text("id", ID).primary_key()).col(text("slug", SLUG));
    orgs.col(flag("personal")).col(time("created_at_ms"));

    let mut members = table(backend);
    members.table("org_members").col(text("org_id", ID)).col(text("user_id", ID));
    members.col(ColumnDef::new("role").small_integer().not_null());
    members.primary_key(Index::create().col("org_id").col("user_id"));
    points(&mut members, ("org_members", "org_id"), "orgs");
    points(&mut members, ("org_members", "user_id"), "users");

    let mut workers = table(backend);
    workers
        .table("workers")
        .col(text("id", ID).primary_key())
        .col(text("owner_user_id", ID))
        .col(flag("local"));
    workers
        .col(ColumnDef::new("credential_hash").var_binary(32))
        .col(ColumnDef::new("bundle_id").var_binary(32));
    workers.col(large_blob(&mut ColumnDef::new("bundle"), backend).to_owned());
    workers.col(time("created_at_ms")).col(time("last_seen_ms"));
    points(&mut workers, ("workers", "owner_user_id"), "users");
    vec![users, orgs, members, workers]
}

fn layouts(backend: DbBackend) -> Vec<TableCreateStatement> {
    let mut workspaces = table(backend);
    workspaces.table("workspaces").col(text("id", ID).primary_key()).col(text("org_id", ID));
    workspaces.col(text("owner_user_id", ID)).col(text("title", NAME)).col(time("created_at_ms"));
    points(&mut workspaces, ("workspaces", "org_id"), "orgs");
    points(&mut workspaces, ("workspaces", "owner_user_id"), "users");

    let mut layouts = table(backend);
    layouts.table("layouts").col(text("org_id", ID).primary_key()).col(time("rev"));
    points(&mut layouts, ("layouts", "org_id"), "orgs");

    let mut rows = table(backend);
    rows.table("layout_rows").col(text("org_id", ID)).col(text("entity_id", ID));
    rows.col(large_blob(&mut ColumnDef::new("fields"), backend).not_null().to_owned());
    rows.primary_key(Index::create().col("org_id").col("entity_id"));
    points(&mut rows, ("layout_rows", "org_id"), "orgs");

    let mut log = table(backend);
    log.table("layout_log").col(text("org_id", ID)).col(time("rev")).col(text("batch_id", ID));
    log.col(large_blob(&mut ColumnDef::new("entry"), backend).not_null().to_owned()).col(time("at_ms"));
    log.primary_key(Index::create().col("org_id").col("rev"));
    points(&mut log, ("layout_log", "org_id"), "orgs");
    vec![workspaces, layouts, rows, log]
}
