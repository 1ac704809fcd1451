//! Hashing and checking passwords: Argon2id with the parameters of SEC-70, as many at once as there are cores, so that a flood of
//! sign-ins takes bounded memory (SEC-103), and the same work whether an account exists or not (ACC-51).

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use leapmux_runtime::{Secret, random_bytes};
use tokio::sync::Semaphore;

use crate::HubError;

/// Checks that may wait for a core; further ones are refused.
const WAITING: usize = 256;
/// Bytes of salt.
const SALT: usize = 16;

/// The one place that computes password hashes. Clones share its cores.
#[derive(Debug, Clone)]
pub struct Passwords {
    cores: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What is checked when there is nothing to check.
    nobody: Arc<str>,
}

impl Passwords {
    /// As many hashes at once as this machine has cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            nobody: hash_now(&Secret::new(format!("{:x}", u128::from_be_bytes(random_bytes())))).into(),
        }
    }

    /// The PHC string of a new password.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, HubError> {
        self.on_a_core(move || hash_now(&password)).await
    }

    /// Whether `password` is the one `hash` was made of. Without a hash the same work is done, and the answer is no.
    pub async fn matches(&self, password: Secret<String>, hash: Option<String>) -> Result<bool, HubError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.as_ref().to_owned());
        let matches = self.on_a_core(move || matches_now(&password, &hash)).await?;
        Ok(matches && known)
    }

    async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HubError> {
        let busy = || HubError::Unavailable("the Hub is busy; please try again".to_owned());
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let core = self.cores.clone().acquire_owned().await.map_err(|_| HubError::stopping())?;
        // The core is free when the work is done, not when the caller loses interest.
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(core);
            outcome
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "a password could not be computed");
            busy()
        })
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Argon2id, 19,456 KiB, 2 passes, 1 lane: the library's defaults, held by a test.
fn hash_now(password: &Secret<String>) -> String {
    let salt = random_bytes::<SALT>();
    let hashed = Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
    hashed.expect("parameters and lengths are constants").to_string()
}

fn matches_now(password: &Secret<String>, hash: &str) -> bool {
    // The parameters are those of the hash.
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone() {
        let passwords = Passwords::new();
        let hash = passwords.hash(secret("correct horse")).await.expect("a core");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(secret("correct horse")).await.expect("a core"), "salted");
        assert!(passwords.matches(secret("correct horse"), Some(hash.clone())).await.expect("a core"));
        assert!(!passwords.matches(secret("Correct horse"), Some(hash)).await.expect("a core"));
        assert!(!passwords.matches(secret("correct horse"), None).await.expect("a core"));
        assert!(!passwords.matches(secret("x"), Some("no hash".to_owned())).await.expect("a core"));
    }
}
