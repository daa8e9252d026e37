use serde_json::json;

use super::*;

pub(crate) fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "app", "namespace": "shop", "creationTimestamp": null, "labels": {"app": "app"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "app"}},
            "template": {
                "metadata": {"creationTimestamp": null, "labels": {"app": "app"}},
                "spec": {"containers": [{"name": "app", "image": "example.com/app:1", "resources": {}}]},
            },
        },
        "status": {"replicas": null},
    })
}

#[test]
fn a_declaration_is_kept_as_it_was_declared() {
    let resource = Resource::new(deployment(), Origin::file("app.yaml")).unwrap();
    assert_eq!(*resource.body(), deployment());
    assert_eq!(resource.kind_and_group().to_string(), "Deployment.apps");
    assert_eq!((resource.name(), resource.namespace()), ("app", Some("shop")));
    let sent = resource.to_apply(
        &[("mooring.dev/integration".into(), "i".into())],
        &[("part-of".into(), "x".into())],
        Some("elsewhere"),
    );
    assert_eq!(*resource.body(), deployment());
    assert_eq!(
        sent["metadata"],
        json!({
            "name": "app", "namespace": "elsewhere",
            "labels": {"app": "app", "part-of": "x"},
            "annotations": {"mooring.dev/integration": "i"},
        })
    );
    assert_eq!(sent.get("status"), None);
    assert_eq!(sent["spec"]["template"]["metadata"], json!({"labels": {"app": "app"}}));
}
