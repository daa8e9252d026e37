//! Records in PostgreSQL. Knows nothing of other databases.
//!
//! Waits are measured with the clock of tokio; under a paused one they end at once.

mod dialect;
mod listen;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, Postgres};
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::StoreError;
use super::sql::{Engine, classify, migrate, migrator, scripts, store_over_engine};
use super::topics::Topics;

/// The scripts of the schema, from the oldest on.
const SCRIPTS: [(i64, &str, &str); 2] = [
    (1, "records", include_str!("../../migrations/postgres/0001_records.sql")),
    (2, "create asked at", include_str!("../../migrations/postgres/0002_create_asked_at.sql")),
];

/// Where the database is, and how long is waited for it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=…`; in no `Debug`. What it leaves open comes from the
    /// variables of libpq (`PGHOST` and so on).
    pub url: SecretString,
    /// In which schema the tables are: one that exists, of lower-case letters, digits and `_`. Absent: the first of the user's search path.
    pub schema: Option<String>,
    /// How many connections at most, besides the one that listens; 10 unless said otherwise.
    pub connections: u32,
    /// How long the server may work on a statement; 5 seconds unless said otherwise.
    pub statement_timeout: Duration,
    /// How long an operation may take with everything it waits for; 10 seconds unless said otherwise.
    pub deadline: Duration,
}

/// Records in PostgreSQL.
pub struct PostgresStore {
    engine: Engine<Postgres>,
    topics: Arc<Topics>,
    channel: String,
    listener: Mutex<Option<JoinHandle<()>>>,
    stop: CancellationToken,
}

/// A schema name that cannot be one.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no name of a schema; it may hold lower-case letters, digits and underscores, and begins with no digit"
)]
struct InvalidSchema(String);

// === impl PostgresOptions ===

impl PostgresOptions {
    /// At this URL, as usual.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            schema: None,
            connections: 10,
            statement_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
        }
    }

    /// In this schema.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// How many connections at most.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// How long the server may work on a statement.
    #[must_use]
    pub fn statement_timeout(mut self, wait: Duration) -> Self {
        self.statement_timeout = wait;
        self
    }

    /// How long an operation may take.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    fn connection(&self) -> Result<PgConnectOptions, StoreError> {
        let refused = |source| StoreError::Backend { action: "open the database", source };
        let options: PgConnectOptions =
            self.url.expose_secret().parse().map_err(|error: sqlx::Error| refused(error.into()))?;
        let wait = self.statement_timeout.as_millis().max(1);
        // A writer that is gone without a word does not keep its locks for long.
        let options = options.application_name("mooring").options([
            ("statement_timeout", wait),
            ("lock_timeout", wait),
            ("idle_in_transaction_session_timeout", self.deadline.as_millis().max(1)),
        ]);
        match &self.schema {
            None => Ok(options),
            Some(schema) => {
                let fits = schema.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
                    && schema.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_');
                if !fits {
                    return Err(refused(InvalidSchema(schema.clone()).into()));
                }
                Ok(options.options([("search_path", schema)]))
            }
        }
    }

    fn pool(&self, connections: u32) -> PgPoolOptions {
        PgPoolOptions::new().max_connections(connections.max(1)).acquire_timeout(self.deadline)
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("statement_timeout", &self.statement_timeout)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

// === impl PostgresStore ===

impl PostgresStore {
    /// Connects, brings the schema up to date, and begins to listen.
    ///
    /// # Errors
    /// [`Migration`](StoreError::Migration) when the schema is a later version's, [`Backend`](StoreError::Backend) when the URL is none or the
    /// server does not let the user in, [`Unavailable`](StoreError::Unavailable) and [`Timeout`](StoreError::Timeout) when it does not answer.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let opened = tokio::time::timeout(options.deadline, Self::connect(&options)).await;
        opened.unwrap_or(Err(StoreError::Timeout(options.deadline)))
    }

    async fn connect(options: &PostgresOptions) -> Result<Self, StoreError> {
        let failed = |error| classify::<Postgres>(error, "open the database", options.deadline);
        let connection = options.connection()?;
        let schema = Self::prepare(&connection, options).await?;
        let channel = format!("clusters_{}", &schema[..16]);
        let pool = options.pool(options.connections).connect_lazy_with(connection.clone());
        let engine = Engine { reads: pool.clone(), writes: pool, deadline: options.deadline };
        let topics = Arc::new(Topics::default());
        let stop = CancellationToken::new();
        let ears = options.pool(1).max_lifetime(None).idle_timeout(None).connect_lazy_with(connection);
        let listener = listen::begin(&ears, &channel).await.map_err(failed)?;
        let task = listen::listen(listener, ears, channel.clone(), Arc::clone(&topics), stop.clone());
        let listener = Mutex::new(Some(tokio::spawn(task)));
        Ok(Self { engine, topics, channel, listener, stop })
    }

    /// Brings the schema up to date on a connection of its own, because a lock is held meanwhile that has to go with it. Answers with a hash
    /// of where the tables are.
    async fn prepare(connection: &PgConnectOptions, options: &PostgresOptions) -> Result<String, StoreError> {
        let failed = |error| classify::<Postgres>(error, "open the database", options.deadline);
        // Others may be at it, and longer than a statement may take.
        let patient = connection.clone().options([("statement_timeout", 0), ("lock_timeout", 0)]);
        let mut connection = patient.connect().await.map_err(failed)?;
        migrate(&migrator(scripts(&SCRIPTS)), &mut connection).await?;
        let schema: Option<String> =
            sqlx::query_scalar("SELECT current_schema()").fetch_one(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        let digest = Sha256::digest(schema.unwrap_or_default());
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    async fn send(&self, topic: &str) -> Result<(), StoreError> {
        let mut sql = QueryBuilder::<Postgres>::new("SELECT pg_notify(");
        sql.push_bind(self.channel.clone()).push(", ").push_bind(topic.to_owned()).push(")");
        self.engine.run("notify", sql).await
    }

    fn listen(&self) -> Result<futures::stream::BoxStream<'static, String>, StoreError> {
        if self.stop.is_cancelled() {
            return Err(StoreError::Unavailable(sqlx::Error::PoolClosed.into()));
        }
        Ok(self.topics.subscribe())
    }

    fn take_listener(&self) -> Option<JoinHandle<()>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    async fn end(&self) {
        self.stop.cancel();
        if let Some(listener) = self.take_listener() {
            // It ends by itself; one that panicked has ended too.
            drop(listener.await);
        }
        self.engine.close().await;
        self.topics.close();
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(listener) = self.take_listener() {
            listener.abort();
        }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("channel", &self.channel).finish_non_exhaustive()
    }
}

store_over_engine!(PostgresStore);

#[cfg(test)]
mod tests;
