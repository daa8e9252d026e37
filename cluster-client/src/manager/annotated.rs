//! Lets any Kubernetes object stand for a cluster, through two annotations; knows nothing of what the object is.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use serde_json::{Value, json};

use super::ConnectedObject;
use crate::key::{ClusterKey, EmptyKey};
use crate::revision::{MicroTime, Revision, StatusRevision};

/// Annotation that holds the generation of a connection, a decimal number.
pub const CONNECTION_GENERATION: &str = "mooring.dev/connection-generation";
/// Annotation that holds the time when a connection was made, RFC 3339 in UTC with microseconds.
pub const CONNECTED_AT: &str = "mooring.dev/connected-at";

/// A Kubernetes object (a Secret, a `ClusterProfile`, a Cluster API `Cluster`) that stands for a cluster.
///
/// The cluster's key is the object's namespace and name. The revision is read from [`CONNECTED_AT`] and [`CONNECTION_GENERATION`]; an object
/// without a readable time shows no connection.
///
/// ```
/// use cluster_client::manager::{Annotated, ConnectedObject, annotate};
/// use cluster_client::revision::Revision;
/// use k8s_openapi::api::core::v1::Secret;
///
/// let revision = Revision::following(None, jiff::Timestamp::now());
/// let mut secret = Secret::default();
/// secret.metadata.name = Some("prod-kubeconfig".into());
/// annotate(&mut secret.metadata, Some(revision));
/// assert_eq!(Annotated(&secret).revision(), Some(revision.into()));
/// ```
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "a view of one object")]
pub struct Annotated<'a, K>(pub &'a K);

impl<K: Resource> ConnectedObject for Annotated<'_, K> {
    fn cluster_key(&self) -> Result<ClusterKey, EmptyKey> {
        let meta = self.0.meta();
        ClusterKey::namespaced(meta.namespace.as_deref().unwrap_or_default(), meta.name.as_deref().unwrap_or_default())
    }

    fn revision(&self) -> Option<StatusRevision> {
        let annotations = self.0.meta().annotations.as_ref()?;
        let time: jiff::Timestamp = annotations.get(CONNECTED_AT)?.parse().ok()?;
        Some(StatusRevision {
            generation: annotations.get(CONNECTION_GENERATION).and_then(|generation| generation.parse().ok()),
            connected_at: MicroTime::from_timestamp(time),
        })
    }
}

/// The annotations that show a revision.
#[must_use]
pub fn annotations_for(revision: Revision) -> BTreeMap<String, String> {
    BTreeMap::from([
        (CONNECTION_GENERATION.to_owned(), revision.generation.to_string()),
        (CONNECTED_AT.to_owned(), revision.connected_at.to_string()),
    ])
}

/// Makes an object show a revision, or with `None` that there is no connection. Says whether anything changed.
pub fn annotate(meta: &mut ObjectMeta, revision: Option<Revision>) -> bool {
    let before = meta.annotations.clone().unwrap_or_default();
    let mut after = before.clone();
    after.retain(|name, _| name != CONNECTION_GENERATION && name != CONNECTED_AT);
    after.extend(revision.map(annotations_for).unwrap_or_default());
    let changed = after != before;
    if changed {
        meta.annotations = Some(after).filter(|annotations| !annotations.is_empty());
    }
    changed
}

/// A merge patch (`application/merge-patch+json`) that does to a stored object what [`annotate`] does to one in memory.
#[must_use]
pub fn annotation_patch(revision: Option<Revision>) -> Value {
    let shown = revision.map(annotations_for).unwrap_or_default();
    json!({"metadata": {"annotations": {
        CONNECTION_GENERATION: shown.get(CONNECTION_GENERATION),
        CONNECTED_AT: shown.get(CONNECTED_AT),
    }}})
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Secret;
    use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
    use proptest::prelude::*;

    use super::*;

    fn secret(annotations: &[(&str, &str)]) -> Secret {
        let annotations = annotations.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let metadata = ObjectMeta {
            name: Some("prod".into()),
            namespace: Some("fleet".into()),
            annotations: Some(annotations),
            ..Default::default()
        };
        Secret { metadata, ..Default::default() }
    }

    #[test]
    fn a_kind_that_is_known_at_run_time_only_stands_for_a_cluster_too() {
        let resource =
            ApiResource::from_gvk(&GroupVersionKind::gvk("multicluster.x-k8s.io", "v1alpha1", "ClusterProfile"));
        let mut profile = DynamicObject::new("prod", &resource).within("fleet");
        let revision = Revision::following(None, jiff::Timestamp::now());
        assert_eq!(Annotated(&profile).revision(), None);
        assert!(annotate(&mut profile.metadata, Some(revision)) && !annotate(&mut profile.metadata, Some(revision)));
        assert_eq!(Annotated(&profile).revision(), Some(revision.into()));
        assert_eq!(Annotated(&profile).cluster_key(), ClusterKey::namespaced("fleet", "prod"));
    }

    #[test]
    fn an_object_without_a_readable_time_shows_no_connection() {
        for annotations in [
            &[(CONNECTION_GENERATION, "4")][..],
            &[(CONNECTED_AT, ""), (CONNECTION_GENERATION, "4")],
            &[(CONNECTED_AT, "yesterday"), (CONNECTION_GENERATION, "4")],
        ] {
            assert_eq!(Annotated(&secret(annotations)).revision(), None, "{annotations:?}");
        }
    }

    #[test]
    fn an_unreadable_generation_leaves_the_time() {
        let time = "2026-03-01T12:00:00.000001Z";
        let shown = Annotated(&secret(&[(CONNECTED_AT, time), (CONNECTION_GENERATION, "-1")])).revision().unwrap();
        assert_eq!((shown.generation, shown.connected_at.to_string().as_str()), (None, time));
    }

    #[test]
    fn showing_no_connection_leaves_other_annotations_alone() {
        let mut object = secret(&[("keep", "me")]);
        annotate(&mut object.metadata, Some(Revision::following(None, jiff::Timestamp::now())));
        assert!(annotate(&mut object.metadata, None));
        assert_eq!(object, secret(&[("keep", "me")]));
        assert_eq!(
            annotation_patch(None),
            json!({"metadata": {"annotations": {CONNECTION_GENERATION: null, CONNECTED_AT: null}}})
        );
    }

    #[test]
    fn an_object_without_a_name_stands_for_no_cluster() {
        assert_eq!(Annotated(&Secret::default()).cluster_key(), Err(EmptyKey));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(generation in 1_u64.., micros in 0_i64..4_102_444_800_000_000) {
            let connected_at = MicroTime::from_timestamp(jiff::Timestamp::from_microsecond(micros).unwrap());
            let revision = Revision { generation, connected_at };
            let mut object = secret(&[]);
            annotate(&mut object.metadata, Some(revision));
            prop_assert_eq!(Annotated(&object).revision(), Some(revision.into()));
            let patch = annotation_patch(Some(revision));
            prop_assert_eq!(&patch["metadata"]["annotations"], &serde_json::to_value(annotations_for(revision)).unwrap());
        }
    }
}
