//! Credentials out of mounted directories, read again on an interval; knows nothing of PEM or Kubernetes' API.
//!
//! A certificate and a key never come from different versions of what is mounted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, timeout};
use zeroize::Zeroizing;

use super::assemble::{Assembler, Content, Raw};
use super::bundle::{TLS_CRT, TLS_KEY};
use super::clock::{Clock, SystemClock};
use super::error::{CredentialError, Origin};
use super::publish::Board;
use crate::mount::{self, LIMIT_BYTES, Unread};

/// Which directories hold the client certificate and the roots, and how often they are read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DirectorySource {
    /// The directory with `tls.crt` and `tls.key`. Default: none, no certificate is presented.
    pub client: Option<PathBuf>,
    /// A directory with the roots to trust in `tls.crt`, or a file with them. Default: none, the platform's
    /// roots.
    pub ca: Option<PathBuf>,
    /// How often the files are read again. Default: 10 s.
    pub poll_interval: Duration,
    /// How long a read may take. Default: 5 s.
    pub read_timeout: Duration,
    /// Dates the snapshots. Default: the clock of the machine.
    pub clock: Arc<dyn Clock>,
}

type Reads = Vec<Result<Raw, CredentialError>>;

/// Follows the directories of one source.
pub(super) struct Follower {
    assembler: Assembler,
    source: DirectorySource,
}

// === impl DirectorySource ===

impl Default for DirectorySource {
    fn default() -> Self {
        Self {
            client: None,
            ca: None,
            poll_interval: Duration::from_secs(10),
            read_timeout: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
        }
    }
}

impl DirectorySource {
    /// The platform's roots and no client certificate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Presents the certificate in the directory `path`.
    #[must_use]
    pub fn with_client(mut self, path: impl Into<PathBuf>) -> Self {
        self.client = Some(path.into());
        self
    }

    /// Trusts the roots in the directory or file `path`.
    #[must_use]
    pub fn with_ca(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca = Some(path.into());
        self
    }

    /// Sets how often the files are read again; zero is taken for one millisecond.
    #[must_use]
    pub fn with_poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Sets how long a read may take.
    #[must_use]
    pub fn with_read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.client.iter().chain(&self.ca)
    }

    /// Reads everything from one version; blocks.
    fn read(&self) -> Reads {
        mount::settled(|| self.versions(), |versions| self.read_version(versions))
    }

    /// Where the paths lead at this moment.
    fn versions(&self) -> Vec<io::Result<PathBuf>> {
        self.paths().map(|path| mount::resolve(path)).collect()
    }

    /// Reads behind the links in `versions`, which are in the order of [`paths`](Self::paths).
    fn read_version(&self, versions: &[io::Result<PathBuf>]) -> Reads {
        let mut reads = Vec::new();
        for ((path, version), is_client) in self.paths().zip(versions).zip([self.client.is_some(), false]) {
            let origin = Origin::Path(path.clone());
            let content = match version {
                Ok(version) if is_client => read_pair(&origin, version),
                Ok(version) => read_roots(&origin, version),
                Err(error) => Err(read_error(origin.clone(), io::Error::new(error.kind(), error.to_string()))),
            };
            reads.push(content.map(|content| Raw { origin, content }));
        }
        reads
    }
}

fn read_pair(origin: &Origin, directory: &Path) -> Result<Content, CredentialError> {
    Ok(Content::Pair {
        certificates: read_file(origin, TLS_CRT, &directory.join(TLS_CRT))?,
        key: read_file(origin, TLS_KEY, &directory.join(TLS_KEY))?,
    })
}

fn read_roots(origin: &Origin, path: &Path) -> Result<Content, CredentialError> {
    let file = if path.is_dir() { path.join(TLS_CRT) } else { path.to_owned() };
    Ok(Content::Roots { key: TLS_CRT, bundle: read_file(origin, TLS_CRT, &file)? })
}

fn read_file(origin: &Origin, key: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    let origin = || origin.clone();
    mount::read_file(path).map_err(|unread| match unread {
        Unread::NoFile => CredentialError::MissingKey { origin: origin(), key },
        Unread::TooLarge => CredentialError::TooLarge { origin: origin(), key, limit_bytes: LIMIT_BYTES },
        Unread::Failed(error) if error.kind() == io::ErrorKind::NotFound => {
            CredentialError::MissingKey { origin: origin(), key }
        }
        Unread::Failed(error) => read_error(origin(), error),
    })
}

fn read_error(origin: Origin, error: io::Error) -> CredentialError {
    let kind = error.kind();
    let source = Box::new(error);
    match kind {
        io::ErrorKind::NotFound => CredentialError::NotFound { origin, source },
        io::ErrorKind::PermissionDenied => CredentialError::Forbidden { origin, source },
        _ => CredentialError::Read { origin, source },
    }
}

// === impl Follower ===

impl Follower {
    /// Reads everything once, within the limit.
    pub(super) async fn start(source: DirectorySource) -> Result<Self, CredentialError> {
        let reads = bounded(&source, &mut None).await?;
        let assembler = Assembler::new(reads, Arc::clone(&source.clock))?;
        Ok(Self { assembler, source })
    }

    pub(super) fn board(&self) -> &Arc<Board> {
        self.assembler.board()
    }

    /// There is something to follow.
    pub(super) fn is_needed(&self) -> bool {
        self.source.paths().next().is_some()
    }

    /// Follows until dropped.
    pub(super) async fn run(self) {
        let mut ticks = interval(self.source.poll_interval.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is due at once, and everything has just been read.
        ticks.tick().await;
        let mut pending = None;
        loop {
            ticks.tick().await;
            match bounded(&self.source, &mut pending).await {
                Ok(reads) => self.assembler.settle(reads),
                Err(error) => self.assembler.settle([Err(error)]),
            }
        }
    }
}

/// Reads on a blocking thread. A file system that hangs holds up one thread: the next call waits for it again.
async fn bounded(source: &DirectorySource, pending: &mut Option<JoinHandle<Reads>>) -> Result<Reads, CredentialError> {
    let origin = || Origin::Path(source.paths().next().cloned().unwrap_or_default());
    let read = pending.get_or_insert_with(|| {
        let source = source.clone();
        spawn_blocking(move || source.read())
    });
    let done = timeout(source.read_timeout, read)
        .await
        .map_err(|_| CredentialError::Timeout { origin: origin(), after: source.read_timeout })?;
    *pending = None;
    done.map_err(|error| CredentialError::Read { origin: origin(), source: Box::new(error) })
}

#[cfg(test)]
mod tests;
