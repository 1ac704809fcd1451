//! This machine.

/// What people call it (spec config.md §5: `name`).
pub(crate) fn name() -> String {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".to_owned() } else { name }
}
