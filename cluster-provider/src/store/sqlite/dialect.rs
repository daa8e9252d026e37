//! How SQLite is spoken to.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

use crate::store::sql::{Class, Dialect, Value, Violation};

type Unread = Box<dyn std::error::Error + Send + Sync>;

/// Six digits behind the second, so that text sorts as time does. SQLite counts milliseconds.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";

fn fixed(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

impl Dialect for Sqlite {
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const NOW: &'static str = NOW;
    const CLOCK: &'static str = NOW;
    // There is one writer.
    const SHARED: &'static str = "";

    fn bind(sql: &mut QueryBuilder<Self>, value: Value) {
        match value {
            Value::Text(text) => sql.push_bind(text),
            Value::Int(number) => sql.push_bind(number),
            Value::Truth(truth) => sql.push_bind(truth),
            Value::Time(time) => sql.push_bind(time.map(fixed)),
            Value::Json(text) => sql.push_bind(text),
        };
    }

    fn one_of(sql: &mut QueryBuilder<Self>, column: &'static str, words: Vec<String>) {
        // One value, however many words.
        let words = serde_json::Value::from(words).to_string();
        sql.push(column).push(" IN (SELECT value FROM json_each(").push_bind(words).push("))");
    }

    fn has_member(sql: &mut QueryBuilder<Self>, column: &'static str, member: String) {
        sql.push("EXISTS (SELECT 1 FROM json_each(clusters.")
            .push(column)
            .push(") WHERE value = ")
            .push_bind(member)
            .push(")");
    }

    fn has_entry(sql: &mut QueryBuilder<Self>, column: &'static str, name: String, value: String) {
        sql.push("EXISTS (SELECT 1 FROM json_each(clusters.").push(column).push(") WHERE key = ").push_bind(name);
        sql.push(" AND value = ").push_bind(value).push(")");
    }

    fn clock_plus(sql: &mut QueryBuilder<Self>, wait: Duration) {
        let later = format!("+{}.{:03} seconds", wait.as_secs(), wait.subsec_millis());
        sql.push("strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', ").push_bind(later).push(")");
    }

    fn fetch(
        connection: &mut SqliteConnection,
        mut sql: QueryBuilder<Self>,
    ) -> BoxFuture<'_, Result<Vec<SqliteRow>, sqlx::Error>> {
        Box::pin(async move { sql.build().fetch_all(connection).await })
    }

    fn execute(
        connection: &mut SqliteConnection,
        mut sql: QueryBuilder<Self>,
    ) -> BoxFuture<'_, Result<u64, sqlx::Error>> {
        Box::pin(async move { Ok(sql.build().execute(connection).await?.rows_affected()) })
    }

    fn text(row: &SqliteRow, at: usize) -> Result<Option<&str>, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn int(row: &SqliteRow, at: usize) -> Result<i64, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn truth(row: &SqliteRow, at: usize) -> Result<bool, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn time(row: &SqliteRow, at: usize) -> Result<Option<Timestamp>, Unread> {
        Ok(Self::text(row, at)?.map(str::parse).transpose()?)
    }

    fn json(row: &SqliteRow, at: usize) -> Result<&str, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn violation(error: &sqlx::Error) -> Option<Violation> {
        // SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE.
        error.as_database_error()?.is_unique_violation().then_some(Violation::Some)
    }

    fn class(error: &dyn sqlx::error::DatabaseError) -> Class {
        // https://www.sqlite.org/rescode.html: the lower eight bits are the primary code.
        let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default() & 0xff;
        match code {
            // BUSY, LOCKED
            5 | 6 => Class::Timeout,
            // PERM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL, AUTH
            3 | 8 | 10 | 13 | 14 | 15 | 23 => Class::Unavailable,
            _ => Class::Refused,
        }
    }
}
