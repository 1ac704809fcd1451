//! Protocols more than one provider speaks, or may come to speak. What differs between speakers is data in their own files.

pub(crate) mod acp;
pub(crate) mod classify;
pub(crate) mod json;
pub(crate) mod json_rpc;
pub(crate) mod stream_json;
