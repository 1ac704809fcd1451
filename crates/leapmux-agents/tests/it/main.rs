//! Tests of the providers: by recorded conversations, against the real programs, and of the actor against bad programs.

mod draw;
mod recorded;
mod replay;
