//! Resource sets against syncsets and manifests.

use http::StatusCode;
use serde_json::Value;

use super::*;
use crate::provider::{ApplyAction, Remaining, ResourceSet};
use crate::testing::ocm_simulator::Collection;

const SETS: &str = "/api/clusters_mgmt/v1/clusters/*/external_configuration/syncsets";
const EVERY_SET: &str = "/api/clusters_mgmt/v1/clusters/*/external_configuration/syncsets/*";

fn object(name: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "n"}, "data": {"k": value}})
}

fn set(objects: &[Value]) -> ResourceSet {
    ResourceSet::new("base", objects.to_vec())
}

impl Rig {
    async fn apply(
        &self,
        known: &ClusterSpec,
        objects: &[Value],
    ) -> Result<crate::provider::ApplyReport, ProviderError> {
        self.provider.resource_sets().unwrap().apply(&call(), known, &set(objects)).await
    }

    fn set_held(&self, known: &ClusterSpec, id: &str) -> Option<Value> {
        let held = self.ocm.held(known.internal_id.as_str(), Collection::Syncsets, id)?;
        Some(held["resources"].clone())
    }

    fn writes(&self) -> (usize, usize) {
        (self.ocm.count(&Method::POST, SETS), self.ocm.count(&Method::PATCH, EVERY_SET))
    }
}

/// W-27
#[tokio::test]
async fn a_set_is_made_changed_and_otherwise_left_alone() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let (a, b) = (object("a", "1"), object("b", "1"));
    let report = rig.apply(&known, &[a.clone(), b.clone()]).await.unwrap();
    assert!(report.has_changed() && report.is_complete());
    assert_eq!(rig.writes(), (1, 0));
    assert_eq!(rig.set_held(&known, "ext-base"), Some(json!([a, b])));
    // In another order, and untyped as they are.
    let again = rig.apply(&known, &[b.clone(), a.clone()]).await.unwrap();
    assert_eq!((again.has_changed(), again.hash == report.hash), (false, true));
    assert_eq!(rig.writes(), (1, 0));
    let changed = rig.apply(&known, &[a.clone(), object("b", "2")]).await.unwrap();
    assert_eq!(rig.writes(), (1, 1));
    let actions: Vec<_> = changed.objects.iter().map(|one| one.action).collect();
    assert_eq!(actions, [ApplyAction::Unchanged, ApplyAction::Accepted]);
    rig.end().await;
}

#[tokio::test]
async fn nothing_is_written_while_it_is_not_known_what_is_there() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    for fault in
        [Fault::refuse(StatusCode::FORBIDDEN, "no"), Fault::internal(), Fault::new(Effect::Html(StatusCode::NOT_FOUND))]
    {
        let fault = rig.ocm.fault(fault.on_method(Method::GET).on_path(EVERY_SET));
        rig.apply(&known, &[object("a", "1")]).await.unwrap_err();
        rig.ocm.remove_fault(fault);
    }
    assert_eq!(rig.writes(), (0, 0));
    rig.end().await;
}

#[tokio::test]
async fn a_set_that_somebody_made_meanwhile_is_changed() {
    for status in [400, 409] {
        let builder = OcmSimulator::builder().refuse_taken_parts_with(StatusCode::from_u16(status).unwrap());
        let rig = Rig::of(builder).await;
        let known = rig.ready().await;
        rig.apply(&known, &[object("a", "1")]).await.unwrap();
        // It is not seen the first time.
        rig.ocm.fault(Fault::refuse(StatusCode::NOT_FOUND, "no").on_method(Method::GET).on_path(EVERY_SET).once());
        rig.apply(&known, &[object("a", "2")]).await.unwrap();
        assert_eq!(rig.set_held(&known, "ext-base"), Some(json!([object("a", "2")])));
        assert_eq!(rig.writes(), (2, 1));
        rig.end().await;
    }
}

#[tokio::test]
async fn a_set_whose_answer_was_lost_is_there_once() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.fault(Fault::new(Effect::LoseAnswer).on_method(Method::POST).on_path(SETS).once());
    rig.apply(&known, &[object("a", "1")]).await.unwrap();
    assert_eq!(rig.writes(), (1, 0));
    rig.end().await;
}

#[tokio::test]
async fn a_cluster_whose_control_plane_is_elsewhere_has_manifests() {
    let rig = Rig::new().await;
    let known = rig.ready_with(json!({"hypershift": {"enabled": true}})).await;
    rig.apply(&known, &[object("a", "1")]).await.unwrap();
    assert_eq!(rig.writes(), (0, 0));
    let held = rig.ocm.held(known.internal_id.as_str(), Collection::Manifests, "ext-base").unwrap();
    assert_eq!(held["workloads"], json!([object("a", "1")]));
    // Also when nobody said so before.
    let stranger = ClusterSpec::new(known.internal_id.clone(), known.status);
    assert!(!rig.apply(&stranger, &[object("a", "1")]).await.unwrap().has_changed());
    rig.end().await;
}

#[tokio::test]
async fn a_removed_set_is_gone_and_its_objects_are_not_claimed_to_be() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.apply(&known, &[object("a", "1")]).await.unwrap();
    let remove = || async { rig.provider.resource_sets().unwrap().remove(&call(), &known, "base").await.unwrap() };
    let removed = remove().await;
    assert_eq!((removed.existed, removed.remaining), (true, Remaining::Unknown));
    assert_eq!(rig.set_held(&known, "ext-base"), None);
    let again = remove().await;
    assert_eq!((again.existed, again.remaining), (false, Remaining::Nothing));
    rig.end().await;
}

