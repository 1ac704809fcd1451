//! `system.Info`, `system.ListShells`, `system.ListProviders`: the Worker about itself.

use std::sync::Arc;

use leapmux_proto_worker::leapmux::worker::v1 as pb;

use super::Services;
use crate::rpc::{Call, Caller};

/// Name, version and platform.
pub(crate) async fn info(services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |_: pb::SystemInfoRequest| {
        Ok(pb::SystemInfoResponse {
            name: services.config.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            home_dir: crate::files::home_dir()
                .map(|home| home.to_string_lossy().into_owned())
                .unwrap_or_default(),
            commit: services.config.build.commit.to_owned(),
            built_at: services.config.build.time.to_owned(),
            ..Default::default()
        })
    })
    .await;
}

/// Shells a terminal can be opened with.
pub(crate) async fn list_shells(_services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |_: pb::ListShellsRequest| Ok(pb::ListShellsResponse::default())).await;
}

/// Coding agents, installed or not.
pub(crate) async fn list_providers(_services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |_: pb::ListProvidersRequest| Ok(pb::ListProvidersResponse::default())).await;
}
