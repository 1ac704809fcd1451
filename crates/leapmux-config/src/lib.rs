//! Layered settings: defaults, YAML, environment, flags
