//! Options: models and efforts as the agent lists them, permission modes, and changing them while it runs.

use leapmux_transcript::{Event, OptionGroup, OptionValue, SessionInfo, SlashCommand};
use serde_json::{Value, json};

use super::control::Asked;
use super::{Dialect, StreamJson};
use crate::codec::{Refused, Step};
use crate::protocols::json::{list, some_text, text};
use crate::provider::SessionStart;

pub(super) const MODEL: &str = "model";
pub(super) const EFFORT: &str = "effort";
pub(super) const PERMISSION_MODE: &str = "permissionMode";
/// No effort is asked for: the agent decides.
pub(super) const AUTO: &str = "auto";

/// One model and the efforts it knows.
#[derive(Debug)]
struct Model {
    option: OptionValue,
    resolved: String,
    efforts: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Settings {
    models: Vec<Model>,
    model: String,
    effort: String,
    mode: String,
}

impl Settings {
    pub(super) fn new(start: &SessionStart) -> Self {
        let wanted = |id, default: &str| start.option(id).unwrap_or(default).to_owned();
        Self {
            model: wanted(MODEL, ""),
            effort: wanted(EFFORT, AUTO),
            mode: wanted(PERMISSION_MODE, "default"),
            ..Self::default()
        }
    }

    /// Takes the mode the agent tells; true when that is news.
    pub(super) fn set_mode(&mut self, mode: &str) -> bool {
        std::mem::replace(&mut self.mode, mode.to_owned()) != mode
    }

    pub(super) fn set(&mut self, id: &str, value: &str) {
        match id {
            MODEL => self.model = value.to_owned(),
            EFFORT => self.effort = value.to_owned(),
            PERMISSION_MODE => self.mode = value.to_owned(),
            _ => {}
        }
    }

    fn learn_models(&mut self, answer: &Value) {
        let models = list(answer, "/models").iter().map(|model| Model {
            option: OptionValue {
                value: text(model, "/value").to_owned(),
                label: text(model, "/displayName").to_owned(),
                description: text(model, "/description").to_owned(),
            },
            resolved: text(model, "/resolvedModel").to_owned(),
            efforts: list(model, "/supportedEffortLevels")
                .iter()
                .filter_map(Value::as_str)
                .map(Into::into)
                .collect(),
        });
        self.models = models.collect();
        if self.model.is_empty() {
            self.model = self.models.first().map(|model| model.option.value.clone()).unwrap_or_default();
        }
    }

    fn current_model(&self) -> Option<&Model> {
        self.models.iter().find(|model| model.option.value == self.model || model.resolved == self.model)
    }

    fn groups(&self, dialect: &Dialect, may_bypass: bool) -> Vec<OptionGroup> {
        let mut groups = Vec::new();
        let mut models: Vec<OptionValue> = self.models.iter().map(|model| model.option.clone()).collect();
        if self.current_model().is_none() && !self.model.is_empty() {
            let (value, label) = (self.model.clone(), self.model.clone());
            models.push(OptionValue { value, label, description: String::new() });
        }
        let default = self.models.first().map(|model| model.option.value.as_str()).unwrap_or_default();
        groups.push(group(MODEL, "Model", &self.model, default, models));
        let efforts = self.current_model().map(|model| model.efforts.as_slice()).unwrap_or_default();
        if !efforts.is_empty() {
            let values = std::iter::once(AUTO).chain(efforts.iter().rev().map(String::as_str));
            let values = values.map(|value| OptionValue {
                value: value.to_owned(),
                label: effort_label(value),
                description: String::new(),
            });
            groups.push(group(EFFORT, "Effort", &self.effort, AUTO, values.collect()));
        }
        let modes =
            dialect.permission_modes.iter().filter(|(value, ..)| may_bypass || *value != dialect.bypass_mode);
        let modes = modes.map(|(value, label, description)| OptionValue {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            description: (*description).to_owned(),
        });
        let default = dialect.permission_modes.first().map(|(value, ..)| *value).unwrap_or_default();
        groups.push(group(PERMISSION_MODE, "Permission Mode", &self.mode, default, modes.collect()));
        groups
    }
}

fn group(id: &str, label: &str, current: &str, default: &str, values: Vec<OptionValue>) -> OptionGroup {
    OptionGroup {
        id: id.to_owned(),
        label: label.to_owned(),
        current: current.to_owned(),
        default_value: default.to_owned(),
        mutable: true,
        values,
    }
}

fn effort_label(value: &str) -> String {
    match value {
        "xhigh" => "X-High".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

impl StreamJson {
    /// The answer to the handshake.
    pub(super) fn initialized(&mut self, answer: &Value) -> Event {
        self.settings.learn_models(answer);
        let mode = text(answer, "/current_permission_mode");
        if !mode.is_empty() {
            self.settings.set_mode(mode);
        }
        let commands = list(answer, "/commands").iter().map(|command| SlashCommand {
            name: text(command, "/name").to_owned(),
            description: text(command, "/description").to_owned(),
        });
        Event::SessionInfo(Box::new(SessionInfo {
            native_session_id: Some(self.session_id.clone()),
            cli_version: some_text(answer, "/claude_code_version"),
            options: Some(self.settings.groups(self.dialect, self.may_bypass)),
            commands: Some(commands.collect()),
        }))
    }

    pub(super) fn options_event(&self) -> Event {
        let options = Some(self.settings.groups(self.dialect, self.may_bypass));
        Event::SessionInfo(Box::new(SessionInfo { options, ..SessionInfo::default() }))
    }

    pub(super) fn set_option(&mut self, id: &str, value: &str, step: &mut Step) -> Result<(), Refused> {
        let groups = self.settings.groups(self.dialect, self.may_bypass);
        let known = groups.iter().find(|group| group.id == id);
        let known = known.ok_or_else(|| Refused::Invalid(format!("There is no option {id:?}")))?;
        // Any model name may be tried; the agent checks it. Other values it would take without a word and ignore.
        if id != MODEL && !known.values.iter().any(|option| option.value == value) {
            return Err(Refused::Invalid(format!("{} cannot be set to {value:?}", known.label)));
        }
        let request = match id {
            MODEL => json!({"subtype": "set_model", "model": value}),
            EFFORT => effort_request(value),
            _ => json!({"subtype": "set_permission_mode", "mode": value}),
        };
        self.ask(Asked::Option { id: id.to_owned(), value: value.to_owned() }, request, step);
        // Efforts belong to the model.
        if id == MODEL && self.settings.effort != AUTO {
            let asked = Asked::Option { id: EFFORT.to_owned(), value: AUTO.to_owned() };
            self.ask(asked, effort_request(AUTO), step);
        }
        Ok(())
    }
}

fn effort_request(value: &str) -> Value {
    let level = if value == AUTO { Value::Null } else { value.into() };
    json!({"subtype": "apply_flag_settings", "settings": {"effortLevel": level}})
}
