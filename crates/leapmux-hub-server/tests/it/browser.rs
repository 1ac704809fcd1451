//! A Hub people sign in to, and browsers at it: they keep the cookie they are given.

use std::sync::Arc;

use http::StatusCode;
use leapmux_hub::AccountPolicy;
use leapmux_hub_server::{AccountsConfig, HubConfig};
use serde_json::{Value, json};

use crate::hub::{Answer, Socket, TestHub};

pub const PASSWORD: &str = "correct horse battery";

/// A browser, with what it was given to remember.
pub struct Browser {
    pub hub: Arc<TestHub>,
    pub cookie: Option<String>,
}

/// A Hub nobody has an account on.
pub async fn hub(signup_enabled: bool) -> Arc<TestHub> {
    let accounts = AccountsConfig { policy: AccountPolicy { signup_enabled }, ..AccountsConfig::default() };
    let start = TestHub::with(|solo| {
        let own = HubConfig::hub(&solo.data_dir);
        HubConfig { accounts, listen: solo.listen, version: solo.version, ..own }
    });
    Arc::new(start.await)
}

impl Browser {
    pub fn at(hub: &Arc<TestHub>) -> Self {
        Self { hub: hub.clone(), cookie: None }
    }

    pub async fn call(&mut self, rpc: &str, request: Value) -> Answer {
        let mut headers = vec![("content-type", "application/json"), ("user-agent", "a test")];
        let cookie = self.cookie.clone().unwrap_or_default();
        if !cookie.is_empty() {
            headers.push(("cookie", &cookie));
        }
        let path = format!("/leapmux.hub.v1.{rpc}");
        let answer = self.hub.send("POST", &path, &headers, &request.to_string()).await;
        if let Some(pair) = answer.header("set-cookie").split(';').next().filter(|pair| !pair.is_empty()) {
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        answer
    }

    pub async fn ask(&mut self, rpc: &str, request: Value) -> Value {
        let answer = self.call(rpc, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{rpc}: {}", answer.text());
        answer.json()
    }

    /// What a refusal says, and its code.
    pub async fn refused(&mut self, rpc: &str, request: Value) -> (String, String) {
        let answer = self.call(rpc, request).await;
        assert_ne!(answer.status, StatusCode::OK, "{rpc}: {}", answer.text());
        let said = answer.json();
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    }

    pub async fn sign_up(&mut self, username: &str) -> Value {
        self.ask("AuthService/SignUp", json!({ "username": username, "password": PASSWORD })).await
    }

    pub async fn login(&mut self, username: &str, password: &str) -> Result<(), (String, String)> {
        let answer =
            self.call("AuthService/Login", json!({ "username": username, "password": password })).await;
        if answer.status == StatusCode::OK {
            return Ok(());
        }
        let said = answer.json();
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        Err((text("code"), text("message")))
    }

    pub async fn relay_socket(&self) -> Result<Socket, StatusCode> {
        self.hub
            .socket_with("/ws/channel", "leapmux.relay.v1", self.cookie.as_deref().unwrap_or("none=1"))
            .await
    }
}
