//! A place in a real PostgreSQL for one test: a schema of its own, at a random name, dropped afterwards.
//!
//! The server is the one at the URL in the environment variable `MOORING_TEST_POSTGRES`, as somebody who may create schemas. Where it is
//! not set, the PostgreSQL half of a suite does not run, and says so once. `cargo xtask postgres` starts a server and runs the suites.
#![expect(clippy::expect_used, reason = "a test without its database fails by panicking")]

use std::io::Write as _;
use std::sync::{Arc, Once};

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::store::ClusterStore;
use crate::store::postgres::{PostgresOptions, PostgresStore};

/// Names the server for tests.
pub const VARIABLE: &str = "MOORING_TEST_POSTGRES";

/// A schema for one test.
#[derive(Debug)]
pub struct TestSchema {
    url: String,
    name: String,
}

impl TestSchema {
    /// Makes one; `None`, and one line on the standard error for the whole process, where no server is named.
    ///
    /// # Panics
    /// When the server that is named cannot be used.
    pub async fn create() -> Option<Self> {
        static SAID: Once = Once::new();
        let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) else {
            // Past the capture of the test harness.
            SAID.call_once(|| {
                drop(writeln!(std::io::stderr(), "the PostgreSQL half did not run: {VARIABLE} is not set"))
            });
            return None;
        };
        let schema = Self { url, name: format!("test_{}", uuid::Uuid::new_v4().simple()) };
        schema.run("CREATE SCHEMA").await;
        Some(schema)
    }

    /// How to open a store in it.
    #[must_use]
    pub fn options(&self) -> PostgresOptions {
        PostgresOptions::new(self.url.clone()).schema(self.name.clone()).connections(4)
    }

    /// Opens a store in it.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn store(&self) -> Arc<dyn ClusterStore> {
        Arc::new(PostgresStore::open(self.options()).await.expect("the store opens"))
    }

    /// Drops it with everything in it.
    ///
    /// # Panics
    /// When the server is gone.
    pub async fn drop(self) {
        self.run("DROP SCHEMA IF EXISTS").await;
    }

    /// A connection to the server, beside any store.
    ///
    /// # Panics
    /// When the server cannot be reached.
    pub async fn beside(&self) -> PgConnection {
        let mut connection = PgConnection::connect(&self.url).await.expect("the server for tests answers");
        let path = format!("SET search_path = {}", self.name);
        connection.execute(sqlx::AssertSqlSafe(path)).await.expect("the path can be set");
        connection
    }

    async fn run(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url).await.expect("the server for tests answers");
        let behind = if statement.starts_with("DROP") { " CASCADE" } else { "" };
        // The name is made of letters and digits here.
        let sql = format!("{statement} {}{behind}", self.name);
        connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the schema for the test is made and dropped");
        connection.close().await.expect("the connection ends well");
    }
}
