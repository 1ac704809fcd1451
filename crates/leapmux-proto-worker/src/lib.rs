//! Generated inner messages, `leapmux.worker.v1`: what travels inside encrypted channels and nowhere else.

pub mod convert;

include!(concat!(env!("OUT_DIR"), "/_worker.rs"));
