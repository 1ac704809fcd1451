//! `file.ListDirectory`.

use std::sync::Arc;

use leapmux_proto_worker::leapmux::worker::v1 as pb;

use super::Services;
use crate::files::{self, Entry, EntryKind};
use crate::rpc::{Call, Caller, RpcError};

/// The entries of one directory.
pub(crate) async fn list_directory(_services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |request: pb::ListDirectoryRequest| {
        let listing = tokio::task::spawn_blocking(move || {
            let home = files::home_dir();
            files::list(&request.path, home.as_deref(), request.show_hidden, request.directories_only)
        })
        .await
        .map_err(RpcError::internal)??;
        Ok(pb::ListDirectoryResponse {
            path: listing.path.to_string_lossy().into_owned(),
            entries: listing.entries.into_iter().map(wire_entry).collect(),
            truncated: listing.truncated,
            ..Default::default()
        })
    })
    .await;
}

fn wire_entry(entry: Entry) -> pb::DirectoryEntry {
    let kind = match entry.kind {
        EntryKind::File => pb::EntryKind::File,
        EntryKind::Directory => pb::EntryKind::Directory,
        EntryKind::Symlink => pb::EntryKind::Symlink,
        EntryKind::Other => pb::EntryKind::Other,
    };
    pb::DirectoryEntry {
        name: entry.name,
        kind: kind.into(),
        to_directory: entry.to_directory,
        size: entry.size,
        modified_ms: entry.modified_ms,
        hidden: entry.hidden,
        ..Default::default()
    }
}
