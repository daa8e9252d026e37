//! References kept as finalizers on Kubernetes objects.
//! Knows nothing of what an object means: it reads and writes metadata only.
//!
//! Every write is a merge patch of `metadata.finalizers` guarded by `resourceVersion`, so that nothing else of the
//! object is touched, not even what this build does not know, and nobody's change is lost. Nothing is written when
//! nothing changes. When others are quicker the object is read again and the change made anew, up to
//! [`MAX_ATTEMPTS`] times; then the answer is [`FinalizerError::Conflict`], which means *requeue*.
//!
//! Every helper can be repeated after an error, or after its future was dropped: what is done already stays done and
//! is not written again.

mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use kube::api::{Api, ListParams, Patch, PatchParams};
use kube::core::PartialObjectMeta;
use kube::{Resource, ResourceExt as _};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::ResourceReference;

pub use error::FinalizerError;

/// How often an object is read and written when others keep changing it.
pub const MAX_ATTEMPTS: u32 = 5;

/// How long one request to the Kubernetes API may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Finalizers that are not references: the controllers' own, and the garbage collector's.
const NOT_REFERENCES: [&str; 2] = ["unikorn", "foregroundDeletion"];

/// What became of one object.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was written.
    Changed,
    /// It was as it should be already; nothing was written.
    Unchanged,
    /// It does not exist, so neither does the reference; nothing was written.
    Gone,
}

#[derive(Clone, Copy)]
enum Edit<'a> {
    Add(&'a str),
    Remove(&'a str),
}

/// The finalizers of an object without `unikorn` and `foregroundDeletion`: what still refers to it.
pub fn resource_references<K: Resource>(object: &K) -> Vec<&str> {
    let finalizers = object.meta().finalizers.as_deref().unwrap_or_default();
    finalizers.iter().map(String::as_str).filter(|finalizer| !NOT_REFERENCES.contains(finalizer)).collect()
}

/// Adds a reference to the named object.
///
/// # Errors
/// [`FinalizerError`]; [`NotFound`](FinalizerError::NotFound) when the object does not exist, and a
/// [refusal](FinalizerError::Refused) when it is being deleted.
pub async fn add_resource_reference<K>(
    api: &Api<K>,
    name: &str,
    reference: &ResourceReference,
) -> Result<Outcome, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    match change(api, name, None, Edit::Add(reference.as_str())).await? {
        Outcome::Gone => Err(FinalizerError::NotFound { object: path(api, name) }),
        outcome => Ok(outcome),
    }
}

/// Adds a reference to each of the named objects, all of which have to be among those listed. Returns how many were
/// written.
///
/// # Errors
/// [`FinalizerError`]; [`NotSelected`](FinalizerError::NotSelected) before anything is written when a name is not
/// listed. Another error stops at the object it names, and those before it stay changed.
pub async fn add_resource_references<K>(
    api: &Api<K>,
    selection: &ListParams,
    reference: &ResourceReference,
    names: &[&str],
) -> Result<usize, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    let listed: BTreeMap<String, PartialObjectMeta<K>> =
        list(api, selection).await?.into_iter().map(|object| (object.name_any(), object)).collect();
    let mut selected = Vec::with_capacity(names.len());
    for name in names {
        let object = listed.get(*name).ok_or_else(|| FinalizerError::NotSelected { object: path(api, name) })?;
        selected.push(object);
    }
    let mut changed = 0;
    for object in selected {
        let name = object.name_any();
        match change(api, &name, Some(object), Edit::Add(reference.as_str())).await? {
            Outcome::Changed => changed += 1,
            Outcome::Unchanged => {}
            Outcome::Gone => return Err(FinalizerError::NotFound { object: path(api, &name) }),
        }
    }
    Ok(changed)
}

/// Removes a reference from the named object. An object that does not exist has none: that is [`Outcome::Gone`].
///
/// # Errors
/// [`FinalizerError`], never `NotFound`.
pub async fn remove_resource_reference<K>(
    api: &Api<K>,
    name: &str,
    reference: &ResourceReference,
) -> Result<Outcome, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    change(api, name, None, Edit::Remove(reference.as_str())).await
}

