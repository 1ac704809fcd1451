//! Guesses the class of an error from its words, where an agent gives nothing better.

use leapmux_transcript::ErrorClass;

/// The class of an error with this text.
pub(crate) fn error_class(text: &str) -> ErrorClass {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&[
        "unauthorized",
        "authentication",
        "invalid api key",
        "api key",
        "not logged in",
        " 401",
        " 403",
        "auth_required",
    ]) {
        ErrorClass::Auth
    } else if has(&["rate limit", "rate_limit", "too many requests", " 429", "quota"]) {
        ErrorClass::RateLimit
    } else if has(&["overloaded", " 529", " 503"]) {
        ErrorClass::Overloaded
    } else if has(&["context length", "context window", "prompt is too long", "maximum context"]) {
        ErrorClass::Context
    } else if has(&["econn", "connection", "network", "timed out", "timeout", "dns", "socket"]) {
        ErrorClass::Network
    } else if has(&[" 500", " 502", " 504", "internal server error", "server error", "bad gateway"]) {
        ErrorClass::Server
    } else {
        ErrorClass::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_words_agents_use() {
        for (text, class) in [
            ("session/prompt: authentication failed for provider (HTTP 401)", ErrorClass::Auth),
            ("Internal error: invalid API key", ErrorClass::Auth),
            ("HTTP 429 Too Many Requests", ErrorClass::RateLimit),
            ("API Error: 529 overloaded_error", ErrorClass::Overloaded),
            ("Connection dropped (ECONNRESET)", ErrorClass::Network),
            ("API Error: 500 internal", ErrorClass::Server),
            ("Prompt is too long", ErrorClass::Context),
            ("the moon is full", ErrorClass::Other),
        ] {
            assert_eq!(error_class(text), class, "{text}");
        }
    }
}
