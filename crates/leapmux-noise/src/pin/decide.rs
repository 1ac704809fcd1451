//! Whether a bundle may be used, before any handshake (rule 5.2).

use crate::bundle::VerifiedBundle;
use crate::identity::Identity;
use crate::pin::record::PinRecord;
use crate::suite::Suite;
use crate::time::UtcSeconds;

/// Go on with this suite, or stop and say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinDecision {
    /// No pin yet: go on, and pin after AUTH_OK.
    FirstContact(Suite),
    /// The pin agrees: go on, and raise it after AUTH_OK.
    Pinned(Suite),
    /// Stop. A mismatch and a downgrade a person may override; the rest not.
    Refused(PinRefusal),
}

/// Why a bundle may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinRefusal {
    /// Another identity than the pinned one: another Worker, or somebody in between.
    #[error("key mismatch")]
    Mismatch {
        /// What was pinned.
        pinned: Identity,
        /// What is offered.
        offered: Identity,
    },
    /// An older bundle than one already seen.
    #[error("the key bundle is older than the last one seen")]
    Rollback {
        /// Highest serial seen.
        pinned: u64,
        /// Serial offered.
        offered: u64,
    },
    /// The bundle's time is over.
    #[error("the key bundle expired at {0}")]
    Expired(UtcSeconds),
    /// Only weaker suites than the strongest seen.
    #[error("the worker now offers only {} encryption, but offered {} before", .offered.name(), .floor.name())]
    Downgrade {
        /// Strongest suite seen.
        floor: Suite,
        /// Strongest suite offered.
        offered: Suite,
    },
    /// No suite this version knows.
    #[error("the worker offers no encryption this version knows")]
    NoKnownSuite,
}

/// Checks in the order of rule 5.2; the signatures are checked already, or there would be no [`VerifiedBundle`].
pub fn decide(bundle: &VerifiedBundle, pin: Option<&PinRecord>, now: UtcSeconds) -> PinDecision {
    let refused = PinDecision::Refused;
    if let Some(pin) = pin {
        if pin.identity != bundle.identity {
            return refused(PinRefusal::Mismatch { pinned: pin.identity, offered: bundle.identity });
        }
        if bundle.serial < pin.serial {
            return refused(PinRefusal::Rollback { pinned: pin.serial, offered: bundle.serial });
        }
    }
    if bundle.expires != 0 && bundle.expires <= now.0 {
        return refused(PinRefusal::Expired(UtcSeconds(bundle.expires)));
    }
    match (bundle.suites.strongest(), pin) {
        (None, _) => refused(PinRefusal::NoKnownSuite),
        (Some(suite), None) => PinDecision::FirstContact(suite),
        (Some(suite), Some(pin)) if suite.at_least(pin.floor) => PinDecision::Pinned(suite),
        (Some(offered), Some(pin)) => refused(PinRefusal::Downgrade { floor: pin.floor, offered }),
    }
}
