//! What our client sends parses as the published schema of the Agent Client Protocol. (What agents send is read leniently: the
//! schema refuses a whole message for one unknown word in it.)

use agent_client_protocol_schema::v1;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::recorded::scenarios;
use crate::replay::play;

fn parses<T: DeserializeOwned>(value: &Value) -> Result<(), String> {
    serde_json::from_value::<T>(value.clone()).map(drop).map_err(|error| error.to_string())
}

/// Whether `params` are what the schema says; none for methods it does not have.
fn check(method: &str, params: &Value) -> Option<Result<(), String>> {
    Some(match method {
        "initialize" => parses::<v1::InitializeRequest>(params),
        "session/new" => parses::<v1::NewSessionRequest>(params),
        "session/load" => parses::<v1::LoadSessionRequest>(params),
        "session/resume" => parses::<v1::ResumeSessionRequest>(params),
        "session/prompt" => parses::<v1::PromptRequest>(params),
        "session/cancel" => parses::<v1::CancelNotification>(params),
        "session/set_mode" => parses::<v1::SetSessionModeRequest>(params),
        "session/set_config_option" => parses::<v1::SetSessionConfigOptionRequest>(params),
        _ => return None,
    })
}

#[test]
fn requests_are_of_the_published_schema() {
    let mut seen = std::collections::BTreeSet::new();
    for provider in ["opencode", "reasonix"] {
        for scenario in scenarios(provider) {
            for line in play(provider, &scenario).sent {
                let Some(method) = line["method"].as_str() else {
                    if let Some(outcome) = line.pointer("/result/outcome") {
                        let response = serde_json::json!({ "outcome": outcome });
                        parses::<v1::RequestPermissionResponse>(&response).expect("a permission's answer");
                        seen.insert("(permission)".to_owned());
                    }
                    continue;
                };
                let checked =
                    check(method, &line["params"]).unwrap_or_else(|| panic!("{method} is not in the schema"));
                checked.unwrap_or_else(|error| panic!("{provider}/{scenario}: {method}: {error}\n{line}"));
                seen.insert(method.to_owned());
            }
        }
    }
    assert!(seen.len() >= 8, "too little was checked: {seen:?}");
}
