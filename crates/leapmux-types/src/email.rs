//! The one rule for e-mail addresses (spec ACC-23): enough to catch mistakes; whether one works, only mail can tell.

/// Longest address, in characters.
pub const EMAIL_MAX_CHARS: usize = 254;

/// Why an address is refused; the texts are what the user reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    #[error("email must be at most 254 characters")]
    TooLong,
    #[error("invalid email address")]
    Invalid,
}

/// Trims, then checks for `local@domain` with a dot in the domain and nothing a mail header could stumble over.
pub fn clean_email(raw: &str) -> Result<String, EmailError> {
    let email = raw.trim();
    if email.chars().count() > EMAIL_MAX_CHARS {
        return Err(EmailError::TooLong);
    }
    let (local, domain) = email.rsplit_once('@').ok_or(EmailError::Invalid)?;
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\"\\".contains(c);
    let labels = || domain.split('.');
    let dotted = |part: &str| !part.is_empty() && part.split('.').all(|piece| !piece.is_empty());
    let valid = !email.contains(forbidden)
        && !local.contains('@')
        && dotted(local)
        && dotted(domain)
        && labels().count() >= 2
        && labels().all(|label| !label.starts_with('-') && !label.ends_with('-'));
    if valid { Ok(email.to_owned()) } else { Err(EmailError::Invalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_nothing_else() {
        for email in ["a@b.c", " ada.lovelace+mux@maths.example ", "名@例え.example"] {
            assert_eq!(clean_email(email).as_deref(), Ok(email.trim()));
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@b.c",
            "a@",
            "a@.c",
            "a@b.",
            "a@b..c",
            "a b@c.d",
            "Ada <a@b.c>",
            "a@b.c\r\nBcc: d@e.f",
            "a@b@c.d",
            "a@-b.c",
            "a..b@c.d",
            ".a@b.c",
        ] {
            assert_eq!(clean_email(bad), Err(EmailError::Invalid), "{bad:?}");
        }
        assert_eq!(clean_email(&format!("{}@b.c", "a".repeat(251))), Err(EmailError::TooLong));
        assert!(clean_email(&format!("{}@b.c", "a".repeat(250))).is_ok());
    }
}
