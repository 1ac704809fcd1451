//! Pins (rule 5): what a client remembers of a Worker, and what that allows.

mod decide;
mod record;
mod store;

pub use decide::{PinDecision, PinRefusal, decide};
pub use record::{PinRecord, Trust};
pub use store::{BROWSER_PIN_LIFETIME, PinStore, PinStoreError};
