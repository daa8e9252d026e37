use k8s_openapi::api::core::v1::ConfigMap;
use kube::core::ObjectMeta;

use super::*;

/// The scenario of `uni-core pkg/manager` `TestRererenceRead`.
#[test]
fn well_known_finalizers_are_no_references() {
    let finalizers = ["unikorn", "clusters.example.com/a", "foregroundDeletion", "orphan"].map(str::to_owned);
    let object = ConfigMap {
        metadata: ObjectMeta { finalizers: Some(finalizers.to_vec()), ..ObjectMeta::default() },
        ..ConfigMap::default()
    };
    assert_eq!(resource_references(&object), ["clusters.example.com/a", "orphan"]);
    assert_eq!(object.metadata.finalizers.as_deref(), Some(finalizers.as_slice()));
    assert!(resource_references(&ConfigMap::default()).is_empty());
}
