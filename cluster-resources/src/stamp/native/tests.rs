use serde_json::json;

use super::*;
use crate::id::Origin;

fn actor() -> Actor {
    Actor::new("mooring", "shop", "1.4.0")
}

fn config_map() -> Resource {
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}});
    Resource::new(body, Origin::default()).unwrap()
}

fn marked(scheme: &NativeScheme, resource: &Resource) -> Value {
    resource.to_apply(&scheme.stamp(resource), &[], Some("ns"))
}

fn live(labels: Value, annotations: Value) -> Value {
    json!({"metadata": {"labels": labels, "annotations": annotations}})
}

#[test]
fn marks_say_who_and_from_what_and_never_when() {
    let scheme = NativeScheme::new(&actor());
    let resource = config_map();
    assert_eq!(
        scheme.stamp(&resource),
        [
            ("mooring.dev/integration".to_owned(), "shop".to_owned()),
            ("mooring.dev/integration-version".to_owned(), "1.4.0".to_owned()),
            ("mooring.dev/declared-hash".to_owned(), resource.hash().to_string()),
        ]
    );
    let with_caller = scheme.stamp(&resource.with_caller("team-a"));
    assert_eq!(with_caller.last().unwrap(), &("mooring.dev/caller".to_owned(), "team-a".to_owned()));
    let for_caller = NativeScheme::new(&actor().for_caller("team-b"));
    assert_eq!(for_caller.read(&marked(&for_caller, &config_map())).caller.as_deref(), Some("team-b"));
}

#[test]
fn marks_are_read_back_and_do_not_count_in_the_hash() {
    let scheme = NativeScheme::new(&actor());
    let sent = marked(&scheme, &config_map().with_caller("c"));
    let stamp = scheme.read(&sent);
    assert_eq!(stamp.hash.as_ref(), Some(config_map().hash()));
    assert_eq!(stamp.integration.as_deref(), Some("shop"));
    assert_eq!(stamp.version.as_deref(), Some("1.4.0"));
    let again = Resource::new(sent.clone(), Origin::default()).unwrap();
    assert_eq!(again.hash(), config_map().hash());
    assert_eq!(again.to_apply(&[], &[], None).pointer("/metadata/annotations"), None);
    for annotation in sent["metadata"]["annotations"].as_object().unwrap().keys() {
        assert!(scheme.is_mark(annotation));
    }
    assert!(!scheme.is_mark("mooring.dev/prune") && !scheme.is_mark("integration"));
}

#[test]
fn another_version_of_an_integration_still_owns_its_objects() {
    let sent = marked(&NativeScheme::new(&actor()), &config_map());
    let next = NativeScheme::new(&Actor::new("mooring", "shop", "2.0.0"));
    assert_eq!(next.ownership(&sent, None), Ownership::Ours);
    let unreadable = NativeScheme::new(&Actor::new("mooring", "shop", "nightly"));
    assert_eq!(unreadable.ownership(&sent, None), Ownership::Ours);
}

#[test]
fn ownership_is_by_integration_and_caller() {
    let scheme = NativeScheme::new(&actor());
    let without = marked(&scheme, &config_map());
    let of_a = marked(&scheme, &config_map().with_caller("a"));
    assert_eq!(scheme.ownership(&of_a, Some("a")), Ownership::Ours);
    assert_eq!(scheme.ownership(&of_a, Some("b")), Ownership::OtherCaller(Some("a".into())));
    assert_eq!(scheme.ownership(&without, Some("b")), Ownership::OtherCaller(None));
    assert_eq!(scheme.ownership(&of_a, None), Ownership::Ours);
    let other = NativeScheme::new(&Actor::new("mooring", "bakery", "1.0.0"));
    assert_eq!(other.ownership(&of_a, Some("a")), Ownership::Other("shop".into()));
    assert_eq!(scheme.ownership(&live(json!(null), json!(null)), None), Ownership::Nobody);
    assert_eq!(scheme.ownership(&json!(null), None), Ownership::Nobody);
}

#[test]
fn another_prefix_is_another_scheme() {
    let ours = NativeScheme::new(&actor()).with_prefix("apps.example.com");
    let sent = marked(&ours, &config_map());
    assert_eq!(sent["metadata"]["annotations"]["apps.example.com/integration"], "shop");
    assert_eq!(ours.ownership(&sent, None), Ownership::Ours);
    assert_eq!(NativeScheme::new(&actor()).ownership(&sent, None), Ownership::Nobody);
    let usual = marked(&NativeScheme::new(&actor()), &config_map());
    assert_eq!(ours.ownership(&usual, None), Ownership::Other("shop".into()));
}

#[test]
fn objects_of_other_tools_are_known_by_their_marks() {
    let scheme = NativeScheme::new(&actor());
    for (labels, annotations, owner) in [
        (json!({}), json!({"argocd.argoproj.io/tracking-id": "a:/v1:x"}), "argocd"),
        (json!({"argocd.argoproj.io/instance": "a"}), json!({}), "argocd"),
        (json!({"app.kubernetes.io/part-of": "argocd"}), json!({}), "argocd"),
        (json!({"kustomize.toolkit.fluxcd.io/name": "a"}), json!({}), "flux"),
        (json!({"helm.toolkit.fluxcd.io/name": "a"}), json!({}), "flux"),
        (json!({"kapp.k14s.io/app": "1"}), json!({}), "kapp"),
        (json!({"app.kubernetes.io/managed-by": "Helm"}), json!({"meta.helm.sh/release-name": "r"}), "helm"),
        (json!({}), json!({"qontract.integration": "terraform-resources"}), "terraform-resources"),
    ] {
        assert_eq!(scheme.ownership(&live(labels, annotations), None), Ownership::Other(owner.into()));
    }
    for (labels, annotations) in [
        (json!({"app.kubernetes.io/instance": "a", "app.kubernetes.io/managed-by": "Helm"}), json!({})),
        (json!({"app.kubernetes.io/part-of": "shop"}), json!({"meta.helm.sh/release-name": "r"})),
    ] {
        assert_eq!(scheme.ownership(&live(labels, annotations), None), Ownership::Nobody);
    }
    let ours_and_theirs = live(json!({"kapp.k14s.io/app": "1"}), json!({"mooring.dev/integration": "shop"}));
    assert_eq!(scheme.ownership(&ours_and_theirs, None), Ownership::Ours);
}
