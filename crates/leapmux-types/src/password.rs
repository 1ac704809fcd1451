//! The one rule for new passwords (spec ACC-24): a length, and no rule of composition.

/// Fewest and most characters.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// See [`PASSWORD_MIN_CHARS`].
pub const PASSWORD_MAX_CHARS: usize = 128;
/// Most bytes: 128 characters of any script fit.
pub const PASSWORD_MAX_BYTES: usize = 512;

/// Why a password is refused; the texts are what the user reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("password must be at least 8 characters")]
    TooShort,
    #[error("password must be at most 128 characters")]
    TooLong,
}

/// Checks a password that is to be set; nothing is trimmed.
pub fn check_password(password: &str) -> Result<(), PasswordError> {
    let chars = password.chars().count();
    if chars < PASSWORD_MIN_CHARS {
        Err(PasswordError::TooShort)
    } else if chars > PASSWORD_MAX_CHARS || password.len() > PASSWORD_MAX_BYTES {
        Err(PasswordError::TooLong)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(check_password("1234567"), Err(PasswordError::TooShort));
        assert_eq!(check_password("éééééééé"), Ok(()));
        assert_eq!(check_password(&"é".repeat(128)), Ok(()));
        assert_eq!(check_password(&"名".repeat(128)), Ok(()));
        assert_eq!(check_password(&"a".repeat(129)), Err(PasswordError::TooLong));
        assert_eq!(check_password("        "), Ok(()));
    }
}