#[tokio::test]
async fn a_set_that_is_too_large_is_cut_into_parts_when_that_is_wanted() {
    let objects: Vec<_> = (0..8).map(|n| object(&format!("o{n}"), &"x".repeat(600))).collect();
    let builder = || OcmSimulator::builder().body_limit(3000);
    let whole = Rig::of(builder()).await;
    let known = whole.ready().await;
    let error = whole.apply(&known, &objects).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ProviderErrorKind::Invalid, Some(StatusCode::PAYLOAD_TOO_LARGE)));
    whole.end().await;

    let rig = Rig::with(builder(), |options| options.split_large_sets = true).await;
    let known = rig.ready().await;
    rig.apply(&known, &objects[..1]).await.unwrap();
    rig.apply(&known, &objects).await.unwrap();
    assert_eq!(rig.set_held(&known, "ext-base"), None, "the whole gives way to the parts");
    let parts: Vec<Value> = (0..4).filter_map(|n| rig.set_held(&known, &format!("ext-base-{n}"))).collect();
    assert_eq!(parts.iter().flat_map(|part| part.as_array().unwrap()).cloned().collect::<Vec<_>>(), objects);
    assert!(!rig.apply(&known, &objects).await.unwrap().has_changed());
    rig.apply(&known, &objects[..2]).await.unwrap();
    assert!(rig.provider.resource_sets().unwrap().remove(&call(), &known, "base").await.unwrap().existed);
    assert!((0..4).all(|n| rig.set_held(&known, &format!("ext-base-{n}")).is_none()));
    rig.end().await;
}

/// A set that is in parts, and the objects of it.
async fn in_parts() -> (Rig, ClusterSpec, Vec<Value>) {
    let objects: Vec<_> = (0..8).map(|n| object(&format!("o{n}"), &"x".repeat(600))).collect();
    let builder = OcmSimulator::builder().body_limit(3000);
    let rig = Rig::with(builder, |options| options.split_large_sets = true).await;
    let known = rig.ready().await;
    rig.apply(&known, &objects).await.unwrap();
    (rig, known, objects)
}

impl Rig {
    /// All resources of the set, in whatever objects.
    fn all_held(&self, known: &ClusterSpec) -> Vec<Value> {
        let ids = std::iter::once("ext-base".to_owned()).chain((0..10).map(|n| format!("ext-base-{n}")));
        let held = ids.filter_map(|id| self.set_held(known, &id));
        held.flat_map(|resources| resources.as_array().unwrap().clone()).collect()
    }
}

#[tokio::test]
async fn a_removal_in_parts_that_is_cut_off_is_gone_on_with() {
    let (rig, known, _) = in_parts().await;
    let sets = rig.provider.resource_sets().unwrap();
    for n in 1..4 {
        let path = format!("{SETS}/ext-base-{n}");
        rig.ocm.fault(Fault::refuse(StatusCode::FORBIDDEN, "no").on_method(Method::DELETE).on_path(&path).once());
    }
    let mut refused = 0;
    while sets.remove(&call(), &known, "base").await.is_err() {
        refused += 1;
        assert!(refused < 10);
    }
    assert!(refused > 0, "somebody was cut off");
    assert_eq!(rig.all_held(&known), Vec::<Value>::new());
    rig.end().await;
}

#[tokio::test]
async fn what_was_cut_off_between_a_whole_set_and_its_parts_holds_nothing_old() {
    let (rig, known, objects) = in_parts().await;
    // A whole one beside the parts, made by one that knows nothing of parts.
    let other = builder_of(quick(&rig.ocm), &rig.ocm).build().unwrap();
    let old = set(&[object("o7", "old")]);
    other.resource_sets().unwrap().apply(&call(), &known, &old).await.unwrap();
    assert_eq!(rig.all_held(&known).len(), objects.len() + 1);
    rig.apply(&known, &objects[..1]).await.unwrap();
    assert_eq!(rig.all_held(&known), &objects[..1]);
    rig.end().await;
}

#[tokio::test]
async fn a_set_named_like_a_part_of_another_is_left_alone_by_it() {
    let (rig, known, objects) = in_parts().await;
    let sets = rig.provider.resource_sets().unwrap();
    let other = ResourceSet::new("base-1", vec![object("mine", "1")]);
    sets.apply(&call(), &known, &other).await.unwrap();
    rig.apply(&known, &objects).await.unwrap();
    assert!(sets.remove(&call(), &known, "base").await.unwrap().existed);
    assert!(!sets.apply(&call(), &known, &other).await.unwrap().has_changed());
    rig.end().await;
}

#[tokio::test]
async fn a_difference_is_shown_and_nothing_written() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let secret = |value: &str| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}, "stringData": {"k": value}});
    rig.apply(&known, &[object("a", "1"), secret("s3ntinel-old")]).await.unwrap();
    let wanted = set(&[object("a", "2"), secret("s3ntinel-new")]);
    let diff = rig.provider.resource_sets().unwrap().diff(&call(), &known, &wanted).await.unwrap();
    assert_eq!(diff.objects.len(), 2);
    assert!(diff.text.contains("+data.k: \"2\"") && !diff.text.contains("s3ntinel"), "{}", diff.text);
    assert_eq!(rig.writes(), (1, 0));
    rig.end().await;
}

#[tokio::test]
async fn sets_that_cannot_be_are_refused() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    let a = object("a", "1");
    assert_eq!(kind(rig.apply(&known, &[a.clone(), a]).await), ProviderErrorKind::Invalid);
    assert_eq!(kind(rig.apply(&known, &[json!({"kind": "X"})]).await), ProviderErrorKind::Invalid);
    assert_eq!(rig.writes(), (0, 0));
    rig.end().await;
}
