//! Messages of the user: taken, queued, delivered, taken back; and the interrupt.

use leapmux_transcript::{Attachment, Body, Delivery, Event, Item, NoticeKind, NoticeLevel, UserMessage};
use leapmux_types::limits::MAX_ATTACHMENTS;
use tokio::time::Instant;

use super::run::Actor;
use super::start::{ProcessState, fresh_uuid, new_session};
use super::{AgentError, Outgoing};
use crate::codec::Command;
use crate::journal::{JournalError, Sent};

/// Words that ask for a new conversation; no provider's protocol has them.
const CLEARING: [&str; 3] = ["/clear", "/reset", "/new"];
/// Longest text of a message, bytes.
const MAX_TEXT: usize = 1024 * 1024;

impl Actor {
    /// Takes a message: at once if the agent can have it, else into the queue.
    pub(super) async fn send(&mut self, message: Outgoing) -> Result<(String, Delivery), AgentError> {
        if let Some(item) =
            self.sends.row(&message.client_id).filter(|_| !message.client_id.is_empty()).cloned()
        {
            let delivery = self.find(&item).await?.map_or(Delivery::Cancelled, |row| delivery_of(&row));
            return Ok((item, delivery));
        }
        self.check(&message)?;
        let clears = CLEARING.contains(&message.text.trim()) && message.uploads.is_empty();
        let client_id = message.client_id.clone();
        let item = if clears { self.clear(message) } else { self.queue(message) };
        if !client_id.is_empty() {
            let sent = Sent { client_id, item: item.clone(), time_ms: self.now_ms() };
            self.sends.remember(sent.clone());
            self.outbox.batch().sends.push(sent);
        }
        self.pump().await?;
        if !self.is_ready() && matches!(self.process, ProcessState::None) {
            self.start();
        }
        let delivery = if clears { Delivery::Sent } else { self.delivery_now(&item) };
        Ok((item, delivery))
    }

    fn check(&self, message: &Outgoing) -> Result<(), AgentError> {
        let status = self.transcript.status();
        if message.text.trim().is_empty() && message.uploads.is_empty() {
            return Err(AgentError::Invalid("message is empty".to_owned()));
        }
        if message.text.len() > MAX_TEXT {
            return Err(AgentError::Invalid("message is longer than 1 MB".to_owned()));
        }
        if message.uploads.iter().map(|upload| upload.data.len()).sum::<usize>() > MAX_ATTACHMENTS {
            return Err(AgentError::Invalid("Attachments are limited to 10 MB in total".to_owned()));
        }
        if status.state == leapmux_transcript::AgentState::StartFailed {
            let label = self.provider.label();
            return Err(AgentError::Refused(format!("{label} failed to start; start it again first")));
        }
        Ok(())
    }

    fn queue(&mut self, message: Outgoing) -> String {
        let message_id = fresh_uuid();
        let attachments = message.uploads.iter().map(|upload| Attachment {
            name: upload.name.clone(),
            media_type: upload.media_type.clone(),
            size: upload.data.len() as u64,
        });
        let event = Event::UserMessage {
            message_id: message_id.clone(),
            text: message.text,
            attachments: attachments.collect(),
            client_id: message.client_id,
            delivery: Delivery::Queued,
        };
        if !message.uploads.is_empty() {
            self.outbox.batch().uploads.push((message_id, message.uploads));
        }
        self.apply(event).unwrap_or_default()
    }

    /// A new conversation in the same tab. What waits for the old one goes to the new one.
    fn clear(&mut self, message: Outgoing) -> String {
        let event = Event::UserMessage {
            message_id: fresh_uuid(),
            text: message.text,
            attachments: Vec::new(),
            client_id: message.client_id,
            delivery: Delivery::Sent,
        };
        let item = self.apply(event).unwrap_or_default();
        self.start_over();
        item
    }

    pub(super) fn start_over(&mut self) {
        let stopped = !matches!(self.process, ProcessState::None);
        self.memo.resumable = false;
        self.memo.native_session_id.clear();
        self.outbox.batch().memo = Some(self.memo.clone());
        if stopped {
            self.restart(Some(new_session()));
        }
        self.notice(NoticeLevel::Info, "Context cleared".to_owned(), NoticeKind::ContextCleared);
        self.apply(Event::PlanTodos { entries: Vec::new() });
    }

    /// Own ids of messages that wait here, oldest first.
    pub(super) fn queued_ids(&self) -> Vec<String> {
        let queued = self.transcript.queued_messages();
        queued
            .into_iter()
            .filter_map(|item| user_message(item))
            .map(|message| message.message_id.clone())
            .collect()
    }

