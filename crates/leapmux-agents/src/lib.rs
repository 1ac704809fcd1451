//! Coding agents: the port a provider implements (what to launch, how to read and write its lines), the protocols they
//! share, detection, and the actor that owns one agent from its first start to the closing of its tab.
pub mod actor;
mod codec;
mod detect;
pub mod journal;
pub mod lines;
mod process;
mod protocols;
mod provider;
mod providers;

pub use codec::{AgentCodec, Answer, Command, Refused, Signal, Step, Upload};
pub use detect::{Detected, Detector, Found};
pub use process::{Ended, Environment, Fed, Runner};
pub use provider::{Accepts, AgentProvider, Capabilities, Launch, Session, SessionStart};
pub use providers::{provider, providers};
