//! Merges the layers of a mode's settings. Pure: the file's text, the variables and the flags are handed in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Yaml;

use crate::nearest::nearest;
use crate::{ConfigError, Key, Kind, Value};

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    Default,
    File(PathBuf),
    /// The variable's name.
    Environment(String),
    /// The flag's name.
    Flag(String),
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Default => f.write_str("the built-in default"),
            Layer::File(path) => write!(f, "{}", path.display()),
            Layer::Environment(name) => write!(f, "the environment variable {name}"),
            Layer::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// What the layers above the defaults say.
#[derive(Debug, Clone, Default)]
pub struct Sources<'a> {
    /// Path and text of the YAML file, if there is one.
    pub file: Option<(&'a Path, &'a str)>,
    pub environment: &'a [(String, String)],
    /// Flags that were passed, by flag name without hyphens.
    pub flags: &'a [(String, String)],
}

/// The merged settings of a mode.
#[derive(Debug, Clone)]
pub struct Settings {
    values: BTreeMap<&'static str, (Value, Layer)>,
    /// Things to tell once logging is set up: keys nobody knows.
    pub warnings: Vec<String>,
}

/// Merges the layers. Unknown keys are warned about with the nearest known name; a value of the wrong type is an error.
pub fn resolve(keys: &'static [Key], prefix: &str, sources: &Sources<'_>) -> Result<Settings, ConfigError> {
    let mut settings = Settings { values: BTreeMap::new(), warnings: Vec::new() };
    for key in keys {
        settings.values.insert(key.name, (key.parse(key.default, &Layer::Default)?, Layer::Default));
    }
    if let Some((path, text)) = sources.file {
        settings.add_file(keys, path, text)?;
    }
    settings.add_environment(keys, prefix, sources.environment)?;
    for (flag, text) in sources.flags {
        let key = find_flag(keys, flag)?;
        let layer = Layer::Flag(flag.clone());
        settings.values.insert(key.name, (key.parse(text, &layer)?, layer));
    }
    Ok(settings)
}

/// The key of a flag name.
pub(crate) fn find_flag(keys: &'static [Key], flag: &str) -> Result<&'static Key, ConfigError> {
    keys.iter().find(|key| key.flag && key.flag_name() == flag).ok_or_else(|| {
        let names: Vec<String> = keys.iter().filter(|key| key.flag).map(Key::flag_name).collect();
        let hint = nearest(flag, names.iter().map(String::as_str));
        ConfigError::UnknownFlag {
            flag: format!("-{flag}"),
            hint: hint.map(|name| format!(" (did you mean -{name}?)")).unwrap_or_default(),
        }
    })
}

impl Settings {
    /// A text setting.
    pub fn text(&self, key: &str) -> &str {
        match &self.get(key).0 {
            Value::Text(text) => text,
            other => panic!("{key} is a text in its table, not {other:?}"),
        }
    }
    /// A whole number.
    pub fn integer(&self, key: &str) -> i64 {
        match self.get(key).0 {
            Value::Integer(number) => number,
            ref other => panic!("{key} is a number in its table, not {other:?}"),
        }
    }
    /// A switch.
    pub fn boolean(&self, key: &str) -> bool {
        match self.get(key).0 {
            Value::Boolean(on) => on,
            ref other => panic!("{key} is a switch in its table, not {other:?}"),
        }
    }
    /// Where a setting's value comes from.
    pub fn layer(&self, key: &str) -> &Layer {
        &self.get(key).1
    }

    fn get(&self, key: &str) -> &(Value, Layer) {
        self.values.get(key).expect("the key is in the mode's table")
    }

    fn add_file(&mut self, keys: &'static [Key], path: &Path, text: &str) -> Result<(), ConfigError> {
        let bad = |reason: String| ConfigError::BadFile { path: path.to_owned(), reason };
        if text.trim().is_empty() {
            return Ok(());
        }
        let document: Yaml = serde_saphyr::from_str(text).map_err(|error| bad(error.to_string()))?;
        let mut flat = Vec::new();
        match document {
            Yaml::Null => {}
            Yaml::Object(map) => flatten("", map, &mut flat),
            _ => return Err(bad("expected `key: value` lines".to_owned())),
        }
        let layer = Layer::File(path.to_owned());
        for (name, value) in flat {
            match keys.iter().find(|key| key.name == name) {
                Some(key) => {
                    let value = from_yaml(key, &value, &layer)?;
                    self.values.insert(key.name, (value, layer.clone()));
                }
                None => self.unknown(keys, &name, &layer.to_string()),
            }
        }
        Ok(())
    }

    fn add_environment(
        &mut self,
        keys: &'static [Key],
        prefix: &str,
        environment: &[(String, String)],
    ) -> Result<(), ConfigError> {
        for (variable, text) in environment {
            let Some(name) = variable.strip_prefix(prefix).map(str::to_ascii_lowercase) else { continue };
            let layer = Layer::Environment(variable.clone());
            match keys.iter().find(|key| key.name == name) {
                Some(key) => {
                    self.values.insert(key.name, (key.parse(text, &layer)?, layer));
                }
                None if name.starts_with("storage_") => self.warnings.push(format!(
                    "{variable} has no effect: storage settings can be set in the configuration file or by flags only"
                )),
                None => self.unknown(keys, &name, &layer.to_string()),
            }
        }
        Ok(())
    }

    fn unknown(&mut self, keys: &'static [Key], name: &str, place: &str) {
        let hint = nearest(name, keys.iter().map(|key| key.name));
        let hint = hint.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
        self.warnings.push(format!("unknown setting {name} in {place} is ignored{hint}"));
    }
}

fn flatten(prefix: &str, map: serde_json::Map<String, Yaml>, flat: &mut Vec<(String, Yaml)>) {
    for (name, value) in map {
        let name = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Yaml::Object(inner) => flatten(&name, inner, flat),
            value => flat.push((name, value)),
        }
    }
}

