//! How one database is spoken to differently from another.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::QueryBuilder;

use crate::store::UniqueKey;

/// One value of a column, on its way into a statement.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) enum Value {
    Text(Option<String>),
    Int(i64),
    Truth(bool),
    /// As [`moment`](crate::store::change::moment) makes it.
    Time(Option<Timestamp>),
    /// Text that is JSON.
    Json(String),
}

/// What a unique index had to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Violation {
    /// This one is violated.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL says so"))]
    Of(UniqueKey),
    /// One is, and the database does not say which.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "only SQLite does not say"))]
    Some,
}

/// What an error of the database means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Class {
    /// It may be mended by time or an operator.
    Unavailable,
    /// It took too long.
    Timeout,
    /// It will be the same next time.
    Refused,
}

type Unread = Box<dyn std::error::Error + Send + Sync>;

/// One kind of SQL database. Reading is by the place of a column.
pub(in crate::store) trait Dialect: sqlx::Database {
    /// Begins a transaction that writes.
    const BEGIN: &'static str;
    /// The time at which a statement began.
    const NOW: &'static str;
    /// The time right now, where waiting for a lock matters.
    const CLOCK: &'static str;
    /// Behind a `SELECT`: nobody may change these rows before the end of the transaction.
    const SHARED: &'static str;

    fn bind(sql: &mut QueryBuilder<Self>, value: Value);
    /// `column IN (words)`.
    fn one_of(sql: &mut QueryBuilder<Self>, column: &'static str, words: Vec<String>);
    /// The JSON array holds this text.
    fn has_member(sql: &mut QueryBuilder<Self>, column: &'static str, member: String);
    /// The JSON object holds this text under that name.
    fn has_entry(sql: &mut QueryBuilder<Self>, column: &'static str, name: String, value: String);
    /// The time right now, and so much later.
    fn clock_plus(sql: &mut QueryBuilder<Self>, wait: Duration);

    fn fetch(
        connection: &mut Self::Connection,
        sql: QueryBuilder<Self>,
    ) -> BoxFuture<'_, Result<Vec<Self::Row>, sqlx::Error>>;
    /// How many rows were changed.
    fn execute(connection: &mut Self::Connection, sql: QueryBuilder<Self>) -> BoxFuture<'_, Result<u64, sqlx::Error>>;

    fn text(row: &Self::Row, at: usize) -> Result<Option<&str>, Unread>;
    fn int(row: &Self::Row, at: usize) -> Result<i64, Unread>;
    fn truth(row: &Self::Row, at: usize) -> Result<bool, Unread>;
    fn time(row: &Self::Row, at: usize) -> Result<Option<Timestamp>, Unread>;
    fn json(row: &Self::Row, at: usize) -> Result<&str, Unread>;

    /// Whether a unique index was violated, and which. Decided by codes and names of constraints.
    fn violation(error: &sqlx::Error) -> Option<Violation>;
    /// Decided by codes.
    fn class(error: &dyn sqlx::error::DatabaseError) -> Class;
}
