//! Between a record and its row. Knows nothing of statements.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Dialect, Value};
use crate::cluster::{
    Cluster, ClusterId, ClusterPatch, CreateToken, DeletionPolicy, DesiredState, Ownership, ProviderClusterId,
    ProviderType,
};
use crate::secrets::SecretRef;
use crate::store::change::moment;
use crate::store::{Cursor, StoreError, Unreadable};

/// The columns in the order in which [`decode`] reads them.
pub(in crate::store) const COLUMNS: &str = "id, name, tenant_id, ownership, provider_type, provider_cluster_id, \
     external_id, cloud_provider, region, multi_az, status, status_details, status_since, status_before, desired_state, \
     deletion_policy, conditions, provider_spec, provider_info, cluster_dns, credentials_ref, workload_types, capacity, \
     schedulable, labels, applied_sets, create_token, create_asked_at, attempts, next_attempt_at, last_error, \
     last_checked_at, epoch, resource_version, created_at, updated_at, deleted_at";

type Column = (&'static str, Value);
type Unread = Box<dyn std::error::Error + Send + Sync>;

/// A word of a closed set that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not known")]
struct UnknownWord(String);

/// A column that must not be empty, and is.
#[derive(Debug, thiserror::Error)]
#[error("it is empty")]
struct Missing;

fn json<T: Serialize>(value: &T) -> Result<Value, StoreError> {
    let text = serde_json::to_string(value);
    text.map(Value::Json)
        .map_err(|error| StoreError::Backend { action: "write a column as JSON", source: error.into() })
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(Some(value.into()))
}

fn maybe<T: Into<String>>(value: Option<T>) -> Value {
    Value::Text(value.map(Into::into))
}

fn time(value: Option<Timestamp>) -> Value {
    Value::Time(value.map(moment))
}

fn reference(value: Option<SecretRef>) -> Value {
    Value::Text(value.map(|reference| reference.as_str().to_owned()))
}

/// What a new record is written with. Its times are the database's.
pub(super) fn of_new(new: Cluster) -> Result<Vec<Column>, StoreError> {
    Ok(vec![
        ("conditions", json(&new.conditions)?),
        ("provider_spec", json(&new.provider_spec)?),
        ("provider_info", json(&new.provider_info)?),
        ("workload_types", json(&new.workload_types)?),
        ("capacity", json(&new.capacity)?),
        ("labels", json(&new.labels)?),
        ("applied_sets", json(&new.applied_sets)?),
        ("id", text(new.id)),
        ("name", text(new.name)),
        ("tenant_id", maybe(new.tenant_id)),
        ("ownership", text(new.ownership.as_str())),
        ("provider_type", text(new.provider_type.as_str())),
        ("provider_cluster_id", maybe(new.provider_cluster_id)),
        ("external_id", maybe(new.external_id)),
        ("cloud_provider", text(new.cloud_provider)),
        ("region", text(new.region)),
        ("multi_az", Value::Truth(new.multi_az)),
        ("status", text(new.status.as_str())),
        ("status_details", maybe(new.status_details)),
        ("status_before", maybe(new.status_before.map(|status| status.as_str()))),
        ("desired_state", text(new.desired_state.as_str())),
        ("deletion_policy", text(new.deletion_policy.as_str())),
        ("cluster_dns", maybe(new.cluster_dns)),
        ("credentials_ref", reference(new.credentials_ref)),
        ("schedulable", Value::Truth(new.schedulable)),
        ("create_token", text(new.create_token)),
        ("create_asked_at", time(new.create_asked_at)),
        ("attempts", Value::Int(new.attempts.into())),
        ("next_attempt_at", time(new.next_attempt_at)),
        ("last_error", maybe(new.last_error)),
        ("last_checked_at", time(new.last_checked_at)),
        ("epoch", Value::Int(new.epoch)),
        ("resource_version", Value::Int(new.resource_version)),
    ])
}

/// What a patch writes; the status is not here, because its time changes with it.
pub(super) fn of_patch(patch: ClusterPatch) -> Result<Vec<Column>, StoreError> {
    let mut columns = Vec::new();
    macro_rules! write {
        ($($field:ident: $make:expr),* $(,)?) => {
            $(if let Some(value) = patch.$field { columns.push((stringify!($field), $make(value))); })*
        };
    }
    macro_rules! write_json {
        ($($field:ident),*) => { $(if let Some(value) = patch.$field { columns.push((stringify!($field), json(&value)?)); })* };
    }
    write! {
        status_details: maybe,
        status_before: |status: Option<crate::cluster::ClusterStatus>| maybe(status.map(|status| status.as_str())),
        name: text,
        tenant_id: maybe,
        provider_cluster_id: maybe,
        external_id: maybe,
        cloud_provider: text,
        region: text,
        multi_az: Value::Truth,
        desired_state: |state: DesiredState| text(state.as_str()),
        deletion_policy: |policy: DeletionPolicy| text(policy.as_str()),
        cluster_dns: maybe,
        credentials_ref: reference,
        schedulable: Value::Truth,
        create_asked_at: time,
        attempts: |attempts: u32| Value::Int(attempts.into()),
        next_attempt_at: time,
        last_error: maybe,
        last_checked_at: time,
    }
    write_json!(conditions, provider_spec, provider_info, workload_types, capacity, labels, applied_sets);
    Ok(columns)
}

/// Reads columns in their order; an error says in which one it is.
struct Reader<'r, D: Dialect> {
    row: &'r D::Row,
    names: std::str::Split<'static, &'static str>,
    at: usize,
    column: &'static str,
}

impl<'r, D: Dialect> Reader<'r, D> {
    fn next(&mut self) -> usize {
        self.column = self.names.next().unwrap_or_default();
        self.at += 1;
        self.at - 1
    }

