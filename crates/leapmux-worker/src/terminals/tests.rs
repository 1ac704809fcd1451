//! Terminals with real shells, through the calls clients make.

mod client;
mod flood;
mod life;
mod looking;
mod persistence;
