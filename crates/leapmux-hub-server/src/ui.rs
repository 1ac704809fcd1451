//! The page: from the program, or from a development server.

mod assets;
mod proxy;

pub(crate) use assets::serve;
pub(crate) use proxy::forward;
