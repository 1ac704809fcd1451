//! Four words two people can compare over the phone (rule 5.3).

use std::fmt;
use std::str::FromStr;

use crate::device::DevicePublic;
use crate::identity::Identity;

/// 4,096 words, sorted, one per line; made from the EFF long diceware list.
const WORDS: &str = include_str!("words.txt");
/// Words in the list: 12 bits each.
const COUNT: usize = 4_096;
/// scrypt cost: N = 2^15, r = 8, p = 1, so 32 MiB and some 80 ms for each guess of a forger.
const COST: (u8, u32, u32) = (15, 8, 1);

/// 48 stretched bits of a key, read as four words: `aerobics-balmy-nutshell-squander`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u16; 4]);

/// A text that is not four words of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fingerprint: expected four words joined by `-`")]
pub struct FingerprintError;

/// The fingerprint of a Worker. Takes 32 MiB and about 80 ms; pins keep the result.
pub fn fingerprint(identity: &Identity) -> Fingerprint {
    stretch(identity.as_bytes(), b"LeapMux fingerprint v1")
}

/// The fingerprint of a device, compared when an owner approves it. Costs the same.
pub fn device_fingerprint(device: &DevicePublic) -> Fingerprint {
    stretch(device.as_bytes(), b"LeapMux device fingerprint v1")
}

fn stretch(key: &[u8], salt: &[u8]) -> Fingerprint {
    let (log_n, r, p) = COST;
    let params = scrypt::Params::new(log_n, r, p).expect("the cost is a constant scrypt accepts");
    let mut bits = [0; 6];
    scrypt::scrypt(key, salt, &params, &mut bits).expect("six bytes are a length scrypt accepts");
    Fingerprint::from_bits(bits)
}

impl Fingerprint {
    /// 48 bits as four numbers of 12, most significant first.
    pub fn from_bits(bits: [u8; 6]) -> Self {
        let all = bits.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Self([36, 24, 12, 0].map(|shift| (all >> shift & 0xfff) as u16))
    }
    /// The 48 bits.
    pub fn bits(&self) -> [u8; 6] {
        let all = self.0.iter().fold(0_u64, |sum, word| sum << 12 | u64::from(*word));
        let [_, _, bits @ ..] = all.to_be_bytes();
        bits
    }
    /// The words in order.
    pub fn words(&self) -> [&'static str; 4] {
        self.0.map(word)
    }
}

fn word(index: u16) -> &'static str {
    WORDS.lines().nth(usize::from(index)).expect("the list has 4,096 words")
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join("-"))
    }
}
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Fingerprint {
    type Err = FingerprintError;
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut indexes = [0; 4];
        let mut words = text.trim().split('-');
        for index in &mut indexes {
            let word = words.next().ok_or(FingerprintError)?;
            let found = WORDS.lines().take(COUNT).position(|known| known == word).ok_or(FingerprintError)?;
            *index = found as u16;
        }
        if words.next().is_some() { Err(FingerprintError) } else { Ok(Self(indexes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn rule_5_3_the_list_is_the_one_with_this_hash() {
        let hash: String = Sha256::digest(WORDS).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "584d4fd049759cc9fac3a7e2477b5b19f6a7d0d0160067b332f49a91bd038008");
        let words: Vec<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), COUNT);
        assert!(words.is_sorted());
    }

    #[test]
    fn rule_5_3_bits_read_as_words_and_back() {
        let fingerprint = Fingerprint::from_bits([0x02, 0x61, 0x1f, 0x95, 0x7d, 0x92]);
        assert_eq!(fingerprint.to_string(), "aerobics-balmy-nutshell-squander");
        assert_eq!(" aerobics-balmy-nutshell-squander\n".parse(), Ok(fingerprint));
        assert_eq!(fingerprint.bits(), [0x02, 0x61, 0x1f, 0x95, 0x7d, 0x92]);
        for text in
            ["", "aerobics", "aerobics-balmy-nutshell", "aerobics-balmy-nutshell-squander-zoom", "a-b-c-d"]
        {
            assert_eq!(text.parse::<Fingerprint>(), Err(FingerprintError), "{text}");
        }
    }
}