fn from_yaml(key: &Key, value: &Yaml, layer: &Layer) -> Result<Value, ConfigError> {
    match (key.kind, value) {
        (Kind::Boolean, Yaml::Bool(on)) => Ok(Value::Boolean(*on)),
        (Kind::Integer, Yaml::Number(number)) if number.as_i64().is_some() => {
            Ok(Value::Integer(number.as_i64().unwrap_or_default()))
        }
        (_, Yaml::String(text)) => key.parse(text, layer),
        // `data_dir:` without a value is the default.
        (_, Yaml::Null) => key.parse(key.default, layer),
        // A path or a name that looks like a number.
        (Kind::Text, Yaml::Number(number)) => Ok(Value::Text(number.to_string())),
        (_, other) => Err(key.refuse(&other.to_string(), layer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOLO_KEYS;

    fn merged(yaml: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let (env, flags) = (own(env), own(flags));
        let file = (Path::new("/c/solo.yaml"), yaml);
        resolve(SOLO_KEYS, "LEAPMUX_HUB_", &Sources { file: Some(file), environment: &env, flags: &flags })
    }

    #[test]
    fn later_layers_win() {
        let yaml = "listen: a:1\nlog_level: warn\nstorage:\n  sqlite: {max_conns: 7}\n";
        let env = [("LEAPMUX_HUB_LISTEN", "b:2"), ("LEAPMUX_HUB_DATA_DIR", "/d"), ("OTHER", "x")];
        let settings = merged(yaml, &env, &[("listen", "c:3")]).expect("merged");
        assert_eq!(settings.text("listen"), "c:3");
        assert_eq!(settings.text("log_level"), "warn");
        assert_eq!(settings.text("data_dir"), "/d");
        assert_eq!(settings.integer("storage.sqlite.max_conns"), 7);
        assert_eq!(settings.integer("api_timeout_seconds"), 10);
        assert_eq!(settings.layer("listen"), &Layer::Flag("listen".to_owned()));
        assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
    }

    #[test]
    fn unknown_keys_are_named_with_the_nearest_known_one() {
        let env = [("LEAPMUX_HUB_LOGLEVEL", "debug"), ("LEAPMUX_HUB_STORAGE_TYPE", "postgres")];
        let settings = merged("lisen: x\n", &env, &[]).expect("only warned about");
        let all = settings.warnings.join("\n");
        assert!(
            all.contains("unknown setting lisen in /c/solo.yaml is ignored; did you mean listen?"),
            "{all}"
        );
        assert!(
            all.contains("did you mean log_level?") && all.contains("LEAPMUX_HUB_STORAGE_TYPE has no"),
            "{all}"
        );
    }

    #[test]
    fn a_wrong_type_names_key_and_layer() {
        let refused = |yaml, env: &[(&str, &str)], flags: &[(&str, &str)]| {
            merged(yaml, env, flags).expect_err("refused").to_string()
        };
        assert_eq!(
            refused("api_timeout_seconds: soon\n", &[], &[]),
            "api_timeout_seconds: \"soon\" is not a whole number (set by /c/solo.yaml)"
        );
        let env = [("LEAPMUX_HUB_USE_LOGIN_SHELL", "maybe")];
        assert!(
            refused("", &env, &[]).ends_with("(set by the environment variable LEAPMUX_HUB_USE_LOGIN_SHELL)")
        );
        assert!(refused("listen: [1, 2]\n", &[], &[]).contains("is not a text"));
        assert!(refused("- a\n- b\n", &[], &[]).contains("expected `key: value` lines"));
        assert!(refused("", &[], &[("lisen", "x")]).contains("did you mean -listen?"));
    }

    #[test]
    fn nothing_is_interpolated_and_an_empty_file_is_fine() {
        assert_eq!(merged("listen: \"${HOME}\"\n", &[], &[]).expect("merged").text("listen"), "${HOME}");
        for empty in ["", "# nothing\n", "listen:\n"] {
            assert_eq!(merged(empty, &[], &[]).expect("merged").text("listen"), "127.0.0.1:4327");
        }
    }
}
