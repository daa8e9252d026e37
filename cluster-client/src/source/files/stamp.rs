//! By what a file is known to be another one than before; knows nothing of what is in it.

use std::io;
use std::path::Path;

/// Everything about a file that changes with its content, links followed.
///
/// The time of the last change of the inode is among it, which no program can set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    #[cfg(unix)]
    inode: (u64, u64),
    #[cfg(unix)]
    changed: (i64, i64),
    modified: Option<std::time::SystemTime>,
}

impl Stamp {
    /// # Errors
    /// What the file system says; a folder is no file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;

        let found = std::fs::metadata(path)?;
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Ok(Self {
            len: found.len(),
            #[cfg(unix)]
            inode: (found.dev(), found.ino()),
            #[cfg(unix)]
            changed: (found.ctime(), found.ctime_nsec()),
            modified: found.modified().ok(),
        })
    }

    pub(super) fn len(self) -> u64 {
        self.len
    }
}
