//! Brings a database up to the schema of this version: scripts that only go forward, each run once.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

use crate::store::StoreError;

/// Where it is remembered which scripts were run; a name of its own, since an application may keep its tables beside.
pub(in crate::store) const MIGRATIONS_TABLE: &str = "cluster_provider_migrations";

/// Why a schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A later version of this crate was here.
    #[error(
        "the schema has version {found}, and this program knows {known} at most; use the program that wrote it, or a later one"
    )]
    #[non_exhaustive]
    FromTheFuture {
        /// Its version.
        found: i64,
        /// The latest one that is known.
        known: i64,
    },
    /// A script was run that is not the one of this crate.
    #[error("script {version} of the schema is not the one that was run on this database")]
    #[non_exhaustive]
    Changed {
        /// Which one.
        version: i64,
    },
    /// A script did not run to its end.
    #[error("a script of the schema failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The scripts of one database: version, description, text.
pub(in crate::store) fn scripts(all: &[(i64, &'static str, &'static str)]) -> Vec<Migration> {
    let script = |&(version, description, text): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(description), MigrationType::Simple, text.into_sql_str(), false)
    };
    all.iter().map(script).collect()
}

pub(in crate::store) fn migrator(scripts: Vec<Migration>) -> Migrator {
    let mut migrator = Migrator::with_migrations(scripts);
    migrator.dangerous_set_table_name(MIGRATIONS_TABLE);
    migrator
}

/// Runs what was not run yet.
pub(in crate::store) async fn migrate<C: Migrate>(migrator: &Migrator, connection: &mut C) -> Result<(), StoreError> {
    let known = migrator.iter().map(|script| script.version).max().unwrap_or_default();
    migrator.run_direct(None, connection, false).await.map_err(|error| {
        StoreError::Migration(Box::new(match error {
            MigrateError::VersionMissing(found) if found > known => SchemaError::FromTheFuture { found, known },
            MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
                SchemaError::Changed { version }
            }
            other => SchemaError::Failed(other.into()),
        }))
    })
}
