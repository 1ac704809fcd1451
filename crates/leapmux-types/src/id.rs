//! Typed ids: `<prefix>_<body>`, the body 1 to 40 characters of `a-z 0-9`, so that ids survive case-insensitive collations
//! and never contain a separator. New ones carry a UUIDv7 (sortable by time) as 26 characters of Crockford base32.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id: expected \"{prefix}_\" and 1 to 40 characters a-z or 0-9")]
pub struct IdError {
    kind: &'static str,
    prefix: &'static str,
}

/// Longest body of an id, in bytes. With any prefix an id stays within the 64 bytes the channel's AUTH allows.
pub const ID_BODY_MAX: usize = 40;

const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 128 bits as 26 characters, most significant first, so that text order is number order.
fn base32(bits: u128) -> String {
    (0..26).rev().map(|i| CROCKFORD[((bits >> (i * 5)) & 31) as usize] as char).collect()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id for 128 bits the caller vouches to be unique (a UUIDv7, or random bytes).
            pub fn from_bits(bits: u128) -> Self {
                Self(format!("{}_{}", $prefix, base32(bits)))
            }
            /// The id as it travels and is stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let error = IdError { kind: $kind, prefix: $prefix };
                let body = text.strip_prefix(concat!($prefix, "_")).ok_or(error.clone())?;
                let valid = (1..=ID_BODY_MAX).contains(&body.len())
                    && body.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
                if valid { Ok(Self(text.to_owned())) } else { Err(error) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person with an account on a Hub.
    UserId, "usr", "user"
);
id!(
    /// An organization: the unit of membership and of layout revisions.
    OrgId, "org", "organization"
);
id!(
    /// A workspace: one layout, one owner.
    WorkspaceId, "ws", "workspace"
);
id!(
    /// A Worker: one machine's LeapMux, with a key of its own.
    WorkerId, "wrk", "worker"
);
id!(
    /// A tab, and the agent or terminal it shows.
    TabId, "tab", "tab"
);
id!(
    /// A node of a workspace's tile tree.
    NodeId, "node", "node"
);
id!(
    /// A floating window.
    WindowId, "win", "window"
);
id!(
    /// One submitted layout batch; submitting the same id again changes nothing.
    BatchId, "bat", "batch"
);
id!(
    /// One sign-in of one user, as it is listed and revoked; the secret that proves it is another thing.
    SessionId, "ses", "session"
);
id!(
    /// A key that one Worker registers with, as its maker extends and deletes it; the secret is another thing.
    RegistrationKeyId, "rgk", "registration key"
);

/// 16 random bytes a client picks for one channel (channel.md 6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelUid(pub [u8; 16]);

/// A text that is not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 hexadecimal digits")]
pub struct ParseHexError;

impl fmt::Display for ChannelUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
impl fmt::Debug for ChannelUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for ChannelUid {
    type Err = ParseHexError;
    fn from_str(text: &str) -> Result<Self, ParseHexError> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ParseHexError);
        }
        u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| ParseHexError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_sorts_by_its_bits() {
        let (low, high) = (WorkspaceId::from_bits(7), WorkspaceId::from_bits(u128::MAX));
        assert_eq!(low.as_str().parse::<WorkspaceId>().as_ref(), Ok(&low));
        assert!(low < high);
        assert_eq!(low.as_str().len(), "ws_".len() + 26);
    }

    #[test]
    fn refuses_other_kinds_capitals_and_lengths() {
        for text in ["", "ws_", "usr_1", "ws_A", "ws_a_b", "ws_é", &format!("ws_{}", "a".repeat(41))] {
            let refused = text.parse::<WorkspaceId>().expect_err(text);
            assert!(refused.to_string().contains("workspace"), "{refused}");
        }
    }

    #[test]
    fn channel_uid_reads_what_it_prints() {
        let uid = ChannelUid([0xa5; 16]);
        assert_eq!(uid.to_string().parse(), Ok(uid));
        assert_eq!("+5a5".parse::<ChannelUid>(), Err(ParseHexError));
    }
}