    /// Gives the agent what it can have now.
    pub(super) async fn pump(&mut self) -> Result<(), JournalError> {
        let mid_turn = self.provider.capabilities().mid_turn_input;
        while self.is_ready() && (mid_turn || !self.transcript.in_turn()) {
            let queued = self.transcript.queued_messages();
            let mut waiting = queued.into_iter().filter_map(user_message);
            let next = waiting.find(|message| !self.passed.contains(&message.message_id)).cloned();
            let Some(message) = next else { return Ok(()) };
            self.deliver(message).await?;
        }
        Ok(())
    }

    async fn deliver(&mut self, message: UserMessage) -> Result<(), JournalError> {
        let UserMessage { message_id, text, attachments, .. } = message;
        let uploads = match attachments.is_empty() {
            true => Vec::new(),
            false => match self.unsaved_uploads(&message_id) {
                Some(uploads) => uploads,
                None => self.journal.uploads(&message_id).await?,
            },
        };
        let ProcessState::Running(live) = &mut self.process else { return Ok(()) };
        let encoded = live.codec.encode(Command::Prompt { message_id: message_id.clone(), text, uploads });
        match encoded {
            Ok(step) => {
                // The agent has it; `turn.start` tells when it begins with it.
                self.passed.insert(message_id);
                self.timers.silence = Some(Instant::now() + self.shared.timings.silence);
                self.take(step, None);
            }
            Err(error) => {
                let failure = error.to_string();
                self.apply(Event::UserDelivery { message_id, delivery: Delivery::Failed, failure });
            }
        }
        Ok(())
    }

    /// Files of a message that came in the batch that is not saved yet.
    fn unsaved_uploads(&mut self, message_id: &str) -> Option<Vec<crate::codec::Upload>> {
        let uploads = &self.outbox.batch().uploads;
        uploads.iter().find(|(id, _)| id == message_id).map(|(_, uploads)| uploads.clone())
    }

    pub(super) fn interrupt(&mut self) -> Result<(), AgentError> {
        if !self.transcript.in_turn() || self.transcript.status().interrupting {
            return Ok(());
        }
        self.apply(Event::Interrupt { pending: true });
        self.timers.interrupt = Some(Instant::now() + self.shared.timings.interrupt);
        self.command(Command::Interrupt);
        Ok(())
    }

    pub(super) fn interrupt_failed(&mut self) {
        if self.transcript.status().interrupting {
            self.apply(Event::Interrupt { pending: false });
            let text =
                "The agent has not stopped yet. Interrupt it again, or close the tab to end it.".to_owned();
            self.notice(NoticeLevel::Warning, text, NoticeKind::Interrupted);
        }
    }

    /// Takes a message back that the agent has not begun, or that failed.
    pub(super) async fn drop_message(&mut self, item: &str) -> Result<(), AgentError> {
        let message = self.settleable(item).await?;
        let message_id = message.message_id;
        if self.passed.contains(&message_id) {
            // The agent tells when it has let go of it.
            self.command(Command::Withdraw { message_id });
        } else {
            self.apply(Event::UserRemoved { message_id: message_id.clone() });
            self.outbox.batch().uploads_done.push(message_id);
        }
        Ok(())
    }

    /// Sends a failed message again.
    pub(super) async fn retry_message(&mut self, item: &str) -> Result<(), AgentError> {
        let message = self.settleable(item).await?;
        if message.delivery != Delivery::Failed {
            return Err(AgentError::Refused("Only messages that failed can be sent again".to_owned()));
        }
        self.apply(Event::UserDelivery {
            message_id: message.message_id,
            delivery: Delivery::Queued,
            failure: String::new(),
        });
        if matches!(self.process, ProcessState::None) {
            self.start();
        }
        Ok(self.pump().await?)
    }

    /// The message of that row, back among those that can change.
    async fn settleable(&mut self, item: &str) -> Result<UserMessage, AgentError> {
        let row =
            self.find(item).await?.ok_or_else(|| AgentError::NotFound("This message is gone".to_owned()))?;
        match user_message(&row) {
            Some(message) if matches!(message.delivery, Delivery::Queued | Delivery::Failed) => {
                let message = message.clone();
                if self.transcript.live_item(item).is_none() {
                    self.transcript.adopt(row);
                }
                Ok(message)
            }
            Some(_) => Err(AgentError::Refused("The agent has this message already".to_owned())),
            None => Err(AgentError::Invalid("This is not a message".to_owned())),
        }
    }

    fn delivery_now(&self, item: &str) -> Delivery {
        // Rows that were settled are no longer live: the agent has begun with them.
        self.transcript.live_item(item).map_or(Delivery::Sent, delivery_of)
    }
}

fn user_message(item: &Item) -> Option<&UserMessage> {
    match &item.body {
        Body::UserMessage(message) => Some(message),
        _ => None,
    }
}

fn delivery_of(item: &Item) -> Delivery {
    user_message(item).map_or(Delivery::Sent, |message| message.delivery)
}
