//! Frames on carriers without message borders (unix socket, pipe): four bytes of length in front of each.

use super::{FrameError, HEADER};
use crate::limits::MAX_RELAY_FRAME;

/// Bytes of the length in front of a frame.
const LENGTH: usize = 4;

/// The frame with its length in front.
pub fn with_length(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(LENGTH + frame.len());
    out.extend_from_slice(&u32::try_from(frame.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(frame);
    out
}

/// Cuts a byte stream into frames. Keeps at most one unfinished frame plus what was pushed last.
#[derive(Debug, Default)]
pub struct Deframer {
    buffer: Vec<u8>,
    read: usize,
}

impl Deframer {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }
    /// The next whole frame; `None` until more bytes come. An error means the carrier must be closed.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let Some((length, rest)) = self.buffer[self.read..].split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if !(HEADER..=MAX_RELAY_FRAME).contains(&length) {
            return Err(FrameError::Size);
        }
        if rest.len() < length {
            return Ok(None);
        }
        let start = self.read + LENGTH;
        self.read = start + length;
        Ok(Some(&self.buffer[start..self.read]))
    }
}
