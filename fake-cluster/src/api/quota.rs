//! ResourceQuotas: the admission plugin `ResourceQuota`, and what the quota controller does about the status of quotas.
//!
//! A write is charged to the quotas of its namespace last of all, when nothing else can refuse it but the store; as on a real server, what
//! the store refuses then stays charged until the quotas are counted anew. The rules are in `kind` and `check`.

mod check;
mod kind;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::Api;
use super::amounts;
use super::ctx::Ctx;
use super::resource::Resource;
use super::status::{Status, qualified};
use crate::apply;
use crate::storage::{Expected, Object, Select};
use check::{Charge, charged, counted, kinds};
use kind::Kind;

const QUOTAS: &str = "resourcequotas";

/// Who minds the ResourceQuotas of namespaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourceQuotas {
    /// Nobody: they are objects like others.
    #[default]
    Stored,
    /// The API server alone, as a bare kube-apiserver: writes are charged to the quotas that have a `status`, and refused by them. It is for
    /// others to write what a quota begins with, and to say that something is used no more.
    Enforced,
    /// The API server and a quota controller, as in a whole cluster, and without waiting: the status of a quota is there as soon as the
    /// quota is, and what is deleted or has ended is no more charged.
    Followed,
}

/// Who minds quotas, and who does so at this moment.
#[derive(Debug, Default)]
pub(super) struct Quotas {
    mode: ResourceQuotas,
    /// Held from a charge until what was charged is stored, and while quotas are counted, so that nobody counts in between.
    counting: Mutex<()>,
}

/// A write was charged, and is not yet stored.
#[derive(Debug)]
pub(super) struct Charged<'a> {
    _counting: Option<MutexGuard<'a, ()>>,
}

// === impl Quotas ===

impl Quotas {
    pub(super) fn minded_by(mode: ResourceQuotas) -> Self {
        Self { mode, counting: Mutex::default() }
    }

    /// Whether what is used no more is given back.
    pub(super) fn gives_back(&self) -> bool {
        self.mode == ResourceQuotas::Followed
    }

    fn follow(&self) -> Option<MutexGuard<'_, ()>> {
        self.gives_back().then(|| self.counting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

// === impl Ctx ===

impl Ctx<'_> {
    /// Charges a new or changed object to the quotas of its namespace.
    pub(super) fn charge(
        &self,
        resource: &Resource,
        object: &Value,
        old: Option<&Value>,
        dry_run: bool,
    ) -> Result<Option<Charged<'_>>, Status> {
        let Some(kind) = self.counted_kind(resource).filter(|kind| kind.minds(old.is_none(), self.subresource()))
        else {
            return Ok(None);
        };
        if quotas(self.api, &self.path.namespace).is_empty() {
            return Ok(None);
        }
        let counting = self.api.quotas.follow();
        // A kind that came later than its quota, and the quotas of a snapshot, are not counted yet.
        if counting.is_some() && quotas(self.api, &self.path.namespace).iter().any(|quota| is_uncounted(quota, &kind)) {
            self.count_quotas();
        }
        let charge = Charge { kind: &kind, object, old, now: self.now };
        let mut failed: Option<BTreeSet<String>> = None;
        loop {
            let mut quotas = quotas(self.api, &self.path.namespace);
            // What was charged once is not charged again.
            quotas.retain(|quota| failed.as_ref().is_none_or(|failed| failed.contains(quota.key())));
            let values: Vec<&Value> = quotas.iter().map(|quota| quota.value()).collect();
            let used = charged(&values, &charge).map_err(|why| {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                Status::forbidden(&resource.group, &resource.plural, name, &why)
            })?;
            if dry_run {
                return Ok(None);
            }
            let changed = quotas.iter().zip(used).filter_map(|(quota, used)| Some((quota, used?)));
            let mut stale = BTreeSet::new();
            for (quota, used) in changed {
                let mut status = quota.value()["status"].clone();
                status["used"] = Value::Object(amounts::written(&used));
                if !write_status(self.api, quota, status, "kube-apiserver", self.now) {
                    stale.insert(quota.key().to_owned());
                }
            }
            if stale.is_empty() {
                return Ok(Some(Charged { _counting: counting }));
            }
            failed = Some(stale);
        }
    }

