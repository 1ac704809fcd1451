//! Generated Hub and relay messages and services: `leapmux.hub.v1` and `leapmux.relay.v1`.
//! Edges convert these to domain types; nothing below an edge knows them.

connectrpc::include_generated!();
