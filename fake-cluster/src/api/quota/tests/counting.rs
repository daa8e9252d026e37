use super::*;

#[test]
fn by_default_quotas_are_objects_like_others() {
    let cluster = Cluster::with(ResourceQuotas::Stored);
    cluster.quota("q", &json!({"configmaps": "0"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    assert_eq!(cluster.status("q"), json!({}));
}

#[test]
fn a_quota_without_a_status_is_not_enforced_by_the_server_alone() {
    let cluster = Cluster::with(ResourceQuotas::Enforced);
    cluster.quota("q", &json!({"configmaps": "0"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    cluster.patch("resourcequotas/q/status", &json!({"status": {"hard": {"configmaps": "1"}}})).unwrap();
    let refusal = cluster.create("configmaps", &config_map("b")).unwrap_err();
    assert_eq!(refusal.message(), "configmaps \"b\" is forbidden: status unknown for quota: q, resources: configmaps");
}

#[test]
fn the_server_alone_charges_and_forgets_nothing() {
    let cluster = Cluster::with(ResourceQuotas::Enforced);
    cluster.quota("q", &json!({"configmaps": "3"}));
    let status = json!({"status": {"hard": {"configmaps": "3"}, "used": {"configmaps": "0"}}});
    cluster.patch("resourcequotas/q/status", &status).unwrap();
    cluster.create("configmaps", &config_map("a")).unwrap();
    assert_eq!(cluster.create("configmaps", &config_map("a")).unwrap_err().code(), 409);
    cluster.delete("configmaps/a");
    assert_eq!(cluster.used("q"), json!({"configmaps": "2"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    assert_eq!(cluster.create("configmaps", &config_map("b")).unwrap_err().code(), 403);
}

#[test]
fn a_new_quota_knows_what_is_used() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.create("configmaps", &config_map("a")).unwrap();
    cluster.create("pods", &pod("a", "300m")).unwrap();
    cluster.quota("q", &json!({"configmaps": "1", "requests.cpu": "1", "count/nothing.example.com": "1"}));
    let hard = json!({"configmaps": "1", "requests.cpu": "1", "count/nothing.example.com": "1"});
    assert_eq!(cluster.status("q"), json!({"hard": hard, "used": {"configmaps": "1", "requests.cpu": "300m"}}));
    let refusal = cluster.create("configmaps", &config_map("b")).unwrap_err();
    assert_eq!(
        refusal.message(),
        "configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1"
    );
}

#[test]
fn what_is_deleted_or_has_ended_is_charged_no_more() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"pods": "2", "cpu": "1", "count/pods": "9"}));
    cluster.create("pods", &pod("a", "600m")).unwrap();
    cluster.create("pods", &pod("b", "400m")).unwrap();
    assert_eq!(cluster.used("q"), json!({"pods": "2", "cpu": "1", "count/pods": "2"}));
    cluster.patch("pods/a/status", &json!({"status": {"phase": "Succeeded"}})).unwrap();
    assert_eq!(cluster.used("q"), json!({"pods": "1", "cpu": "400m", "count/pods": "2"}));
    cluster.delete("pods/b");
    assert_eq!(cluster.used("q"), json!({"pods": "0", "cpu": "0", "count/pods": "1"}));
}

#[test]
fn a_write_that_fails_leaves_nothing_charged() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"configmaps": "9"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    assert_eq!(cluster.create("configmaps", &config_map("a")).unwrap_err().code(), 409);
    let path = "/api/v1/namespaces/default/configmaps?dryRun=All";
    cluster.0.request(Method::POST, path, Some(&config_map("b"))).unwrap();
    assert_eq!(cluster.used("q"), json!({"configmaps": "1"}));
}

#[test]
fn who_asks_again_for_what_is_there_moves_no_quota() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"configmaps": "9"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    let quota = |cluster: &Cluster| {
        cluster.0.request(Method::GET, "/api/v1/namespaces/default/resourcequotas/q", None).unwrap()
    };
    let before = quota(&cluster);
    assert_eq!(cluster.create("configmaps", &config_map("a")).unwrap_err().code(), 409);
    assert_eq!(quota(&cluster), before);
}

#[test]
fn a_kind_that_comes_later_is_counted_when_it_is_there() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"count/widgets.example.com": "1"}));
    assert_eq!(cluster.status("q"), json!({"hard": {"count/widgets.example.com": "1"}}));
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}],
        },
    });
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    cluster.0.request(Method::POST, definitions, Some(&definition)).unwrap();
    let make = |name: &str| {
        let widget = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name}});
        cluster.0.request(Method::POST, "/apis/example.com/v1/namespaces/default/widgets", Some(&widget))
    };
    make("a").unwrap();
    assert_eq!(cluster.used("q"), json!({"count/widgets.example.com": "1"}));
    assert_eq!(make("b").unwrap_err().code(), 403);
}

