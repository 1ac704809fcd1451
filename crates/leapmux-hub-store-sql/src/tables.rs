//! The tables, one file each. A change of a table is a migration.

pub mod guards;
pub mod layout_log;
pub mod layout_rows;
pub mod layouts;
pub mod org_members;
pub mod orgs;
pub mod registration_keys;
pub mod sessions;
pub mod users;
pub mod workers;
pub mod workspace_readers;
pub mod workspace_sharing;
pub mod workspaces;
