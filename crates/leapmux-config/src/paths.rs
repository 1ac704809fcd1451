//! Where configuration and data live.

use std::path::{Path, PathBuf};

use crate::ConfigError;

/// `~/.config/leapmux`, on every system.
pub fn config_root(home: Option<&Path>) -> Result<PathBuf, ConfigError> {
    Ok(home.ok_or(ConfigError::NoHome)?.join(".config").join("leapmux"))
}

/// A leading `~` is the home directory.
pub fn expand_home(path: &str, home: Option<&Path>) -> Result<PathBuf, ConfigError> {
    match path.strip_prefix('~') {
        Some("") => Ok(home.ok_or(ConfigError::NoHome)?.to_owned()),
        Some(rest) if rest.starts_with(['/', '\\']) => Ok(home.ok_or(ConfigError::NoHome)?.join(&rest[1..])),
        _ => Ok(PathBuf::from(path)),
    }
}

/// CFG-11: absolute as it is; relative ones belong to the configuration file's directory when there is a file, else to the
/// mode's own directory. Never to the working directory.
pub fn resolve_data_dir(
    data_dir: &str,
    home: Option<&Path>,
    file: Option<&Path>,
    mode_dir: impl FnOnce() -> Result<PathBuf, ConfigError>,
) -> Result<PathBuf, ConfigError> {
    let path = expand_home(data_dir, home)?;
    if path.is_absolute() {
        return Ok(path);
    }
    let base = match file.and_then(Path::parent) {
        Some(directory) => directory.to_owned(),
        None => mode_dir()?,
    };
    let kept: PathBuf = base.join(path).components().collect();
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_dir_is_found_by_the_rule() {
        let home = Some(Path::new("/home/x"));
        let mode = || config_root(home).map(|root| root.join("solo"));
        let found =
            |dir, file: Option<&str>| resolve_data_dir(dir, home, file.map(Path::new), mode).expect("found");
        assert_eq!(found(".", None), Path::new("/home/x/.config/leapmux/solo"));
        assert_eq!(found(".", Some("/etc/leapmux/solo.yaml")), Path::new("/etc/leapmux"));
        assert_eq!(found("data", Some("/etc/leapmux/solo.yaml")), Path::new("/etc/leapmux/data"));
        assert_eq!(found("~/lm", None), Path::new("/home/x/lm"));
        assert_eq!(found("/srv/lm", None), Path::new("/srv/lm"));
        assert_eq!(resolve_data_dir(".", None, None, || config_root(None)), Err(ConfigError::NoHome));
    }
}
