//! A query as the condition of a statement.

use sqlx::QueryBuilder;

use super::{Dialect, Value};
use crate::store::change::moment;
use crate::store::{ClusterQuery, SortBy};

fn equals<D: Dialect>(sql: &mut QueryBuilder<D>, column: &'static str, value: Option<Value>) {
    if let Some(value) = value {
        sql.push(" AND ").push(column).push(" = ");
        D::bind(sql, value);
    }
}

fn one_of<D: Dialect>(sql: &mut QueryBuilder<D>, column: &'static str, words: Vec<String>) {
    if !words.is_empty() {
        sql.push(" AND ");
        D::one_of(sql, column, words);
    }
}

/// Live records that match, wherever a page begins: what [`ClusterQuery::matches`] says.
pub(super) fn matching<D: Dialect>(sql: &mut QueryBuilder<D>, query: &ClusterQuery) {
    let text = |value: Option<&str>| value.map(|value| Value::Text(Some(value.to_owned())));
    sql.push(" WHERE deleted_at IS NULL");
    one_of(sql, "id", query.ids.iter().map(|id| id.as_str().to_owned()).collect());
    one_of(sql, "status", query.statuses.iter().map(|status| status.as_str().to_owned()).collect());
    one_of(sql, "cloud_provider", query.cloud_providers.clone());
    one_of(sql, "region", query.regions.clone());
    equals(sql, "multi_az", query.multi_az.map(Value::Truth));
    equals(sql, "provider_type", text(query.provider_type.as_ref().map(|provider| provider.as_str())));
    equals(sql, "ownership", text(query.ownership.map(|ownership| ownership.as_str())));
    equals(sql, "tenant_id", text(query.tenant_id.as_deref()));
    equals(sql, "external_id", text(query.external_id.as_deref()));
    equals(sql, "name", text(query.name.as_deref()));
    equals(sql, "desired_state", text(query.desired_state.map(|state| state.as_str())));
    equals(sql, "schedulable", query.schedulable.map(Value::Truth));
    if let Some(class) = &query.workload_type {
        sql.push(" AND ");
        D::has_member(sql, "workload_types", class.clone());
    }
    for (name, value) in &query.labels {
        sql.push(" AND ");
        D::has_entry(sql, "labels", name.clone(), value.clone());
    }
    match query.has_provider_id {
        Some(true) => drop(sql.push(" AND provider_cluster_id IS NOT NULL")),
        Some(false) => drop(sql.push(" AND provider_cluster_id IS NULL")),
        None => {}
    }
    if let Some(due) = query.due_at {
        sql.push(" AND (next_attempt_at IS NULL OR next_attempt_at <= ");
        D::bind(sql, Value::Time(Some(moment(due))));
        sql.push(")");
    }
}

/// Behind the cursor, in order, and one more than the page holds.
pub(super) fn page<D: Dialect>(sql: &mut QueryBuilder<D>, query: &ClusterQuery) {
    if let Some(cursor) = &query.after {
        let id = Value::Text(Some(cursor.id.as_str().to_owned()));
        match query.sort {
            SortBy::CreatedAt => {
                sql.push(" AND (created_at, id) > (");
                D::bind(sql, Value::Time(Some(moment(cursor.created_at))));
                sql.push(", ");
                D::bind(sql, id);
                sql.push(")");
            }
            SortBy::Id => {
                sql.push(" AND id > ");
                D::bind(sql, id);
            }
        }
    }
    sql.push(match query.sort {
        SortBy::CreatedAt => " ORDER BY created_at, id LIMIT ",
        SortBy::Id => " ORDER BY id LIMIT ",
    });
    D::bind(sql, Value::Int(i64::from(query.page_size()) + 1));
}
