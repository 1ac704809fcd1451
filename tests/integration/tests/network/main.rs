//! Hub and Workers as processes of their own: a machine joins, links break, processes are stopped and killed, Workers are let go.
#![cfg(target_os = "linux")]

mod deregistration;
mod dev;
mod joining;
mod links;
mod rig;
mod tls;
