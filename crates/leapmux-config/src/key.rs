//! One setting: its name, type, default and the sentence that explains it.

use crate::{ConfigError, Layer};

/// Heading of a setting in the help text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    Common,
    Server,
    Auth,
    Worker,
    Limits,
    Storage,
    Sqlite,
    Postgres,
    CockroachDb,
    YugabyteDb,
    MySql,
    TiDb,
}

impl Category {
    /// In the order of the help text.
    pub const ALL: [Category; 12] = [
        Category::Common,
        Category::Server,
        Category::Auth,
        Category::Worker,
        Category::Limits,
        Category::Storage,
        Category::Sqlite,
        Category::Postgres,
        Category::CockroachDb,
        Category::YugabyteDb,
        Category::MySql,
        Category::TiDb,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Category::Common => "Common",
            Category::Server => "Server",
            Category::Auth => "Auth",
            Category::Worker => "Worker",
            Category::Limits => "Timeouts and limits",
            Category::Storage => "Storage common",
            Category::Sqlite => "SQLite",
            Category::Postgres => "PostgreSQL",
            Category::CockroachDb => "CockroachDB",
            Category::YugabyteDb => "YugabyteDB",
            Category::MySql => "MySQL",
            Category::TiDb => "TiDB",
        }
    }
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Boolean,
}

/// A value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

/// One row of a mode's table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As in YAML; a dot means nesting: `storage.sqlite.max_conns`.
    pub name: &'static str,
    pub kind: Kind,
    pub category: Category,
    /// As it would be written; empty for none.
    pub default: &'static str,
    /// Settable by a flag (all can be set in YAML; all without a dot by a variable).
    pub flag: bool,
    /// Never shown in messages.
    pub secret: bool,
    pub help: &'static str,
}

impl Key {
    /// The flag without hyphens: dots and underscores become hyphens.
    pub fn flag_name(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }

    /// Reads `text` as a value of this key.
    pub(crate) fn parse(&self, text: &str, layer: &Layer) -> Result<Value, ConfigError> {
        let parsed = match self.kind {
            Kind::Text => Some(Value::Text(text.to_owned())),
            Kind::Integer => text.trim().parse().ok().map(Value::Integer),
            Kind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "t" | "yes" => Some(Value::Boolean(true)),
                "false" | "0" | "f" | "no" => Some(Value::Boolean(false)),
                _ => None,
            },
        };
        parsed.ok_or_else(|| self.refuse(&format!("{text:?}"), layer))
    }

    pub(crate) fn refuse(&self, value: &str, layer: &Layer) -> ConfigError {
        let expected = match self.kind {
            Kind::Text => "a text",
            Kind::Integer => "a whole number",
            Kind::Boolean => "true or false",
        };
        let value = if self.secret { "its value" } else { value };
        ConfigError::BadValue {
            key: self.name,
            value: value.to_owned(),
            expected: expected.to_owned(),
            layer: layer.clone(),
        }
    }
}
