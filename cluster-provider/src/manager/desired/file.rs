//! YAML files that are read again for every pass, so that they may be changed under way: one, or all of a directory.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::parts::{LONGEST, Parts, TooLong, is_list, parse};
use super::{DesiredClusters, DesiredStateSource, SourceError, aside};

/// A file with a list `clusters`, or a link to one. What cannot be read, is empty or is no file, such as a pipe, changes nothing.
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

/// A pipe, a device or a directory. Opening the first may take for ever, and reading the second.
#[derive(Debug, thiserror::Error)]
#[error("it is a pipe, a device or a directory, and no file")]
struct NoFile;

type Unread = Box<dyn std::error::Error + Send + Sync>;

fn unreadable(place: &str) -> impl FnOnce(Unread) -> SourceError {
    move |source| SourceError::Unreadable { place: place.to_owned(), source }
}

fn text(path: &Path) -> Result<String, Unread> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(NoFile.into());
    }
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
    let file = path.to_owned();
    aside(path.display().to_string(), move |place| parse(place, &text(&file).map_err(unreadable(place))?)).await
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
        let folder = self.path.clone();
        let found = aside(self.path.display().to_string(), move |place| lists(&folder).map_err(unreadable(place)));
        for path in found.await? {
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
