//! Statements about records, each on one connection. Knows nothing of pools, deadlines and transactions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::QueryBuilder;

use super::codec::{COLUMNS, decode, of_new, of_patch, place};
use super::failure::Failure;
use super::filter;
use super::{Dialect, Value, Violation};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, ProviderType};
use crate::store::change::moment;
use crate::store::{ClusterQuery, Expect, Fence, Page, StoreError, UniqueKey};

/// A column that names a record, and its value.
pub(super) type Named = (&'static str, Value);

fn text(value: &str) -> Value {
    Value::Text(Some(value.to_owned()))
}

fn select<D: Dialect>(columns: &str) -> QueryBuilder<D> {
    let mut sql = QueryBuilder::new("SELECT ");
    sql.push(columns).push(" FROM clusters");
    sql
}

fn corrupt(column: &'static str, source: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Corrupt { id: String::new(), column, source }
}

/// Keeps the lease as it is for the rest of the transaction, and refuses what is written for a leader who is none any more.
pub(super) async fn check_lease<D: Dialect>(
    connection: &mut D::Connection,
    fence: Option<&Fence>,
) -> Result<(), Failure> {
    let Some(fence) = fence else { return Ok(()) };
    let mut sql = QueryBuilder::<D>::new("SELECT epoch FROM leases WHERE name = ");
    D::bind(&mut sql, text(&fence.lease));
    sql.push(D::SHARED);
    let rows = D::fetch(connection, sql).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let present = D::int(row, 0).map_err(|source| corrupt("epoch", source))?;
    if present > fence.epoch { Err(fenced(fence, present).into()) } else { Ok(()) }
}

pub(super) fn fenced(fence: &Fence, present: i64) -> StoreError {
    StoreError::Fenced { lease: fence.lease.clone(), epoch: fence.epoch, present }
}

/// The record with these columns.
pub(super) async fn one<D: Dialect>(
    connection: &mut D::Connection,
    named: Vec<Named>,
    deleted_too: bool,
) -> Result<Option<Cluster>, Failure> {
    let mut sql = select::<D>(COLUMNS);
    let mut word = " WHERE ";
    for (column, value) in named {
        sql.push(word).push(column).push(" = ");
        D::bind(&mut sql, value);
        word = " AND ";
    }
    if !deleted_too {
        sql.push(" AND deleted_at IS NULL");
    }
    let rows = D::fetch(connection, sql).await?;
    Ok(rows.first().map(decode::<D>).transpose().map_err(StoreError::from)?)
}

pub(super) async fn list<D: Dialect>(
    connection: &mut D::Connection,
    query: &ClusterQuery,
) -> Result<Page<Cluster>, Failure> {
    let mut sql = select::<D>(COLUMNS);
    filter::matching(&mut sql, query);
    filter::page(&mut sql, query);
    let mut rows = D::fetch(connection, sql).await?;
    let length = query.page_size() as usize;
    let more = rows.len() > length;
    rows.truncate(length);
    let (mut items, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        match decode::<D>(row) {
            Ok(cluster) => items.push(cluster),
            Err(wrong) => unreadable.push(wrong),
        }
    }
    let mut next = None;
    if more {
        // Behind the last one whose place in the order can be read. What is behind that is told again with the next page.
        next = rows.iter().rev().find_map(place::<D>);
        if next.is_none() {
            let wrong = unreadable.into_iter().next();
            return Err(
                wrong.map_or(Failure::Database(sqlx::Error::RowNotFound), |wrong| Failure::Answer(wrong.into()))
            );
        }
    }
    Ok(Page::new(items, next).with_unreadable(unreadable))
}

pub(super) async fn insert<D: Dialect>(connection: &mut D::Connection, new: Cluster) -> Result<Cluster, Failure> {
    let keys = Keys::of(&new);
    let columns = of_new(new)?;
    let mut sql = QueryBuilder::<D>::new("INSERT INTO clusters (created_at, updated_at, status_since");
    for (column, _) in &columns {
        sql.push(", ").push(column);
    }
    sql.push(") VALUES (").push(D::NOW).push(", ").push(D::NOW).push(", ").push(D::NOW);
    for (_, value) in columns {
        sql.push(", ");
        D::bind(&mut sql, value);
    }
    sql.push(") RETURNING ").push(COLUMNS);
    match D::fetch(connection, sql).await {
        Ok(rows) => written::<D>(&rows),
        Err(error) => Err(taken::<D>(connection, error, keys).await),
    }
}

pub(super) async fn patch<D: Dialect>(
    connection: &mut D::Connection,
    id: &ClusterId,
    expect: &Expect,
    patch: ClusterPatch,
) -> Result<Cluster, Failure> {
    let keys = Keys {
        id: id.clone(),
        token: None,
        provider_type: None,
        provider_cluster_id: patch.provider_cluster_id.clone().flatten().map(Into::into),
        external_id: patch.external_id.clone().flatten(),
        name: patch.name.clone(),
    };
    let status = patch.status;
    let mut sql = update::<D>(expect.fence.as_ref());
    if let Some(status) = status {
        change_status(&mut sql, status);
    }
    for (column, value) in of_patch(patch)? {
        sql.push(", ").push(column).push(" = ");
        D::bind(&mut sql, value);
    }
    expected(&mut sql, id, expect, false);
    sql.push(" RETURNING ").push(COLUMNS);
    match D::fetch(connection, sql).await {
        Ok(rows) if rows.is_empty() => Err(why_not::<D>(connection, id, expect, false).await?.into()),
        Ok(rows) => written::<D>(&rows),
        Err(error) => Err(taken::<D>(connection, error, keys).await),
    }
}

pub(super) async fn soft_delete<D: Dialect>(
    connection: &mut D::Connection,
    id: &ClusterId,
    expect: &Expect,
) -> Result<(), Failure> {
    let mut sql = update::<D>(expect.fence.as_ref());
    sql.push(", deleted_at = ").push(D::NOW);
    expected(&mut sql, id, expect, false);
    if D::execute(connection, sql).await? == 0 {
        return Err(why_not::<D>(connection, id, expect, false).await?.into());
    }
    Ok(())
}

pub(super) async fn hard_delete<D: Dialect>(
    connection: &mut D::Connection,
    id: &ClusterId,
    expect: &Expect,
) -> Result<bool, Failure> {
    let mut sql = QueryBuilder::<D>::new("DELETE FROM clusters");
    expected(&mut sql, id, expect, true);
    if D::execute(connection, sql).await? > 0 {
        return Ok(true);
    }
    match why_not::<D>(connection, id, expect, true).await? {
        StoreError::NotFound { .. } => Ok(false),
        other => Err(other.into()),
    }
}

pub(super) async fn transition_many<D: Dialect>(
    connection: &mut D::Connection,
    query: &ClusterQuery,
    from: &[ClusterStatus],
    to: ClusterStatus,
    fence: Option<&Fence>,
) -> Result<Vec<ClusterId>, Failure> {
    let from: Vec<String> = from.iter().map(|status| status.as_str().to_owned()).collect();
    if let Some(fence) = fence {
        let mut sql = select::<D>("COALESCE(MAX(epoch), 0)");
        filter::matching(&mut sql, query);
        sql.push(" AND ");
        D::one_of(&mut sql, "status", from.clone());
        let rows = D::fetch(connection, sql).await?;
        let latest = rows.first().map(|row| D::int(row, 0)).transpose().map_err(|source| corrupt("epoch", source))?;
        if let Some(present) = latest.filter(|latest| *latest > fence.epoch) {
            return Err(fenced(fence, present).into());
        }
    }
    let mut sql = update::<D>(fence);
    change_status(&mut sql, to);
    filter::matching(&mut sql, query);
    sql.push(" AND ");
    D::one_of(&mut sql, "status", from);
    if let Some(fence) = fence {
        sql.push(" AND epoch <= ");
        D::bind(&mut sql, Value::Int(fence.epoch));
    }
    sql.push(" RETURNING id");
    let mut changed = Vec::new();
    for row in D::fetch(connection, sql).await? {
        let id = D::text(&row, 0).map_err(|source| corrupt("id", source))?.unwrap_or_default();
        changed.push(ClusterId::new(id).map_err(|error| corrupt("id", error.into()))?);
    }
    changed.sort();
    Ok(changed)
}

pub(super) async fn purge<D: Dialect>(connection: &mut D::Connection, then: Timestamp) -> Result<u64, Failure> {
    let mut sql = QueryBuilder::<D>::new("DELETE FROM clusters WHERE deleted_at < ");
    D::bind(&mut sql, Value::Time(Some(moment(then))));
    Ok(D::execute(connection, sql).await?)
}

fn count<D: Dialect>(row: &D::Row, at: usize) -> Result<u64, StoreError> {
    let count = D::int(row, at).map_err(|source| corrupt("count", source))?;
    u64::try_from(count).map_err(|error| corrupt("count", error.into()))
}

pub(super) async fn count_by_status<D: Dialect>(
    connection: &mut D::Connection,
) -> Result<BTreeMap<ClusterStatus, u64>, Failure> {
    let mut sql = select::<D>("status, COUNT(*)");
    sql.push(" WHERE deleted_at IS NULL GROUP BY status");
    let mut counts = BTreeMap::new();
    for row in D::fetch(connection, sql).await? {
        let word = D::text(&row, 0).map_err(|source| corrupt("status", source))?.unwrap_or_default();
        let status: ClusterStatus = word.parse().map_err(|error| corrupt("status", Box::new(error)))?;
        // Two words may stand for one status.
        *counts.entry(status).or_default() += count::<D>(&row, 1)?;
    }
    Ok(counts)
}

pub(super) async fn count_by_region<D: Dialect>(
    connection: &mut D::Connection,
    query: &ClusterQuery,
) -> Result<BTreeMap<(String, String), u64>, Failure> {
    let mut sql = select::<D>("cloud_provider, region, COUNT(*)");
    filter::matching(&mut sql, query);
    sql.push(" GROUP BY cloud_provider, region");
    let mut counts = BTreeMap::new();
    for row in D::fetch(connection, sql).await? {
        let word = |at, column| match D::text(&row, at) {
            Ok(word) => Ok(word.unwrap_or_default().to_owned()),
            Err(source) => Err(corrupt(column, source)),
        };
        counts.insert((word(0, "cloud_provider")?, word(1, "region")?), count::<D>(&row, 2)?);
    }
    Ok(counts)
}

pub(super) async fn provider_types<D: Dialect>(connection: &mut D::Connection) -> Result<Vec<ProviderType>, Failure> {
    let mut sql = select::<D>("DISTINCT provider_type");
    sql.push(" WHERE deleted_at IS NULL");
    let rows = D::fetch(connection, sql).await?;
    let word = |row| D::text(row, 0).map_err(|source| corrupt("provider_type", source));
    let mut types = rows
        .iter()
        .map(|row| Ok(ProviderType::from(word(row)?.unwrap_or_default())))
        .collect::<Result<Vec<_>, StoreError>>()?;
    types.sort();
    Ok(types)
}

/// One more version, written now, for this leader when there is one.
fn update<D: Dialect>(fence: Option<&Fence>) -> QueryBuilder<D> {
    let mut sql = QueryBuilder::new("UPDATE clusters SET resource_version = resource_version + 1, updated_at = ");
    sql.push(D::NOW);
    if let Some(fence) = fence {
        sql.push(", epoch = ");
        D::bind(&mut sql, Value::Int(fence.epoch));
    }
    sql
}

fn change_status<D: Dialect>(sql: &mut QueryBuilder<D>, to: ClusterStatus) {
    sql.push(", status_since = CASE WHEN status = ");
    D::bind(sql, text(to.as_str()));
    sql.push(" THEN status_since ELSE ").push(D::NOW).push(" END, status = ");
    D::bind(sql, text(to.as_str()));
}

/// Only the record that is as it was thought to be.
fn expected<D: Dialect>(sql: &mut QueryBuilder<D>, id: &ClusterId, expect: &Expect, deleted_too: bool) {
    sql.push(" WHERE id = ");
    D::bind(sql, text(id.as_str()));
    if !deleted_too {
        sql.push(" AND deleted_at IS NULL");
    }
    if let Some(version) = expect.version {
        sql.push(" AND resource_version = ");
        D::bind(sql, Value::Int(version));
    }
    if !expect.statuses.is_empty() {
        sql.push(" AND ");
        D::one_of(sql, "status", expect.statuses.iter().map(|status| status.as_str().to_owned()).collect());
    }
    if let Some(fence) = &expect.fence {
        sql.push(" AND epoch <= ");
        D::bind(sql, Value::Int(fence.epoch));
    }
}

fn written<D: Dialect>(rows: &[D::Row]) -> Result<Cluster, Failure> {
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok(decode::<D>(row).map_err(StoreError::from)?)
}

/// Why a write found no record.
async fn why_not<D: Dialect>(
    connection: &mut D::Connection,
    id: &ClusterId,
    expect: &Expect,
    deleted_too: bool,
) -> Result<StoreError, Failure> {
    let Some(now) = one::<D>(connection, vec![("id", text(id.as_str()))], deleted_too).await? else {
        return Ok(StoreError::NotFound { id: id.to_string() });
    };
    Ok(match &expect.fence {
        Some(fence) if now.epoch > fence.epoch => fenced(fence, now.epoch),
        _ => StoreError::Conflict { id: now.id, status: now.status, version: now.resource_version },
    })
}

/// What of a record has to differ from all others.
struct Keys {
    id: ClusterId,
    token: Option<String>,
    /// That of the record when absent.
    provider_type: Option<String>,
    provider_cluster_id: Option<String>,
    external_id: Option<String>,
    name: Option<String>,
}

impl Keys {
    fn of(new: &Cluster) -> Self {
        Self {
            id: new.id.clone(),
            token: Some(new.create_token.as_str().to_owned()),
            provider_type: Some(new.provider_type.as_str().to_owned()),
            provider_cluster_id: new.provider_cluster_id.as_ref().map(|id| id.as_str().to_owned()),
            external_id: new.external_id.clone(),
            name: Some(new.name.clone()),
        }
    }
}

/// Which key a failed write would have taken from another record; the failure itself when it was none.
async fn taken<D: Dialect>(connection: &mut D::Connection, error: sqlx::Error, keys: Keys) -> Failure {
    match D::violation(&error) {
        None => error.into(),
        Some(Violation::Of(what)) => StoreError::AlreadyExists { what }.into(),
        Some(Violation::Some) => match which::<D>(connection, keys).await {
            Ok(Some(what)) => StoreError::AlreadyExists { what }.into(),
            Ok(None) => error.into(),
            Err(other) => other,
        },
    }
}

/// Looks each key up, where the database does not name it. In the transaction of the write, so that nothing changes in between.
async fn which<D: Dialect>(connection: &mut D::Connection, keys: Keys) -> Result<Option<UniqueKey>, Failure> {
    let id = || text(keys.id.as_str());
    let is_new = keys.provider_type.is_some();
    if is_new && one::<D>(connection, vec![("id", id())], true).await?.is_some() {
        return Ok(Some(UniqueKey::Id));
    }
    if let Some(token) = &keys.token
        && one::<D>(connection, vec![("create_token", text(token))], true).await?.is_some()
    {
        return Ok(Some(UniqueKey::CreateToken));
    }
    let provider = match keys.provider_type {
        Some(provider) => provider,
        None => match one::<D>(connection, vec![("id", id())], false).await? {
            Some(own) => own.provider_type.as_str().to_owned(),
            None => return Ok(None),
        },
    };
    for (what, column, value) in [
        (UniqueKey::ProviderClusterId, "provider_cluster_id", &keys.provider_cluster_id),
        (UniqueKey::ExternalId, "external_id", &keys.external_id),
        (UniqueKey::Name, "name", &keys.name),
    ] {
        let Some(value) = value else { continue };
        let named = vec![("provider_type", text(&provider)), (column, text(value))];
        if one::<D>(connection, named, false).await?.is_some_and(|other| other.id != keys.id) {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
