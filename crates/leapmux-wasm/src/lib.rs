//! The browser's door to what it shares with Hub, Worker and CLI: layout, the encrypted channel, the widths of characters. No
//! clock, no randomness and no IO in here: JavaScript hands in both. What goes wrong is thrown as an `Error` whose `name` is a
//! code.
//!
//! A panic poisons the whole instance (nothing unwinds here): whoever sees a `RuntimeError` must load the core anew.

mod bundle;
mod cells;
mod channel;
mod error;
mod layout;
mod number;
mod pins;
mod registration;
mod relay;
#[cfg(feature = "testing")]
mod testing;

use wasm_bindgen::prelude::*;

pub use bundle::{WorkerBundle, fingerprint};
pub use cells::cell_widths;
pub use channel::{ChannelEvent, ChannelSession, Opening};
pub use layout::{LayoutReplica, Submission};
pub use pins::{PinAnswer, PinBook};
pub use registration::RegistrationSecret;
pub use relay::{HubFrame, close_frame, code_name, code_number, ping_frame, pong_frame, read_hub_frame};
#[cfg(feature = "testing")]
pub use testing::{TestAccept, TestWorker, replay_vectors};

/// Runs once when the module is loaded: a panic then says where it happened.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
