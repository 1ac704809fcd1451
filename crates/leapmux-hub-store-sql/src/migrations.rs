//! The schema, version by version: one file each, named `mNNNN_…`, never changed once released. Every step can be run again after
//! a crash in its middle.

use sea_orm_migration::MigrationTrait;

mod columns;
mod m0001_initial;
mod m0002_accounts;
mod m0003_worker_states;
mod m0004_organizations;

/// All of them, oldest first.
pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_initial::Migration),
        Box::new(m0002_accounts::Migration),
        Box::new(m0003_worker_states::Migration),
        Box::new(m0004_organizations::Migration),
    ]
}
