//! Notices that a file is not the one that was opened: a connection to a file that was removed or replaced would write where nobody reads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sqlx::sqlite::SqlitePoolOptions;

/// The file by its path, and since when it has been this one.
#[derive(Clone)]
pub(super) struct Watched {
    path: PathBuf,
    state: Arc<Mutex<(Option<Identity>, Instant)>>,
}

/// What tells one file from another.
type Identity = (u64, u64);

impl Watched {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Arc::new(Mutex::new((None, Instant::now()))) }
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

    /// Whether a connection of this age is one to the file that is there now.
    fn is_current(&self, age: std::time::Duration) -> bool {
        let now = self.identity();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // The first look finds the file that the connections were made to.
        if state.0.is_none() && now.is_some() && state.1.elapsed() >= age {
            state.0 = now;
            return true;
        }
        if state.0 != now {
            *state = (now, Instant::now());
        }
        now.is_some() && state.1.elapsed() >= age
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
