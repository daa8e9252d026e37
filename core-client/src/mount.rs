//! Files that Kubernetes mounts, and others, read from one version; knows nothing of what is in them.
//!
//! The kubelet keeps the files of a mounted Secret in a directory of their own and moves the link `..data` from the old one to the new
//! one. Files are read behind that link, so that those which belong together never come from different versions.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The largest file that is read: as much as a Secret can hold.
pub(crate) const LIMIT_BYTES: u64 = 1 << 20;
/// How often files are read, at most, because they were replaced meanwhile.
const ATTEMPTS: usize = 3;

/// Why there is nothing of a file.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is something else: a directory, a pipe, a socket.
    NoFile,
    /// It is larger than [`LIMIT_BYTES`].
    TooLarge,
    /// What the file system says.
    Failed(io::Error),
}

/// The directory or file that `path` stands for at this moment, behind every link.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let real = fs::canonicalize(path)?;
    match fs::canonicalize(real.join("..data")) {
        Ok(version) => Ok(version),
        Err(_) => Ok(real),
    }
}

/// Reads what is behind `versions`, which says where paths lead at a moment, and reads again when they lead elsewhere afterwards. Blocks.
pub(crate) fn settled<V, T>(versions: impl Fn() -> V, read: impl Fn(&V) -> T) -> T
where
    V: AsRef<[io::Result<PathBuf>]>,
{
    let mut before = versions();
    for _ in 1..ATTEMPTS {
        let reads = read(&before);
        let after = versions();
        if same(before.as_ref(), after.as_ref()) {
            return reads;
        }
        before = after;
    }
    read(&before)
}

fn same(before: &[io::Result<PathBuf>], after: &[io::Result<PathBuf>]) -> bool {
    before.iter().map(|path| path.as_ref().ok()).eq(after.iter().map(|path| path.as_ref().ok()))
}

/// Reads a regular file of bounded size. Blocks.
pub(crate) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Unread> {
    // Opening a pipe would wait for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(Unread::NoFile);
    }
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LIMIT_BYTES {
        return Err(Unread::TooLarge);
    }
    // Enough from the start: growing would leave copies behind that nobody wipes.
    let capacity = usize::try_from(length).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
    file.take(LIMIT_BYTES + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LIMIT_BYTES {
        return Err(Unread::TooLarge);
    }
    Ok(content)
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_moved_while_it_was_read_is_read_again_and_not_for_ever() {
        let (moves, reads) = (Cell::new(0), Cell::new(0));
        let until = |last: usize| {
            moves.set(0);
            reads.set(0);
            let versions = || {
                moves.set(moves.get() + 1);
                [Ok(PathBuf::from(format!("..{}", moves.get().min(last)))), Err(io::ErrorKind::NotFound.into())]
            };
            let read = |[version, _]: &[io::Result<PathBuf>; 2]| {
                reads.set(reads.get() + 1);
                version.as_ref().unwrap().clone()
            };
            (settled(versions, read), reads.get())
        };
        assert_eq!(until(1), (PathBuf::from("..1"), 1));
        assert_eq!(until(2), (PathBuf::from("..2"), 2));
        assert_eq!(until(usize::MAX), (PathBuf::from("..3"), 3));
    }

    #[test]
    fn only_regular_files_of_bounded_size_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("most"), vec![b'x'; 1 << 20]).unwrap();
        fs::write(at("more"), vec![b'x'; (1 << 20) + 1]).unwrap();
        assert_eq!(read_file(&at("most")).unwrap().len(), 1 << 20);
        assert!(matches!(read_file(&at("more")), Err(Unread::TooLarge)));
        assert!(matches!(read_file(directory.path()), Err(Unread::NoFile)));
        assert!(matches!(read_file(Path::new("/dev/zero")), Err(Unread::NoFile)));
        assert!(
            matches!(read_file(&at("gone")), Err(Unread::Failed(error)) if error.kind() == io::ErrorKind::NotFound)
        );
    }
}
