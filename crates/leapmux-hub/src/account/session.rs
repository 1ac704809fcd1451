//! Sessions: a secret in a cookie, its hash in the store, a short memory in between, and a signal to whatever a session opened
//! when it ends (ACC-53 to ACC-59, SEC-75).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use leapmux_hub_store::{HubStore, SessionRecord};
use leapmux_runtime::{Secret, fresh_bits, monotonic_now, wall_clock_ms};
use leapmux_types::{Millis, SessionId, UserId};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::HubError;
use crate::token::random_token;

/// A session ends when nobody used it for this long.
const LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;
/// Its end is moved at most this often.
const TOUCH_EVERY_MS: i64 = 5 * 60 * 1000;
/// A session that was found valid is believed for this long.
const BELIEVED: Duration = Duration::from_secs(30);
/// Sessions remembered at once; beyond it those with nothing open are looked up again.
const REMEMBERED: usize = 20_000;
/// What the store keeps of a browser's name and address, characters.
const USER_AGENT_CHARS: usize = 256;
const IP_CHARS: usize = 64;

/// Where a request comes from, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub ip: String,
    pub user_agent: String,
}

/// A valid session of a user who exists.
#[derive(Debug, Clone)]
pub struct SignedInSession {
    pub id: SessionId,
    pub user: UserId,
    pub admin: bool,
    /// Its end was moved just now: the browser's copy must be renewed.
    pub renewed: bool,
    /// Cancelled when the session is ended.
    pub ended: Arc<CancellationToken>,
}

/// A session as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    pub id: SessionId,
    pub created_at_ms: i64,
    pub last_active_ms: i64,
    pub user_agent: String,
    pub ip: String,
    /// The one that asks.
    pub current: bool,
}

/// All sessions of the Hub.
pub struct Sessions {
    store: Arc<dyn HubStore>,
    known: Mutex<BTreeMap<[u8; 32], Known>>,
}

struct Known {
    session: SessionRecord,
    admin: bool,
    since: Millis,
    ended: Arc<CancellationToken>,
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Sessions {
    /// Over what is stored.
    pub fn new(store: Arc<dyn HubStore>) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// How long a cookie lasts.
    pub const fn lifetime() -> Duration {
        Duration::from_millis(LIFETIME_MS as u64)
    }

    /// A new session; its secret is for the cookie and nobody else.
    pub async fn create(
        &self,
        user: &UserId,
        origin: &Origin,
    ) -> Result<(SessionId, Secret<String>), HubError> {
        let (token, now) = (random_token(), wall_clock_ms());
        let cut = |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect();
        let session = SessionRecord {
            id: SessionId::from_bits(fresh_bits()),
            user: user.clone(),
            token_hash: hash(token.expose()),
            created_at_ms: now,
            last_active_ms: now,
            expires_at_ms: now + LIFETIME_MS,
            user_agent: cut(&origin.user_agent, USER_AGENT_CHARS),
            ip: cut(&origin.ip, IP_CHARS),
        };
        self.store.create_session(&session).await?;
        Ok((session.id, token))
    }

    /// Whose session a cookie's secret proves; its end moves on.
    pub async fn authenticate(&self, token: &str) -> Result<Option<SignedInSession>, HubError> {
        let (token_hash, now) = (hash(token), wall_clock_ms());
        if let Some(known) = self.remembered(&token_hash, now) {
            return Ok(Some(known));
        }
        let Some(session) = self.store.session_by_token(&token_hash).await? else {
            self.forget(|known| known.token_hash == token_hash);
            return Ok(None);
        };
        if session.expires_at_ms <= now {
            self.store.delete_session(&session.user, &session.id).await?;
            self.forget(|known| known.id == session.id);
            return Ok(None);
        }
        let Some(user) = self.store.user(&session.user).await? else { return Ok(None) };
        let renewed = now - session.last_active_ms >= TOUCH_EVERY_MS;
        let session = if renewed {
            let expires = now + LIFETIME_MS;
            self.store.touch_session(&session.id, now, expires).await?;
            SessionRecord { last_active_ms: now, expires_at_ms: expires, ..session }
        } else {
            session
        };
        Ok(Some(self.remember(session, user.admin, renewed)))
    }

    /// The session if it was found valid a moment ago and nothing has to be noted.
    fn remembered(&self, token_hash: &[u8; 32], now: i64) -> Option<SignedInSession> {
        let known = self.known();
        let known = known.get(token_hash)?;
        let fresh = Millis(monotonic_now()).since(known.since) < BELIEVED
            && known.session.expires_at_ms > now
            && now - known.session.last_active_ms < TOUCH_EVERY_MS;
        fresh.then(|| known.signed_in(false))
    }

    fn remember(&self, session: SessionRecord, admin: bool, renewed: bool) -> SignedInSession {
        let mut all = self.known();
        if all.len() >= REMEMBERED && !all.contains_key(&session.token_hash) {
            // Whoever listens for an end must hear of it: only what nobody holds is forgotten.
            all.retain(|_, known| Arc::strong_count(&known.ended) > 1);
        }
        let since = Millis(monotonic_now());
        let known = all.entry(session.token_hash).or_insert_with(|| Known {
            session: session.clone(),
            admin,
            since,
            ended: Arc::new(CancellationToken::new()),
        });
        (known.session, known.admin, known.since) = (session, admin, since);
        known.signed_in(renewed)
    }

    /// The sessions of a user, latest activity first.
    pub async fn list(
        &self,
        user: &UserId,
        current: Option<&SessionId>,
    ) -> Result<Vec<SessionInfo>, HubError> {
        let now = wall_clock_ms();
        let live =
            self.store.sessions_of(user).await?.into_iter().filter(|session| session.expires_at_ms > now);
        Ok(live
            .map(|session| SessionInfo {
                current: Some(&session.id) == current,
                id: session.id,
                created_at_ms: session.created_at_ms,
                last_active_ms: session.last_active_ms,
                user_agent: session.user_agent,
                ip: session.ip,
            })
            .collect())
    }

    /// Ends one; whatever it opened closes. Whether there was one.
    pub async fn end(&self, user: &UserId, id: &SessionId) -> Result<bool, HubError> {
        let there = self.store.delete_session(user, id).await?;
        self.forget(|known| known.id == *id && known.user == *user);
        Ok(there)
    }

    /// Ends all of a user but one.
    pub async fn end_others(&self, user: &UserId, keep: Option<&SessionId>) -> Result<(), HubError> {
        self.store.delete_sessions_of(user, keep).await?;
        self.forget(|known| known.user == *user && Some(&known.id) != keep);
        Ok(())
    }

    /// Forgets what has expired (SEC-110).
    pub async fn clean(&self) -> Result<u64, HubError> {
        Ok(self.store.delete_expired_sessions(wall_clock_ms()).await?)
    }

    /// Removes from the memory what is gone from the store, and tells whatever it opened.
    fn forget(&self, gone: impl Fn(&SessionRecord) -> bool) {
        self.known().retain(|_, known| {
            let keep = !gone(&known.session);
            if !keep {
                known.ended.cancel();
            }
            keep
        });
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Known>> {
        self.known.lock().expect("nobody panics while holding it")
    }
}

impl Known {
    fn signed_in(&self, renewed: bool) -> SignedInSession {
        SignedInSession {
            id: self.session.id.clone(),
            user: self.session.user.clone(),
            admin: self.admin,
            renewed,
            ended: self.ended.clone(),
        }
    }
}
