//! Randomness from the operating system, and time-ordered unique bits for ids.

/// `N` random bytes. The operating system refusing them leaves nothing safe to do.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}

/// 128 bits in the shape of a UUIDv7 (RFC 9562): 48 bits of wall-clock milliseconds, the rest random but for version and variant.
pub fn fresh_bits() -> u128 {
    let random = u128::from_be_bytes(random_bytes::<16>());
    let time = (super::wall_clock_ms().unsigned_abs() as u128 & 0xffff_ffff_ffff) << 80;
    let versioned = (random & ((1_u128 << 64) - 1)) | ((0x7000 | ((random >> 100) & 0xfff)) << 64);
    let variant = (versioned & !(0b11_u128 << 62)) | (0b10_u128 << 62);
    time | variant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_bits_are_version_7_and_differ() {
        let (a, b) = (fresh_bits(), fresh_bits());
        assert_eq!((a >> 76) & 0xf, 7);
        assert_eq!((a >> 62) & 0b11, 0b10);
        assert_ne!(a, b);
    }
}