/// Removes a reference from every listed object that is not named in `keep`. Returns how many were written; objects
/// that disappear meanwhile are none.
///
/// # Errors
/// [`FinalizerError`], never `NotFound`. An error stops at the object it names, and those before it stay changed.
pub async fn remove_resource_references<K>(
    api: &Api<K>,
    selection: &ListParams,
    reference: &ResourceReference,
    keep: &[&str],
) -> Result<usize, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    let mut changed = 0;
    for object in list(api, selection).await? {
        let name = object.name_any();
        if keep.contains(&name.as_str()) {
            continue;
        }
        if change(api, &name, Some(&object), Edit::Remove(reference.as_str())).await? == Outcome::Changed {
            changed += 1;
        }
    }
    Ok(changed)
}

/// Removes a reference from every listed object. Returns how many were written.
///
/// # Errors
/// As [`remove_resource_references`].
pub async fn clear_resource_references<K>(
    api: &Api<K>,
    selection: &ListParams,
    reference: &ResourceReference,
) -> Result<usize, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    remove_resource_references(api, selection, reference, &[]).await
}

// === impl Edit ===

impl Edit<'_> {
    /// The finalizers to write, or nothing when they are right already.
    fn apply(self, finalizers: &[String]) -> Option<Vec<String>> {
        match self {
            Self::Add(reference) => (!finalizers.iter().any(|finalizer| finalizer == reference))
                .then(|| finalizers.iter().cloned().chain([reference.to_owned()]).collect()),
            Self::Remove(reference) => {
                let kept: Vec<String> =
                    finalizers.iter().filter(|finalizer| *finalizer != reference).cloned().collect();
                (kept.len() < finalizers.len()).then_some(kept)
            }
        }
    }
}

/// Reads the object (or takes it as it was listed) and writes its finalizers, again while others are quicker.
async fn change<K>(
    api: &Api<K>,
    name: &str,
    listed: Option<&PartialObjectMeta<K>>,
    edit: Edit<'_>,
) -> Result<Outcome, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    let mut listed = listed.cloned();
    for _ in 0..MAX_ATTEMPTS {
        let object = match listed.take() {
            Some(object) => object,
            None => match bounded(path(api, name), "read", api.get_metadata_opt(name)).await? {
                Some(object) => object,
                None => return Ok(Outcome::Gone),
            },
        };
        let Some(finalizers) = edit.apply(object.finalizers()) else {
            return Ok(Outcome::Unchanged);
        };
        let Some(version) = object.resource_version() else {
            // An API server always says; without it a write would not be guarded.
            continue;
        };
        let patch = Patch::Merge(json!({ "metadata": { "resourceVersion": version, "finalizers": finalizers } }));
        match bounded(path(api, name), "written", api.patch_metadata(name, &PatchParams::default(), &patch)).await {
            Ok(_) => return Ok(Outcome::Changed),
            Err(FinalizerError::Refused { status: 404, .. }) => return Ok(Outcome::Gone),
            Err(FinalizerError::Refused { status: 409, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Err(FinalizerError::Conflict { object: path(api, name), attempts: MAX_ATTEMPTS })
}

/// Lists metadata, every page.
async fn list<K>(api: &Api<K>, selection: &ListParams) -> Result<Vec<PartialObjectMeta<K>>, FinalizerError>
where
    K: Resource + Clone + DeserializeOwned + Debug,
{
    let mut selection = selection.clone();
    let mut objects = Vec::new();
    loop {
        let page = bounded(api.resource_url().to_owned(), "listed", api.list_metadata(&selection)).await?;
        objects.extend(page.items);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => selection = selection.continue_token(&token),
            None => return Ok(objects),
        }
    }
}

async fn bounded<T>(
    object: String,
    action: &'static str,
    request: impl Future<Output = kube::Result<T>>,
) -> Result<T, FinalizerError> {
    match tokio::time::timeout(REQUEST_TIMEOUT, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(FinalizerError::from_kube(object, action, error)),
        Err(_) => Err(FinalizerError::Timeout { object, after: REQUEST_TIMEOUT }),
    }
}

fn path<K: Resource>(api: &Api<K>, name: &str) -> String {
    format!("{}/{name}", api.resource_url())
}
