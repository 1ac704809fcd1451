//! Options of a session: configuration options, modes and models, which agents offer in one way or another.

use std::collections::BTreeMap;

use leapmux_transcript::{Event, OptionGroup, OptionValue, SessionInfo};
use serde_json::{Value, json};

use super::{Acp, Asked, Dialect};
use crate::codec::{Refused, Signal, Step};
use crate::protocols::json::{list, some_text, text};
use crate::protocols::json_rpc::Failure;

/// How the agent wants a group set.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Config { id: String },
    Mode,
    Model,
}

/// A group and how to set it.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) group: OptionGroup,
    way: Way,
}

impl Choice {
    /// Method and parameters that set the group to `value`.
    pub(super) fn request(&self, session: &str, value: &str) -> (&'static str, Value) {
        match &self.way {
            Way::Config { id } => {
                ("session/set_config_option", json!({"sessionId": session, "configId": id, "value": value}))
            }
            Way::Mode => ("session/set_mode", json!({"sessionId": session, "modeId": value})),
            Way::Model => ("session/set_model", json!({"sessionId": session, "modelId": value})),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Options {
    choices: Vec<Choice>,
    /// The first value seen of each group: what the agent itself prefers.
    defaults: BTreeMap<String, String>,
}

impl Options {
    pub(super) fn choice(&self, id: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.group.id == id)
    }

    /// Takes what an answer or an update says of the options; a configuration option goes before a mode or model list.
    pub(super) fn learn(&mut self, answer: &Value, dialect: &Dialect) {
        for option in list(answer, "/configOptions") {
            let Some((id, label)) = (dialect.group)(text(option, "/category"), text(option, "/id")) else {
                continue;
            };
            let way = Way::Config { id: text(option, "/id").to_owned() };
            let values = config_values(option);
            self.put(id, label, text(option, "/currentValue"), values, way);
        }
        let (id, label) = dialect.modes;
        if answer.get("modes").is_some_and(Value::is_object) && !self.is_config(id) {
            let modes = values(list(answer, "/modes/availableModes"), "/id");
            self.put(id, label, text(answer, "/modes/currentModeId"), modes, Way::Mode);
        }
        if answer.get("models").is_some_and(Value::is_object) && !self.is_config("model") {
            let models = values(list(answer, "/models/availableModels"), "/modelId");
            self.put("model", "Model", text(answer, "/models/currentModelId"), models, Way::Model);
        }
    }

    fn is_config(&self, id: &str) -> bool {
        self.choice(id).is_some_and(|choice| matches!(choice.way, Way::Config { .. }))
    }

    fn put(&mut self, id: &str, label: &str, current: &str, values: Vec<OptionValue>, way: Way) {
        let default = self.defaults.entry(id.to_owned()).or_insert_with(|| current.to_owned()).clone();
        let group = OptionGroup {
            id: id.to_owned(),
            label: label.to_owned(),
            current: current.to_owned(),
            default_value: default,
            mutable: true,
            values,
        };
        match self.choices.iter_mut().find(|choice| choice.group.id == id) {
            Some(choice) => *choice = Choice { group, way },
            None => self.choices.push(Choice { group, way }),
        }
    }

    /// Sets what is shown; true when that is news.
    fn show(&mut self, id: &str, value: &str) -> bool {
        let choice = self.choices.iter_mut().find(|choice| choice.group.id == id);
        choice.is_some_and(|choice| std::mem::replace(&mut choice.group.current, value.to_owned()) != value)
    }
}

fn config_values(option: &Value) -> Vec<OptionValue> {
    let listed = list(option, "/options");
    // Options may be grouped; the groups' names are not shown.
    let grouped = listed.iter().flat_map(|group| list(group, "/options")).cloned().collect::<Vec<_>>();
    if grouped.is_empty() { values(listed, "/value") } else { values(&grouped, "/value") }
}

fn values(listed: &[Value], key: &str) -> Vec<OptionValue> {
    let value = |value: &Value| OptionValue {
        value: text(value, key).to_owned(),
        label: some_text(value, "/name").unwrap_or_else(|| text(value, key).to_owned()),
        description: text(value, "/description").to_owned(),
    };
    listed.iter().map(value).collect()
}

impl Acp {
    pub(super) fn options_event(&self) -> Event {
        let session = self.options.choices.iter().map(|choice| choice.group.clone());
        let options = Some(session.chain((self.dialect.launch_options)(&self.start)).collect());
        Event::SessionInfo(Box::new(SessionInfo { options, ..SessionInfo::default() }))
    }

    pub(super) fn mode_told(&mut self, mode: &str, step: &mut Step) {
        if self.options.show(self.dialect.modes.0, mode) && self.ready {
            step.event(self.options_event());
        }
    }

    pub(super) fn config_told(&mut self, update: &Value, step: &mut Step) {
        self.options.learn(update, self.dialect);
        if self.ready {
            step.event(self.options_event());
        }
    }

    pub(super) fn set_option(&mut self, id: String, value: String, step: &mut Step) -> Result<(), Refused> {
        let Some(choice) = self.options.choice(&id) else {
            return Err(Refused::Invalid(format!("There is no option {id:?}")));
        };
        if !choice.group.values.iter().any(|option| option.value == value) {
            return Err(Refused::Invalid(format!("{} cannot be set to {value:?}", choice.group.label)));
        }
        let (method, params) = choice.request(&self.session, &value);
        self.ask(method, params, Asked::Option { id, value }, step);
        Ok(())
    }

    pub(super) fn option_answered(
        &mut self,
        id: String,
        value: String,
        outcome: Result<Value, Failure>,
        step: &mut Step,
    ) {
        let signal = match outcome {
            Ok(answer) => {
                self.options.show(&id, &value);
                self.options.learn(&answer, self.dialect);
                step.event(self.options_event());
                Signal::OptionSet { id, value }
            }
            Err(failure) if (self.dialect.restart_helps)(&id, &failure) => {
                Signal::OptionNeedsRestart { id, value }
            }
            Err(failure) => Signal::OptionRefused { id, value, reason: failure.message },
        };
        step.signals.push(signal);
    }
}
