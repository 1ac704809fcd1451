//! How Rust's errors reach JavaScript: an `Error` whose `name` is the stable code and whose `message` is the sentence.

use js_sys::Error;
use leapmux_layout::Refusal;
use wasm_bindgen::JsValue;

/// What every fallible door answers.
pub(crate) type Thrown<T> = Result<T, JsValue>;

/// An `Error` with this code and sentence.
pub(crate) fn thrown(code: &str, sentence: &str) -> JsValue {
    let error = Error::new(sentence);
    error.set_name(code);
    error.into()
}

/// Something JavaScript passed in cannot be right: a bug on that side.
pub(crate) fn invalid(error: impl std::fmt::Display) -> JsValue {
    thrown("invalid_argument", &error.to_string())
}

pub(crate) fn refused(refusal: Refusal) -> JsValue {
    thrown(refusal.code.as_str(), &refusal.sentence)
}
