//! By intent those of `test_openshift_base.py` and `test_openshift_resources_base.py` of `qontract-reconcile`.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Group, kind, and whether its objects live in namespaces.
struct Served(&'static [(&'static str, &'static str, bool)]);

const SERVED: Served = Served(&[
    ("", "Secret", true),
    ("", "ConfigMap", true),
    ("apps", "Deployment", true),
    ("rbac.authorization.k8s.io", "ClusterRole", false),
    ("config.openshift.io", "Project", false),
    ("project.openshift.io", "Project", false),
]);

impl Kinds for Served {
    fn kind(&self, query: &KindQuery) -> Result<(GroupKind, bool), KindError> {
        let fits = |(group, kind, _): &&(&str, &str, bool)| {
            query.kind == *kind && query.group.as_ref().is_none_or(|wanted| wanted == group)
        };
        match self.0.iter().filter(fits).collect::<Vec<_>>()[..] {
            [] => Err(KindError::NotFound { query: query.clone(), suggestions: Vec::new(), unlisted: Vec::new() }),
            [(group, kind, namespaced)] => Ok((GroupKind::new(*group, *kind), *namespaced)),
            _ => Err(KindError::Ambiguous { query: query.clone(), candidates: Vec::new() }),
        }
    }
}

fn strict() -> SpecOptions {
    SpecOptions { cluster_scope_resource_validation: true, ..SpecOptions::default() }
}

fn of(records: &[NamespaceRecord], options: &SpecOptions) -> Specs {
    specs(SpecInput::namespaces(records), &|_| Some(&SERVED), options).unwrap()
}

fn record() -> NamespaceRecord {
    NamespaceRecord::new("c", "ns")
}

/// The buckets that are to be read, each with its names.
fn current(specs: &Specs) -> Vec<String> {
    let line = |spec: &CurrentStateSpec| match &spec.managed_names {
        Some(names) => format!("{} {:?}", spec.bucket, names),
        None => spec.bucket.to_string(),
    };
    specs.current.iter().map(line).collect()
}

fn issues(specs: &Specs) -> Vec<(IssueClass, String, Option<&str>)> {
    specs.issues.iter().map(|issue| (issue.class, issue.reach.to_string(), issue.path.as_deref())).collect()
}

#[test]
fn it_is_namespaces_or_clusters() {
    let (records, clusters) = ([record().managing("Secret")], ["c".into()]);
    let make = |input, options: &SpecOptions| specs(input, &|_| Some(&SERVED), options);
    let both = SpecInput { namespaces: &records, clusters: &clusters };
    assert_eq!(make(both, &strict()).unwrap_err(), SpecError::Both);
    assert_eq!(make(SpecInput::default(), &strict()).unwrap_err(), SpecError::Neither);
    assert_eq!(make(SpecInput::clusters(&clusters), &strict()).unwrap_err(), SpecError::NoTypes);
}

#[test]
fn what_a_record_manages_is_read_and_what_it_declares_is_desired() {
    let mut record = record().managing("Secret").managing("Deployment").naming("Secret", ["a", "b"]);
    record.openshift_resources = Some(vec![json!({ "provider": "route", "path": "/x" })]);
    record.cluster_admin = Some(true);
    let specs = of(&[record], &strict());
    assert_eq!(current(&specs), [r#"[c/ns] Secret {"a", "b"}"#, "[c/ns] Deployment.apps"]);
    assert!(specs.current.iter().all(|spec| spec.privileged) && specs.desired.iter().all(|spec| spec.privileged));
    assert_eq!(specs.desired[0].resource["path"], "/x");
    assert!(specs.issues.is_empty());
}

#[test]
fn a_record_that_manages_nothing_is_passed_over() {
    let mut empty = record();
    empty.managed_resource_types = Some(Vec::new());
    empty.openshift_resources = Some(vec![json!({})]);
    assert_eq!(of(&[record(), empty], &strict()), Specs::default());
}

#[test]
fn an_override_says_which_kind_is_meant() {
    let record =
        record().managing("Project").overriding("Project", "Project.config.openshift.io").naming("Project", ["a"]);
    let specs = of(&[record], &strict());
    assert_eq!(current(&specs), [r#"[c] Project.config.openshift.io {"a"}"#]);
    assert!(specs.issues.is_empty());
}

#[test]
fn two_spellings_are_one_kind() {
    for names in ["Deployment", "Deployment.apps", "Deployment.apps/v1"] {
        let record = record().managing("Deployment.apps").managing("Deployment").naming(names, ["a"]);
        let specs = of(&[record], &strict());
        assert_eq!(current(&specs), [r#"[c/ns] Deployment.apps {"a"}"#], "{names}");
        assert!(specs.issues.is_empty(), "{names}: {:?}", specs.issues);
    }
}

#[test]
fn entries_for_kinds_that_are_not_managed_are_issues_of_that_namespace_unless_kinds_are_overridden() {
    let records = [
        record().managing("Secret").naming("ConfigMap", ["a"]).overriding("Project", "x.y"),
        NamespaceRecord::new("c", "other").managing("Secret"),
    ];
    let specs = of(&records, &strict());
    let managed = "managedResourceTypeOverrides[0].resource";
    assert_eq!(
        issues(&specs),
        [
            (IssueClass::NotManaged, "[c/ns]".into(), Some("managedResourceNames[0].resource")),
            (IssueClass::NotManaged, "[c/ns]".into(), Some(managed)),
        ]
    );
    assert_eq!(current(&specs), ["[c/ns] Secret", "[c/other] Secret"], "everything else goes on");

    let overridden = SpecOptions { override_managed_types: Some(vec!["Deployment".into()]), ..strict() };
    let specs = of(&records, &overridden);
    assert!(specs.issues.is_empty());
    assert_eq!(current(&specs), ["[c/ns] Deployment.apps", "[c/other] Deployment.apps"]);
}

#[test]
fn kinds_are_checked_one_by_one_and_each_mistake_is_its_own_issue() {
    let record = ["Widget.example.com", "Project", "Secret", ".", "ClusterRole"]
        .into_iter()
        .fold(record(), NamespaceRecord::managing);
    let specs = of(&[record], &strict());
    assert_eq!(
        current(&specs),
        ["[c/ns] Secret", "[c/ns] Widget.example.com"],
        "an unknown kind may come in the same change"
    );
    assert_eq!(
        issues(&specs),
        [
            (IssueClass::NotManaged, "[c] ClusterRole.rbac.authorization.k8s.io".into(), None),
            (IssueClass::AmbiguousKind, "[c/ns] Project".into(), None),
            (IssueClass::Invalid, "[c/ns]".into(), None),
        ]
    );
}

#[test]
fn a_kind_without_namespace_is_managed_by_names_unless_nobody_minds() {
    let named = of(&[record().managing("ClusterRole").naming("ClusterRole", ["a"])], &strict());
    assert_eq!(current(&named), [r#"[c] ClusterRole.rbac.authorization.k8s.io {"a"}"#]);
    assert!(named.issues.is_empty());
    let unnamed = record().managing("ClusterRole");
    assert_eq!(of(std::slice::from_ref(&unnamed), &strict()).issues.len(), 1);
    let lenient = of(&[unnamed], &SpecOptions::default());
    assert_eq!(current(&lenient), ["[c] ClusterRole.rbac.authorization.k8s.io"]);
}

#[test]
fn two_namespaces_of_a_cluster_cannot_manage_the_same_object_outside_of_namespaces() {
    let in_cluster = |cluster: &str, namespace: &str, names: &[&'static str]| {
        NamespaceRecord::new(cluster, namespace).managing("ClusterRole").naming("ClusterRole", names.iter().copied())
    };
    let records = [in_cluster("c", "a", &["x", "y"]), in_cluster("c", "b", &["y", "z"]), in_cluster("d", "b", &["x"])];
    let specs = of(&records, &strict());
    let kind = "ClusterRole.rbac.authorization.k8s.io";
    assert_eq!(current(&specs), [format!(r#"[c] {kind} {{"x", "y", "z"}}"#), format!(r#"[d] {kind} {{"x"}}"#)]);
    assert_eq!(issues(&specs), [(IssueClass::Duplicate, format!("[c] {kind} y"), None)]);
    let object = |name: &str| BucketId::new("c", None, kind.parse().unwrap()).object(name);
    assert!(specs.is_named_by("a", &object("x")) && specs.is_named_by("b", &object("y")));
    assert!(!specs.is_named_by("b", &object("x")), "another namespace names it");
    let named: Vec<_> = specs.cluster_scoped_resources("c", "b").map(|object| object.name.to_string()).collect();
    assert_eq!(named, ["y", "z"]);
}

#[test]
fn clusters_are_read_for_the_kinds_that_are_given() {
    let clusters: [ClusterName; 3] = ["c".into(), "d".into(), "gone".into()];
    let types = ["ClusterRole", "Secret", "Project", "Widget"].map(String::from);
    let options = SpecOptions { override_managed_types: Some(types.into()), cluster_admin: true, ..strict() };
    let kinds = |cluster: &str| (cluster != "gone").then_some(&SERVED as &dyn Kinds);
    let specs = specs(SpecInput::clusters(&clusters), &kinds, &options).unwrap();
    let kind = "ClusterRole.rbac.authorization.k8s.io";
    assert_eq!(current(&specs), ["[c] Widget", &format!("[c] {kind}"), "[d] Widget", &format!("[d] {kind}")]);
    assert!(specs.current.iter().all(|spec| !spec.privileged) && specs.desired.is_empty());
    assert_eq!(issues(&specs).len(), 4);
}

#[test]
fn records_are_read_as_inventories_write_them() {
    let record: NamespaceRecord = serde_json::from_value(json!({
        "name": "ns", "cluster": { "name": "c", "serverUrl": "https://x" }, "clusterAdmin": null, "delete": true, "path": "/a",
        "managedResourceTypes": ["Secret"],
        "managedResourceNames": [{ "resource": "Secret", "resourceNames": ["a"] }],
        "managedResourceTypeOverrides": null,
        "openshiftResources": [{ "token": "sentinel-91ab" }],
    }))
    .unwrap();
    assert!(record.is_deleted());
    assert!(!format!("{record:?}").contains("sentinel"));
    let specs = of(&[record], &strict());
    assert_eq!(current(&specs), [r#"[c/ns] Secret {"a"}"#]);
    assert!(!format!("{specs:?}").contains("sentinel"));
    assert!(!specs.current[0].privileged);
}

proptest! {
    #[test]
    fn the_order_of_kinds_and_records_does_not_matter(
        seed in prop::collection::vec((0usize..3, prop::collection::vec(0usize..7, 0..5), prop::collection::vec((0usize..7, 0usize..3), 0..3)), 0..5)
    ) {
        const KINDS: [&str; 7] = ["Secret", "Deployment", "Deployment.apps", "ClusterRole", "Project", "Widget", ""];
        let mut records: Vec<_> = seed.iter().enumerate().map(|(number, (cluster, kinds, names))| {
            let record = NamespaceRecord::new(format!("c{cluster}"), format!("ns{number}"));
            let record = kinds.iter().fold(record, |record, kind| record.managing(KINDS[*kind]));
            names.iter().fold(record, |record, (kind, name)| record.naming(KINDS[*kind], [format!("n{name}")]))
        }).collect();
        let options = strict();
        let make = |records: &[NamespaceRecord]| {
            let specs = specs(SpecInput::namespaces(records), &|_| Some(&SERVED), &options);
            specs.map(|specs| (specs.current, specs.issues.len()))
        };
        let forth = make(&records);
        records.reverse();
        for record in &mut records {
            if let Some(types) = &mut record.managed_resource_types {
                types.reverse();
            }
        }
        prop_assert_eq!(make(&records), forth);
    }
}
