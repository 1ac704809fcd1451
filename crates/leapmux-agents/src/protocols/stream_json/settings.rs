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
pub(super) const FAST_MODE: &str = "fastMode";
pub(super) const OUTPUT_STYLE: &str = "outputStyle";
const ON: &str = "on";
const OFF: &str = "off";
/// No effort is asked for: the agent decides.
pub(super) const AUTO: &str = "auto";

/// One model and the efforts it knows.
#[derive(Debug)]
struct Model {
    option: OptionValue,
    resolved: String,
    efforts: Vec<String>,
    /// It can be asked to answer faster.
    fast: bool,
}

#[derive(Debug, Default)]
pub(super) struct Settings {
    models: Vec<Model>,
    model: String,
    effort: String,
    mode: String,
    fast_mode: String,
    output_style: String,
    output_styles: Vec<String>,
}

impl Settings {
    pub(super) fn new(start: &SessionStart) -> Self {
        let wanted = |id, default: &str| start.option(id).unwrap_or(default).to_owned();
        Self {
            model: wanted(MODEL, ""),
            effort: wanted(EFFORT, AUTO),
            mode: wanted(PERMISSION_MODE, "default"),
            fast_mode: wanted(FAST_MODE, OFF),
            output_style: wanted(OUTPUT_STYLE, ""),
            ..Self::default()
        }
    }

    /// Takes the mode the agent tells; true when that is news.
    pub(super) fn set_mode(&mut self, mode: &str) -> bool {
        std::mem::replace(&mut self.mode, mode.to_owned()) != mode
    }

    /// Takes what the agent tells of fast mode; true when that is news. A pause of it is not its end.
    pub(super) fn set_fast_mode(&mut self, state: &str) -> bool {
        match state {
            ON | OFF => std::mem::replace(&mut self.fast_mode, state.to_owned()) != state,
            _ => false,
        }
    }

    pub(super) fn set(&mut self, id: &str, value: &str) {
        match id {
            MODEL => self.model = value.to_owned(),
            EFFORT => self.effort = value.to_owned(),
            PERMISSION_MODE => self.mode = value.to_owned(),
            FAST_MODE => self.fast_mode = value.to_owned(),
            _ => {}
        }
    }

    fn learn_styles(&mut self, answer: &Value) {
        let styles = list(answer, "/available_output_styles").iter().filter_map(Value::as_str);
        self.output_styles = styles.map(Into::into).collect();
        if let Some(style) = some_text(answer, "/output_style") {
            self.output_style = style;
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
            fast: model.get("supportsFastMode").and_then(Value::as_bool) == Some(true),
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
        let mut groups = vec![self.model_group()];
        let model = self.current_model();
        let efforts = model.map(|model| model.efforts.as_slice()).unwrap_or_default();
        if !efforts.is_empty() {
            let values = std::iter::once(AUTO).chain(efforts.iter().rev().map(String::as_str));
            let values = values.map(|value| option(value, &effort_label(value), ""));
            groups.push(group(EFFORT, "Effort", &self.effort, AUTO, values.collect()));
        }
        if model.is_some_and(|model| model.fast) {
            let values = vec![option(ON, "On", "Answers faster at a higher price"), option(OFF, "Off", "")];
            groups.push(group(FAST_MODE, "Fast Mode", &self.fast_mode, OFF, values));
        }
        if self.output_styles.len() > 1 {
            let styles = self.output_styles.iter().map(|style| option(style, &capital(style), ""));
            groups.push(group(OUTPUT_STYLE, "Output Style", &self.output_style, "default", styles.collect()));
        }
        let modes =
            dialect.permission_modes.iter().filter(|(value, ..)| may_bypass || *value != dialect.bypass_mode);
        let modes = modes.map(|(value, label, description)| option(value, label, description));
        let default = dialect.permission_modes.first().map(|(value, ..)| *value).unwrap_or_default();
        groups.push(group(PERMISSION_MODE, "Permission Mode", &self.mode, default, modes.collect()));
        groups
    }

    fn model_group(&self) -> OptionGroup {
        let mut models: Vec<OptionValue> = self.models.iter().map(|model| model.option.clone()).collect();
        if self.current_model().is_none() && !self.model.is_empty() {
            models.push(option(&self.model, &self.model, ""));
        }
        let default = self.models.first().map(|model| model.option.value.as_str()).unwrap_or_default();
        group(MODEL, "Model", &self.model, default, models)
    }
}

fn option(value: &str, label: &str, description: &str) -> OptionValue {
    OptionValue { value: value.to_owned(), label: label.to_owned(), description: description.to_owned() }
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
    if value == "xhigh" { "X-High".to_owned() } else { capital(value) }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl StreamJson {
    /// The answer to the handshake.
    pub(super) fn initialized(&mut self, answer: &Value) -> Event {
        self.settings.learn_models(answer);
        self.settings.learn_styles(answer);
        self.settings.set_fast_mode(text(answer, "/fast_mode_state"));
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
            FAST_MODE => json!({"subtype": "apply_flag_settings", "settings": {FAST_MODE: value == ON}}),
            // It would be taken, and change nothing before the next process.
            OUTPUT_STYLE => return Err(Refused::NeedsRestart),
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
