//! One Hub: where it is, its API, and the way to its relay.

use connectrpc::client::{ClientConfig, Http2Connection, SharedHttp2Connection};
use hyper_util::rt::TokioIo;
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_runtime::Secret;

use crate::ClientError;
use crate::leg::Leg;

/// Calls made at once before further ones wait.
const CALLS_AT_ONCE: usize = 64;

/// Where a Hub is and who asks.
#[derive(Debug, Clone)]
pub struct HubTarget {
    pub dialer: Dialer,
    /// What shows who asks: none in solo mode.
    pub session: Option<Session>,
}

/// A session of a person who has signed in: the cookie it travels in, `name=value`. Clones are the same session.
#[derive(Debug, Clone)]
pub struct Session(pub(crate) Secret<String>);

impl HubTarget {
    /// A Hub without login.
    pub fn anonymous(dialer: Dialer) -> Self {
        Self { dialer, session: None }
    }

    /// A Hub somebody has an account on: signs in with name and password.
    pub async fn sign_in(dialer: Dialer, username: &str, password: &str) -> Result<Self, ClientError> {
        let request = pb::LoginRequest {
            username: username.to_owned(),
            password: password.to_owned(),
            ..Default::default()
        };
        let target = Self::anonymous(dialer);
        let answer = Hub::new(target.clone())?.auth.login(request).await.map_err(refused)?;
        target.with_session(answer.headers())
    }

    /// A Hub that lets people make accounts, or has none yet: makes one and is signed in with it.
    pub async fn sign_up(dialer: Dialer, username: &str, password: &str) -> Result<Self, ClientError> {
        let request = pb::SignUpRequest {
            username: username.to_owned(),
            password: password.to_owned(),
            ..Default::default()
        };
        let target = Self::anonymous(dialer);
        let answer = Hub::new(target.clone())?.auth.sign_up(request).await.map_err(refused)?;
        target.with_session(answer.headers())
    }

    fn with_session(self, headers: &http::HeaderMap) -> Result<Self, ClientError> {
        let set = headers.get(http::header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let pair = set.and_then(|set| set.split(';').next()).filter(|pair| pair.contains('='));
        let pair = pair.ok_or_else(|| ClientError::Nonsense("it signed in without a session".to_owned()))?;
        Ok(Self { session: Some(Session(Secret::new(pair.to_owned()))), ..self })
    }
}

/// The API of one Hub. The connection is made when it is needed and made again when it is lost. Clones share it.
#[derive(Clone)]
pub struct Hub {
    target: HubTarget,
    pub system: pb::SystemServiceClient<SharedHttp2Connection>,
    pub auth: pb::AuthServiceClient<SharedHttp2Connection>,
    pub workers: pb::WorkerServiceClient<SharedHttp2Connection>,
    pub workspaces: pb::WorkspaceServiceClient<SharedHttp2Connection>,
    pub layout: pb::LayoutServiceClient<SharedHttp2Connection>,
}

impl Hub {
    /// The API at `target`; nothing is sent yet. Needs a running tokio runtime.
    pub fn new(target: HubTarget) -> Result<Self, ClientError> {
        let dialer = target.dialer.clone();
        let dial = tower::service_fn(move |_: http::Uri| {
            let dialer = dialer.clone();
            async move { dialer.dial().await.map(TokioIo::new) }
        });
        let uri: http::Uri =
            target.dialer.url().parse().map_err(|error| ClientError::Unreachable(format!("{error}")))?;
        let http = Http2Connection::builder()
            .adaptive_window(true)
            .lazy_with_connector(dial, uri.clone())
            .shared(CALLS_AT_ONCE);
        let mut config = ClientConfig::new(uri);
        if let Some(Session(cookie)) = &target.session {
            config = config.with_default_header("cookie", cookie.expose());
        }
        Ok(Self {
            target,
            system: pb::SystemServiceClient::new(http.clone(), config.clone()),
            auth: pb::AuthServiceClient::new(http.clone(), config.clone()),
            workers: pb::WorkerServiceClient::new(http.clone(), config.clone()),
            workspaces: pb::WorkspaceServiceClient::new(http.clone(), config.clone()),
            layout: pb::LayoutServiceClient::new(http, config),
        })
    }

    /// Who the Hub takes us for.
    pub async fn user(&self) -> Result<pb::GetSystemInfoResponse, ClientError> {
        let answer =
            self.system.get_system_info(pb::GetSystemInfoRequest::default()).await.map_err(refused)?;
        Ok(answer.into_owned())
    }

    /// A fresh relay connection.
    pub async fn leg(&self) -> Result<Leg, ClientError> {
        Leg::connect(&self.target).await
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({})", self.target.dialer.authority())
    }
}

pub(crate) fn refused(error: connectrpc::ConnectError) -> ClientError {
    use connectrpc::ErrorCode;
    match error.code {
        ErrorCode::Unavailable | ErrorCode::DeadlineExceeded => ClientError::Unreachable(error.to_string()),
        _ => ClientError::Refused(error.to_string()),
    }
}
