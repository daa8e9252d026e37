use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::networking::v1::Ingress;
use kube::core::{ApiResource, DynamicObject, GroupVersionKind, ObjectMeta};
use proptest::prelude::*;

use super::*;

fn named(name: &str) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_owned()), namespace: Some("anywhere".to_owned()), ..ObjectMeta::default() }
}

fn custom(group: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1alpha1", kind), plural)
}

/// The scenario of `uni-core pkg/manager` `TestReferenceGeneration`.
#[test]
fn typed_object_is_named_by_plural_group_and_name() {
    let ingress = Ingress { metadata: named("foo"), ..Ingress::default() };
    let reference = ResourceReference::of(&ingress).unwrap();
    assert_eq!(reference.to_string(), "ingresses.networking.k8s.io/foo");
    assert_eq!(
        (reference.plural(), reference.group(), reference.name(), reference.kind()),
        ("ingresses", "networking.k8s.io", "foo", "ingresses.networking.k8s.io"),
    );
}

#[test]
fn dynamic_object_is_named_alike() {
    let kind = custom("identity.unikorn-cloud.org", "Project", "projects");
    let object = DynamicObject::new("f47ac10b-58cc-4372-a567-0e02b2c3d479", &kind);
    assert_eq!(
        ResourceReference::of_dynamic(&object, &kind).unwrap().as_str(),
        "projects.identity.unikorn-cloud.org/f47ac10b-58cc-4372-a567-0e02b2c3d479",
    );
}

#[test]
fn legacy_group_is_rewritten_when_written_and_only_exactly() {
    let kind = custom("unikorn-cloud.org", "KubernetesCluster", "kubernetesclusters");
    let reference = ResourceReference::of_dynamic(&DynamicObject::new("abc", &kind), &kind).unwrap();
    assert_eq!(reference.as_str(), "kubernetesclusters.kubernetes.unikorn-cloud.org/abc");
    let other = ResourceReference::new("things", "x.unikorn-cloud.org", "abc").unwrap();
    assert_eq!(other.as_str(), "things.x.unikorn-cloud.org/abc");
    let read: ResourceReference = "things.unikorn-cloud.org/abc".parse().unwrap();
    assert_eq!(read.as_str(), "things.unikorn-cloud.org/abc");
}

#[test]
fn core_group_object_is_refused_and_named() {
    let refused = ResourceReference::of(&Pod { metadata: named("x"), ..Pod::default() }).unwrap_err();
    assert_eq!(refused, ReferenceError::CoreGroup { plural: "pods".to_owned(), name: "x".to_owned() });
    assert!(refused.to_string().contains("pods/x"), "{refused}");
}

#[test]
fn object_without_a_name_is_refused() {
    for metadata in [ObjectMeta::default(), ObjectMeta { name: Some(String::new()), ..ObjectMeta::default() }] {
        let refused = ResourceReference::of(&Ingress { metadata, ..Ingress::default() }).unwrap_err();
        assert_eq!(refused, ReferenceError::Unnamed { plural: "ingresses".to_owned() });
    }
}

#[test]
fn what_kubernetes_refuses_as_a_finalizer_is_refused_here() {
    let long = "a".repeat(63);
    for name in ["a", "A.b_c-D", "0", &long] {
        ResourceReference::new("things", "example.com", name).unwrap();
    }
    let longer = "a".repeat(64);
    for name in ["", "-a", "a-", ".a", "a_", "a/b", "a b", "ü", &longer] {
        let refused = ResourceReference::new("things", "example.com", name).unwrap_err();
        assert_eq!(refused, ReferenceError::Name { name: name.to_owned() });
    }
    let exactly = "g".repeat(253 - "things.".len());
    ResourceReference::new("things", &exactly, "a").unwrap();
    let over = format!("{exactly}g");
    for group in ["Example.com", "-x", "x-", ".x", "x.", "x..y", "x_y", "x/y", "ü", &over] {
        let refused = ResourceReference::new("things", group, "a").unwrap_err();
        assert!(matches!(refused, ReferenceError::Prefix { .. }), "{group}");
    }
    for plural in ["", "a.b", "A", "a/b"] {
        let refused = ResourceReference::new(plural, "example.com", "a").unwrap_err();
        assert!(matches!(refused, ReferenceError::Prefix { .. }), "{plural}");
    }
}

