//! The proof of the user on the wire (rule 8): AUTH and AUTH_OK payloads, and which devices a Worker accepts.

use std::collections::BTreeSet;

use leapmux_noise::{AuthProof, DevicePublic};

use crate::event::Limits;
use crate::frame::Malformed;

const VERSION: u8 = 1;
/// AUTH carries a device key and its signature.
const WITH_DEVICE: u8 = 0x01;

/// `--client-trust`: whose word a Worker takes for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceTrust {
    /// The Hub's: any device, or none. Devices are reported.
    Hub,
    /// Only these devices of the user.
    KnownDevices(BTreeSet<DevicePublic>),
}

impl DeviceTrust {
    pub(crate) fn accepts(&self, device: Option<&DevicePublic>) -> bool {
        match self {
            DeviceTrust::Hub => true,
            DeviceTrust::KnownDevices(known) => device.is_some_and(|device| known.contains(device)),
        }
    }
}

/// AUTH as read.
pub(crate) struct Auth<'a> {
    pub(crate) user_id: &'a [u8],
    pub(crate) worker_id: &'a [u8],
    pub(crate) proof: AuthProof,
    pub(crate) device: Option<(DevicePublic, [u8; 64])>,
}

pub(crate) fn encode_auth(
    user_id: &str,
    worker_id: &str,
    proof: &AuthProof,
    device: Option<(&DevicePublic, [u8; 64])>,
) -> Vec<u8> {
    let mut out = vec![VERSION, if device.is_some() { WITH_DEVICE } else { 0 }];
    for id in [user_id, worker_id] {
        out.push(id.len() as u8);
        out.extend_from_slice(id.as_bytes());
    }
    out.extend_from_slice(&proof.0);
    if let Some((key, signature)) = device {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(&signature);
    }
    out
}

pub(crate) fn parse_auth(payload: &[u8]) -> Result<Auth<'_>, Malformed> {
    let wrong = Malformed("AUTH has the wrong shape");
    let ([version, flags], rest) = payload.split_first_chunk::<2>().ok_or(wrong)?;
    if *version != VERSION || flags & !WITH_DEVICE != 0 {
        return Err(wrong);
    }
    let (user_id, rest) = short(rest).ok_or(wrong)?;
    let (worker_id, rest) = short(rest).ok_or(wrong)?;
    let (proof, rest) = rest.split_first_chunk::<32>().ok_or(wrong)?;
    let device = match (flags & WITH_DEVICE != 0, rest.split_first_chunk::<32>()) {
        (false, _) if rest.is_empty() => None,
        (true, Some((key, signature))) => {
            Some((DevicePublic::from_bytes(*key), signature.try_into().map_err(|_| wrong)?))
        }
        _ => return Err(wrong),
    };
    Ok(Auth { user_id, worker_id, proof: AuthProof(*proof), device })
}

/// One length byte, at most 64, and that many bytes.
fn short(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (n, rest) = input.split_first()?;
    if *n > 64 {
        return None;
    }
    rest.split_at_checked(usize::from(*n))
}

pub(crate) fn encode_auth_ok(limits: &Limits, worker_time_ms: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(26);
    out.extend_from_slice(&limits.stream_window.to_be_bytes());
    out.extend_from_slice(&limits.inflight_cap.to_be_bytes());
    out.extend_from_slice(&limits.max_streams.to_be_bytes());
    out.extend_from_slice(&limits.max_message.to_be_bytes());
    out.extend_from_slice(&worker_time_ms.to_be_bytes());
    out.extend_from_slice(&limits.features.to_be_bytes());
    out
}

/// Later versions may append members; they are ignored.
pub(crate) fn parse_auth_ok(payload: &[u8]) -> Result<(Limits, u64), Malformed> {
    let read = || {
        let (stream_window, rest) = payload.split_first_chunk::<4>()?;
        let (inflight_cap, rest) = rest.split_first_chunk::<4>()?;
        let (max_streams, rest) = rest.split_first_chunk::<2>()?;
        let (max_message, rest) = rest.split_first_chunk::<4>()?;
        let (worker_time_ms, rest) = rest.split_first_chunk::<8>()?;
        let (features, _) = rest.split_first_chunk::<4>()?;
        let limits = Limits {
            stream_window: u32::from_be_bytes(*stream_window),
            inflight_cap: u32::from_be_bytes(*inflight_cap),
            max_streams: u16::from_be_bytes(*max_streams),
            max_message: u32::from_be_bytes(*max_message),
            features: u32::from_be_bytes(*features),
        };
        Some((limits, u64::from_be_bytes(*worker_time_ms)))
    };
    read().ok_or(Malformed("AUTH_OK has the wrong shape"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_8_1_auth_reads_back_with_and_without_a_device() {
        let (proof, key) = (AuthProof([1; 32]), DevicePublic::from_bytes([2; 32]));
        for device in [None, Some((&key, [3; 64]))] {
            let payload = encode_auth("usr_1", "wrk_1", &proof, device);
            let auth = parse_auth(&payload).expect("just encoded");
            assert_eq!((auth.user_id, auth.worker_id), (&b"usr_1"[..], &b"wrk_1"[..]));
            assert_eq!(auth.proof, proof);
            assert_eq!(auth.device.map(|(key, _)| key), device.map(|(key, _)| *key));
            for len in 0..payload.len() {
                assert!(parse_auth(&payload[..len]).is_err(), "{len}");
            }
            assert!(parse_auth(&[payload, vec![0]].concat()).is_err());
        }
    }

    #[test]
    fn rule_8_1_versions_flags_and_lengths_are_checked() {
        let good = encode_auth("usr_1", "wrk_1", &AuthProof([1; 32]), None);
        for (at, byte) in [(0, 2), (1, 2), (2, 65)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert!(parse_auth(&bad).is_err(), "{at}");
        }
    }

    #[test]
    fn rule_8_1_auth_ok_reads_back_and_may_grow() {
        let limits =
            Limits { stream_window: 1, inflight_cap: 2, max_streams: 3, max_message: 4, features: 5 };
        let payload = encode_auth_ok(&limits, 6);
        assert_eq!(payload.len(), 26);
        assert_eq!(parse_auth_ok(&payload), Ok((limits, 6)));
        assert_eq!(parse_auth_ok(&[&payload[..], &[9]].concat()), Ok((limits, 6)));
        assert!(parse_auth_ok(&payload[..25]).is_err());
    }
}
