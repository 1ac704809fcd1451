//! Who is asking: established once per request, before any handler, by the row of the authorization table.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use connectrpc::ConnectError;
use leapmux_hub::{Caller, ClientKind, HubError, Origin, SignedInSession, Who, rule};
use leapmux_types::{CREDENTIAL_REFUSED, WorkerId};

use super::client_address::client_address;
use super::cookie::Cookie;
use crate::rpc::refuse;
use crate::services::Shared;

/// A Worker that showed its credential; an extension of its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthenticatedWorker(pub WorkerId);

/// For RPC routes: refuses what has no row, who is not who the row asks for, and everybody once the Hub is stopping.
/// Handlers find the [`Origin`], and a [`Caller`] with their [`SignedInSession`] or an [`AuthenticatedWorker`], in the request's
/// extensions.
pub(crate) async fn authenticate(
    State(services): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    if let Err(refused) = identify(&services, &headers, &mut request).await {
        return refused.into_http_response(&headers).map(axum::body::Body::new);
    }
    let renewed = request.extensions().get::<SignedInSession>().is_some_and(|session| session.renewed);
    let cookie = Cookie { secure: services.config.accounts.secure_cookies };
    let mut response = next.run(request).await;
    if renewed
        && !response.headers().contains_key(SET_COOKIE)
        && let Some(token) = cookie.read(&headers)
        && let Ok(value) = HeaderValue::from_str(&cookie.set(&token))
    {
        // The store's copy of the session's end has moved: so does the browser's.
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}

async fn identify(services: &Shared, headers: &HeaderMap, request: &mut Request) -> Result<(), ConnectError> {
    if services.stopping.is_cancelled() {
        return Err(ConnectError::unavailable("hub is shutting down"));
    }
    let rpc = request.uri().path().trim_start_matches('/');
    let row = rule(rpc).ok_or_else(|| ConnectError::unimplemented("there is no such call"))?;
    if row.who == Who::Worker {
        let credential = text(headers, AUTHORIZATION).strip_prefix("Bearer ").unwrap_or_default();
        let worker = services.workers.authenticate(credential).await.map_err(refuse)?;
        let worker = worker.ok_or_else(|| ConnectError::unauthenticated(CREDENTIAL_REFUSED))?;
        request.extensions_mut().insert(AuthenticatedWorker(worker));
        return Ok(());
    }
    let origin = Origin {
        ip: client_address(&services.config, request),
        user_agent: text(headers, USER_AGENT).to_owned(),
    };
    request.extensions_mut().insert(origin);
    match caller(services, headers).await.map_err(refuse)? {
        Some(Identified { caller, session }) => {
            request.extensions_mut().insert(caller);
            if let Some(session) = session {
                request.extensions_mut().insert(session);
            }
            Ok(())
        }
        None if row.who == Who::Anyone => Ok(()),
        None => Err(ConnectError::unauthenticated("please sign in")),
    }
}

/// Somebody, and what shows it.
pub(crate) struct Identified {
    pub caller: Caller,
    /// In solo mode none is needed.
    pub session: Option<SignedInSession>,
}

impl Identified {
    /// Resolves when what they came in with is no longer good.
    pub async fn ended(&self) {
        match &self.session {
            Some(session) => session.ended.cancelled().await,
            None => std::future::pending().await,
        }
    }
}

/// The user behind a request: in solo always the one there is, elsewhere whose session its cookie proves.
pub(crate) async fn caller(services: &Shared, headers: &HeaderMap) -> Result<Option<Identified>, HubError> {
    let browser = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    let kind = if browser { ClientKind::Browser } else { ClientKind::Cli };
    if let Some(solo) = &services.solo {
        let caller = Caller { user: solo.user.clone(), admin: true, kind };
        return Ok(Some(Identified { caller, session: None }));
    }
    let cookie = Cookie { secure: services.config.accounts.secure_cookies };
    let Some(token) = cookie.read(headers) else { return Ok(None) };
    let session = services.sessions.authenticate(token.expose()).await?;
    Ok(session.map(|session| Identified {
        caller: Caller { user: session.user.clone(), admin: session.admin, kind },
        session: Some(session),
    }))
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
