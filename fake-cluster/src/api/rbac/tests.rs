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
