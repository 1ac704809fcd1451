//! Who is asking: established once per request, before any handler, by the row of the authorization table.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;
use connectrpc::ConnectError;
use leapmux_hub::{Caller, ClientKind, Who, rule};
use leapmux_types::WorkerId;

use crate::HubMode;
use crate::services::Shared;

/// A Worker that showed its credential; an extension of its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthenticatedWorker(pub WorkerId);

/// For RPC routes: refuses what has no row, who is not who the row asks for, and everybody once the Hub is stopping.
/// Handlers find a [`Caller`] or an [`AuthenticatedWorker`] in the request's extensions.
pub(crate) async fn authenticate(
    State(services): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    match identify(&services, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_http_response(&headers).map(axum::body::Body::new),
    }
}

async fn identify(services: &Shared, request: &mut Request) -> Result<(), ConnectError> {
    if services.stopping.is_cancelled() {
        return Err(ConnectError::unavailable("hub is shutting down"));
    }
    let rpc = request.uri().path().trim_start_matches('/');
    let row = rule(rpc).ok_or_else(|| ConnectError::unimplemented("there is no such call"))?;
    match row.who {
        Who::Worker => {
            let bearer = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
            let credential = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
            let worker = services.workers.authenticate(credential).await.map_err(crate::rpc::refuse)?;
            let worker = worker
                .ok_or_else(|| ConnectError::unauthenticated("this worker's credential is not valid"))?;
            request.extensions_mut().insert(AuthenticatedWorker(worker));
        }
        who => match caller(services, request) {
            Some(caller) => drop(request.extensions_mut().insert(caller)),
            None if who == Who::Anyone => {}
            None => return Err(ConnectError::unauthenticated("please sign in")),
        },
    }
    Ok(())
}

/// The user behind a request: in solo always the one there is.
pub(crate) fn caller(services: &Shared, request: &Request) -> Option<Caller> {
    match services.config.mode {
        HubMode::Solo => {
            let browser =
                request.headers().contains_key(ORIGIN) || request.headers().contains_key("sec-fetch-site");
            let kind = if browser { ClientKind::Browser } else { ClientKind::Cli };
            Some(Caller { user: services.solo.user.clone(), admin: true, kind })
        }
    }
}
