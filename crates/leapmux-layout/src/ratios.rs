//! The rules for ratios (LAY-10) and weights.

use crate::refusal::{Code, Refusal};

/// Smallest weight a split gives a tile, so that halving never reaches zero.
pub const MIN_WEIGHT: f64 = 0.0001;
/// Largest weight the Hub takes.
const MAX_WEIGHT: f64 = 1_000_000.0;

/// Rounded to six decimals: short on the wire, and every JSON reader recovers exactly the same number.
pub(crate) fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Ratios rescaled to sum 1. Refused: another count than `count`, anything negative or not finite, nothing but zeros.
pub fn normalize(ratios: &[f64], count: usize) -> Result<Vec<f64>, Refusal> {
    let invalid = |sentence: String| Err(Refusal::new(Code::Invalid, sentence));
    if ratios.len() != count {
        return invalid(format!("Expected {count} ratios, got {}.", ratios.len()));
    }
    if ratios.iter().any(|r| !r.is_finite() || *r < 0.0) {
        return invalid("Ratios must be finite and not negative.".into());
    }
    let sum: f64 = ratios.iter().sum();
    if ratios.is_empty() || sum <= 0.0 || !sum.is_finite() {
        return invalid("At least one ratio must be greater than zero.".into());
    }
    Ok(ratios.iter().map(|r| r / sum).collect())
}

pub(crate) fn valid_weight(weight: f64) -> Result<(), Refusal> {
    if (0.0..=MAX_WEIGHT).contains(&weight) {
        return Ok(());
    }
    Err(Refusal::new(Code::Invalid, "A tile's share must be a finite number that is not negative."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rescales_and_refuses() {
        assert_eq!(normalize(&[1.0, 3.0], 2), Ok(vec![0.25, 0.75]));
        for (ratios, count) in [
            (vec![], 0),
            (vec![1.0], 2),
            (vec![0.0, 0.0], 2),
            (vec![1.0, -0.1], 2),
            (vec![f64::NAN, 1.0], 2),
            (vec![f64::INFINITY, 1.0], 2),
            (vec![f64::MAX, f64::MAX], 2),
        ] {
            assert_eq!(normalize(&ratios, count).map_err(|r| r.code), Err(Code::Invalid), "{ratios:?}");
        }
    }
}
