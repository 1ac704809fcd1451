//! Whole sessions against each other and against everything a peer or a Hub could do wrong. Rules: docs/spec/channel.md.

mod auth;
mod corpus;
mod debug;
mod fairness;
mod handshake;
mod limits;
mod pair;
mod properties;
mod records;
mod rekey;
mod robust;
mod streams;
mod vectors;
