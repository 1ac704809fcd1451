//! What each provider needs in the laboratory.

use crate::lab::Lab;
use crate::model::Model;

/// What differs between providers in the laboratory.
pub struct Kit {
    pub id: &'static str,
    pub version: &'static str,
    pub prepare: fn(&mut Lab, &Model),
    /// Options under which it asks before it changes anything.
    pub asks: &'static [(&'static str, &'static str)],
    /// A second model.
    pub other_model: &'static str,
    /// An option other than the model, and a second value.
    pub other_option: (&'static str, &'static str),
    /// Errors of the model service end the turn by themselves.
    pub reports_errors: bool,
    pub questions: bool,
    pub todos: bool,
    /// It runs on demand, not in every run of all tests.
    pub slow: bool,
}

pub const CLAUDE: Kit = Kit {
    id: "claude",
    version: "2.1.329",
    prepare: |lab, model| {
        lab.set("ANTHROPIC_BASE_URL", &model.url());
        lab.set("ANTHROPIC_API_KEY", "dummy-key");
        lab.set("CLAUDE_CODE_MAX_RETRIES", "1");
        lab.set("ENABLE_TOOL_SEARCH", "false");
        lab.set("DISABLE_TELEMETRY", "1");
        lab.set("DISABLE_ERROR_REPORTING", "1");
    },
    asks: &[],
    other_model: "haiku",
    other_option: ("permissionMode", "acceptEdits"),
    reports_errors: true,
    questions: true,
    todos: true,
    slow: false,
};

pub const OPENCODE: Kit = Kit {
    id: "opencode",
    version: "1.18.33",
    prepare: |lab, model| {
        let config = serde_json::json!({
            "$schema": "https://opencode.ai/config.json",
            "model": "fake/fake-large", "small_model": "fake/fake-small", "enabled_providers": ["fake"],
            "autoupdate": false, "share": "disabled",
            "provider": {"fake": {
                "npm": "@ai-sdk/openai-compatible", "name": "Fake",
                "options": {"baseURL": format!("{}/v1", model.url()), "apiKey": "dummy-key"},
                "models": {
                    "fake-large": {"name": "Fake Large", "limit": {"context": 128_000, "output": 8000}},
                    "fake-small": {"name": "Fake Small", "limit": {"context": 32_000, "output": 8000}},
                },
            }},
        });
        lab.set("OPENCODE_CONFIG_CONTENT", &config.to_string());
        for name in ["AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS"] {
            lab.set(&format!("OPENCODE_DISABLE_{name}"), "1");
        }
        lab.set("npm_config_registry", "http://127.0.0.1:9/");
    },
    asks: &[],
    other_model: "fake/fake-small",
    other_option: ("primaryAgent", "plan"),
    reports_errors: false,
    questions: false,
    todos: true,
    slow: true,
};

pub const REASONIX: Kit = Kit {
    id: "reasonix",
    version: "1.38.11",
    prepare: |lab, model| {
        let home = lab.home().join(".reasonix");
        std::fs::create_dir_all(&home).expect("made");
        let config = format!(
            "default_model = \"fake\"\n\n[[providers]]\nname = \"fake\"\nkind = \"openai\"\nbase_url = \"{}/v1\"\n\
             model = \"fake-large\"\nmodels = [\"fake-large\", \"fake-small\"]\napi_key_env = \"FAKE_API_KEY\"\n\
             context_window = 128000\n",
            model.url()
        );
        std::fs::write(home.join("config.toml"), config).expect("written");
        lab.set("REASONIX_HOME", home.to_str().expect("UTF-8"));
        lab.set("FAKE_API_KEY", "dummy-key");
        lab.set("REASONIX_TELEMETRY", "off");
    },
    asks: &[("permissionMode", "read-only")],
    other_model: "fake/fake-small",
    other_option: ("permissionMode", "danger-full-access"),
    reports_errors: false,
    questions: true,
    todos: true,
    slow: false,
};
