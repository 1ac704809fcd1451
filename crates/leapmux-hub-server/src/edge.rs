//! What every request passes on its way in and out: host and origin, who is asking, headers, figures.

mod auth;
mod client_address;
mod cookie;
mod headers;
mod origin;
mod track;

pub(crate) use auth::{AuthenticatedWorker, Identified, authenticate, caller};
pub(crate) use cookie::Cookie;
pub(crate) use headers::secure_headers;
pub(crate) use origin::{HostRule, check_host_and_origin};
pub(crate) use track::{Observe, track};
