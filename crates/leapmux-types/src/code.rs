//! The codes a channel, a stream or a relay frame ends with (channel rules, chapter 13).

use std::fmt;

/// A code as it travels: two bytes. Names for the known ones; application codes start at [`Code::APPLICATION`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $text:literal;)*) => {
        impl Code {
            $($(#[$doc])* pub const $name: Code = Code($value);)*

            /// Every code the channel itself can end with, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The name used in logs and JSON (`rate_limited`); `None` for a number this version does not know.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// The frame or request is malformed.
    BAD_REQUEST = 1, "bad_request";
    /// The opener speaks a version of the protocol the other side does not.
    UNSUPPORTED_VERSION = 2, "unsupported_version";
    /// The suite is not in the Worker's own key bundle.
    UNSUPPORTED_SUITE = 3, "unsupported_suite";
    /// The opener used keys the Worker has rotated away: fetch the bundle again and retry once.
    UNKNOWN_KEY = 4, "unknown_key";
    /// This channel id was seen before.
    DUPLICATE_CHANNEL = 5, "duplicate_channel";
    /// The handshake failed; what failed is never said.
    HANDSHAKE_FAILED = 6, "handshake_failed";
    /// Too many requests from this user.
    RATE_LIMITED = 7, "rate_limited";
    /// Too many channels are open.
    TOO_MANY_CHANNELS = 8, "too_many_channels";
    /// The Worker has no connection to the Hub.
    WORKER_OFFLINE = 9, "worker_offline";
    /// The user may not do this.
    NOT_ALLOWED = 10, "not_allowed";
    /// A frame came before the proof of the user.
    AUTH_REQUIRED = 11, "auth_required";
    /// The proof of the user, Worker or device is wrong.
    AUTH_FAILED = 12, "auth_failed";
    /// No proof of the user came in time.
    AUTH_TIMEOUT = 13, "auth_timeout";
    /// A record did not decrypt.
    DECRYPT_FAILED = 14, "decrypt_failed";
    /// The peer broke a rule of the protocol.
    PROTOCOL_ERROR = 15, "protocol_error";
    /// The peer sent more than its window.
    FLOW_ERROR = 16, "flow_error";
    /// A queue is full and stayed full.
    OVERLOAD = 17, "overload";
    /// Something took too long.
    TIMEOUT = 18, "timeout";
    /// The credential behind the channel was revoked.
    REVOKED = 19, "revoked";
    /// New keys could not be agreed on.
    REKEY_FAILED = 20, "rekey_failed";
    /// The other side is shutting down.
    GOING_AWAY = 21, "going_away";
    /// A message is larger than allowed.
    MESSAGE_TOO_LARGE = 22, "message_too_large";
    /// The other side failed.
    INTERNAL = 23, "internal";
    /// The caller no longer wants the answer.
    CANCELLED = 24, "cancelled";
    /// The Worker trusts known devices only and does not know this one.
    DEVICE_UNKNOWN = 25, "device_unknown";
    /// The stream was refused.
    REFUSED = 26, "refused";
    /// The key bundle is older than one already seen.
    ROLLBACK = 27, "rollback";
    /// The key bundle allows only weaker suites than one already seen.
    DOWNGRADE = 28, "downgrade";
    /// The connection under the channel is gone; said by this side to itself, never sent.
    CHANNEL_LOST = 29, "channel_lost";
}

impl Code {
    /// First code of the application: `APPLICATION + RPC status`.
    pub const APPLICATION: u16 = 0x0100;

    /// The application code for an RPC status number.
    pub const fn application(status: u8) -> Code {
        Code(Self::APPLICATION + status as u16)
    }
    /// The RPC status of an application code.
    pub fn status(self) -> Option<u16> {
        self.0.checked_sub(Self::APPLICATION)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.status()) {
            (Some(name), _) => f.write_str(name),
            (None, Some(status)) => write!(f, "application_{status}"),
            (None, None) => write!(f, "code_{}", self.0),
        }
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_the_ones_of_the_table() {
        let numbers: Vec<u16> = Code::ALL.iter().map(|code| code.0).collect();
        assert_eq!(numbers, (1..=29).collect::<Vec<u16>>());
        assert_eq!(Code::WORKER_OFFLINE.to_string(), "worker_offline");
        assert_eq!(Code::application(5).to_string(), "application_5");
        assert_eq!(Code(77).to_string(), "code_77");
        assert_eq!(Code::application(5).status(), Some(5));
        assert_eq!(Code::REFUSED.status(), None);
    }
}
