//! The relay from outside: rules one by one, then random histories against a plain model.

mod limits;
mod model;
mod rules;
mod world;
