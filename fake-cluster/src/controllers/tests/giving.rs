use super::*;

#[test]
fn each_namespace_is_given_its_account_and_the_authority() {
    let api = api();
    let accounts = Controllers::none().with_service_accounts(true);
    create(&api, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}));
    settle(&api, accounts);
    for namespace in ["default", "kube-system", "n"] {
        assert!(get(&api, &format!("/api/v1/namespaces/{namespace}/serviceaccounts/default")).is_some());
        let published = get(&api, &format!("/api/v1/namespaces/{namespace}/configmaps/kube-root-ca.crt")).unwrap();
        assert_eq!(published["data"], json!({"ca.crt": "ca"}));
        assert_eq!(published["metadata"]["managedFields"][0]["manager"], "kube-controller-manager");
    }
    let path = "/api/v1/namespaces/n/configmaps/kube-root-ca.crt";
    api.request(Method::PATCH, path, Some(&json!({"data": {"ca.crt": "another"}}))).unwrap();
    api.request(Method::DELETE, "/api/v1/namespaces/n/serviceaccounts/default", None).unwrap();
    settle(&api, accounts);
    assert_eq!(get(&api, path).unwrap()["data"], json!({"ca.crt": "ca"}));
    assert!(get(&api, "/api/v1/namespaces/n/serviceaccounts/default").is_some());
}

#[test]
fn an_aggregated_role_has_the_rules_of_those_that_it_selects() {
    let api = api();
    let roles = Controllers::none().with_cluster_roles(true);
    let role = |name: &str, wanted: &str, resource: &str| {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": name, "labels": {"to": wanted}},
            "rules": [{"apiGroups": [""], "resources": [resource], "verbs": ["get"]}],
        })
    };
    create(&api, role("b", "sum", "pods"));
    create(&api, role("a", "sum", "nodes"));
    create(&api, role("c", "else", "secrets"));
    create(
        &api,
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "sum"},
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "sum"}}]}, "rules": [],
        }),
    );
    settle(&api, roles);
    let path = |name: &str| format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}");
    let resources = || {
        get(&api, &path("sum")).unwrap()["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| rule["resources"][0].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(resources(), ["nodes", "pods"]);
    api.request(Method::DELETE, &path("a"), None).unwrap();
    settle(&api, roles);
    assert_eq!(resources(), ["pods"]);
}
