//! The Workers' side: one stream each, and the words the relay itself cannot form.

mod grant;
mod pump;
mod registration;
mod service;

pub(crate) use grant::Grants;
pub(crate) use registration::RegistrationRpc;
pub(crate) use service::LinkRpc;
