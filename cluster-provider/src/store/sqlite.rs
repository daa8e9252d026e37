//! Records in one SQLite file, or in memory. Knows nothing of other databases.
//!
//! One connection writes, several read beside it (write-ahead log). Waits are measured with the clock of tokio: under a paused one they
//! end at once, so tests of applications that pause time should use [`MemoryStore`](super::memory::MemoryStore).

mod dialect;
mod moved;

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use self::moved::Watched;
use super::StoreError;
use super::sql::{Dialect as _, Engine, classify, migrate, migrator, scripts, store_over_engine};
use super::topics::Topics;

/// The scripts of the schema, from the oldest on.
const SCRIPTS: [(i64, &str, &str); 2] = [
    (1, "records", include_str!("../../migrations/sqlite/0001_records.sql")),
    (2, "create asked at", include_str!("../../migrations/sqlite/0002_create_asked_at.sql")),
];

/// Where records are, and how long is waited for them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The file; absent: memory, for as long as the store lives.
    pub path: Option<PathBuf>,
    /// Make the file when it is not there; on unless said otherwise.
    pub create: bool,
    /// How many may read at one time; 4 unless said otherwise. In memory it is always one, who writes too.
    pub readers: u32,
    /// Wait for the disk with each write (`synchronous = FULL`); on unless said otherwise. Without it the last writes before a power cut may
    /// be lost, and with them the tokens of clusters that were asked for.
    pub durable: bool,
    /// How long to wait for another process that writes; 5 seconds unless said otherwise.
    pub busy_timeout: Duration,
    /// How long an operation may take with everything; 10 seconds unless said otherwise.
    pub deadline: Duration,
}

/// Records in SQLite.
pub struct SqliteStore {
    engine: Engine<Sqlite>,
    topics: Topics,
    path: Option<PathBuf>,
}

// === impl SqliteOptions ===

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            path: None,
            create: true,
            readers: 4,
            durable: true,
            busy_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
        }
    }
}

impl SqliteOptions {
    /// In memory.
    #[must_use]
    pub fn memory() -> Self {
        Self::default()
    }

    /// In this file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// Whether to make the file when it is not there.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Whether each write waits for the disk.
    #[must_use]
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }

    /// How many may read at one time.
    #[must_use]
    pub fn readers(mut self, readers: u32) -> Self {
        self.readers = readers;
        self
    }

    /// How long an operation may take.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    fn connection(&self) -> SqliteConnectOptions {
        let options =
            SqliteConnectOptions::new().busy_timeout(self.busy_timeout).thread_name(|id| format!("clusters-{id}"));
        let options =
            options.synchronous(if self.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Normal });
        match &self.path {
            Some(path) => options.filename(path).create_if_missing(false).journal_mode(SqliteJournalMode::Wal),
            None => options.in_memory(true),
        }
    }

    fn pool(&self, connections: u32) -> SqlitePoolOptions {
        let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(self.deadline);
        // Connections to a file cost nothing while they are idle, and memory is forgotten with the last one.
        pool.max_lifetime(None).idle_timeout(None)
    }
}

// === impl SqliteStore ===

impl SqliteStore {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`Migration`](StoreError::Migration) when the schema is a later version's, [`Unavailable`](StoreError::Unavailable) when the file cannot
    /// be opened, [`Backend`](StoreError::Backend) when it is no database.
    pub async fn open(options: SqliteOptions) -> Result<Self, StoreError> {
        let begun = Instant::now();
        let mut file = None;
        let engine = match &options.path {
            None => {
                let only = options.pool(1).connect_lazy_with(options.connection());
                Engine { reads: only.clone(), writes: only, deadline: options.deadline }
            }
            Some(path) => {
                let watched = Watched::new(path.clone());
                let writes = watched.drop_stale(options.pool(1)).connect_lazy_with(options.connection());
                let reading = options.connection().pragma("query_only", "ON");
                let reads = watched.drop_stale(options.pool(options.readers.max(1))).connect_lazy_with(reading);
                file = Some(watched);
                Engine { reads, writes, deadline: options.deadline }
            }
        };
        let store = Self { engine, topics: Topics::default(), path: options.path.clone() };
        let opened = tokio::time::timeout(options.deadline, store.prepare(&options)).await;
        match opened.unwrap_or(Err(StoreError::Timeout(options.deadline))) {
            Ok(()) => {
                if let Some(file) = file {
                    file.remember(begun);
                }
                Ok(store)
            }
            Err(error) => {
                store.end().await;
                Err(error)
            }
        }
    }

    /// In memory, as usual.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn memory() -> Result<Self, StoreError> {
        Self::open(SqliteOptions::memory()).await
    }

    /// All scripts that were not run yet, in one transaction: of several processes that begin at one time, one runs them.
    async fn prepare(&self, options: &SqliteOptions) -> Result<(), StoreError> {
        let failed = |error| classify::<Sqlite>(error, "open the database", options.deadline);
        if options.path.is_some() && options.create {
            use sqlx::{ConnectOptions as _, Connection as _};
            let made = options.connection().create_if_missing(true).connect().await.map_err(failed)?;
            made.close().await.map_err(failed)?;
        }
        let mut tx = self.engine.writes.begin_with(Sqlite::BEGIN).await.map_err(failed)?;
        migrate(&migrator(scripts(&SCRIPTS)), &mut *tx).await?;
        tx.commit().await.map_err(failed)
    }

    async fn send(&self, topic: &str) -> Result<(), StoreError> {
        self.check_open()?;
        self.topics.send(topic);
        Ok(())
    }

    fn listen(&self) -> Result<futures::stream::BoxStream<'static, String>, StoreError> {
        self.check_open()?;
        Ok(self.topics.subscribe())
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.engine.writes.is_closed() {
            return Err(StoreError::Unavailable(sqlx::Error::PoolClosed.into()));
        }
        Ok(())
    }

    async fn end(&self) {
        self.engine.close().await;
        self.topics.close();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

store_over_engine!(SqliteStore);

#[cfg(test)]
mod tests;
