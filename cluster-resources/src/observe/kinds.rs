//! As what a bucket is read in a cluster, or why it is not. Plain functions.

use cluster_client::discovery::{Catalogue, DiscoveryError, Found, KindError, KindQuery};

use crate::desired::DesiredBucket;
use crate::id::{BucketId, GroupKind, Scope};
use crate::issue::{Issue, IssueClass, Reach};

/// As what a bucket is read.
#[derive(Debug)]
pub(super) enum Kind {
    /// As this; with a warning when it is another version than the declared one.
    Served(Found, Option<Issue>),
    /// The cluster does not serve it.
    NotServed,
    /// It cannot be told, or makes no sense.
    Unclear(Issue),
}

/// How the kind is asked for: in the version that all declarations use, if they agree.
pub(super) fn query(kind: &GroupKind, desired: Option<&DesiredBucket>) -> String {
    let mut versions = desired.into_iter().flat_map(|bucket| bucket.objects.values());
    let first = versions.next().map(|desired| desired.resource.api_version());
    let agreed = first.filter(|first| versions.all(|desired| desired.resource.api_version() == *first));
    match (agreed, kind.group.is_empty()) {
        (Some(version), _) if !version.contains('/') => format!("{version}/{}", kind.kind),
        (Some(version), false) => {
            let version = version.rsplit_once('/').map_or(version, |(_, version)| version);
            format!("{kind}/{version}")
        }
        _ => kind.to_string(),
    }
}

/// What the cluster says of the kind of a bucket.
pub(super) fn resolve(id: &BucketId, desired: Option<&DesiredBucket>, catalogue: &Catalogue) -> Kind {
    let found = find(id, desired, catalogue);
    let Kind::Served(Found { namespaced, .. }, _) = &found else { return found };
    match (&id.scope, namespaced) {
        (Scope::Namespace(_), true) | (Scope::Cluster, false) => found,
        (Scope::Namespace(_), false) => unfit(id, "its objects are in no namespace; it is managed in the cluster"),
        (Scope::Cluster, true) => unfit(id, "its objects are in namespaces; it is managed in each of them"),
    }
}

/// The same wherever the bucket is.
pub(super) fn find(id: &BucketId, desired: Option<&DesiredBucket>, catalogue: &Catalogue) -> Kind {
    let (asked, plain) = (query(&id.kind, desired), id.kind.to_string());
    let (found, warning) = match look_up(&asked, catalogue) {
        Ok(found) => (found, None),
        // Perhaps it is served in another version only.
        Err(_) if asked != plain => match look_up(&plain, catalogue) {
            Ok(found) => {
                let message = format!("{asked} is not served; it is read as {}", found.resource.api_version);
                let warning = Issue::warning(Reach::Kind(id.clone()), IssueClass::UnknownKind, message);
                (found, Some(warning))
            }
            Err(error) => return unresolved(id, &error),
        },
        Err(error) => return unresolved(id, &error),
    };
    if *found.resource.group == *id.kind.group {
        return Kind::Served(found, warning);
    }
    // A bare spelling that nobody resolved: two buckets could be one without knowing it of each other.
    let resource = &found.resource;
    let message = format!("{plain} is {}.{} in this cluster; write it so", resource.kind, resource.group);
    Kind::Unclear(Issue::error(Reach::Kind(id.clone()), IssueClass::AmbiguousKind, message))
}

fn look_up(asked: &str, catalogue: &Catalogue) -> Result<Found, DiscoveryError> {
    Ok(catalogue.resolve(&asked.parse::<KindQuery>()?)?)
}

fn unresolved(id: &BucketId, error: &DiscoveryError) -> Kind {
    let issue = |class, message: String| Kind::Unclear(Issue::error(Reach::Kind(id.clone()), class, message));
    match error {
        DiscoveryError::Query(error) => issue(IssueClass::Invalid, error.to_string()),
        DiscoveryError::Kind(KindError::NotFound { unlisted, .. }) => {
            let ours = |version: &&String| version.rsplit_once('/').map_or("", |(group, _)| group) == &*id.kind.group;
            match unlisted.iter().find(ours) {
                // Its group is broken, which is not the same as absent.
                Some(version) => issue(
                    IssueClass::Unavailable,
                    format!("{version} is served and cannot be listed; look at its APIService"),
                ),
                None => Kind::NotServed,
            }
        }
        error => issue(IssueClass::AmbiguousKind, error.to_string()),
    }
}

fn unfit(id: &BucketId, message: &str) -> Kind {
    Kind::Unclear(Issue::error(Reach::Kind(id.clone()), IssueClass::Invalid, message))
}