#[test]
fn text_of_another_form_is_refused() {
    for text in ["", "unikorn", "things/a", "things.example.com"] {
        assert_eq!(text.parse::<ResourceReference>().unwrap_err(), ReferenceError::Form { text: text.to_owned() });
    }
    assert!("things.example.com/a/b".parse::<ResourceReference>().is_err());
    assert!(".example.com/a".parse::<ResourceReference>().is_err());
}

#[test]
fn refused_reference_is_a_construction_error_that_prints_its_reason_once() {
    let error = Error::from(ResourceReference::new("pods", "", "x").unwrap_err());
    let chain = crate::error::ErrorChain::new(&error).to_string();
    assert_eq!(chain.matches("core group").count(), 1, "{chain}");
    assert!(matches!(error, Error::Construction(inner) if inner.kind() == ConstructionKind::Consistency));
}

/// Segments as `uni-core pkg/openapi/helpers` needs them on the wire; generated clients escape once themselves.
#[test]
fn reference_is_escaped_twice_on_the_request_line() {
    let vectors = [
        ("clusters.kubernetes.unikorn-cloud.org/abc", "clusters.kubernetes.unikorn-cloud.org%252Fabc"),
        ("ingresses.networking.k8s.io/foo", "ingresses.networking.k8s.io%252Ffoo"),
        (
            "projects.identity.unikorn-cloud.org/f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "projects.identity.unikorn-cloud.org%252Ff47ac10b-58cc-4372-a567-0e02b2c3d479",
        ),
    ];
    for (text, segment) in vectors {
        let reference: ResourceReference = text.parse().unwrap();
        let sent = progenitor_client::encode_path(&reference.escaped_once());
        assert_eq!(sent, segment);
        let network = "9d2a0b0e-8f5d-4d5b-9d3a-3c5a1e6b7f10";
        for base in ["https://region.example.com", "https://region.example.com/prefix"] {
            let url = reqwest::Url::parse(&format!("{base}/api/v2/networks/{network}/references/{sent}")).unwrap();
            assert_eq!(url.as_str(), format!("{base}/api/v2/networks/{network}/references/{segment}"));
        }
    }
}

#[test]
fn path_escape_keeps_what_go_keeps() {
    let kept = "ABCXYZabcxyz0189-_.~$&+=:@";
    assert_eq!(path_escape(kept), kept);
    assert_eq!(
        path_escape("/%?#[]!'()*,; \"<>\\^`{|}"),
        "%2F%25%3F%23%5B%5D%21%27%28%29%2A%2C%3B%20%22%3C%3E%5C%5E%60%7B%7C%7D"
    );
    assert_eq!(path_escape("ë\u{7f}\n"), "%C3%AB%7F%0A");
}

proptest! {
    #[test]
    fn what_parses_prints_the_same_and_has_the_parts_it_was_made_of(
        plural in "[a-z]([a-z0-9-]{0,8}[a-z0-9])?",
        group in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){0,3}",
        name in "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?",
    ) {
        let text = format!("{plural}.{group}/{name}");
        let reference: ResourceReference = text.parse().unwrap();
        prop_assert_eq!(reference.as_str(), &text);
        prop_assert_eq!((reference.plural(), reference.group(), reference.name()), (&*plural, &*group, &*name));
        prop_assert_eq!(&ResourceReference::new(&plural, &group, &name).unwrap(), &reference);
        let escaped = reference.escaped_once();
        prop_assert_eq!(percent_encoding::percent_decode_str(&escaped).decode_utf8().unwrap(), text);
    }

    #[test]
    fn no_text_makes_parsing_panic(text in "\\PC{0,300}", shaped in "[a-z./_-]{0,40}") {
        for text in [text, shaped] {
            if let Ok(reference) = text.parse::<ResourceReference>() {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
