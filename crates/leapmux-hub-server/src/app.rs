//! All routes and what every request passes on the way, in one place.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use leapmux_layout::TabKind;

use crate::edge::{authenticate, check_host_and_origin, secure_headers, track};
use crate::metrics::Now;
use crate::services::Shared;
use crate::{rpc, ui, ws};

/// Prometheus' text format.
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The Hub as one HTTP application.
pub(crate) fn router(services: Shared) -> Router {
    let calls = rpc::routes(&services).layer(from_fn_with_state(services.clone(), authenticate));
    Router::new()
        .merge(calls)
        .merge(ws::routes())
        .route("/version", get(version))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .fallback(page)
        .layer(from_fn_with_state(services.clone(), check_host_and_origin))
        .layer(from_fn_with_state(services.clone(), track))
        .layer(from_fn(secure_headers))
        .with_state(services)
}

async fn version(State(services): State<Shared>) -> Response {
    Json(&services.config.version).into_response()
}

/// 200 once the store is open, 503 while shutting down (CFG-85).
async fn health(State(services): State<Shared>) -> (StatusCode, &'static str) {
    if services.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "hub is shutting down");
    }
    match services.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "health check");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

async fn metrics(State(services): State<Shared>) -> Response {
    let (relay, tabs) = (services.relay.stats(), services.layouts.tab_counts().await);
    let count = |kind| tabs.get(&kind).copied().unwrap_or_default();
    let page = services.metrics.page(&Now {
        workers: services.workers.online_count(),
        agents: count(TabKind::Agent),
        terminals: count(TabKind::Terminal),
        channels: relay.channels,
        channels_opened: relay.opened,
    });
    ([(CONTENT_TYPE, METRICS)], page).into_response()
}

async fn page(State(services): State<Shared>, request: Request) -> Response {
    match &services.config.dev_frontend {
        Some(target) => ui::forward(target, request, &services.streams).await,
        None => ui::serve(request).await,
    }
}