    /// Remembers that quotas have to be counted anew, if the change of an object means that they are.
    pub(super) fn released(&self, resource: &Resource, before: &Value, after: Option<&Value>) {
        let Some(kind) = self.counted_kind(resource).filter(|_| self.api.quotas.gives_back()) else { return };
        let Some(after) = after else {
            if quotas(self.api, &self.path.namespace).iter().any(|quota| kinds(quota.value()).contains(&kind)) {
                self.recount.set(true);
            }
            return;
        };
        let moves = || {
            kind.usage(before, self.now) != kind.usage(after, self.now)
                || quotas(self.api, &self.path.namespace)
                    .iter()
                    .any(|quota| kind.in_scope(quota.value(), before) != kind.in_scope(quota.value(), after))
        };
        if is_quota(resource) || moves() {
            self.recount.set(true);
        }
    }

    /// Counts the quotas of the namespace anew, if something happened that they are not charged for.
    pub(super) fn settle_quotas(&self) {
        if !self.recount.take() {
            return;
        }
        let Some(_counting) = self.api.quotas.follow() else { return };
        self.count_quotas();
    }

    /// Counts the quotas of the namespace, while nobody else does.
    fn count_quotas(&self) {
        for quota in quotas(self.api, &self.path.namespace) {
            let mut quota = Some(quota);
            while let Some(live) = quota {
                let status = self.count(live.value());
                let is_settled = live.value()["status"] == status;
                if is_settled || write_status(self.api, &live, status, "kube-controller-manager", self.now) {
                    break;
                }
                quota = self.api.store.get(QUOTAS, live.key());
            }
        }
    }

    /// The status that a quota ought to have.
    fn count(&self, quota: &Value) -> Value {
        let resources = self.api.registry.all();
        let is_known =
            |kind: &Kind| resources.iter().any(|known| known.namespaced && known.storage == kind.qualified());
        let known = kinds(quota).into_iter().filter(is_known);
        let stored: Vec<(Kind, Vec<Arc<Object>>)> =
            known.map(|kind| (kind.clone(), within(self.api, kind.qualified(), &self.path.namespace))).collect();
        let objects: Vec<(Kind, Vec<&Value>)> = stored
            .iter()
            .map(|(kind, objects)| (kind.clone(), objects.iter().map(|object| object.value()).collect()))
            .collect();
        counted(quota, &objects, self.now)
    }

    /// The kind of a resource, if quotas are minded and count it.
    fn counted_kind(&self, resource: &Resource) -> Option<Kind> {
        let minded = self.api.quotas.mode != ResourceQuotas::Stored && resource.namespaced;
        minded.then(|| Kind::of(&qualified(&resource.group, &resource.plural))).flatten()
    }
}

/// Whether a resource is that of quotas themselves.
pub(super) fn is_quota(resource: &Resource) -> bool {
    resource.namespaced && resource.storage == QUOTAS
}

/// Whether nobody has said yet what a quota has of a kind that it counts.
fn is_uncounted(quota: &Object, kind: &Kind) -> bool {
    let (spec, status) = (&quota.value()["spec"], &quota.value()["status"]);
    let mut counted = spec["hard"].as_object().into_iter().flatten().filter(|(name, _)| kind.counts_for(name));
    counted.any(|(name, _)| status["used"][name].is_null())
}

fn quotas(api: &Api, namespace: &str) -> Vec<Arc<Object>> {
    within(api, QUOTAS, namespace)
}

fn within(api: &Api, storage: &str, namespace: &str) -> Vec<Arc<Object>> {
    let prefix = format!("{namespace}/");
    let select = Select { prefix: &prefix, ..Select::default() };
    api.store.range(storage, select).map(|range| range.objects).unwrap_or_default()
}

/// Writes the status of a quota, unless the quota changed meanwhile.
fn write_status(api: &Api, quota: &Object, status: Value, manager: &str, now: Timestamp) -> bool {
    let Some(resource) = api.registry.get("v1", QUOTAS) else { return true };
    let mut new = quota.value().clone();
    new["status"] = status;
    apply::track(Some(quota.value()), &mut new, manager, Some("status"), &resource.schema, now);
    api.store.put(QUOTAS, quota.key(), Expected::Revision(quota.revision()), new).is_ok()
}