#[test]
fn the_quotas_of_a_snapshot_are_minded() {
    let before = Cluster::with(ResourceQuotas::Stored);
    before.quota("q", &json!({"configmaps": "2"}));
    before.create("configmaps", &config_map("a")).unwrap();
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.0.restore(&before.0.snapshot()).unwrap();
    cluster.create("configmaps", &config_map("b")).unwrap();
    assert_eq!(cluster.used("q"), json!({"configmaps": "2"}));
    assert_eq!(cluster.create("configmaps", &config_map("c")).unwrap_err().code(), 403);
}

#[test]
fn what_changes_nothing_that_is_counted_counts_nothing() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.create("secrets", &json!({"metadata": {"name": "s"}})).unwrap();
    cluster.create("configmaps", &config_map("a")).unwrap();
    cluster.quota("q", &json!({"configmaps": "9"}));
    // Only who counts anew mends what somebody wrote.
    cluster.patch("resourcequotas/q/status", &json!({"status": {"used": {"configmaps": "7"}}})).unwrap();
    let wrong = cluster.used("q");
    let again = cluster.create("configmaps", &config_map("a"));
    assert_eq!(again.unwrap_err().code(), 409);
    cluster.delete("secrets/s");
    assert_eq!(cluster.used("q"), wrong);
}

#[test]
fn what_finalizers_held_is_charged_until_they_are_gone() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"configmaps": "9"}));
    let mut held = config_map("a");
    held["metadata"]["finalizers"] = json!(["example.com/held"]);
    cluster.create("configmaps", &held).unwrap();
    cluster.delete("configmaps/a");
    assert_eq!(cluster.used("q"), json!({"configmaps": "1"}));
    cluster.patch("configmaps/a", &json!({"metadata": {"finalizers": null}})).unwrap();
    assert_eq!(cluster.used("q"), json!({"configmaps": "0"}));
}

#[test]
fn other_limits_count_from_the_moment_they_are_written() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"configmaps": "1"}));
    cluster.create("configmaps", &config_map("a")).unwrap();
    cluster.patch("resourcequotas/q", &json!({"spec": {"hard": {"configmaps": "2", "secrets": "0"}}})).unwrap();
    let hard = json!({"configmaps": "2", "secrets": "0"});
    assert_eq!(cluster.status("q"), json!({"hard": hard, "used": {"configmaps": "1", "secrets": "0"}}));
    cluster.create("configmaps", &config_map("b")).unwrap();
    // A quota that counts quotas counts itself.
    cluster.quota("more", &json!({"resourcequotas": "2"}));
    assert_eq!(cluster.used("more"), json!({"resourcequotas": "2"}));
    let refusal = cluster.create("resourcequotas", &quota("third", &json!({}))).unwrap_err();
    assert_eq!(refusal.code(), 403);
}

#[test]
fn who_writes_at_once_cannot_exceed_a_quota() {
    let cluster = Cluster::with(ResourceQuotas::Followed);
    cluster.quota("q", &json!({"configmaps": "10", "secrets": "10"}));
    let created: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let cluster = &cluster;
                scope.spawn(move || {
                    let mut made = 0;
                    for number in 0..8 {
                        let name = format!("m-{writer}-{number}");
                        made += usize::from(cluster.create("configmaps", &config_map(&name)).is_ok());
                        // Somebody else's deletions have the quota counted anew.
                        cluster.create("secrets", &json!({"metadata": {"name": name}})).unwrap();
                        cluster.delete(&format!("secrets/{name}"));
                    }
                    made
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(created, 10);
    assert_eq!(cluster.used("q"), json!({"configmaps": "10", "secrets": "0"}));
}
