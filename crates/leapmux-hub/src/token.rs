//! Random secrets as text: session cookies, registration keys, Workers' credentials (SEC-74).

use leapmux_runtime::{Secret, random_bytes};

/// Characters of a secret: letters and digits, so 285 bits.
const LENGTH: usize = 48;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A fresh one, every character equally likely.
pub(crate) fn random_token() -> Secret<String> {
    let mut token = String::with_capacity(LENGTH);
    while token.len() < LENGTH {
        // Six bits a byte; the two values beyond the alphabet are thrown again.
        let picks = random_bytes::<LENGTH>();
        let letters = picks.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        token.extend(letters.take(LENGTH - token.len()).map(|letter| char::from(*letter)));
    }
    Secret::new(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_letters_and_digits_and_never_the_same() {
        let (one, other) = (random_token(), random_token());
        assert_eq!(one.expose().len(), LENGTH);
        assert!(one.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(one.expose(), other.expose());
    }
}
