//! Lists one directory: directories first, then by name, at most `LISTED_MAX` entries.

use std::ffi::OsString;
use std::fs::{FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::rpc::RpcError;

/// Entries of one answer.
pub(crate) const LISTED_MAX: usize = 2_000;

/// What an entry is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Directory,
    Symlink,
    Other,
}

/// One entry. A name that is not Unicode is shown with replacement characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) kind: EntryKind,
    /// A link that leads to a directory.
    pub(crate) to_directory: bool,
    pub(crate) size: u64,
    pub(crate) modified_ms: i64,
    pub(crate) hidden: bool,
}

/// A directory's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// Absolute, links and `~` resolved.
    pub(crate) path: PathBuf,
    pub(crate) entries: Vec<Entry>,
    pub(crate) truncated: bool,
}

/// Lists `asked`, an absolute path or one that starts with `~`. Blocking.
pub(crate) fn list(
    asked: &str,
    home: Option<&Path>,
    show_hidden: bool,
    directories_only: bool,
) -> Result<Listing, RpcError> {
    let path = resolve(asked, home)?;
    let path = path.canonicalize().map_err(|error| explain(asked, &error))?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&path).map_err(|error| explain(asked, &error))? {
        let entry = entry.map_err(|error| explain(asked, &error))?;
        // An entry that vanished meanwhile is not worth failing for.
        let Some(name) = Name::of(&entry) else { continue };
        if (show_hidden || !name.hidden) && (name.is_directory() || !directories_only) {
            names.push(name);
        }
    }
    names.sort_by_cached_key(|name| (!name.is_directory(), name.shown.to_lowercase(), name.shown.clone()));
    let truncated = names.len() > LISTED_MAX;
    names.truncate(LISTED_MAX);
    // Sizes and times only of what is shown: a directory may hold millions.
    let entries = names.into_iter().map(|name| name.describe(&path)).collect();
    Ok(Listing { path, entries, truncated })
}

/// What the directory itself tells of an entry.
struct Name {
    raw: OsString,
    shown: String,
    kind: EntryKind,
    to_directory: bool,
    hidden: bool,
}

impl Name {
    fn of(entry: &std::fs::DirEntry) -> Option<Self> {
        let kind = kind_of(entry.file_type().ok()?);
        let raw = entry.file_name();
        let shown = raw.to_string_lossy().into_owned();
        let to_directory = kind == EntryKind::Symlink && entry.path().is_dir();
        let hidden = shown.starts_with('.');
        Some(Self { raw, shown, kind, to_directory, hidden })
    }

    fn is_directory(&self) -> bool {
        self.kind == EntryKind::Directory || self.to_directory
    }

    fn describe(self, directory: &Path) -> Entry {
        let metadata = std::fs::symlink_metadata(directory.join(&self.raw)).ok();
        Entry {
            name: self.shown,
            kind: self.kind,
            to_directory: self.to_directory,
            size: metadata.as_ref().map_or(0, Metadata::len),
            modified_ms: metadata.as_ref().map_or(0, modified_ms),
            hidden: self.hidden,
        }
    }
}

fn resolve(asked: &str, home: Option<&Path>) -> Result<PathBuf, RpcError> {
    let home =
        || home.ok_or_else(|| RpcError::failed_precondition("This machine does not say where home is"));
    if asked.contains('\0') {
        return Err(RpcError::invalid_argument("A path cannot contain a NUL character"));
    }
    match asked.strip_prefix('~') {
        Some("") => Ok(home()?.to_owned()),
        Some(rest) if rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => Ok(home()?.join(&rest[1..])),
        _ if Path::new(asked).is_absolute() => Ok(PathBuf::from(asked)),
        _ => Err(RpcError::invalid_argument(format!("Not an absolute path: {asked}"))),
    }
}

