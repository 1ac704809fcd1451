//! Directories of this machine.

mod list;

use std::path::PathBuf;

pub(crate) use list::{Entry, EntryKind, list};

/// Where `~` leads.
pub(crate) fn home_dir() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}
