//! Ranks: texts between any two of which another fits, so that a move writes one register. Digits 0-9 a-z, never ending
//! in 0; text order is order. Two writers may pick the same rank for the same gap: the id then decides, and the next insert
//! between the two spreads their siblings anew.

use serde::Serialize;

use crate::refusal::{Code, Refusal};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE: u32 = 36;
/// Digits that appending and prepending count in; 36^4 places.
const COUNTED: usize = 4;
/// How far apart appended ranks lie, so that the first inserts between them stay short.
const STEP: u32 = 36;
/// Longest rank a command makes; beyond it siblings are spread anew.
const LONGEST: usize = 48;
/// Longest rank the Hub takes.
const MAX: usize = 64;

/// The place of an entity among its siblings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Rank(String);

impl Rank {
    /// The rank of an only child.
    pub fn middle() -> Self {
        Self("i".into())
    }

    /// A rank between two others, `None` being the end on that side. `None` when there is no room: the two are equal or in
    /// the wrong order, or the answer would be too long.
    pub fn between(low: Option<&Rank>, high: Option<&Rank>) -> Option<Self> {
        let rank = match (low, high) {
            (None, None) => Self::middle(),
            (Some(low), None) => counted(low, STEP as i64).unwrap_or_else(|| midpoint(low.digits(), None)),
            (None, Some(high)) => {
                counted(high, -(STEP as i64)).unwrap_or_else(|| midpoint(&[], Some(high.digits())))
            }
            (Some(low), Some(high)) if low < high => midpoint(low.digits(), Some(high.digits())),
            (Some(_), Some(_)) => return None,
        };
        let fits = rank.0.len() <= LONGEST && low.is_none_or(|l| *l < rank) && high.is_none_or(|h| rank < *h);
        fits.then_some(rank)
    }

    /// `n` ranks in order, evenly spread.
    pub fn spread(n: usize) -> Vec<Self> {
        let space = BASE.pow(COUNTED as u32) as usize;
        (1..=n).map(|i| from_number((i * space / (n + 1)) as u32)).collect()
    }

    /// A rank as it came; `check` says whether it is one.
    pub(crate) fn unchecked(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let valid = (1..=MAX).contains(&self.0.len())
            && self.0.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
            && !self.0.ends_with('0');
        if valid { Ok(()) } else { Err(Refusal::new(Code::Invalid, "The place in the order is malformed.")) }
    }

    fn digits(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

fn value(digit: u8) -> u32 {
    if digit.is_ascii_digit() { u32::from(digit - b'0') } else { u32::from(digit.saturating_sub(b'a')) + 10 }
}
fn digit_at(digits: &[u8], i: usize) -> u32 {
    digits.get(i).map_or(0, |d| value(*d))
}

/// The rank of a counted number, without the zeros at its end.
fn from_number(number: u32) -> Rank {
    let digits = (0..COUNTED as u32).rev().map(|i| DIGITS[(number / BASE.pow(i) % BASE) as usize] as char);
    Rank(digits.collect::<String>().trim_end_matches('0').to_owned())
}

/// One step up or down from `rank` in its counted digits, when there is room.
fn counted(rank: &Rank, step: i64) -> Option<Rank> {
    let number = (0..COUNTED).fold(0, |n, i| n * BASE + digit_at(rank.digits(), i));
    let next = (i64::from(number) + step) / i64::from(STEP) * i64::from(STEP);
    let inside = next > 0 && next < i64::from(BASE.pow(COUNTED as u32));
    inside.then(|| from_number(next as u32))
}

/// The shortest text roughly in the middle of `low < high`; no `high` is the upper end.
fn midpoint(low: &[u8], high: Option<&[u8]>) -> Rank {
    let mut out = String::new();
    let mut bounded = high;
    for i in 0.. {
        let (a, b) = (digit_at(low, i), bounded.map_or(BASE, |h| digit_at(h, i)));
        if b.saturating_sub(a) > 1 {
            out.push(DIGITS[((a + b) / 2) as usize] as char);
            break;
        }
        if b > a {
            bounded = None;
        }
        out.push(DIGITS[a as usize] as char);
    }
    Rank(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Inserting anywhere, any number of times, keeps the order with one write, until the text is too long.
        #[test]
        fn inserts_keep_order(places in prop::collection::vec(0.0..1.0f64, 1..300)) {
            let mut ranks: Vec<Rank> = Vec::new();
            for place in places {
                let at = (place * (ranks.len() + 1) as f64) as usize;
                let low = at.checked_sub(1).map(|i| &ranks[i]);
                let Some(rank) = Rank::between(low, ranks.get(at)) else { continue };
                rank.check().expect("well formed");
                ranks.insert(at, rank);
                prop_assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
            }
        }
    }

    #[test]
    fn appending_stays_short() {
        let mut last = Rank::middle();
        for _ in 0..5_000 {
            let next = Rank::between(Some(&last), None).expect("room at the end");
            assert!(last < next && next.0.len() <= 4, "{last:?} {next:?}");
            last = next;
        }
    }

    #[test]
    fn the_same_gap_holds_two_hundred_inserts_one_way() {
        let (mut low, high) = (Rank::middle(), Rank("j".into()));
        let mut inserts = 0;
        while let Some(rank) = Rank::between(Some(&low), Some(&high)) {
            assert!(low < rank && rank < high);
            (low, inserts) = (rank, inserts + 1);
        }
        assert!(inserts > 200, "{inserts}");
    }

    #[test]
    fn equal_neighbours_have_no_room() {
        assert_eq!(Rank::between(Some(&Rank::middle()), Some(&Rank::middle())), None);
    }

    #[test]
    fn spread_is_sorted_and_valid() {
        for n in [1, 2, 35, 400, 2000] {
            let ranks = Rank::spread(n);
            assert!(ranks.len() == n && ranks.is_sorted_by(|a, b| a < b));
            assert!(ranks.iter().all(|r| r.check().is_ok()));
        }
    }
}
