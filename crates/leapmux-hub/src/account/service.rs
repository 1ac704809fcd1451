//! What people do with their accounts. Every text here is what they read (spec accounts.md).

use std::sync::Arc;
use std::time::Duration;

use leapmux_hub_store::{HubStore, NewUser, OrgRecord, StoreError, Taken, UserRecord};
use leapmux_runtime::{Secret, fresh_bits, monotonic_now, wall_clock_ms};
use leapmux_types::{
    Millis, OrgId, PASSWORD_MAX_BYTES, RESERVED_FROM_SIGNUP, RESERVED_SLUG, SessionId, UserId,
    check_password, clean_email, clean_name, clean_slug,
};

use super::{Attempts, Origin, Passwords, Sessions};
use crate::{Caller, HubError};

/// Failed sign-ins per username, and per address (SEC-100).
const LOGIN_WINDOW: Duration = Duration::from_secs(15 * 60);
const LOGINS_PER_NAME: u32 = 10;
const LOGINS_PER_IP: u32 = 50;
/// Wrong current passwords per user (SEC-101).
const CHECKS_PER_USER: u32 = 5;
/// New accounts per address (SEC-101).
const SIGNUP_WINDOW: Duration = Duration::from_secs(60 * 60);
const SIGNUPS_PER_IP: u32 = 20;
/// The refusal of everybody who may not sign up.
const SIGNUP_OFF: &str = "sign-up is disabled";

/// What the operator has decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountPolicy {
    /// Anybody may make an account; the first one can always be made.
    pub signup_enabled: bool,
}

/// What somebody who signs up types.
#[derive(Debug)]
pub struct NewAccount<'a> {
    pub username: &'a str,
    /// Empty: the username.
    pub display_name: &'a str,
    /// Empty: none.
    pub email: &'a str,
    pub password: Secret<String>,
}

/// What a user may change of themselves.
#[derive(Debug)]
pub struct Profile<'a> {
    pub username: &'a str,
    pub display_name: &'a str,
}

/// Somebody has signed in.
#[derive(Debug)]
pub struct SignedIn {
    pub user: UserRecord,
    pub session: SessionId,
    /// For the cookie.
    pub token: Secret<String>,
}

/// Accounts over the store.
pub struct AccountService {
    store: Arc<dyn HubStore>,
    sessions: Arc<Sessions>,
    passwords: Passwords,
    policy: AccountPolicy,
    by_name: Attempts,
    by_ip: Attempts,
    checks: Attempts,
    signups: Attempts,
}

impl AccountService {
    /// Accounts of a Hub that asks for a login.
    pub fn new(store: Arc<dyn HubStore>, sessions: Arc<Sessions>, policy: AccountPolicy) -> Self {
        Self {
            store,
            sessions,
            passwords: Passwords::new(),
            policy,
            by_name: Attempts::new(LOGINS_PER_NAME, LOGIN_WINDOW),
            by_ip: Attempts::new(LOGINS_PER_IP, LOGIN_WINDOW),
            checks: Attempts::new(CHECKS_PER_USER, LOGIN_WINDOW),
            signups: Attempts::new(SIGNUPS_PER_IP, SIGNUP_WINDOW),
        }
    }

    /// What the operator has decided.
    pub fn policy(&self) -> AccountPolicy {
        self.policy
    }

    /// Whether the first administrator is still to come (ACC-30).
    pub async fn needs_setup(&self) -> Result<bool, HubError> {
        Ok(!self.store.any_user().await?)
    }

    /// A new account, signed in. The first of all is the administrator, whatever the policy (ACC-32).
    pub async fn sign_up(&self, new: NewAccount<'_>, origin: &Origin) -> Result<SignedIn, HubError> {
        let first = self.needs_setup().await?;
        if !first && !self.policy.signup_enabled {
            return Err(HubError::FailedPrecondition(SIGNUP_OFF.to_owned()));
        }
        let account = draft(&new, first)?;
        check_password(new.password.expose()).map_err(invalid)?;
        if !origin.ip.is_empty() {
            self.signups.count(&origin.ip, now()).map_err(HubError::too_many)?;
        }
        let hash = self.passwords.hash(new.password).await?;
        let account = NewUser { password_hash: Some(hash), ..account };
        self.store.create_user(&account).await.map_err(|error| match error {
            StoreError::Taken(Taken::FirstAccount) => HubError::FailedPrecondition(SIGNUP_OFF.to_owned()),
            // One person, one name: to them a username and an organization's slug are the same thing (ACC-26).
            StoreError::Taken(Taken::Username | Taken::OrgSlug) => {
                HubError::AlreadyExists("username already taken".to_owned())
            }
            StoreError::Taken(Taken::Email) => email_taken(),
            error => error.into(),
        })?;
        tracing::info!(user = %account.user.id, ip = origin.ip, admin = account.user.admin, "account created");
        self.signed_in(account.user, origin).await
    }

    /// A session for whoever knows the password. Every refusal reads the same and takes the same work (ACC-51).
    pub async fn login(
        &self,
        username: &str,
        password: Secret<String>,
        origin: &Origin,
    ) -> Result<SignedIn, HubError> {
        let name = username.trim().to_lowercase();
        let name: String = name.chars().take(64).collect();
        self.by_name.check(&name, now()).map_err(HubError::too_many)?;
        self.by_ip.check(&origin.ip, now()).map_err(HubError::too_many)?;
        let user = self.store.user_named(&name).await?;
        let hash = match &user {
            Some(user) => self.store.password_hash(&user.id).await?,
            None => None,
        };
        // Longer than any password can be: not worth a core.
        let plausible = password.expose().len() <= PASSWORD_MAX_BYTES;
        let right = plausible && self.passwords.matches(password, hash).await?;
        match user.filter(|_| right) {
            Some(user) => {
                self.by_name.forget(&name);
                tracing::info!(user = %user.id, ip = origin.ip, "signed in");
                self.signed_in(user, origin).await
            }
            None => {
                tracing::info!(ip = origin.ip, "sign-in failed");
                // A flood beyond the limit is refused above from now on.
                let _ = self.by_name.count(&name, now());
                let _ = self.by_ip.count(&origin.ip, now());
                Err(HubError::Unauthenticated("invalid credentials".to_owned()))
            }
        }
    }

