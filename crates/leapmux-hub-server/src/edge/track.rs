//! Figures and debug lines of requests and calls.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use connectrpc::interceptor::{StreamRequest, StreamResponse, UnaryRequest, UnaryResponse};
use connectrpc::{ConnectError, Interceptor, NextStream, PayloadStream, async_trait};

use crate::services::Shared;

/// Counts and times every request; the path is the route's template, so there are few of them.
pub(crate) async fn track(State(services): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path =
        request.extensions().get::<MatchedPath>().map_or("ui".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::debug!(%method, path, status, elapsed_ms = started.elapsed().as_millis() as u64, "request");
    services.metrics.request(method.as_str(), &path, status, started.elapsed());
    response
}

/// Counts and times every call, by its code.
pub(crate) struct Observe(pub Shared);

impl Observe {
    fn note(&self, path: Option<&str>, started: Instant, error: Option<&ConnectError>) {
        let path = path.unwrap_or_default().trim_start_matches('/');
        let (service, method) = path.split_once('/').unwrap_or((path, ""));
        let code = error.map_or("ok", |error| error.code.as_str());
        self.0.metrics.call(service, method, code, started.elapsed());
    }
}

#[async_trait]
impl Interceptor for Observe {
    async fn intercept_unary(
        &self,
        request: UnaryRequest,
        next: connectrpc::Next<'_>,
    ) -> Result<UnaryResponse, ConnectError> {
        let (started, path) = (Instant::now(), request.ctx.path().map(str::to_owned));
        let answer = next.run(request).await;
        self.note(path.as_deref(), started, answer.as_ref().err());
        answer
    }

    async fn intercept_streaming(
        &self,
        request: StreamRequest,
        inbound: PayloadStream,
        next: NextStream<'_>,
    ) -> Result<StreamResponse, ConnectError> {
        let (started, path) = (Instant::now(), request.ctx.path().map(str::to_owned));
        let answer = next.run(request, inbound).await;
        self.note(path.as_deref(), started, answer.as_ref().err());
        answer
    }
}
