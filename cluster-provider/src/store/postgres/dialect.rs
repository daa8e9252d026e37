//! How PostgreSQL is spoken to.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgConnection, PgRow, PgTypeInfo, PgValueFormat, Postgres};
use sqlx::{Encode, QueryBuilder, Row as _, Type};

use crate::store::UniqueKey;
use crate::store::sql::{Class, Dialect, Value, Violation};

type Unread = Box<dyn std::error::Error + Send + Sync>;

/// A `timestamptz` on its way into a statement: microseconds since 2000, in eight bytes.
struct Micros(i64);

/// From 1970 to 2000, in microseconds.
const EPOCH: i64 = 946_684_800_000_000;

/// A `jsonb` on its way into a statement: its version, and the text.
struct Jsonb(String);

impl Type<Postgres> for Micros {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}

impl Encode<'_, Postgres> for Micros {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, Unread> {
        buffer.extend_from_slice(&self.0.to_be_bytes());
        Ok(IsNull::No)
    }
}

impl Type<Postgres> for Jsonb {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(3802))
    }
}

impl Encode<'_, Postgres> for Jsonb {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, Unread> {
        buffer.push(1);
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

impl Dialect for Postgres {
    const BEGIN: &'static str = "BEGIN ISOLATION LEVEL READ COMMITTED";
    const NOW: &'static str = "statement_timestamp()";
    const CLOCK: &'static str = "clock_timestamp()";
    const SHARED: &'static str = " FOR SHARE";

    fn bind(sql: &mut QueryBuilder<Self>, value: Value) {
        match value {
            Value::Text(text) => sql.push_bind(text),
            Value::Int(number) => sql.push_bind(number),
            Value::Truth(truth) => sql.push_bind(truth),
            Value::Time(time) => sql.push_bind(time.map(|time| Micros(time.as_microsecond() - EPOCH))),
            Value::Json(text) => sql.push_bind(Jsonb(text)),
        };
    }

    fn one_of(sql: &mut QueryBuilder<Self>, column: &'static str, words: Vec<String>) {
        // One value, however many words.
        sql.push(column).push(" = ANY(").push_bind(words).push(")");
    }

    fn has_member(sql: &mut QueryBuilder<Self>, column: &'static str, member: String) {
        sql.push(column).push(" @> ");
        Self::bind(sql, Value::Json(serde_json::json!([member]).to_string()));
    }

    fn has_entry(sql: &mut QueryBuilder<Self>, column: &'static str, name: String, value: String) {
        sql.push(column).push(" @> ");
        Self::bind(sql, Value::Json(serde_json::json!({ name: value }).to_string()));
    }

    fn clock_plus(sql: &mut QueryBuilder<Self>, wait: Duration) {
        let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        sql.push("clock_timestamp() + ").push_bind(micros).push(" * interval '1 microsecond'");
    }

    fn fetch(
        connection: &mut PgConnection,
        mut sql: QueryBuilder<Self>,
    ) -> BoxFuture<'_, Result<Vec<PgRow>, sqlx::Error>> {
        Box::pin(async move { sql.build().fetch_all(connection).await })
    }

    fn execute(connection: &mut PgConnection, mut sql: QueryBuilder<Self>) -> BoxFuture<'_, Result<u64, sqlx::Error>> {
        Box::pin(async move { Ok(sql.build().execute(connection).await?.rows_affected()) })
    }

    fn text(row: &PgRow, at: usize) -> Result<Option<&str>, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn int(row: &PgRow, at: usize) -> Result<i64, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn truth(row: &PgRow, at: usize) -> Result<bool, Unread> {
        Ok(row.try_get_unchecked(at)?)
    }

    fn time(row: &PgRow, at: usize) -> Result<Option<Timestamp>, Unread> {
        let micros: Option<i64> = row.try_get_unchecked(at)?;
        // What is infinite for the database stays out of bounds here.
        Ok(micros.map(|micros| Timestamp::from_microsecond(micros.saturating_add(EPOCH))).transpose()?)
    }

    fn json(row: &PgRow, at: usize) -> Result<&str, Unread> {
        let value = row.try_get_raw(at)?;
        let bytes = match (value.format(), value.as_bytes()?) {
            (PgValueFormat::Binary, [1, text @ ..]) | (PgValueFormat::Text, text) => text,
            (PgValueFormat::Binary, _) => return Err("it is jsonb of an unknown version".into()),
        };
        Ok(std::str::from_utf8(bytes)?)
    }

    fn violation(error: &sqlx::Error) -> Option<Violation> {
        let error = error.as_database_error().filter(|error| error.is_unique_violation())?;
        Some(Violation::Of(match error.constraint()? {
            "clusters_pkey" => UniqueKey::Id,
            "clusters_create_token" => UniqueKey::CreateToken,
            "clusters_provider_cluster_id" => UniqueKey::ProviderClusterId,
            "clusters_external_id" => UniqueKey::ExternalId,
            "clusters_name" => UniqueKey::Name,
            _ => return None,
        }))
    }

    fn class(error: &dyn sqlx::error::DatabaseError) -> Class {
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        let code = error.code().unwrap_or_default();
        match &*code {
            // query_canceled, lock_not_available
            "57014" | "55P03" => Class::Timeout,
            // Connection exceptions, insufficient resources, an operator intervenes, system errors.
            _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Class::Unavailable,
            // serialization_failure, deadlock_detected, read_only_sql_transaction (a standby answers),
            // idle_in_transaction_session_timeout
            "40001" | "40P01" | "25006" | "25P03" => Class::Unavailable,
            _ => Class::Refused,
        }
    }
}
