//! Options: shown as wanted at once, rolled back when the agent refuses.

use leapmux_transcript::{AgentState, Event, OptionGroup, SessionInfo};
use tokio::time::Instant;

use super::run::{Actor, answer};
use super::start::ProcessState;
use super::{AgentError, Reply};
use crate::codec::{Command, Refused};

/// A change that waits for the agent.
pub(super) struct OptionWaiter {
    id: String,
    value: String,
    /// What was in force before.
    old: String,
    /// None: nobody asked for it by itself.
    reply: Option<Reply<bool>>,
    pub(super) deadline: Instant,
}

impl Actor {
    pub(super) fn set_option(&mut self, id: String, value: String, reply: Reply<bool>) {
        self.change_option(id, value, Some(reply));
    }

    /// Sets an option as part of something else.
    pub(super) fn set_option_unasked(&mut self, id: String, value: String) {
        self.change_option(id, value, None);
    }

    fn change_option(&mut self, id: String, value: String, reply: Option<Reply<bool>>) {
        let group = self.transcript.status().option(&id).cloned();
        let old = match check(group.as_ref(), &id, &value) {
            Ok(old) => old,
            Err(error) => return tell(reply, Err(error)),
        };
        if old == value && self.is_ready() {
            return tell(reply, Ok(false));
        }
        match &mut self.process {
            ProcessState::None => {
                self.wants(&id, &value);
                self.show(&id, &value);
                self.start();
                tell(reply, Ok(true));
            }
            _ if self.provider.option_needs_restart(&id, &value) => {
                self.change_by_restart(&id, &value, &old, reply)
            }
            ProcessState::Running(live) if live.ready => {
                let encoded = live.codec.encode(Command::SetOption { id: id.clone(), value: value.clone() });
                match encoded {
                    Ok(step) => {
                        let deadline = Instant::now() + self.shared.timings.option;
                        let waiter =
                            OptionWaiter { id: id.clone(), value: value.clone(), old, reply, deadline };
                        self.waiters.push(waiter);
                        self.show(&id, &value);
                        self.take(step, None);
                    }
                    Err(Refused::NeedsRestart) => self.change_by_restart(&id, &value, &old, reply),
                    Err(error) => tell(reply, Err(AgentError::Invalid(error.to_string()))),
                }
            }
            _ => {
                self.wants(&id, &value);
                self.show(&id, &value);
                self.late_options.push((id, value));
                tell(reply, Ok(false));
            }
        }
    }

    /// Restarts with the option, unless that would cut a turn short.
    fn change_by_restart(&mut self, id: &str, value: &str, old: &str, reply: Option<Reply<bool>>) {
        if self.transcript.in_turn() {
            let error =
                "This needs a restart of the agent; wait until its turn is over or interrupt it".to_owned();
            return tell(reply, Err(AgentError::Refused(error)));
        }
        self.wants(id, value);
        self.show(id, value);
        self.told_change(id, old, value);
        self.restart(None);
        tell(reply, Ok(true));
    }

    /// The live change did not work, a new process will.
    pub(super) fn option_by_restart(&mut self, id: &str, value: &str) {
        let Some(at) = self.waiters.iter().position(|waiter| waiter.id == id && waiter.value == value) else {
            return;
        };
        let waiter = self.waiters.remove(at);
        if self.transcript.in_turn() {
            self.show(id, &waiter.old);
        }
        self.change_by_restart(id, value, &waiter.old, waiter.reply);
    }

    /// The agent has answered.
    pub(super) fn option_settled(&mut self, id: &str, value: &str, outcome: Result<bool, String>) {
        let at = self.waiters.iter().position(|waiter| waiter.id == id && waiter.value == value);
        let waiter = at.map(|at| self.waiters.remove(at));
        match outcome {
            Ok(restarted) => {
                self.wants(id, value);
                if let Some(waiter) = waiter {
                    self.told_change(id, &waiter.old, value);
                    tell(waiter.reply, Ok(restarted));
                }
            }
            Err(reason) => {
                let Some(waiter) = waiter else { return };
                self.show(id, &waiter.old);
                tell(waiter.reply, Err(AgentError::Refused(reason)));
            }
        }
    }

    pub(super) fn time_out_options(&mut self, now: Instant) {
        let late = self.waiters.extract_if(.., |waiter| waiter.deadline <= now).collect::<Vec<_>>();
        for waiter in late {
            self.show(&waiter.id, &waiter.old);
            tell(waiter.reply, Err(AgentError::Refused("The agent did not answer".to_owned())));
        }
    }

    pub(super) fn drop_waiters(&mut self, why: &str) {
        for waiter in std::mem::take(&mut self.waiters) {
            tell(waiter.reply, Err(AgentError::Refused(why.to_owned())));
        }
    }

    /// Remembers a value for every further start.
    fn wants(&mut self, id: &str, value: &str) {
        self.memo.options.insert(id.to_owned(), value.to_owned());
        self.outbox.batch().memo = Some(self.memo.clone());
    }

    /// Shows a value as the current one.
    fn show(&mut self, id: &str, value: &str) {
        let mut options = self.transcript.status().options.clone();
        if let Some(group) = options.iter_mut().find(|group| group.id == id) {
            group.current = value.to_owned();
            let info = SessionInfo { options: Some(options), ..SessionInfo::default() };
            self.apply(Event::SessionInfo(Box::new(info)));
        }
    }

    fn told_change(&mut self, id: &str, old: &str, value: &str) {
        let Some(group) = self.transcript.status().option(id).filter(|_| old != value) else { return };
        let label = |value: &str| {
            let known = group.values.iter().find(|known| known.value == value);
            known.map_or_else(|| value.to_owned(), |known| known.label.clone())
        };
        let changed = Event::OptionChanged { label: group.label.clone(), old: label(old), new: label(value) };
        if self.transcript.status().state != AgentState::Starting {
            self.apply(changed);
        }
    }
}

/// The current value, if the change is possible at all.
fn check(group: Option<&OptionGroup>, id: &str, value: &str) -> Result<String, AgentError> {
    let group = group.ok_or_else(|| AgentError::Invalid(format!("There is no option {id:?}")))?;
    if !group.mutable {
        return Err(AgentError::Refused("Set by the agent; cannot be changed here".to_owned()));
    }
    if id != "model" && !group.values.iter().any(|known| known.value == value) {
        return Err(AgentError::Invalid(format!("{} cannot be set to {value:?}", group.label)));
    }
    Ok(group.current.clone())
}

fn tell(reply: Option<Reply<bool>>, outcome: Result<bool, AgentError>) {
    if let Some(reply) = reply {
        answer(reply, outcome);
    }
}