    fn maybe(&mut self) -> Result<Option<&'r str>, Unread> {
        let at = self.next();
        D::text(self.row, at)
    }

    fn text(&mut self) -> Result<&'r str, Unread> {
        self.maybe()?.ok_or_else(|| Missing.into())
    }

    fn owned(&mut self) -> Result<String, Unread> {
        self.text().map(str::to_owned)
    }

    fn maybe_owned(&mut self) -> Result<Option<String>, Unread> {
        Ok(self.maybe()?.map(str::to_owned))
    }

    fn truth(&mut self) -> Result<bool, Unread> {
        let at = self.next();
        D::truth(self.row, at)
    }

    fn int(&mut self) -> Result<i64, Unread> {
        let at = self.next();
        D::int(self.row, at)
    }

    fn maybe_time(&mut self) -> Result<Option<Timestamp>, Unread> {
        let at = self.next();
        D::time(self.row, at)
    }

    fn time(&mut self) -> Result<Timestamp, Unread> {
        self.maybe_time()?.ok_or_else(|| Missing.into())
    }

    /// `null` and what is empty need no parsing.
    fn json<T: DeserializeOwned + Default>(&mut self) -> Result<T, Unread> {
        let at = self.next();
        match D::json(self.row, at)? {
            "null" | "{}" | "[]" => Ok(T::default()),
            text => Ok(serde_json::from_str(text)?),
        }
    }

    /// Any value, where `{}` is not `null`.
    fn value(&mut self) -> Result<serde_json::Value, Unread> {
        let at = self.next();
        match D::json(self.row, at)? {
            "null" => Ok(serde_json::Value::Null),
            text => Ok(serde_json::from_str(text)?),
        }
    }

    fn word<T: Copy>(&mut self, known: &[T], word: impl Fn(T) -> &'static str) -> Result<T, Unread> {
        let text = self.text()?;
        known
            .iter()
            .copied()
            .find(|&one| word(one) == text)
            .ok_or_else(|| UnknownWord(text.chars().take(64).collect()).into())
    }

    fn record(&mut self) -> Result<Cluster, Unread> {
        // The fields are read in the order of COLUMNS.
        Ok(Cluster {
            id: ClusterId::new(self.text()?)?,
            name: self.owned()?,
            tenant_id: self.maybe_owned()?,
            ownership: self.word(&[Ownership::Managed, Ownership::Registered], Ownership::as_str)?,
            provider_type: provider_type(self.text()?),
            provider_cluster_id: self.maybe()?.map(ProviderClusterId::new).transpose()?,
            external_id: self.maybe_owned()?,
            cloud_provider: self.owned()?,
            region: self.owned()?,
            multi_az: self.truth()?,
            status: self.text()?.parse()?,
            status_details: self.maybe_owned()?,
            status_since: self.time()?,
            status_before: self.maybe()?.map(str::parse).transpose()?,
            desired_state: self.word(&[DesiredState::Present, DesiredState::Absent], DesiredState::as_str)?,
            deletion_policy: self.word(
                &[DeletionPolicy::Delete, DeletionPolicy::Orphan, DeletionPolicy::RemoveResourcesOnly],
                DeletionPolicy::as_str,
            )?,
            conditions: self.json()?,
            provider_spec: self.value()?,
            provider_info: self.value()?,
            cluster_dns: self.maybe_owned()?,
            credentials_ref: self.maybe()?.map(SecretRef::new),
            workload_types: self.json()?,
            capacity: self.json()?,
            schedulable: self.truth()?,
            labels: self.json()?,
            applied_sets: self.json()?,
            create_token: CreateToken::new(self.text()?)?,
            create_asked_at: self.maybe_time()?,
            attempts: u32::try_from(self.int()?)?,
            next_attempt_at: self.maybe_time()?,
            last_error: self.maybe_owned()?,
            last_checked_at: self.maybe_time()?,
            epoch: self.int()?,
            resource_version: self.int()?,
            created_at: self.time()?,
            updated_at: self.time()?,
            deleted_at: self.maybe_time()?,
        })
    }
}

/// The known types need no memory of their own.
fn provider_type(name: &str) -> ProviderType {
    [ProviderType::OCM, ProviderType::STANDALONE, ProviderType::CLUSTER_API, ProviderType::CLUSTER_PROFILE]
        .into_iter()
        .find(|known| known.as_str() == name)
        .unwrap_or_else(|| ProviderType::from(name))
}

/// The id in a row of [`COLUMNS`], whatever it is.
fn id_of<D: Dialect>(row: &D::Row) -> String {
    D::text(row, 0).ok().flatten().unwrap_or_default().chars().take(64).collect()
}

/// The record in a row of [`COLUMNS`].
pub(super) fn decode<D: Dialect>(row: &D::Row) -> Result<Cluster, Unreadable> {
    let mut reader: Reader<'_, D> = Reader { row, names: COLUMNS.split(", "), at: 0, column: "" };
    reader.record().map_err(|error| Unreadable::new(id_of::<D>(row), reader.column, chain(&*error)))
}

/// Where a row of [`COLUMNS`] stands in the order of records, when that much of it can be read.
pub(super) fn place<D: Dialect>(row: &D::Row) -> Option<Cursor> {
    let created_at = COLUMNS.split(", ").position(|column| column == "created_at")?;
    let created_at = D::time(row, created_at).ok().flatten()?;
    Some(Cursor::new(created_at, ClusterId::new(D::text(row, 0).ok().flatten()?).ok()?))
}

/// An error with all that is behind it: a row keeps no error, only what it says.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    core_client::error::ErrorChain::new(error).to_string()
}
