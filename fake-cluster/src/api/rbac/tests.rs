use super::*;

fn wanted<'a>(verb: &'a str, group: &'a str, resource: &'a str, subresource: &'a str, name: &'a str) -> Attributes<'a> {
    Attributes { verb, group, resource, subresource, name, ..Attributes::default() }
}

#[test]
fn a_rule_matches_verb_group_resource_and_name() {
    let rule = json!({"verbs": ["get"], "apiGroups": [""], "resources": ["pods", "*/scale", "secrets"], "resourceNames": ["a"]});
    assert!(allows(&rule, &wanted("get", "", "pods", "", "a")));
    assert!(allows(&rule, &wanted("get", "", "deployments", "scale", "a")));
    for no in [
        wanted("list", "", "pods", "", "a"),
        wanted("get", "apps", "pods", "", "a"),
        wanted("get", "", "pods", "status", "a"),
        wanted("get", "", "pods", "", "b"),
        wanted("get", "", "pods", "", ""),
    ] {
        assert!(!allows(&rule, &no), "{no:?}");
    }
}

#[test]
fn a_path_pattern_may_end_with_a_star() {
    let rule = json!({"verbs": ["get"], "nonResourceURLs": ["/healthz", "/logs/*"]});
    let path = |path| Attributes { verb: "get", path: Some(path), ..Attributes::default() };
    assert!(allows(&rule, &path("/healthz")) && allows(&rule, &path("/logs/a")));
    assert!(!allows(&rule, &path("/healthz/ping")) && !allows(&rule, &path("/logs")));
}

#[test]
fn who_may_not_grant_everything_is_told_what_is_missing() {
    let api = api();
    let role = |rule: Value| json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}, "rules": [rule]});
    let create = |rule: Value| {
        let body = role(rule);
        let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
        api.request_as(User::new("jane", &[]), "test", http::Method::POST, path, "application/json", Some(&body))
    };
    let refused = create(json!({
        "apiGroups": ["", "apps"], "resources": ["pods"], "resourceNames": ["a", "b"], "verbs": ["get", "list"],
    }));
    assert_eq!(
        refused.unwrap_err().message().lines().skip(1).collect::<Vec<_>>(),
        [
            r#"{APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["get" "list"]}"#,
            r#"{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get" "list"]}"#,
            r#"{APIGroups:["apps"], Resources:["pods"], ResourceNames:["a"], Verbs:["get" "list"]}"#,
            r#"{APIGroups:["apps"], Resources:["pods"], ResourceNames:["b"], Verbs:["get" "list"]}"#,
        ]
    );
    let many = |prefix: &str| (0..200).map(|at| format!("{prefix}{at}")).collect::<Vec<_>>();
    let refused = create(json!({"apiGroups": many("g"), "resources": many("r"), "verbs": many("v")}));
    assert_eq!(refused.unwrap_err().code(), 501);
}

#[test]
fn a_role_that_is_not_there_cannot_be_bound() {
    let api = api();
    let bind = |kind: &str| {
        let body = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "b"},
            "roleRef": {"apiGroup": GROUP, "kind": kind, "name": "absent, not found"},
        });
        let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
        api.request_as(User::new("jane", &[]), "test", http::Method::POST, path, "application/json", Some(&body))
    };
    assert_eq!(bind("Role").unwrap_err().code(), 404);
    assert_eq!(bind("ClusterRole").unwrap_err().code(), 404);
}

/// An API in which Jane may write roles, and nothing else.
fn api() -> Api {
    let noon = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let api = Api::new(Arc::new(move || noon), crate::storage::DEFAULT_HISTORY);
    api.access().allow(crate::api::Rule {
        subjects: vec!["jane".into()],
        verbs: vec!["create".into()],
        ..crate::api::Rule::default()
    });
    api
}
