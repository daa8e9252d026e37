//! Notices that a file is not the one that was opened: a connection to a file that was removed or replaced would write where nobody reads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqlitePoolOptions;

/// The file by its path, and what was there when it was looked at last.
#[derive(Clone)]
pub(super) struct Watched {
    path: PathBuf,
    seen: Arc<Mutex<Option<Seen>>>,
}

struct Seen {
    /// Absent: no file.
    file: Option<Identity>,
    since: Instant,
}

/// What tells one file from another.
type Identity = (u64, u64);

impl Watched {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, seen: Arc::default() }
    }

    #[cfg(unix)]
    fn identity(&self) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt as _;
        let found = std::fs::metadata(&self.path).ok()?;
        Some((found.dev(), found.ino()))
    }

    /// Elsewhere a file that is open cannot be removed.
    #[cfg(not(unix))]
    fn identity(&self) -> Option<Identity> {
        self.path.exists().then_some((0, 0))
    }

    /// This is the file that all connections until now were made to. Before, nothing is noticed.
    pub(super) fn remember(&self, since: Instant) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen { file: self.identity(), since });
    }

    /// Whether a connection of this age is one to the file that is there now.
    fn is_current(&self, age: Duration) -> bool {
        let now = self.identity();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(seen) = &mut *seen else { return true };
        if seen.file != now {
            *seen = Seen { file: now, since: Instant::now() };
        }
        now.is_some() && seen.since.elapsed() >= age
    }

    /// Connections to another file are closed instead of used. A new one is made then, which fails while there is no file.
    pub(super) fn drop_stale(&self, pool: SqlitePoolOptions) -> SqlitePoolOptions {
        let watched = self.clone();
        pool.before_acquire(move |_, about| {
            let current = watched.is_current(about.age);
            Box::pin(async move { Ok(current) })
        })
    }
}
