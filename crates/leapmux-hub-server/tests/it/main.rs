//! A real solo Hub on a free port: what a browser, a script, a Worker and an attacker see of it.

mod accounts;
mod authorization;
mod browser;
mod calls;
#[cfg(unix)]
mod databases;
mod events;
mod hub;
mod intruders;
mod page;
mod relay;
mod starting;
mod stopping;
