//! A YAML file that is read again for every pass, so that it may be changed under way.

use std::path::PathBuf;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};

use super::{DesiredClusters, DesiredStateSource, SourceError};

/// A file with a list `clusters`. One that cannot be read changes nothing.
#[derive(Debug, Clone)]
pub struct FileSource {
    name: String,
    path: PathBuf,
}

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
        let place = || self.path.display().to_string();
        let text = tokio::fs::read_to_string(&self.path)
            .await
            .map_err(|source| SourceError::Unreadable { place: place(), source: source.into() })?;
        DesiredClusters::from_yaml(&text).map_err(|source| SourceError::Invalid { place: place(), source })
    }

    /// None: it is read in every pass.
    fn changes(&self) -> BoxStream<'static, ()> {
        stream::pending().boxed()
    }
}
