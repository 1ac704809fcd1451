//! Passwords and addresses of users, their sessions, and the keys their Workers register with.

use sea_orm::DbBackend;
use sea_orm::sea_query::{ColumnDef, Table, TableCreateStatement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::columns::{ID, IndexOf, NAME, create_indexes, points, text, time};
use crate::dialect::table;

/// Longest address, and its lower-case form: folding can lengthen a text.
const EMAIL: u32 = 254;
const EMAIL_KEY: u32 = 512;
/// Longest PHC string.
const HASH: u32 = 255;
/// SHA-256, and a Worker's proof.
const DIGEST: u32 = 32;
/// A device's public key and a proof.
const STATEMENT: u32 = 64;
const USER_AGENT: u32 = 256;
const IP: u32 = 64;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_accounts"
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
        let mut verified = ColumnDef::new("email_verified");
        verified.boolean().not_null().default(false);
        let nullable =
            |name: &'static str, length: u32| ColumnDef::new(name).string_len(length).null().to_owned();
        let columns = [
            ("email", nullable("email", EMAIL)),
            ("email_key", nullable("email_key", EMAIL_KEY)),
            ("email_verified", verified),
            ("password_hash", nullable("password_hash", HASH)),
        ];
        for (name, column) in columns {
            if !manager.has_column("users", name).await? {
                manager.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
            }
        }
        for statement in tables(manager.get_database_backend()) {
            manager.create_table(statement).await?;
        }
        create_indexes(manager, INDEXES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("accounts are not taken back".to_owned()))
    }
}

const INDEXES: &[IndexOf] = &[
    ("users_email_key", "users", &["email_key"], true),
    ("sessions_token_hash", "sessions", &["token_hash"], true),
    ("sessions_user", "sessions", &["user_id"], false),
    ("sessions_expires", "sessions", &["expires_at_ms"], false),
    ("registration_keys_hash", "registration_keys", &["key_hash"], true),
    ("registration_keys_owner", "registration_keys", &["owner_user_id"], false),
];

fn bytes(name: &'static str) -> ColumnDef {
    at_most(name, DIGEST)
}

fn at_most(name: &'static str, length: u32) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.var_binary(length).not_null();
    column
}

fn tables(backend: DbBackend) -> Vec<TableCreateStatement> {
    let mut guards = table(backend);
    guards.table("guards").col(text("name", NAME).primary_key());

    let mut sessions = table(backend);
    sessions.table("sessions").col(text("id", ID).primary_key()).col(text("user_id", ID));
    sessions.col(bytes("token_hash")).col(time("created_at_ms")).col(time("last_active_ms"));
    sessions.col(time("expires_at_ms")).col(text("user_agent", USER_AGENT)).col(text("ip", IP));
    points(&mut sessions, ("sessions", "user_id"), "users");

    let mut keys = table(backend);
    keys.table("registration_keys").col(text("id", ID).primary_key()).col(text("owner_user_id", ID));
    keys.col(bytes("key_hash")).col(time("created_at_ms")).col(time("expires_at_ms"));
    keys.col(ColumnDef::new("used_by").string_len(ID).null());
    keys.col(at_most("owner_proof", STATEMENT)).col(bytes("worker_proof"));
    points(&mut keys, ("registration_keys", "owner_user_id"), "users");
    vec![guards, sessions, keys]
}