    async fn signed_in(&self, user: UserRecord, origin: &Origin) -> Result<SignedIn, HubError> {
        let (session, token) = self.sessions.create(&user.id, origin).await?;
        Ok(SignedIn { user, session, token })
    }

    /// The account of the caller.
    pub async fn user(&self, caller: &Caller) -> Result<UserRecord, HubError> {
        let gone = || HubError::Unauthenticated("please sign in".to_owned());
        self.store.user(&caller.user).await?.ok_or_else(gone)
    }

    /// Another name; the personal organization goes along (ACC-76).
    pub async fn update_profile(
        &self,
        caller: &Caller,
        profile: Profile<'_>,
    ) -> Result<UserRecord, HubError> {
        let mut user = self.user(caller).await?;
        let username = clean_slug("username", profile.username).map_err(invalid)?;
        if username != user.username {
            refuse_reserved(&username, false)?;
        }
        user.display_name = display_name(profile.display_name, &username)?;
        user.username = username;
        self.store.update_user(&user).await.map_err(|error| match error {
            StoreError::Taken(Taken::Username | Taken::OrgSlug) => {
                HubError::AlreadyExists(format!("username {:?} is already taken", user.username))
            }
            error => error.into(),
        })?;
        Ok(user)
    }

    /// Another address; unverified unless an administrator's (ACC-77).
    pub async fn change_email(&self, caller: &Caller, email: &str) -> Result<UserRecord, HubError> {
        let mut user = self.user(caller).await?;
        if email.trim().is_empty() {
            return Err(HubError::InvalidArgument("email cannot be empty".to_owned()));
        }
        let email = clean_email(email).map_err(invalid)?;
        if user.email.as_deref() == Some(email.as_str()) {
            return Err(HubError::InvalidArgument("email is unchanged".to_owned()));
        }
        (user.email, user.email_verified) = (Some(email), user.admin);
        self.store.update_user(&user).await.map_err(|error| match error {
            StoreError::Taken(Taken::Email) => email_taken(),
            error => error.into(),
        })?;
        Ok(user)
    }

    /// Another password: every other session ends (ACC-59).
    pub async fn change_password(
        &self,
        caller: &Caller,
        session: &SessionId,
        current: Secret<String>,
        new: Secret<String>,
    ) -> Result<(), HubError> {
        let key = caller.user.to_string();
        check_password(new.expose()).map_err(invalid)?;
        self.checks.check(&key, now()).map_err(HubError::too_many)?;
        let hash = self.store.password_hash(&caller.user).await?;
        if hash.is_some() {
            let plausible = current.expose().len() <= PASSWORD_MAX_BYTES;
            if !plausible || !self.passwords.matches(current, hash).await? {
                let _ = self.checks.count(&key, now());
                return Err(HubError::Unauthenticated("current password is incorrect".to_owned()));
            }
        }
        let hash = self.passwords.hash(new).await?;
        self.store.set_password_hash(&caller.user, &hash).await?;
        self.checks.forget(&key);
        self.sessions.end_others(&caller.user, Some(session)).await?;
        tracing::info!(user = %caller.user, "password changed");
        Ok(())
    }
}

/// The account somebody asks for, without its password.
fn draft(new: &NewAccount<'_>, first: bool) -> Result<NewUser, HubError> {
    let username = clean_slug("username", new.username).map_err(invalid)?;
    refuse_reserved(&username, first)?;
    let email = match new.email.trim() {
        "" => None,
        typed => Some(clean_email(typed).map_err(invalid)?),
    };
    let created_at_ms = wall_clock_ms();
    Ok(NewUser {
        personal: OrgRecord {
            id: OrgId::from_bits(fresh_bits()),
            slug: username.clone(),
            personal: true,
            created_at_ms,
        },
        user: UserRecord {
            id: UserId::from_bits(fresh_bits()),
            display_name: display_name(new.display_name, &username)?,
            username,
            admin: first,
            email_verified: first && email.is_some(),
            email,
            created_at_ms,
        },
        password_hash: None,
        first,
    })
}

fn refuse_reserved(username: &str, first: bool) -> Result<(), HubError> {
    let reserved = username == RESERVED_SLUG || (!first && RESERVED_FROM_SIGNUP.contains(&username));
    if reserved {
        Err(HubError::InvalidArgument(format!("{username:?} is a reserved username")))
    } else {
        Ok(())
    }
}

fn display_name(typed: &str, username: &str) -> Result<String, HubError> {
    if typed.trim().is_empty() {
        return Ok(username.to_owned());
    }
    let lower = |error: leapmux_types::NameError| error.to_string().replacen("Name", "name", 1);
    clean_name(typed).map_err(|error| HubError::InvalidArgument(format!("display name: {}", lower(error))))
}

fn email_taken() -> HubError {
    HubError::AlreadyExists("email address is already in use".to_owned())
}

fn invalid(error: impl std::error::Error) -> HubError {
    HubError::InvalidArgument(error.to_string())
}

fn now() -> Millis {
    Millis(monotonic_now())
}
