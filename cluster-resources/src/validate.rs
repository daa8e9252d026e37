//! What can be told to be wrong before anything is applied: references to what is neither declared nor there. Knows nothing of plans.
//!
//! [`validate_planned_data`] looks at every declared object that runs pods (see [`pod_spec`]) and at everything its pods refer to that is
//! not optional: ConfigMaps and Secrets with the keys that are asked for, ServiceAccounts, PersistentVolumeClaims. Something is found if it
//! is declared in the same namespace, made by something that is declared there ([`Producer`]), promised by the application
//! ([`ExternalProducer`]), published in every namespace by the platform, or there already. What is there is looked up once for each
//! object, by its metadata or the names of its keys: values of Secrets are never kept.

mod declared;
mod lookup;
mod options;
mod references;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::options::{ExternalProducer, Producer, ValidateOptions};
pub use self::references::{Reference, Referent, pod_spec, references, refers_to};
use crate::clusters::Clusters;
use crate::desired::{Desired, DesiredSet};
use crate::id::{BucketId, ObjectId};
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::observed::{Completeness, LiveBody, Observed};

/// What is known of something that is referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// It is there, and so will be any key.
    There,
    /// It is there, with these keys.
    Keys(BTreeSet<Arc<str>>),
    /// It is not there.
    Absent,
    /// It cannot be told; why.
    Unclear(String),
    /// Its cluster cannot be asked, which is an issue of its own.
    Unreachable,
}

/// One reference of one declared object.
struct Wanted<'a> {
    by: ObjectId,
    desired: &'a Desired,
    to: ObjectId,
    reference: Reference,
}

/// References of declared objects to what is neither declared nor there, as issues of class [`IssueClass::Reference`].
///
/// `observed` saves look-ups; it may be empty. An object that is missing is told once for each object that refers to it, a key once for
/// each key.
///
/// # Cancel safety
/// Safe; nothing is written.
pub async fn validate_planned_data(
    desired: &DesiredSet,
    observed: &Observed,
    clusters: &dyn Clusters,
    options: &ValidateOptions,
) -> Vec<Issue> {
    let index = declared::Index::new(desired, &options.producers);
    let wanted: Vec<Wanted<'_>> = desired.objects().flat_map(|(id, desired)| wanted_by(&id, desired)).collect();
    let mut known: BTreeMap<(ObjectId, bool), Known> = BTreeMap::new();
    let mut asked: BTreeMap<(ObjectId, bool), lookup::Question> = BTreeMap::new();
    for one in &wanted {
        let key = (one.to.clone(), one.desired.privileged);
        if known.contains_key(&key) {
            continue;
        }
        let found =
            if options.is_assumed(one.reference.to, &one.to) { Some(Known::There) } else { index.find(&one.to) };
        match found.or_else(|| seen(observed, &one.to)) {
            Some(found) => drop(known.insert(key, found)),
            None => asked.entry(key).or_insert_with(|| lookup::Question::new(one.reference.to)).add(&one.reference),
        }
    }
    let answers = lookup::ask(asked, clusters).await;
    known.extend(answers.known);
    let mut issues = answers.issues;
    let mut told = BTreeSet::new();
    for one in &wanted {
        let key = (one.to.clone(), one.desired.privileged);
        let Some(issue) = known.get(&key).and_then(|known| judge(one, known, options)) else { continue };
        if told.insert((one.by.clone(), issue.message.clone())) {
            issues.push(issue);
        }
    }
    issues
}

/// Kinds that are managed in a place though nothing of the kind is declared there: usually a leftover, or a declaration that was
/// forgotten. One warning each.
#[must_use]
pub fn check_unused_resource_types(desired: &DesiredSet) -> Vec<Issue> {
    let unused = desired.buckets.iter().filter(|(_, bucket)| bucket.objects.is_empty());
    let issue = |id: &BucketId| {
        let message = "this kind is managed here, and no object of it is declared; declare one, or stop managing it";
        Issue::warning(Reach::Kind(id.clone()), IssueClass::Other, message)
    };
    unused.map(|(id, _)| issue(id)).collect()
}

fn wanted_by<'a>(id: &ObjectId, desired: &'a Desired) -> Vec<Wanted<'a>> {
    let (Some(namespace), Some((path, spec))) = (id.namespace(), pod_spec(desired.resource.body())) else {
        return Vec::new();
    };
    references(spec, path)
        .into_iter()
        .filter(|reference| !reference.optional)
        .map(|reference| Wanted {
            by: id.clone(),
            desired,
            to: BucketId::new(id.cluster.clone(), Some(namespace), reference.to.kind()).object(reference.name.clone()),
            reference,
        })
        .collect()
}

/// What was observed of an object, as far as that answers what is asked. That it was not seen says nothing: only managed names are looked
/// at.
fn seen(observed: &Observed, id: &ObjectId) -> Option<Known> {
    if observed.bucket(&id.bucket()).is_some_and(|bucket| bucket.completeness == Completeness::NoNamespace) {
        return Some(Known::Absent);
    }
    match &observed.get(id)?.body {
        LiveBody::Full(object) => Some(declared::keys_of(object)),
        LiveBody::Metadata(_) | LiveBody::InSync { .. } => None,
    }
}

fn judge(wanted: &Wanted<'_>, known: &Known, options: &ValidateOptions) -> Option<Issue> {
    let Reference { to, name, key, path, .. } = &wanted.reference;
    let what = format!("{} {name}", to.as_str());
    let issue = |severity: Severity, message: String| {
        let reach = Reach::Object(wanted.by.clone());
        let issue = Issue::error(reach, IssueClass::Reference, message).at(path).from(wanted.desired.resource.origin());
        Some(Issue { severity, ..issue })
    };
    // Pods start without their pull secrets, and may then fail to pull.
    let severity =
        if wanted.reference.is_pull_secret() { options.severity.min(Severity::Warning) } else { options.severity };
    match (known, key) {
        (Known::There | Known::Unreachable, _) | (Known::Keys(_), None) => None,
        (Known::Keys(keys), Some(key)) if keys.contains(key) => None,
        (Known::Keys(_), Some(key)) => {
            let message = format!(
                "it refers to key {key:?} of {what}, which has no such key; add it, or make the reference optional"
            );
            issue(severity, message)
        }
        (Known::Absent, _) => {
            let message = format!(
                "it refers to {what}, which is neither declared nor there; declare it, or make the reference optional"
            );
            issue(severity, message)
        }
        (Known::Unclear(why), _) => issue(
            options.unclear.min(severity),
            format!("it refers to {what}, and whether that is there cannot be told: {why}"),
        ),
    }
}
