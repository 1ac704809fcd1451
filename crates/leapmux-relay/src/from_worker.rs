//! Frames a Worker sends: ACCEPT, REJECT, DATA, CLOSE.

use leapmux_types::Code;
use leapmux_types::relay_frame::{Body, Direction, Ending, RelayFrame, msg2_fits};

use crate::channel::{ChannelKey, Stage};
use crate::event::{Event, LegFailure};
use crate::relay::{LegId, Relay};

impl Relay {
    pub(crate) fn worker_frame(&mut self, leg: LegId, frame: &[u8]) -> Result<(), LegFailure> {
        let RelayFrame { channel: number, body } = RelayFrame::parse(Direction::WorkerToHub, frame)
            .map_err(|error| LegFailure::new(Code::PROTOCOL_ERROR, error.to_string()))?;
        if number == 0 {
            // PING and PONG: a Worker's stream has signs of life of its own.
            return Ok(());
        }
        let Some(key) = self.known(leg, number)? else { return Ok(()) };
        match body {
            Body::Accept { msg2 } => self.accepted(key, msg2),
            Body::Data(_) => self.data_to_client(key, frame),
            Body::Reject(ending) | Body::Close(ending) => self.worker_closes(key, ending),
            _ => return Err(LegFailure::new(Code::PROTOCOL_ERROR, "a Worker may not send this frame")),
        }
        Ok(())
    }

    fn accepted(&mut self, key: ChannelKey, msg2: &[u8]) {
        let Some(channel) = self.channels.get_mut(&key) else { return };
        let Stage::Opening { worker, token } = &channel.stage else {
            return self.end(key, Code::PROTOCOL_ERROR, "the channel was accepted twice");
        };
        if msg2_fits(channel.suite, msg2.len()) != Some(true) {
            return self.end(key, Code::HANDSHAKE_FAILED, "the Worker's handshake message has a wrong size");
        }
        let client = channel.client;
        let frame = RelayFrame { channel: client.1, body: Body::Accepted { token: **token, msg2 } }.encode();
        channel.stage = Stage::Open { worker: *worker };
        self.emit(Event::Opened(key));
        if !self.queue(client, frame) {
            self.overload(key, client);
        }
    }

    fn data_to_client(&mut self, key: ChannelKey, frame: &[u8]) {
        match self.channels.get(&key) {
            Some(channel) if matches!(channel.stage, Stage::Open { .. }) => {
                let client = channel.client;
                self.forward(key, client, frame);
            }
            _ => self.end(key, Code::PROTOCOL_ERROR, "data came before the channel was open"),
        }
    }

    fn worker_closes(&mut self, key: ChannelKey, ending: Ending<'_>) {
        let Some(channel) = self.forget(key, ending.code) else { return };
        let to_client = match channel.stage {
            Stage::Open { .. } => Body::Close(ending),
            _ => Body::Reject(ending),
        };
        self.queue_last(channel.client, &to_client);
    }
}
