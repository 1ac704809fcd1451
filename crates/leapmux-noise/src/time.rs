//! Seconds since 1970 as `2026-11-20T10:00:00Z`, the one form pins are written in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment in UTC, whole seconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UtcSeconds(pub u64);

/// A text that is not a moment of the form above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form 2026-11-20T10:00:00Z")]
pub struct ParseTimeError;

const DAY: u64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01: years start in March so that leap days come last.
const EPOCH: u64 = 719_468;
const DAYS_OF_400_YEARS: u64 = 146_097;
/// 9999-12-31T23:59:59Z, the last moment four digits can name.
const LAST: u64 = 253_402_300_799;

fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + EPOCH;
    let (era, of_era) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

fn days_of(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let march_month = (month + 9) % 12;
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let year_of_era = year % 400;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    (year / 400 * DAYS_OF_400_YEARS + of_era).checked_sub(EPOCH)
}

impl fmt::Display for UtcSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.min(LAST);
        let ((year, month, day), rest) = (date_of(seconds / DAY), seconds % DAY);
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl std::str::FromStr for UtcSeconds {
    type Err = ParseTimeError;
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let number = |at: std::ops::Range<usize>| -> Option<u64> {
            let digits = text.get(at)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let read = || {
            let days = days_of(number(0..4)?, number(5..7)?, number(8..10)?)?;
            Some(Self(days * DAY + number(11..13)? * 3_600 + number(14..16)? * 60 + number(17..19)?))
        };
        // Printing it again refuses what no calendar has, and every other spelling.
        read().filter(|time| time.to_string() == text).ok_or(ParseTimeError)
    }
}

impl From<UtcSeconds> for String {
    fn from(time: UtcSeconds) -> Self {
        time.to_string()
    }
}
impl TryFrom<String> for UtcSeconds {
    type Error = ParseTimeError;
    fn try_from(text: String) -> Result<Self, ParseTimeError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_763_632_800, "2025-11-20T10:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(UtcSeconds(seconds).to_string(), text);
            assert_eq!(text.parse(), Ok(UtcSeconds(seconds)));
        }
    }

    #[test]
    fn every_day_of_five_centuries_reads_back() {
        for day in 0..182_622 {
            let time = UtcSeconds(day * DAY + day % DAY);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }

    #[test]
    fn refuses_what_no_calendar_has() {
        for text in [
            "",
            "2026-11-20",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00+0",
            "2026-01-01 00:00:00Z",
            "1969-12-31T23:59:59Z",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zé",
        ] {
            assert_eq!(text.parse::<UtcSeconds>(), Err(ParseTimeError), "{text}");
        }
    }
}
