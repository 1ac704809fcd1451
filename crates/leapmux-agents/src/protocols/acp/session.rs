//! Opening a session: handshake, a new session or an earlier one, and the options wanted from the start.

use leapmux_transcript::{Event, NoticeKind, NoticeLevel, SessionInfo};
use serde_json::{Value, json};

use super::{Acp, Asked};
use crate::codec::{Signal, Step};
use crate::protocols::json::{some_text, text};
use crate::protocols::json_rpc::Failure;
use crate::provider::Session;

/// Code of an agent that wants its user to log in first.
const AUTH_REQUIRED: i64 = -32000;

impl Acp {
    pub(super) fn initialized(&mut self, outcome: Result<Value, Failure>, step: &mut Step) {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(failure) => return step.signals.push(Signal::StartFailed { reason: failure.message }),
        };
        self.can = answer.get("agentCapabilities").cloned().unwrap_or_default();
        let version = some_text(&answer, "/agentInfo/version");
        let cli_version = version.map(|version| version.trim_start_matches('v').to_owned());
        step.event(Event::SessionInfo(Box::new(SessionInfo { cli_version, ..SessionInfo::default() })));
        match self.start.session.clone() {
            Session::New { .. } => self.open_new(step),
            Session::Resume { id } => self.resume(id, step),
        }
    }

    fn open_new(&mut self, step: &mut Step) {
        let params = json!({"cwd": self.start.working_dir, "mcpServers": []});
        self.ask("session/new", params, Asked::New, step);
    }

    /// Without replay where the agent can; else what it replays is dropped.
    fn resume(&mut self, id: String, step: &mut Step) {
        let params = json!({"sessionId": id, "cwd": self.start.working_dir, "mcpServers": []});
        self.session = id;
        self.replaying = true;
        if self.can.pointer("/sessionCapabilities/resume").is_some_and(|resume| !resume.is_null()) {
            self.ask("session/resume", params, Asked::Resume, step);
        } else if self.can.get("loadSession").and_then(Value::as_bool) == Some(true) {
            self.ask("session/load", params, Asked::Load, step);
        } else {
            self.start_over("the agent cannot resume sessions", step);
        }
    }

    pub(super) fn resumed(&mut self, asked: &Asked, outcome: Result<Value, Failure>, step: &mut Step) {
        let loads = self.can.get("loadSession").and_then(Value::as_bool) == Some(true);
        match outcome {
            Ok(mut answer) => {
                answer["sessionId"] = self.session.clone().into();
                self.opened(Ok(answer), step);
            }
            Err(_) if matches!(asked, Asked::Resume) && loads => {
                let params =
                    json!({"sessionId": self.session, "cwd": self.start.working_dir, "mcpServers": []});
                self.ask("session/load", params, Asked::Load, step);
            }
            Err(failure) => self.start_over(&failure.message, step),
        }
    }

    fn start_over(&mut self, why: &str, step: &mut Step) {
        step.event(Event::Notice {
            level: NoticeLevel::Warning,
            text: format!(
                "The session could not be resumed ({why}). A new one was started; the agent does not \
                know what was said before."
            ),
            kind: NoticeKind::Session,
        });
        self.session.clear();
        self.open_new(step);
    }

    pub(super) fn opened(&mut self, outcome: Result<Value, Failure>, step: &mut Step) {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(failure) => {
                let hint = if failure.code == AUTH_REQUIRED {
                    " (log in with the agent's own program first)"
                } else {
                    ""
                };
                let reason = format!("{}{hint}", failure.message);
                return step.signals.push(Signal::StartFailed { reason });
            }
        };
        self.replaying = false;
        self.session = text(&answer, "/sessionId").to_owned();
        self.options.learn(&answer, self.dialect);
        let native_session_id = Some(self.session.clone());
        step.event(Event::SessionInfo(Box::new(SessionInfo { native_session_id, ..SessionInfo::default() })));
        self.wanted = self.start.options.clone().into_iter().collect();
        self.configure(step);
    }

    /// Sets the next wanted option that is not so already; ready when there is none.
    fn configure(&mut self, step: &mut Step) {
        while let Some((id, value)) = self.wanted.pop_front() {
            let Some(choice) = self.options.choice(&id).filter(|choice| choice.group.current != value) else {
                continue;
            };
            if !choice.group.values.iter().any(|option| option.value == value) {
                continue;
            }
            let label = choice.group.label.clone();
            let (method, params) = choice.request(&self.session, &value);
            return self.ask(method, params, Asked::Configure { label }, step);
        }
        step.event(self.options_event());
        if !std::mem::replace(&mut self.ready, true) {
            step.signals.push(Signal::Ready);
        }
    }

    pub(super) fn configured(&mut self, label: &str, outcome: Result<Value, Failure>, step: &mut Step) {
        match outcome {
            Ok(answer) => self.options.learn(&answer, self.dialect),
            Err(failure) => step.event(Event::Notice {
                level: NoticeLevel::Warning,
                text: format!("{label} could not be set: {}", failure.message),
                kind: NoticeKind::Settings,
            }),
        }
        self.configure(step);
    }
}
