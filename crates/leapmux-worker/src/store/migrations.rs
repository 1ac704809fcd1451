//! The schema, step by step: one file a migration, in the order they were made.

#![allow(elided_lifetimes_in_paths)] // `up` has to be written exactly as its trait has it.

mod m0001_tabs;
mod m0002_terminals;
mod m0003_agents;
mod m0004_devices;
mod m0005_approved_devices;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

pub(super) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tabs::Migration),
            Box::new(m0002_terminals::Migration),
            Box::new(m0003_agents::Migration),
            Box::new(m0004_devices::Migration),
            Box::new(m0005_approved_devices::Migration),
        ]
    }
}
