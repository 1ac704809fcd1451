//! OpenCode: the Agent Client Protocol.

use leapmux_transcript::{OptionGroup, OptionValue};

use crate::codec::AgentCodec;
use crate::protocols::acp::{Acp, Dialect};
use crate::provider::{Accepts, AgentProvider, Capabilities, Launch, SessionStart};

pub(super) struct OpenCode;

/// Whether it asks before edits and commands: told by a variable at launch, so a change restarts it.
const PERMISSIONS: &str = "permissionMode";
const ASK: &str = "ask";
const ALLOW: &str = "allow";

static DIALECT: Dialect = Dialect {
    group: |category, _| match category {
        "model" => Some(("model", "Model")),
        "mode" => Some(("primaryAgent", "Primary Agent")),
        "thought_level" => Some(("effort", "Effort")),
        _ => None,
    },
    modes: ("primaryAgent", "Primary Agent"),
    launch_options: |start| vec![permissions(start)],
    tool_name: |_| None,
    todo_tools: &["todowrite"],
    task_tools: &["task"],
    question_tools: &["question"],
    question: |_| None,
    dismisses: |_| false,
    is_plan: |_| false,
    extension: |_, _| None,
    restart_helps: |_, _| false,
};

fn permissions(start: &SessionStart) -> OptionGroup {
    let value = |value: &str, label: &str, description: &str| OptionValue {
        value: value.to_owned(),
        label: label.to_owned(),
        description: description.to_owned(),
    };
    OptionGroup {
        id: PERMISSIONS.to_owned(),
        label: "Permissions".to_owned(),
        current: start.option(PERMISSIONS).unwrap_or(ASK).to_owned(),
        default_value: ASK.to_owned(),
        mutable: true,
        values: vec![
            value(ASK, "Ask", "Asks before edits and commands"),
            value(ALLOW, "Allow all", "Never asks; a change restarts the agent"),
        ],
    }
}

impl AgentProvider for OpenCode {
    fn id(&self) -> &'static str {
        "opencode"
    }
    fn label(&self) -> &'static str {
        "OpenCode"
    }
    fn programs(&self) -> &'static [&'static str] {
        &["opencode"]
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mid_turn_input: false,
            plan: Some("primaryAgent"),
            bypass: Some((PERMISSIONS, ALLOW)),
            accepts: Accepts { text: true, image: true, pdf: true, other: true },
        }
    }

    fn launch(&self, start: &SessionStart) -> Launch {
        let mut launch = Launch::new(["acp"]).env_default("OPENCODE_DISABLE_AUTOUPDATE", "1");
        if start.option(PERMISSIONS) != Some(ALLOW) {
            // A subagent's requests are never forwarded: it would wait forever, so it is not offered while we ask.
            let ask = r#"{"edit":"ask","bash":"ask","task":"deny"}"#;
            launch.env.push(("OPENCODE_PERMISSION", ask.to_owned()));
        }
        launch
    }

    fn codec(&self, start: &SessionStart) -> Box<dyn AgentCodec> {
        Box::new(Acp::new(&DIALECT, start))
    }

    fn option_needs_restart(&self, option: &str, _value: &str) -> bool {
        option == PERMISSIONS
    }
}
