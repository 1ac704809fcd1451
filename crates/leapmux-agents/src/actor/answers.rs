//! Answers to permissions, plans and questions: each request is settled once.

use leapmux_transcript::{Body, Delivery, Event, Item, Permission, PermissionKind, Resolution, Role};

use super::run::Actor;
use super::start::{ProcessState, fresh_uuid};
use super::{AgentError, Response};
use crate::codec::{Answer, Command};

/// Answers to questions with this option dismiss them.
const DISMISS: &str = "dismiss";

impl Actor {
    /// Settles a request, or tells how it was settled.
    pub(super) async fn respond(&mut self, response: Response) -> Result<(bool, Resolution), AgentError> {
        let row = self.find(&response.item).await?;
        let row = row.ok_or_else(|| AgentError::NotFound("This request is gone".to_owned()))?;
        if let Some(settled) = settled(&row) {
            return Ok((false, settled.clone()));
        }
        let pending = self.transcript.pending_request(&response.item).map(str::to_owned);
        let request = pending.ok_or_else(|| AgentError::Invalid("This is not a request".to_owned()))?;
        let resolution = self.resolution(&row, &response)?;
        let bypass = self.bypass(&response)?;
        if response.clear_context {
            return self.carry_out_anew(&row, request, resolution, response.bypass).map(|done| (true, done));
        }
        let ProcessState::Running(live) = &mut self.process else {
            return Err(AgentError::Refused("The agent is not running".to_owned()));
        };
        let answer = answer_of(&row, &response);
        let step = live.codec.encode(Command::Respond { request: request.clone(), answer });
        let step = step.map_err(|error| AgentError::Invalid(error.to_string()))?;
        self.apply(Event::RequestResolved { request, resolution: resolution.clone() });
        self.take(step, None);
        if let Some((id, value)) = bypass {
            self.set_option_unasked(id.to_owned(), value.to_owned());
        }
        Ok((true, resolution))
    }

    /// What is recorded of the answer.
    fn resolution(&self, row: &Item, response: &Response) -> Result<Resolution, AgentError> {
        let mut resolution = Resolution {
            option_id: response.option.clone(),
            feedback: response.feedback.clone(),
            answers: response.answers.clone(),
            time_ms: self.now_ms(),
            ..Resolution::default()
        };
        match &row.body {
            Body::Permission(permission) => {
                let option = permission.options.iter().find(|option| option.id == response.option);
                let option =
                    option.ok_or_else(|| AgentError::Invalid("There is no such answer".to_owned()))?;
                resolution.option_label.clone_from(&option.label);
                resolution.role = option.role;
                if response.clear_context && permission.kind != PermissionKind::Plan {
                    return Err(AgentError::Invalid(
                        "Only a plan can be carried out in a new conversation".to_owned(),
                    ));
                }
            }
            _ if dismisses(response) => {
                resolution.option_label = "Stopped".to_owned();
                resolution.role = Role::Deny;
            }
            _ => resolution.role = Role::AllowOnce,
        }
        Ok(resolution)
    }

    fn bypass(&self, response: &Response) -> Result<Option<(&'static str, &'static str)>, AgentError> {
        if !response.bypass {
            return Ok(None);
        }
        let offered = self.provider.capabilities().bypass.filter(|(id, value)| {
            let group = self.transcript.status().option(id);
            group.is_some_and(|group| group.values.iter().any(|known| known.value == *value))
        });
        let label = self.provider.label();
        offered
            .map(Some)
            .ok_or_else(|| AgentError::Refused(format!("{label} has no way to bypass permissions here")))
    }

    /// The plan goes to a conversation that knows nothing else.
    fn carry_out_anew(
        &mut self,
        row: &Item,
        request: String,
        mut resolution: Resolution,
        bypass: bool,
    ) -> Result<Resolution, AgentError> {
        let Body::Permission(permission) = &row.body else {
            return Err(AgentError::Invalid(
                "Only a plan can be carried out in a new conversation".to_owned(),
            ));
        };
        if resolution.role == Role::Deny {
            return Err(AgentError::Invalid("A plan that is rejected is not carried out".to_owned()));
        }
        let text = plan_message(permission);
        resolution.option_label = format!("{} in a new conversation", resolution.option_label);
        self.apply(Event::RequestResolved { request, resolution: resolution.clone() });
        self.leave_plan_mode(bypass);
        self.start_over();
        self.apply(Event::UserMessage {
            message_id: fresh_uuid(),
            text,
            attachments: Vec::new(),
            client_id: String::new(),
            delivery: Delivery::Queued,
        });
        Ok(resolution)
    }

    fn leave_plan_mode(&mut self, bypass: bool) {
        let can = self.provider.capabilities();
        if let Some(group) = can.plan.and_then(|id| self.transcript.status().option(id))
            && group.current == "plan"
        {
            self.memo.options.insert(group.id.clone(), group.default_value.clone());
        }
        if let Some((id, value)) = can.bypass.filter(|_| bypass) {
            self.memo.options.insert(id.to_owned(), value.to_owned());
        }
    }
}

fn settled(row: &Item) -> Option<&Resolution> {
    match &row.body {
        Body::Permission(permission) => permission.resolution.as_ref(),
        Body::Question(question) => question.resolution.as_ref(),
        _ => None,
    }
}

fn dismisses(response: &Response) -> bool {
    response.option == DISMISS || response.answers.is_empty()
}

fn answer_of(row: &Item, response: &Response) -> Answer {
    match &row.body {
        Body::Question(_) if dismisses(response) => Answer::Dismiss { feedback: response.feedback.clone() },
        Body::Question(_) => Answer::Answers(response.answers.clone()),
        _ => Answer::Option { id: response.option.clone(), feedback: response.feedback.clone() },
    }
}

fn plan_message(permission: &Permission) -> String {
    let place = permission.paths.first().map(|path| format!(" (it is also in {path})")).unwrap_or_default();
    format!("Implement this plan{place}:\n\n{}", permission.plan)
}
