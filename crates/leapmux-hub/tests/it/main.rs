//! Hub services over the store in memory.

mod layouts;
mod relay;
mod sharing;
mod workers;
mod workspaces;
mod world;
