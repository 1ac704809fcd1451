//! The schema, version by version: one file each, named `mNNNN_…`, never changed once released. Every step can be run again after
//! a crash in its middle.

use sea_orm_migration::MigrationTrait;

mod m0001_initial;

/// All of them, oldest first.
pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m0001_initial::Migration)]
}
