//! What the SQL databases have in common: columns, statements, migrations. Knows of the differences between them only through
//! [`dialect::Dialect`].
//!
//! Statements are built from text of this crate, and everything else is bound to them as a value.

pub(super) mod codec;
pub(super) mod dialect;
pub(super) mod engine;
pub(super) mod failure;
mod filter;
mod leases;
mod records;
mod schema;

pub(super) use self::dialect::{Class, Dialect, Value, Violation};
pub(super) use self::engine::{Engine, store_over_engine};
pub(super) use self::failure::classify;
#[cfg(test)]
pub(super) use self::schema::MIGRATIONS_TABLE;
pub use self::schema::SchemaError;
pub(super) use self::schema::{migrate, migrator, scripts};