fn explain(asked: &str, error: &io::Error) -> RpcError {
    match error.kind() {
        // Names that are no text are shown with this character; what they stand for cannot be asked for.
        io::ErrorKind::NotFound if asked.contains(char::REPLACEMENT_CHARACTER) => {
            RpcError::failed_precondition(format!("Its name is not UTF-8, LeapMux cannot open it: {asked}"))
        }
        io::ErrorKind::NotFound => RpcError::not_found(format!("No such directory: {asked}")),
        io::ErrorKind::PermissionDenied => {
            RpcError::permission_denied(format!("This directory may not be read: {asked}"))
        }
        io::ErrorKind::NotADirectory => RpcError::failed_precondition(format!("Not a directory: {asked}")),
        _ => RpcError::failed_precondition(format!("{asked} cannot be listed: {error}")),
    }
}

fn kind_of(file_type: FileType) -> EntryKind {
    if file_type.is_dir() {
        EntryKind::Directory
    } else if file_type.is_symlink() {
        EntryKind::Symlink
    } else if file_type.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn modified_ms(metadata: &Metadata) -> i64 {
    let since_epoch = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since_epoch.and_then(|span| i64::try_from(span.as_millis()).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::RpcCode;

    fn names(listing: &Listing) -> Vec<&str> {
        listing.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    #[cfg(unix)]
    fn directories_come_first_links_are_told_and_hidden_ones_asked_for() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("zebra")).expect("made");
        std::fs::create_dir(dir.path().join(".git")).expect("made");
        std::fs::write(dir.path().join("Beta.txt"), "12345").expect("written");
        std::fs::write(dir.path().join("alpha"), "").expect("written");
        std::os::unix::fs::symlink(dir.path().join("zebra"), dir.path().join("link")).expect("linked");
        let path = dir.path().to_str().expect("UTF-8");
        let shown = list(path, None, false, false).expect("listed");
        assert_eq!(names(&shown), ["link", "zebra", "alpha", "Beta.txt"]);
        assert!(shown.entries[0].to_directory && shown.entries[0].kind == EntryKind::Symlink);
        assert_eq!(shown.entries[3].size, 5);
        assert!(shown.entries[3].modified_ms > 0);
        let folders = list("~", Some(dir.path()), true, true).expect("listed");
        assert_eq!(names(&folders), [".git", "link", "zebra"]);
        assert_eq!(folders.path, dir.path().canonicalize().expect("it exists"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn names_that_are_not_unicode_are_shown_all_the_same() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"bad\xffname")), "").expect("written");
        let shown = list(dir.path().to_str().expect("UTF-8"), None, false, false).expect("listed");
        assert_eq!(names(&shown), ["bad\u{fffd}name"]);
        std::fs::create_dir(dir.path().join(std::ffi::OsStr::from_bytes(b"\xffdir"))).expect("made");
        let asked = dir.path().join("\u{fffd}dir");
        let refused = list(asked.to_str().expect("UTF-8"), None, false, false).expect_err("not to be named");
        assert!(refused.message.starts_with("Its name is not UTF-8"), "{refused}");
    }

    #[test]
    fn a_large_directory_is_cut_and_says_so() {
        let dir = tempfile::tempdir().expect("a directory");
        for number in 0..=LISTED_MAX {
            std::fs::write(dir.path().join(format!("f{number:05}")), "").expect("written");
        }
        let shown = list(dir.path().to_str().expect("UTF-8"), None, false, false).expect("listed");
        assert_eq!((shown.entries.len(), shown.truncated), (LISTED_MAX, true));
    }

    #[test]
    fn errors_are_sentences() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("file");
        std::fs::write(&file, "").expect("written");
        let code = |path: &str| list(path, None, false, false).expect_err(path).code;
        assert_eq!(code(dir.path().join("none").to_str().expect("UTF-8")), RpcCode::NotFound);
        assert_eq!(code(file.to_str().expect("UTF-8")), RpcCode::FailedPrecondition);
        assert_eq!(code("relative"), RpcCode::InvalidArgument);
        assert_eq!(code("~user/x"), RpcCode::InvalidArgument);
        assert_eq!(code("/a\0b"), RpcCode::InvalidArgument);
    }
}
