//! Kinds without a Rust type.

use kube::api::ApiResource;
use kube::core::GroupVersionKind;

use super::*;

struct WidgetKind;

impl DynamicKind for WidgetKind {
    fn resource() -> ApiResource {
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("example.com", "v1", "Widget"), "widgets")
    }
}

type Widget = Dynamic<WidgetKind>;

fn definition() -> Value {
    let schema = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
            "versions": [{ "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema } }],
        },
    })
}

fn widget(size: u32) -> Value {
    json!({
        "apiVersion": "example.com/v1", "kind": "Widget",
        "metadata": { "name": "w", "namespace": "default" }, "spec": { "size": size },
    })
}

#[tokio::test]
async fn a_kind_without_a_type_is_reconciled_in_every_cluster_and_its_objects_are_whole() {
    let (fleet, provider) = two().await;
    for (size, cluster) in (1..).zip(fleet.clusters()) {
        cluster.create(definition()).unwrap();
        cluster.create(widget(size)).unwrap();
    }
    let quick = Backoff::new(Duration::from_millis(5), Duration::from_millis(20));
    let seen = Arc::new(Mutex::new(BTreeMap::new()));
    let notes = Arc::clone(&seen);
    let reconcile = move |request: Request<Widget>, ctx: Ctx<Widget>| {
        let widget = ctx.store::<Widget>().ok().and_then(|store| store.get(&request.object));
        let size = widget.and_then(|widget| widget.data["spec"]["size"].as_u64());
        notes.lock().unwrap().insert(request.to_string(), size);
        async { Ok::<_, Failed>(Action::await_change()) }
    };
    let by_size = |widget: &Widget| vec![widget.data["spec"]["size"].to_string()];
    let running = MultiClusterController::<Widget>::new(provider.clone())
        .watch_options(WatchOptions::default().with_backoff(quick))
        .watches_main(Config::default())
        .index("by-size", by_size)
        .run(reconcile)
        .unwrap();
    let both = BTreeMap::from([
        ("cluster://c0/default/w".to_owned(), Some(1)),
        ("cluster://c1/default/w".to_owned(), Some(2)),
    ]);
    until("both are seen", || *seen.lock().unwrap() == both).await;
    let patch = serde_json::to_vec(&json!({ "spec": { "size": 9 } })).unwrap();
    let request = http::Request::patch("/apis/example.com/v1/namespaces/default/widgets/w")
        .header("content-type", "application/merge-patch+json");
    let changed: Value = fleet.clusters()[0].client().unwrap().request(request.body(patch).unwrap()).await.unwrap();
    assert_eq!(changed["spec"]["size"], 9);
    until("the change is seen", || seen.lock().unwrap().get("cluster://c0/default/w") == Some(&Some(9))).await;
    running.shutdown().await;
}
