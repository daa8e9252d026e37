//! YAML files that are read again for every pass, so that they may be changed under way: one, or all of a directory.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::parts::{LONGEST, Parts, TooLong, is_list, parse};
use super::{DesiredClusters, DesiredStateSource, SourceError};

/// A file with a list `clusters`. One that cannot be read, or is empty, changes nothing.
#[derive(Debug, Clone)]
pub struct FileSource {
    name: String,
    path: PathBuf,
}

/// All files of a directory that end in `.yaml`, `.yml` or `.json`, each with a list `clusters`, in the order of their names; not those in
/// directories below, and none whose name begins with a dot.
///
/// A file that cannot be read, or lists what another one lists, is left out and told, and as long as there is one nothing is taken away: what
/// it lists is not known. A directory without any such file is an error, since that is what a volume looks like that is not mounted; one that
/// wants nothing has a file with `clusters: []`.
#[derive(Debug, Clone)]
pub struct DirectorySource {
    name: String,
    path: PathBuf,
}

/// A directory in which nothing is listed.
#[derive(Debug, thiserror::Error)]
#[error("no file in it ends in .yaml, .yml or .json; `clusters: []` in one of them lists nothing")]
struct NoLists;

/// Work on files that ended in a panic.
#[derive(Debug, thiserror::Error)]
#[error("reading it was cut off")]
struct CutOff;

type Unread = Box<dyn std::error::Error + Send + Sync>;

fn unreadable(place: String) -> impl FnOnce(Unread) -> SourceError {
    move |source| SourceError::Unreadable { place, source }
}

/// Does it where waiting for a disk holds nobody up.
async fn on_files<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, Unread> + Send + 'static,
) -> Result<T, SourceError> {
    let owned = path.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&owned)).await;
    done.unwrap_or_else(|_| Err(CutOff.into())).map_err(unreadable(path.display().to_string()))
}

fn text(path: &Path) -> Result<String, Unread> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST { Err(TooLong.into()) } else { Ok(text) }
}

/// The lists of a directory, sorted.
fn lists(path: &Path) -> Result<Vec<PathBuf>, Unread> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        // A name that is no text is none of ours.
        if entry.file_name().to_str().is_some_and(is_list) {
            found.push(entry.path());
        }
    }
    if found.is_empty() {
        return Err(NoLists.into());
    }
    found.sort();
    Ok(found)
}

async fn read(path: &Path) -> Result<DesiredClusters, SourceError> {
    parse(&path.display().to_string(), &on_files(path, text).await?)
}

// === impl FileSource ===

impl FileSource {
    /// The file at this path; `name` is under which it owns clusters, and stays the same when the file moves.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into() }
    }
}

#[async_trait]
impl DesiredStateSource for FileSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        read(&self.path).await
    }

    /// None: it is read in every pass.
    fn changes(&self) -> BoxStream<'static, ()> {
        stream::pending().boxed()
    }
}

// === impl DirectorySource ===

impl DirectorySource {
    /// The directory at this path; `name` is under which it owns clusters, and stays the same when the directory moves.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into() }
    }
}

#[async_trait]
impl DesiredStateSource for DirectorySource {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        let mut parts = Parts::default();
        for path in on_files(&self.path, lists).await? {
            let read = read(&path).await;
            parts.add(&path.display().to_string(), read);
        }
        Ok(parts.whole())
    }

    /// None: it is read in every pass.
    fn changes(&self) -> BoxStream<'static, ()> {
        stream::pending().boxed()
    }
}
