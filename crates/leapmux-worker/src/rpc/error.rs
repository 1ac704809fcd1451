//! What a failed call tells its caller: a code of gRPC's list and a sentence.

use std::fmt::Display;

use leapmux_runtime::random_bytes;

/// gRPC's status numbers; on the wire `0x0100` is added (channel.md 10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum RpcCode {
    Cancelled = 1,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// Longest message of an error, bytes: a RESET carries it in one frame, and the channel allows reasons of 200 bytes.
const MESSAGE_MAX: usize = 200;

/// A refused or failed call. The message is what a person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RpcError {
    pub code: RpcCode,
    pub message: String,
}

impl RpcError {
    /// An error of `code`; a message too long for the wire is cut at a character.
    pub fn new(code: RpcCode, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if message.len() > MESSAGE_MAX {
            let cut = (0..=MESSAGE_MAX - '…'.len_utf8()).rev().find(|at| message.is_char_boundary(*at));
            message.truncate(cut.unwrap_or(0));
            message.push('…');
        }
        Self { code, message }
    }
    /// What was named does not exist, or the caller may not know that it does.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(RpcCode::NotFound, message)
    }
    /// The request itself is wrong.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(RpcCode::InvalidArgument, message)
    }
    /// The caller may see it but not do this.
    pub fn permission_denied(message: impl Into<String>) -> Self {
        Self::new(RpcCode::PermissionDenied, message)
    }
    /// Right request, wrong moment or state.
    pub fn failed_precondition(message: impl Into<String>) -> Self {
        Self::new(RpcCode::FailedPrecondition, message)
    }
    /// Try again later.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(RpcCode::Unavailable, message)
    }
    /// A bound was reached.
    pub fn resource_exhausted(message: impl Into<String>) -> Self {
        Self::new(RpcCode::ResourceExhausted, message)
    }
    /// No such method in this version.
    pub fn unimplemented(message: impl Into<String>) -> Self {
        Self::new(RpcCode::Unimplemented, message)
    }
    /// Our own fault: the cause goes to the log under an incident number, the caller gets the number.
    pub fn internal(cause: impl Display) -> Self {
        Self::internal_told(cause, "Something failed inside the Worker")
    }
    /// The same, where the caller can be told what it is.
    pub fn internal_told(cause: impl Display, told: &str) -> Self {
        let incident = u32::from_be_bytes(random_bytes());
        tracing::error!(incident = format_args!("{incident:08x}"), %cause, "a call failed inside");
        Self::new(RpcCode::Internal, format!("{told} (incident {incident:08x})"))
    }
    /// The code as a RESET carries it.
    pub fn wire_code(&self) -> u16 {
        0x0100 + self.code as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_characters() {
        let error = RpcError::not_found("é".repeat(150));
        assert!(error.message.len() <= MESSAGE_MAX);
        assert!(error.message.ends_with('…'));
        assert_eq!(error.wire_code(), 0x0105);
    }
}
