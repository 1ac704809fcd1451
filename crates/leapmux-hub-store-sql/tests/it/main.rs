//! Every backend passes the contract, and survives being dropped in the middle of anything.

mod crash;
#[cfg(unix)]
mod servers;
mod sqlite;
