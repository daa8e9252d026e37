//! Statements about leases and epochs, each on one connection. All time is that of the database.

use std::time::Duration;

use sqlx::QueryBuilder;

use super::failure::Failure;
use super::records::{check_lease, fenced};
use super::{Dialect, Value};
use crate::store::{Fence, Lease, StoreError};

/// Longer than anybody leads.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

fn text(value: &str) -> Value {
    Value::Text(Some(value.to_owned()))
}

fn returning<D: Dialect>(sql: &mut QueryBuilder<D>) {
    sql.push(" RETURNING epoch, expires_at, ").push(D::CLOCK);
}

fn read<D: Dialect>(rows: &[D::Row], name: &str, holder: &str) -> Result<Option<Lease>, StoreError> {
    let Some(row) = rows.first() else { return Ok(None) };
    let unread = |column, source| StoreError::Corrupt { id: name.to_owned(), column, source };
    let epoch = D::int(row, 0).map_err(|source| unread("epoch", source))?;
    let time = |at, column| match D::time(row, at) {
        Ok(Some(time)) => Ok(time),
        Ok(None) => Err(unread(column, "it is empty".into())),
        Err(source) => Err(unread(column, source)),
    };
    let (expires_at, now) = (time(1, "expires_at")?, time(2, "clock")?);
    let remaining = Duration::try_from(expires_at.duration_since(now)).unwrap_or_default();
    Ok(Some(Lease { name: name.to_owned(), holder: holder.to_owned(), epoch, expires_at, remaining }))
}

/// One statement, so that of several who find a lease over one gets it: the others find it held when their turn comes.
pub(super) async fn acquire<D: Dialect>(
    connection: &mut D::Connection,
    name: &str,
    holder: &str,
    ttl: Duration,
) -> Result<Option<Lease>, Failure> {
    let mut sql = QueryBuilder::<D>::new("INSERT INTO leases (name, holder, epoch, expires_at) VALUES (");
    D::bind(&mut sql, text(name));
    sql.push(", ");
    D::bind(&mut sql, text(holder));
    sql.push(", 1, ");
    D::clock_plus(&mut sql, ttl.min(LONGEST));
    sql.push(") ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = leases.epoch + CASE WHEN leases.expires_at <= ");
    sql.push(D::CLOCK);
    sql.push(" THEN 1 ELSE 0 END, expires_at = excluded.expires_at WHERE leases.holder = excluded.holder OR leases.expires_at <= ");
    sql.push(D::CLOCK);
    returning(&mut sql);
    Ok(read::<D>(&D::fetch(connection, sql).await?, name, holder)?)
}

pub(super) async fn renew<D: Dialect>(
    connection: &mut D::Connection,
    lease: &Lease,
    ttl: Duration,
) -> Result<Option<Lease>, Failure> {
    let mut sql = QueryBuilder::<D>::new("UPDATE leases SET expires_at = ");
    D::clock_plus(&mut sql, ttl.min(LONGEST));
    own(&mut sql, lease);
    sql.push(" AND expires_at > ").push(D::CLOCK);
    returning(&mut sql);
    Ok(read::<D>(&D::fetch(connection, sql).await?, &lease.name, &lease.holder)?)
}

pub(super) async fn release<D: Dialect>(connection: &mut D::Connection, lease: &Lease) -> Result<(), Failure> {
    let mut sql = QueryBuilder::<D>::new("UPDATE leases SET holder = '', expires_at = ");
    sql.push(D::CLOCK);
    own(&mut sql, lease);
    D::execute(connection, sql).await?;
    Ok(())
}

fn own<D: Dialect>(sql: &mut QueryBuilder<D>, lease: &Lease) {
    sql.push(" WHERE name = ");
    D::bind(sql, text(&lease.name));
    sql.push(" AND holder = ");
    D::bind(sql, text(&lease.holder));
    sql.push(" AND epoch = ");
    D::bind(sql, Value::Int(lease.epoch));
}

pub(super) async fn raise<D: Dialect>(connection: &mut D::Connection, fence: &Fence) -> Result<(), Failure> {
    let mut sql = QueryBuilder::<D>::new("INSERT INTO leases (name, holder, epoch, expires_at) VALUES (");
    D::bind(&mut sql, text(&fence.lease));
    sql.push(", '', ");
    D::bind(&mut sql, Value::Int(fence.epoch));
    sql.push(", ").push(D::CLOCK);
    sql.push(") ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch WHERE leases.epoch <= excluded.epoch");
    if D::execute(connection, sql).await? == 0 {
        check_lease::<D>(connection, Some(fence)).await?;
        // It was there a moment ago, and later than this one.
        return Err(fenced(fence, fence.epoch.saturating_add(1)).into());
    }
    Ok(())
}
