//! `system.Info`, `system.ListShells`, `system.ListProviders`: the Worker about itself.

use std::path::PathBuf;
use std::sync::Arc;

use leapmux_agents::{AgentProvider, Detected, Found, providers};
use leapmux_proto_worker::leapmux::worker::v1 as pb;

use leapmux_pty::environment::process_environment;
use leapmux_pty::shell;

use super::Services;
use crate::rpc::{Call, Caller, RpcError};

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

/// Shells a terminal can be opened with, the default one first.
pub(crate) async fn list_shells(_services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |_: pb::ListShellsRequest| {
        let listed = tokio::task::spawn_blocking(|| {
            let env = process_environment();
            (shell::list_shells(&env), shell::default_shell(&env))
        });
        let (shells, default) = listed.await.map_err(RpcError::internal)?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        Ok(pb::ListShellsResponse {
            shells: shells.into_iter().map(text).collect(),
            default_shell: text(default),
            ..Default::default()
        })
    })
    .await;
}

/// Coding agents this version knows, installed or not.
pub(crate) async fn list_providers(services: Arc<Services>, _caller: Caller, call: Call) {
    call.unary(async |request: pb::ListProvidersRequest| {
        if request.refresh {
            services.detector.forget();
        }
        let one = |provider: &'static dyn AgentProvider| {
            let services = services.clone();
            async move { wire_provider(provider, services.detector.detect(&services.runner, provider).await) }
        };
        // Each asks a program for its version: all at once, answered in the order people know.
        let providers = futures::future::join_all(providers().iter().map(|provider| one(*provider))).await;
        Ok(pb::ListProvidersResponse { providers, ..Default::default() })
    })
    .await;
}

fn wire_provider(provider: &dyn AgentProvider, detected: Option<Detected>) -> pb::Provider {
    let can = provider.capabilities();
    let (bypass_option, bypass_value) = can.bypass.unwrap_or_default();
    let mut wire = pb::Provider {
        id: provider.id().to_owned(),
        label: provider.label().to_owned(),
        accepts_images: can.accepts.image,
        accepts_pdf: can.accepts.pdf,
        accepts_other: can.accepts.other,
        plan_option: can.plan.unwrap_or_default().to_owned(),
        bypass_option: bypass_option.to_owned(),
        bypass_value: bypass_value.to_owned(),
        ..Default::default()
    };
    if let Some(Detected { program, found }) = detected {
        wire.installed = true;
        wire.path = program.to_string_lossy().into_owned();
        match found {
            Found::Works { version } => wire.version = version,
            Found::Broken { problem } => wire.problem = problem,
        }
    }
    wire
}
