//! Unix sockets: stale files are cleared away, live ones and other files are not (CFG-44, CFG-45).

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// Connections the kernel keeps for us before we accept them.
const BACKLOG: u32 = 1024;

/// A bound unix socket; its file goes when this does.
#[derive(Debug)]
pub struct BoundUnix {
    pub(crate) listener: UnixListener,
    path: PathBuf,
}

impl Drop for BoundUnix {
    fn drop(&mut self) {
        // Whoever removed the file before us did what we wanted.
        let _ = fs::remove_file(&self.path);
    }
}

/// Why a unix socket was not bound.
#[derive(Debug, thiserror::Error)]
pub enum UnixBindError {
    #[error("exists but is not a socket")]
    NotASocket,
    #[error("already in use by another process")]
    InUse,
    #[error(
        "the path is too long for a socket; choose a shorter one with local_listen or --listen unix:<path>"
    )]
    TooLong,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Binds `path` with mode 0600. Permissions are set between bind and listen, so nobody connects before they hold.
pub async fn bind(path: &Path) -> Result<BoundUnix, UnixBindError> {
    clear_stale(path).await?;
    let socket = UnixSocket::new_stream()?;
    socket.bind(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => UnixBindError::TooLong,
        io::ErrorKind::AddrInUse => UnixBindError::InUse,
        _ => error.into(),
    })?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(BoundUnix { listener: socket.listen(BACKLOG)?, path: path.to_owned() })
}

/// Removes a socket file nobody answers on.
async fn clear_stale(path: &Path) -> Result<(), UnixBindError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // A path the system cannot even look up is reported by bind, in its own words.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => return Err(UnixBindError::TooLong),
        Err(error) => return Err(error.into()),
    };
    if !found.file_type().is_socket() {
        return Err(UnixBindError::NotASocket);
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err(UnixBindError::InUse),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(fs::remove_file(path)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}
