//! The one rule for titles of workspaces and tabs (spec WSP-6).

/// Longest name, in characters.
pub const NAME_MAX_CHARS: usize = 128;

/// Why a name is refused; the texts are what the user reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("Name must not be empty")]
    Empty,
    #[error("Name must be at most 128 characters")]
    TooLong,
}

/// Strips control characters and `" \ $ %`, trims, and checks the length.
pub fn clean_name(raw: &str) -> Result<String, NameError> {
    let kept: String =
        raw.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '$' | '%')).collect();
    let name = kept.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.chars().count() > NAME_MAX_CHARS {
        Err(NameError::TooLong)
    } else {
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_trims_and_bounds() {
        assert_eq!(clean_name("  a\u{7}\"b\\$%  "), Ok("ab".into()));
        assert_eq!(clean_name(" \n\t$ "), Err(NameError::Empty));
        assert_eq!(clean_name(&"é".repeat(128)).map(|n| n.chars().count()), Ok(128));
        assert_eq!(clean_name(&"é".repeat(129)), Err(NameError::TooLong));
    }
}
