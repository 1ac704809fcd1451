//! The Workers' side: one stream each, and the words the relay itself cannot form.

mod grant;
mod pump;
mod service;

pub(crate) use grant::Grants;
pub(crate) use service::LinkRpc;
