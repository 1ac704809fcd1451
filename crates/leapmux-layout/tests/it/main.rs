//! Integration tests of the layout engine through its public face.

mod commands;
mod convergence;
mod filter;
mod replica;
mod world;
