//! Generated Hub and relay messages and services
