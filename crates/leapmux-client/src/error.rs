//! What can go wrong on the way to a Worker, told to people.

use leapmux_channel::{BundleError, Closed, Code};

/// Why there is no channel, or no answer from the Hub.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    #[error("cannot reach the Hub: {0}")]
    Unreachable(String),
    #[error("the Hub refused: {0}")]
    Refused(String),
    #[error("the Hub's answer makes no sense: {0}")]
    Nonsense(String),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The key bundle does not agree with the pin; the sentence says how.
    #[error("{0}")]
    Pin(String),
    #[error("{path} cannot be used: {reason}")]
    PinFile { path: String, reason: String },
    /// The Hub or the Worker said no.
    #[error("the channel was not opened: {reason} ({code})")]
    Rejected { code: Code, reason: String },
    #[error(transparent)]
    Closed(#[from] Closed),
    #[error("the Hub has closed the connection")]
    Lost,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The Worker's own answer: an RPC status and a sentence.
    #[error("{message}")]
    Status {
        /// gRPC's number.
        status: u16,
        message: String,
    },
    /// The stream was reset by the channel itself.
    #[error("the call was reset: {reason} ({code})")]
    Reset { code: Code, reason: String },
    /// The channel is gone; whether the call was carried out is not known.
    #[error("the channel is gone")]
    ChannelLost,
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    #[error("the call ended without an answer")]
    NoAnswer,
    #[error("{0}")]
    NotOpened(String),
}

impl CallError {
    /// The RPC status, when the Worker answered with one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn from_reset(code: Code, reason: String) -> Self {
        match code.status() {
            Some(status) => Self::Status { status, message: reason },
            None if code == Code::CHANNEL_LOST => Self::ChannelLost,
            None => Self::Reset { code, reason },
        }
    }
}
