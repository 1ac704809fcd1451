//! Tests of the providers: by recorded conversations, against the real programs, and of the actor against bad programs.

mod bad_programs;
mod draw;
mod lab;
mod limits;
mod model;
mod order;
mod real;
mod recorded;
mod replay;
mod schema;
