//! The one rule for 64-bit numbers at this door: JavaScript sees plain numbers. Revisions, times and counters stay far below
//! 2^53, where a plain number is exact.

const EXACT: f64 = 9_007_199_254_740_991.0;

/// For JavaScript.
pub(crate) fn to_number(value: u64) -> f64 {
    (value as f64).min(EXACT)
}

/// From JavaScript; nonsense becomes 0, fractions are cut.
pub(crate) fn from_number(value: f64) -> u64 {
    if value.is_finite() { value.clamp(0.0, EXACT) as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_where_it_matters_and_never_wild() {
        for value in [0, 1, 1_700_000_000_000, (1 << 53) - 1] {
            assert_eq!(from_number(to_number(value)), value);
        }
        assert_eq!([f64::NAN, -1.0, f64::INFINITY].map(from_number), [0, 0, 0]);
    }
}
