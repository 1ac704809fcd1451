//! The version line: `<version> · <commit> · <branch> · <build time>`, what is unknown left out (spec CLI-7).

/// Set by release builds.
pub(crate) const COMMIT: &str = match option_env!("LEAPMUX_BUILD_COMMIT") {
    Some(commit) => commit,
    None => "",
};
pub(crate) const BRANCH: &str = match option_env!("LEAPMUX_BUILD_BRANCH") {
    Some(branch) => branch,
    None => "",
};
/// RFC 3339.
pub(crate) const TIME: &str = match option_env!("LEAPMUX_BUILD_TIME") {
    Some(time) => time,
    None => "",
};

/// The line `leapmux version` prints.
pub(crate) fn line() -> String {
    render(env!("CARGO_PKG_VERSION"), COMMIT, BRANCH, &local_time(TIME))
}

fn render(version: &str, commit: &str, branch: &str, time: &str) -> String {
    let branch = if branch == "main" { "" } else { branch };
    let parts = [version, commit, branch, time].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// `Thu, 4/23/2026, 11:45:00 PM KST` in the local zone; what is no time stays as it is.
fn local_time(text: &str) -> String {
    let Ok(time) = text.parse::<jiff::Timestamp>() else { return text.to_owned() };
    let zoned = time.to_zoned(jiff::tz::TimeZone::system());
    zoned.strftime("%a, %-m/%-d/%Y, %-I:%M:%S %p %Z").to_string()
}

/// `2026-11-20 19:05` in the local zone.
#[cfg(feature = "worker")]
pub(crate) fn local_day(at_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_left_out() {
        assert_eq!(render("0.1.0", "", "", ""), "0.1.0");
        assert_eq!(render("0.1.0", "abc1234", "main", "T"), "0.1.0 · abc1234 · T");
        assert_eq!(render("0.1.0", "abc1234", "fix", ""), "0.1.0 · abc1234 · fix");
    }

    #[test]
    fn times_are_local_and_nonsense_is_kept() {
        assert_eq!(local_time("yesterday"), "yesterday");
        let shown = local_time("2026-04-23T14:45:00Z");
        assert!(shown.contains("2026, ") && (shown.contains(" AM ") || shown.contains(" PM ")), "{shown}");
    }
}
