//! How a machine becomes a Worker of a Hub elsewhere: with a registration key, once; afterwards with what it was given then
//! (spec workers.md §4, channel.md 5.4). Every text here is what people read.

use leapmux_channel::noise::DevicePublic;
use leapmux_channel::noise::registration::{RegistrationKeyError, RegistrationSecret};
use leapmux_net::{Dialer, HubUrlError};
use leapmux_runtime::wall_clock_ms;
use leapmux_types::UserId;

use crate::app::{StartError, make_private_dir};
use crate::hub_link::{self, LinkConfig};
use crate::identity::{IdentityError, StoredIdentity};
use crate::{RegistrationKey, WorkerConfig};

/// Why this machine is no Worker of the Hub.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error(transparent)]
    Hub(#[from] HubUrlError),
    #[error("worker is unregistered: pass --registration-key <key> from the hub UI")]
    Unregistered,
    #[error("worker is already registered; remove --registration-key or wipe local state to re-register")]
    AlreadyRegistered,
    #[error("registration rejected: {0}")]
    Rejected(String),
    #[error(transparent)]
    Key(#[from] RegistrationKeyError),
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<IdentityError> for JoinError {
    fn from(error: IdentityError) -> Self {
        Self::Start(error.into())
    }
}

/// The link of this machine's Worker to the Hub at `hub`: as it is registered, or registered now with `key`. A Hub that does not
/// answer is tried again for as long as the caller waits.
pub async fn join(
    config: &WorkerConfig,
    hub: &str,
    key: Option<&RegistrationKey>,
) -> Result<LinkConfig, JoinError> {
    let dialer = Dialer::to_hub(hub)?;
    make_private_dir(&config.data_dir)
        .map_err(|error| StartError::DataDir { path: config.data_dir.clone(), reason: error.to_string() })?;
    let path = config.data_dir.join("state.json");
    let stored = StoredIdentity::load(&path)?;
    let key = match (stored.registration(), key) {
        (Some(_), Some(key)) if !key.from_environment => return Err(JoinError::AlreadyRegistered),
        (Some(registration), key) => {
            if key.is_some() {
                // A container's definition keeps the variable for every start (WRK-32).
                tracing::warn!(
                    "worker is already registered; the registration key of the environment is not used"
                );
            }
            return Ok(LinkConfig::joined(dialer, registration.clone(), path));
        }
        (None, None) => return Err(JoinError::Unregistered),
        (None, Some(key)) => key,
    };
    let (hub_part, secret) = RegistrationSecret::split(key.text.expose())?;
    let (mode, now) = (config.encryption_mode, wall_clock_ms().unsigned_abs());
    let ready = tokio::task::spawn_blocking(move || stored.ready(mode, now));
    let identity = ready.await.expect("signing does not panic")?.bundle.claimed_identity();
    let worker_proof = secret.as_ref().map(|secret| secret.worker_proof(&identity));
    let registered = hub_link::register(&dialer, hub_part, worker_proof).await;
    let (registration, owner_statement) = registered.map_err(JoinError::Rejected)?;
    let vouched_device = vouched(secret.as_ref(), &registration.owner, &owner_statement);
    StoredIdentity::register(&path, registration.clone())?;
    tracing::info!(worker = %registration.worker, "credentials saved");
    Ok(LinkConfig { vouched_device, ..LinkConfig::joined(dialer, registration, path) })
}

/// The device the owner made the key on, if the Hub has not touched what it says of itself.
fn vouched(secret: Option<&RegistrationSecret>, owner: &UserId, statement: &[u8]) -> Option<DevicePublic> {
    let device = secret?.owner_device(owner.as_str(), statement);
    if device.is_none() && !statement.is_empty() {
        tracing::warn!("the Hub's word about the owner's device does not hold: no device is approved");
    }
    device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_vouched_for_by_whoever_made_the_key() {
        let secret = RegistrationSecret::new([4; 16]);
        let (owner, device) = (UserId::from_bits(1), DevicePublic::from_bytes([5; 32]));
        let statement = secret.owner_statement(owner.as_str(), &device);
        assert_eq!(vouched(Some(&secret), &owner, &statement), Some(device));
        assert_eq!(vouched(None, &owner, &statement), None, "a key by mail has no second half");
        assert_eq!(vouched(Some(&secret), &UserId::from_bits(2), &statement), None, "another owner");
        assert_eq!(vouched(Some(&secret), &owner, &[]), None);
    }
}
