//! Content stamps: a job is skipped when the bytes it was made from have not changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of a set of files and folders; folders count with all files below them, in sorted order.
pub fn of(paths: &[PathBuf], skip: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, skip, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
        hash.update([0]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn collect(path: &Path, skip: &[&str], files: &mut Vec<PathBuf>) -> Result<()> {
    if path.file_name().is_some_and(|name| skip.iter().any(|s| name == *s)) {
        return Ok(());
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
            collect(&entry?.path(), skip, files)?;
        }
    } else if path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}

/// Runs `job` unless the stamp kept in `file` already reads `stamp`; keeps the stamp when the job succeeded.
pub fn unless_fresh(file: &Path, stamp: &str, job: impl FnOnce() -> Result<()>) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|kept| kept == stamp) {
        return Ok(());
    }
    job()?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, stamp).with_context(|| format!("writing {}", file.display()))
}
