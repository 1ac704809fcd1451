//! JSON-RPC 2.0 over lines: a table of our requests, and what a line of the peer is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Method not found: the answer to every request we do not know, at once, because some peers wait for it forever.
pub(crate) const METHOD_NOT_FOUND: i64 = -32601;
/// Something failed on our side.
pub(crate) const INTERNAL_ERROR: i64 = -32603;

/// Our requests that wait for an answer, each with what it was for.
#[derive(Debug)]
pub(crate) struct Requests<T> {
    next: u64,
    waiting: BTreeMap<u64, T>,
}

impl<T> Default for Requests<T> {
    fn default() -> Self {
        Self { next: 1, waiting: BTreeMap::new() }
    }
}

impl<T> Requests<T> {
    /// A request line; its answer will come with `purpose`.
    pub(crate) fn request(&mut self, method: &str, params: Value, purpose: T) -> Value {
        let id = self.next;
        self.next += 1;
        self.waiting.insert(id, purpose);
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// Sorts a message of the peer. Answers to nothing we asked are `Other`.
    pub(crate) fn sort(&mut self, message: Value) -> Incoming<T> {
        let Value::Object(mut fields) = message else { return Incoming::Other };
        let method = fields.get("method").and_then(Value::as_str).map(str::to_owned);
        let id = fields.remove("id").filter(|id| !id.is_null());
        let params = fields.remove("params").unwrap_or_default();
        match (method, id) {
            (Some(method), Some(id)) => Incoming::Request { id, method, params },
            (Some(method), None) => Incoming::Notification { method, params },
            (None, Some(id)) => {
                let Some(purpose) = id.as_u64().and_then(|id| self.waiting.remove(&id)) else {
                    return Incoming::Other;
                };
                let outcome = match fields.remove("error") {
                    Some(error) => Err(Failure::read(&error)),
                    None => Ok(fields.remove("result").unwrap_or_default()),
                };
                Incoming::Answer { purpose, outcome }
            }
            (None, None) => Incoming::Other,
        }
    }
}

/// A message of the peer.
#[derive(Debug, PartialEq)]
pub(crate) enum Incoming<T> {
    Answer { purpose: T, outcome: Result<Value, Failure> },
    Request { id: Value, method: String, params: Value },
    Notification { method: String, params: Value },
    Other,
}

/// An error answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) code: i64,
    pub(crate) message: String,
}

impl Failure {
    fn read(error: &Value) -> Self {
        let message = super::json::text(error, "/message");
        let detail =
            ["/data/details", "/data/message", "/data"].map(|pointer| super::json::text(error, pointer));
        let detail = detail.into_iter().find(|detail| !detail.is_empty() && !message.contains(detail));
        Self {
            code: error.get("code").and_then(Value::as_i64).unwrap_or_default(),
            message: match detail {
                Some(detail) => format!("{message}: {detail}"),
                None => message.to_owned(),
            },
        }
    }
}

/// A notification line.
pub(crate) fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

/// An answer line.
pub(crate) fn answer(id: &Value, result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

/// An error line.
pub(crate) fn refusal(id: &Value, code: i64, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_find_what_they_were_for_once() {
        let mut requests = Requests::default();
        let line = requests.request("initialize", json!({}), "hello");
        assert_eq!(line["id"], 1);
        let answer = json!({"id": 1, "result": {"a": 1}});
        let expected = Incoming::Answer { purpose: "hello", outcome: Ok(json!({"a": 1})) };
        assert_eq!(requests.sort(answer.clone()), expected);
        assert_eq!(requests.sort(answer), Incoming::Other);
    }

    #[test]
    fn sorts_requests_notifications_and_nonsense() {
        let mut requests = Requests::<()>::default();
        let id = json!("x-1");
        assert_eq!(
            requests.sort(json!({"id": "x-1", "method": "m", "params": [1]})),
            Incoming::Request { id, method: "m".into(), params: json!([1]) }
        );
        let sorted = requests.sort(json!({"method": "m"}));
        assert_eq!(sorted, Incoming::Notification { method: "m".into(), params: Value::Null });
        for nonsense in
            [json!([1]), json!("x"), json!({"id": 7, "result": 1}), json!({}), json!({"id": null})]
        {
            assert_eq!(requests.sort(nonsense.clone()), Incoming::Other, "{nonsense}");
        }
    }

    #[test]
    fn failures_carry_the_detail() {
        let failure = Failure::read(
            &json!({"code": -32603, "message": "Internal error", "data": {"details": "no key"}}),
        );
        assert_eq!((failure.code, failure.message.as_str()), (-32603, "Internal error: no key"));
    }
}
