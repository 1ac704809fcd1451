//! The one rule for usernames and organization names (spec ACC-20 to ACC-22).

/// Longest slug, in characters.
pub const SLUG_MAX_CHARS: usize = 32;
/// Nobody may take it: solo mode's one user and organization.
pub const RESERVED_SLUG: &str = "solo";
/// Not to be had by signing up; the first administrator may have it.
pub const RESERVED_FROM_SIGNUP: [&str; 2] = [RESERVED_SLUG, "admin"];

/// A refused slug: which field, and why. The text is what the user reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must {problem}")]
pub struct SlugError {
    /// `username` or `organization name`.
    pub field: &'static str,
    pub problem: SlugProblem,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugProblem {
    #[error("not be empty")]
    Empty,
    #[error("be at most 32 characters")]
    TooLong,
    #[error("contain only letters, numbers, and hyphens")]
    Character,
    #[error("not start with a hyphen")]
    Start,
    #[error("not end with a hyphen")]
    End,
    #[error("not contain consecutive hyphens")]
    Consecutive,
}

/// Trims and lower-cases, then checks.
pub fn clean_slug(field: &'static str, raw: &str) -> Result<String, SlugError> {
    let slug = raw.trim().to_lowercase();
    let problem = if slug.is_empty() {
        SlugProblem::Empty
    } else if slug.chars().count() > SLUG_MAX_CHARS {
        SlugProblem::TooLong
    } else if !slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        SlugProblem::Character
    } else if slug.starts_with('-') {
        SlugProblem::Start
    } else if slug.ends_with('-') {
        SlugProblem::End
    } else if slug.contains("--") {
        SlugProblem::Consecutive
    } else {
        return Ok(slug);
    };
    Err(SlugError { field, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_in_the_words_of_the_manual() {
        let refused = |raw: &str| clean_slug("username", raw).expect_err(raw).to_string();
        assert_eq!(refused("  "), "username must not be empty");
        assert_eq!(refused(&"a".repeat(33)), "username must be at most 32 characters");
        assert_eq!(refused("a_b"), "username must contain only letters, numbers, and hyphens");
        assert_eq!(refused("é"), "username must contain only letters, numbers, and hyphens");
        assert_eq!(refused("-a"), "username must not start with a hyphen");
        assert_eq!(refused("a-"), "username must not end with a hyphen");
        assert_eq!(refused("a--b"), "username must not contain consecutive hyphens");
        let named = clean_slug("organization name", "a b").expect_err("a space").to_string();
        assert_eq!(named, "organization name must contain only letters, numbers, and hyphens");
    }

    #[test]
    fn trims_and_lowers() {
        assert_eq!(clean_slug("username", "  Ada-2 "), Ok("ada-2".to_owned()));
        assert_eq!(clean_slug("username", &"Z".repeat(32)), Ok("z".repeat(32)));
    }
}
