//! The browser that plays the stories: Chromium, found or installed.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::step::apt_install;

/// Names the browser to use, when none of the usual places is right.
pub const VARIABLE: &str = "LEAPMUX_CHROMIUM";

const USUAL_PLACES: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser's path. On Debian and Ubuntu as root it is installed when missing; elsewhere the error says how.
pub fn ensure() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        if path.is_file() {
            return Ok(path);
        }
        bail!("{VARIABLE} names {}, which is not a file", path.display());
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    if apt_install("Chromium", "chromium")?
        && let Some(path) = find()
    {
        return Ok(path);
    }
    bail!(
        "the browser stories need Chromium: install it (Debian, Ubuntu: `apt install chromium`; macOS: `brew install --cask chromium`) or name one with {VARIABLE}"
    )
}

fn find() -> Option<PathBuf> {
    USUAL_PLACES.iter().map(PathBuf::from).find(|path| path.is_file())
}
