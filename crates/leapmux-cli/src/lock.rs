//! One LeapMux per data directory: an advisory lock that ends with the process, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::CliError;

/// How long a lock may outlive a LeapMux that was killed while it started a process: until that child has become its program, it
/// holds a copy of the lock.
const PATIENCE: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(5);

/// Held for as long as the program runs.
#[derive(Debug)]
pub(crate) struct DataDirLock {
    file: File,
}

impl DataDirLock {
    /// Takes the lock of a data directory, which exists.
    pub(crate) fn take(data_dir: &Path, taken: Taken) -> Result<Self, CliError> {
        let path = data_dir.join("leapmux.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(|error| {
            CliError::Failed(format!(
                "the data directory {} cannot be written: {error}; choose another with --data-dir",
                data_dir.display()
            ))
        })?;
        match lock(&file) {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(CliError::Failed(taken.sentence(data_dir, &mut file))),
            Err(TryLockError::Error(error)) => {
                Err(CliError::Failed(format!("{} cannot be locked: {error}", path.display())))
            }
        }
    }

    /// Leaves word of where this LeapMux is, for whoever finds the lock taken.
    pub(crate) fn announce(&mut self, url: &str) {
        // Only a courtesy: the lock holds without it.
        let _ = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| writeln!(self.file, "{url}"));
    }
}

impl Drop for DataDirLock {
    fn drop(&mut self) {
        // Closing the file alone would leave the lock to a child that is just being started.
        let _ = self.file.unlock();
    }
}

/// Waits no longer than a moment; nothing else runs yet.
fn lock(file: &File) -> Result<(), TryLockError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(POLL),
            outcome => return outcome,
        }
    }
}

/// Who has the directory, as far as the mode that wanted it can tell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Taken {
    /// Something people open.
    ByLeapMux,
    /// Spec WRK-7.
    ByWorker,
}

impl Taken {
    fn sentence(self, data_dir: &Path, file: &mut File) -> String {
        let mut url = String::new();
        let _ = file.read_to_string(&mut url);
        let place = match url.trim() {
            "" => String::new(),
            url => format!(": open {url}"),
        };
        match self {
            Self::ByLeapMux => {
                format!("LeapMux is already running with this data directory ({}){place}", data_dir.display())
            }
            Self::ByWorker => format!("data directory is in use by another worker ({})", data_dir.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_where_the_first_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut first = DataDirLock::take(dir.path(), Taken::ByWorker).expect("free");
        first.announce("http://127.0.0.1:1");
        let refused = DataDirLock::take(dir.path(), Taken::ByLeapMux).expect_err("taken").to_string();
        assert!(
            refused.starts_with("error: LeapMux is already running with this data directory"),
            "{refused}"
        );
        assert!(refused.contains("open http://127.0.0.1:1"), "{refused}");
        let refused = DataDirLock::take(dir.path(), Taken::ByWorker).expect_err("taken").to_string();
        assert!(refused.starts_with("error: data directory is in use by another worker"), "{refused}");
        drop(first);
        DataDirLock::take(dir.path(), Taken::ByWorker).expect("free again");
    }

    #[test]
    fn a_lock_that_is_about_to_be_free_is_waited_for() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = DataDirLock::take(dir.path(), Taken::ByWorker).expect("free");
        let copy = first.file.try_clone().expect("as a child that is being started has");
        // One lock, two files: it goes with the copy.
        let later = std::thread::spawn(move || {
            std::thread::yield_now();
            copy.unlock()
        });
        DataDirLock::take(dir.path(), Taken::ByWorker).expect("free in a moment");
        later.join().expect("it ran").expect("unlocked");
    }
}
