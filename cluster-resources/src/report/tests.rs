//! Every form of a report against the files in `golden`, against the schema, and against whatever can be thought of.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::id::{GroupKind, ObjectId, Origin, Scope};
use crate::issue::{Issue, IssueClass, Reach, Severity};
use crate::outcome::{Applied, Done, ExitStatus, Outcome, RunOutcome, Verified};
use crate::plan::{Action, FieldChange, ForeignField, LiveVersion, PLAN_VERSION, Plan, PlanItem, Reason};
use crate::policy::Foreign;

fn id(cluster: &str, namespace: Option<&str>, kind: &str, name: &str) -> ObjectId {
    ObjectId { cluster: cluster.into(), scope: Scope::of(namespace), kind: kind.parse().unwrap(), name: name.into() }
}

fn item(id: ObjectId, action: Action, reason: Reason) -> PlanItem {
    PlanItem {
        id,
        api_version: "v1".into(),
        stage: 5,
        action,
        reason,
        desired_hash: None,
        live: None,
        changes: Vec::new(),
        foreign: Vec::new(),
        after: Vec::new(),
        unverifiable: Vec::new(),
        privileged: false,
        origin: None,
    }
}

fn change(path: &str, before: Option<Value>, after: Option<Value>) -> FieldChange {
    FieldChange { path: path.into(), before, after, manager: None }
}

/// A plan with something of everything.
fn plan() -> Plan {
    let origin = |file: &str, document| Some(Origin { document: Some(document), ..Origin::file(file) });
    let web = id("prod-eu", Some("shop"), "Deployment.apps", "web");
    let config = id("prod-eu", Some("shop"), "ConfigMap", "web");
    let namespace = id("prod-us", None, "Namespace", "shop");
    let items = vec![
        PlanItem {
            stage: 1,
            origin: origin("base/namespace.yaml", 1),
            ..item(namespace.clone(), Action::Create, Reason::Missing)
        },
        PlanItem {
            changes: vec![
                change(
                    "data.\"app.conf\"",
                    Some(json!("a = 1\nb = 2\nc = 3\n")),
                    Some(json!("a = 1\nb = 3\nc = 3\nd = 4\n")),
                ),
                change("data.owner", None, Some(json!("shop"))),
                change("data.old", Some(json!("x".repeat(300))), None),
                change("metadata.annotations.\"kubectl.kubernetes.io/last-applied-configuration\"", None, None),
                change("metadata.generation", Some(json!(3)), Some(json!(4))),
            ],
            foreign: vec![ForeignField {
                path: "data.debug".into(),
                pointer: "/data/debug".into(),
                manager: "kubectl-edit".into(),
                also: Vec::new(),
                time: Some("2026-08-21T10:00:00Z".into()),
                policy: Foreign::Revert,
            }],
            origin: origin("shop/web.yaml", 1),
            ..item(config.clone(), Action::Update, Reason::DeclarationChanged)
        },
        item(id("prod-eu", Some("shop"), "Service", "web"), Action::Unchanged, Reason::InSync),
        PlanItem {
            api_version: "apps/v1".into(),
            stage: 6,
            changes: vec![
                FieldChange {
                    manager: Some("kubectl-edit".into()),
                    ..change(
                        "spec.template.spec.containers[name=app].image",
                        Some(json!("web:2-hack")),
                        Some(json!("web:2")),
                    )
                },
                change("spec.replicas", Some(json!(3)), Some(json!(5))),
            ],
            after: vec![config.clone()],
            origin: origin("shop/web.yaml", 2),
            ..item(web.clone(), Action::Update, Reason::Drifted)
        },
        PlanItem {
            changes: vec![change("roleRef.name", Some(json!("view")), Some(json!("edit")))],
            privileged: true,
            ..item(
                id("prod-eu", Some("shop"), "RoleBinding.rbac.authorization.k8s.io", "devs"),
                Action::Replace,
                Reason::Immutable("roleRef".into()),
            )
        },
        PlanItem {
            unverifiable: vec![namespace.clone()],
            changes: vec![change("data.password", None, Some(json!("<secret 7f3a91c04d>")))],
            ..item(id("prod-us", Some("shop"), "Secret", "db"), Action::Create, Reason::Missing)
        },
        item(id("prod-us", Some("mesh"), "ConfigMap", "istio"), Action::Blocked, Reason::OwnedByOther("argocd".into())),
        item(id("prod-us", Some("old"), "Service", "kept"), Action::Skip, Reason::PruneDisabled),
        PlanItem {
            live: Some(LiveVersion::new("u-1", "42")),
            ..item(id("prod-eu", Some("shop"), "ConfigMap", "old"), Action::Delete, Reason::NotDeclared)
        },
    ];
    let forbidden = Issue::warning(
        Reach::Kind(id("prod-us", Some("old"), "Secret", "x").bucket()),
        IssueClass::Forbidden,
        "secrets may not be listed; grant list on secrets",
    );
    let invalid = Issue::error(Reach::Object(web), IssueClass::Reference, "ConfigMap `app` has no key <b>x</b>")
        .at("spec.template")
        .from(&Origin::file("shop/web.yaml"));
    Plan {
        version: PLAN_VERSION,
        digest: "sha256:0f1e2d".into(),
        field_manager: "mooring/shop".into(),
        items,
        parents: Vec::new(),
        issues: vec![forbidden.clone(), invalid, forbidden],
    }
}

fn done(item: &PlanItem, result: Done) -> Outcome {
    Outcome {
        id: item.id.clone(),
        action: item.action,
        result,
        attempts: 1,
        millis: 12,
        warnings: Vec::new(),
        notes: Vec::new(),
        predicted: None,
        privileged: item.privileged,
    }
}

/// What became of it: some of it failed.
fn outcome(plan: &Plan) -> RunOutcome {
    let outcomes = plan.items.iter().map(|item| match item.action {
        Action::Create => done(
            item,
            Done::Applied { how: Applied::Created, version: LiveVersion::new("u", "1"), generation: Some(1) },
        ),
        Action::Update if item.reason == Reason::Drifted => {
            let mut outcome = done(
                item,
                Done::Applied { how: Applied::Configured, version: LiveVersion::new("u", "2"), generation: Some(2) },
            );
            outcome.warnings.push("spec.template.spec.priority is deprecated".into());
            outcome.notes.push("spec.replicas was left to keda".into());
            outcome
        }
        Action::Update => done(item, Done::NotAttempted("the run was stopped".into())),
        Action::Replace => done(
            item,
            Done::Failed {
                issue: Issue::error(
                    Reach::Object(item.id.clone()),
                    IssueClass::Refused,
                    "admission webhook \"x\" denied it",
                ),
                absent: true,
            },
        ),
        Action::Delete => done(item, Done::Deleted { already: false }),
        Action::Blocked => done(
            item,
            Done::Blocked(Issue::error(Reach::Object(item.id.clone()), IssueClass::Ownership, "it belongs to argocd")),
        ),
        _ => done(item, Done::Skipped("nothing to do".into())),
    });
    RunOutcome {
        plan_digest: plan.digest.clone(),
        dry_run: false,
        outcomes: outcomes.collect(),
        issues: plan.issues.clone(),
    }
}

fn dry(plan: &Plan) -> RunOutcome {
    let outcomes = plan.items.iter().map(|item| {
        let verified = match item.action {
            Action::Create if !item.unverifiable.is_empty() => Verified::Unverified(item.unverifiable.clone()),
            Action::Replace => Verified::DryRunUnsupported(Some("guard.example.com".into())),
            Action::Delete => {
                Verified::Refused(Issue::error(Reach::Run, IssueClass::Forbidden, "configmaps may not be deleted"))
            }
            action if action.writes() => Verified::Accepted,
            _ => Verified::NotAsked,
        };
        done(item, Done::Planned(verified))
    });
    RunOutcome {
        plan_digest: plan.digest.clone(),
        dry_run: true,
        outcomes: outcomes.collect(),
        issues: plan.issues.clone(),
    }
}

fn readiness() -> Vec<(ObjectId, ReadinessFinding)> {
    let web = id("prod-eu", Some("shop"), "Deployment.apps", "web");
    vec![(web, ReadinessFinding::new(false, "InProgress", "2 of 5 replicas are ready"))]
}

/// To write the files anew: `UPDATE_GOLDEN=1 cargo test -p cluster-resources --all-features report::tests`
#[track_caller]
fn golden(name: &str, actual: &str) {
    let file = format!("{}/src/report/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(expected == actual, "{name} is\n{actual}\nand should be\n{expected}");
}

fn validate(document: &Document) {
    let mut schema = schema();
    let value: Value = serde_json::from_str(&document.json()).unwrap();
    assert_eq!(jsonschema::validate(&schema, &value).map_err(|error| error.to_string()), Ok(()));
    // The lines are below #/$defs/Line of the same schema.
    schema["$ref"] = json!("#/$defs/Line");
    for member in ["properties", "required", "type"] {
        schema.as_object_mut().unwrap().remove(member);
    }
    let line = jsonschema::validator_for(&schema).unwrap();
    let lines: Vec<Value> = document.ndjson().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for value in &lines {
        assert!(line.is_valid(value), "{value}");
    }
    assert_eq!(lines.last().unwrap()["type"], "summary");
    assert!(!line.is_valid(&json!({ "type": "other" })));
}

#[test]
fn a_plan_as_text() {
    let plan = plan();
    golden("plan.txt", &Report::new(&plan).document().text(&TextOptions::default()));
}

#[test]
fn a_plan_as_coloured_text_with_what_does_not_change() {
    let plan = plan();
    let options = TextOptions::default().with_colour(true).with_unchanged(true);
    golden("plan.ansi", &Report::new(&plan).document().text(&options));
}

#[test]
fn an_outcome_as_text() {
    let plan = plan();
    let outcome = outcome(&plan);
    let document = Report::new(&plan).with_outcome(&outcome).with_readiness(readiness()).document();
    golden("outcome.txt", &document.text(&TextOptions::default()));
}

#[test]
fn a_dry_run_as_text() {
    let plan = plan();
    let outcome = dry(&plan);
    golden("dry-run.txt", &Report::new(&plan).with_outcome(&outcome).document().text(&TextOptions::default()));
}

#[test]
fn an_outcome_as_json_lines_and_markdown() {
    let plan = plan();
    let outcome = outcome(&plan);
    let document = Report::new(&plan).with_outcome(&outcome).with_readiness(readiness()).document();
    validate(&document);
    golden("outcome.json", &document.json());
    golden("outcome.ndjson", &document.ndjson());
    golden("outcome.md", &document.markdown(&MarkdownOptions::default()));
}

#[test]
fn a_report_that_was_written_can_be_read_and_shown_again() {
    let plan = plan();
    let outcome = dry(&plan);
    let document = Report::new(&plan).with_outcome(&outcome).with_readiness(readiness()).document();
    validate(&document);
    let read: Document = serde_json::from_str(&document.json()).unwrap();
    assert_eq!(read, document);
}

#[test]
fn nothing_to_do_is_said() {
    let plan = Plan {
        items: vec![item(id("a", None, "Namespace", "x"), Action::Unchanged, Reason::InSync)],
        issues: Vec::new(),
        ..plan()
    };
    let text = Report::new(&plan).document().text(&TextOptions::default());
    assert_eq!(text, "nothing to do\n\nSummary\n  a      1 unchanged\n  total  1 unchanged\n");
}

#[test]
fn a_foreign_field_that_is_only_reported_is_shown_though_nothing_is_done() {
    let mut unchanged = item(id("a", None, "Namespace", "x"), Action::Unchanged, Reason::InSync);
    unchanged.foreign.push(ForeignField {
        path: "metadata.labels.x".into(),
        pointer: "/metadata/labels/x".into(),
        manager: "kubectl-label".into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Report,
    });
    let plan = Plan { items: vec![unchanged], issues: Vec::new(), ..plan() };
    let text = Report::new(&plan).document().text(&TextOptions::default());
    assert!(
        text.starts_with(
            "= a Namespace x\n    it is as declared\n    foreign metadata.labels.x by kubectl-label: reported\n"
        ),
        "{text}"
    );
}

#[test]
fn the_same_finding_is_said_once_and_the_worst_first() {
    let plan = plan();
    let outcome = outcome(&plan);
    let issues = Report::new(&plan).with_outcome(&outcome).document().issues;
    assert_eq!(issues.iter().map(|issue| issue.severity).collect::<Vec<_>>(), [Severity::Error, Severity::Warning]);
}

#[test]
fn secret_values_are_hidden_wherever_they_are_quoted() {
    const SENTINEL: &str = "s3cr3t-sentinel-value";
    let mut secrets = SecretValues::new();
    secrets.add_object(&json!({ "stringData": { "token": SENTINEL } }));
    let mut plan = plan();
    let at = format!("https://x:{SENTINEL}@git/base.yaml");
    for item in &mut plan.items {
        item.origin = Some(Origin::file(at.as_str()));
        item.reason = Reason::Protected(SENTINEL.into());
        item.changes.push(change(
            &format!("spec.list[={SENTINEL}]"),
            Some(json!({ "deep": [SENTINEL] })),
            Some(json!(SENTINEL)),
        ));
        item.foreign.push(ForeignField {
            also: Vec::new(),
            path: format!("x[={SENTINEL}]"),
            pointer: String::new(),
            manager: SENTINEL.into(),
            time: None,
            policy: Foreign::Report,
        });
    }
    let bad = Issue::error(Reach::Run, IssueClass::Refused, format!("Invalid value: {SENTINEL:?}"))
        .at(SENTINEL)
        .from(&Origin::file(at.as_str()));
    plan.issues.push(bad.clone());
    let mut outcome = dry(&plan);
    let results = [
        Done::Planned(Verified::Refused(bad.clone())),
        Done::Planned(Verified::DryRunUnsupported(Some(SENTINEL.into()))),
        Done::Skipped(SENTINEL.into()),
        Done::NotAttempted(SENTINEL.into()),
        Done::Blocked(bad.clone()),
        Done::Failed { issue: bad, absent: false },
    ];
    for (outcome, result) in outcome.outcomes.iter_mut().zip(results) {
        outcome.result = result;
        outcome.warnings.push(SENTINEL.into());
        outcome.notes.push(SENTINEL.into());
    }
    let web = id("prod-eu", Some("shop"), "Deployment.apps", "web");
    let report = Report::new(&plan).with_outcome(&outcome).hiding(secrets);
    let report = report.with_readiness([(web, ReadinessFinding::new(false, SENTINEL, SENTINEL))]);
    let document = report.document();
    validate(&document);
    let everything = [
        document.text(&TextOptions::default().with_unchanged(true)),
        document.text(&TextOptions::default().with_colour(true)),
        document.json(),
        document.ndjson(),
        document.markdown(&MarkdownOptions::default()),
        format!("{document:?}"),
    ];
    for shown in everything {
        assert!(!shown.contains(SENTINEL) && shown.contains(HIDDEN), "{shown}");
    }
}

#[test]
fn a_page_is_never_longer_than_asked_for_and_deletions_are_on_it() {
    let mut plan = plan();
    let many = (0..500).map(|number| PlanItem {
        changes: vec![change("data.x", None, Some(json!("y\n".repeat(40))))],
        ..item(id("prod-eu", Some("many"), "ConfigMap", &format!("c{number}")), Action::Create, Reason::Missing)
    });
    plan.items.extend(many);
    let document = Report::new(&plan).document();
    let page = document.markdown(&MarkdownOptions::default());
    assert!(page.len() <= 60_000 && page.len() > 55_000, "{}", page.len());
    assert!(page.contains("ConfigMap old</code>") && page.contains("more objects are not shown here"), "{page}");
    assert_whole(&page);
}

/// Every block and fence that is opened is closed.
#[track_caller]
fn assert_whole(page: &str) {
    let mut fence: Option<&str> = None;
    let mut depth = 0;
    for line in page.lines() {
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => fence = Some(line.trim_end_matches("diff")),
            None => {
                depth += line.matches("<details>").count();
                depth -= line.matches("</details>").count();
            }
        }
    }
    assert_eq!((fence, depth), (None, 0), "{page}");
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(```|\n|</details>|- |@@|a){0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

prop_compose! {
    fn any_id()(cluster in any::<String>(), namespace in any::<Option<String>>(), kind in "[A-Z][a-z]{0,6}", name in any::<String>()) -> ObjectId {
        ObjectId { cluster: cluster.as_str().into(), scope: Scope::of(namespace.as_deref()), kind: GroupKind::core(kind.as_str()), name: name.as_str().into() }
    }
}

prop_compose! {
    fn any_item()(
        id in any_id(), action in 0usize..10, detail in any::<String>(), other in any_id(), stage in any::<u8>(),
        changes in prop::collection::vec((any::<String>(), any_value(), any_value(), 0u8..4), 0..4),
        file in any::<Option<String>>(),
    ) -> PlanItem {
        let actions = [Action::Create, Action::Update, Action::Replace, Action::TakeOver, Action::Delete, Action::Restart, Action::Detach, Action::Unchanged, Action::Skip, Action::Blocked];
        let changes = changes.into_iter().map(|(path, before, after, sides)| {
            change(&path, (sides & 1 == 1).then_some(before), (sides & 2 == 2).then_some(after))
        });
        PlanItem {
            stage,
            foreign: vec![ForeignField { path: detail.clone(), pointer: String::new(), manager: detail.clone(), also: Vec::new(), time: None, policy: Foreign::Report }],
            changes: changes.collect(),
            after: vec![other.clone()],
            unverifiable: vec![other],
            origin: file.map(|file| Origin::file(file.as_str())),
            ..item(id, actions[action], Reason::Issue(detail))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_in_a_plan_it_is_shown_within_bounds_and_by_the_schema(
        items in prop::collection::vec(any_item(), 0..8), message in any::<String>(), max_bytes in 0usize..6000, failed in any::<bool>(),
    ) {
        let issues = vec![
            Issue::error(Reach::Run, IssueClass::Other, message.clone()),
            Issue::warning(Reach::Cluster("a".into()), IssueClass::Refused, message).at("x"),
        ];
        let plan = Plan { items, issues, ..plan() };
        let outcome = if failed { outcome(&plan) } else { dry(&plan) };
        let document = Report::new(&plan).with_outcome(&outcome).document();
        validate(&document);
        let text = document.text(&TextOptions::default().with_unchanged(true));
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        let page = document.markdown(&MarkdownOptions::default().with_max_bytes(max_bytes));
        prop_assert!(page.len() <= max_bytes);
        assert_whole(&page);
        // The same input gives the same output.
        prop_assert_eq!(document.json(), Report::new(&plan).with_outcome(&outcome).document().json());
    }
}

#[test]
fn marks_of_the_scheme_are_not_shown() {
    #[derive(Debug)]
    struct Scheme;
    impl crate::stamp::StampScheme for Scheme {
        fn hash(&self, _: &crate::resource::Resource) -> Arc<str> {
            "".into()
        }
        fn stamp(&self, _: &crate::resource::Resource) -> Vec<(String, String)> {
            Vec::new()
        }
        fn read(&self, _: &Value) -> crate::stamp::Stamp {
            crate::stamp::Stamp::default()
        }
        fn ownership(&self, _: &Value, _: Option<&str>) -> crate::stamp::Ownership {
            crate::stamp::Ownership::Nobody
        }
        fn is_mark(&self, annotation: &str) -> bool {
            annotation.starts_with("qontract.")
        }
    }
    let mut plan = plan();
    for path in [
        "metadata.annotations.qontract.update",
        "metadata.annotations[\"qontract.sha256sum\"]",
        "metadata.annotations.mine",
    ] {
        plan.items[1].changes.push(change(path, None, Some(json!("x"))));
    }
    let document = Report::new(&plan).without_marks(Arc::new(Scheme)).document();
    let text = document.text(&TextOptions::default());
    assert!(text.contains("metadata.annotations.mine") && !text.contains("qontract"), "{text}");
}

#[test]
fn whole_objects_are_shown_before_and_after_without_secrets_and_noise() {
    use crate::desired::{Desired, DesiredSet};
    use crate::observed::{Completeness, LiveObject, Observed, ObservedBucket};
    use crate::policy::{Actor, Policy};
    use crate::resource::Resource;

    const SENTINEL: &str = "c2VudGluZWwtdmFsdWU=";
    let policy = Policy::new(Actor::new("mooring", "shop", "1.0.0")).with_mask_key([7; 16]);
    let (mut desired, mut observed) = (DesiredSet::default(), Observed::default());
    let (config, secret) = (id("a", Some("shop"), "ConfigMap", "web"), id("a", Some("shop"), "Secret", "db"));
    let body =
        json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "db" }, "data": { "password": SENTINEL } });
    let resource = Resource::new(body, Origin::file("db.yaml")).unwrap();
    let bucket = Arc::make_mut(desired.buckets.entry(secret.bucket()).or_default());
    bucket.objects.insert("db".into(), Desired { resource, privileged: false, depends_on: Vec::new() });
    let live = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {
            "name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7", "generation": 3, "managedFields": [{}],
            "labels": { "applyset.kubernetes.io/part-of": "x" },
            "annotations": { "kubectl.kubernetes.io/last-applied-configuration": SENTINEL, "mine": "1" },
        },
        "data": { "a": "1", "b": "2", "debug": "on", "file": "one\ntwo\n" },
    });
    let mut seen = ObservedBucket::new(Completeness::Complete);
    seen.objects.insert("web".into(), LiveObject::new(live, true).unwrap());
    observed.buckets.insert(config.bucket(), seen);
    let mut update = item(config, Action::Update, Reason::Drifted);
    update.changes = vec![
        change("data.a", Some(json!("1")), Some(json!("5"))),
        change("data.file", Some(json!("one\ntwo\n")), Some(json!("one\nthree\n"))),
    ];
    update.foreign.push(ForeignField {
        path: "data.debug".into(),
        pointer: "/data/debug".into(),
        manager: "kubectl-edit".into(),
        also: Vec::new(),
        time: None,
        policy: Foreign::Revert,
    });
    let plan =
        Plan { items: vec![update, item(secret, Action::Create, Reason::Missing)], issues: Vec::new(), ..plan() };
    let report = Report::new(&plan).with_whole_objects(&desired, &observed, &policy);
    let document = report.document();
    validate(&document);
    golden("whole.txt", &document.text(&TextOptions::default()));
    golden("whole.md", &document.markdown(&MarkdownOptions::default()));
    assert!(!document.json().contains(SENTINEL));
}

#[test]
fn a_plan_from_elsewhere_is_not_believed_to_have_no_secrets() {
    let mut item = item(id("a", Some("b"), "Secret", "c"), Action::Update, Reason::Drifted);
    item.changes = vec![
        change("data.x", Some(json!("c2VudGluZWw=")), Some(json!("<secret 0123456789>"))),
        change("data", Some(json!({ "y": "c2VudGluZWw=", "n": 5 })), None),
        change("metadata.labels.x", None, Some(json!("shown"))),
    ];
    let plan = Plan { items: vec![item], issues: Vec::new(), ..plan() };
    let text = Report::new(&plan).document().json();
    assert!(!text.contains("c2VudGluZWw") && text.contains("<secret 0123456789>") && text.contains("shown"), "{text}");
}

#[test]
fn a_plan_ends_with_differences_unless_something_is_wrong() {
    let exit = |items: Vec<PlanItem>, issues: Vec<Issue>| {
        Report::new(&Plan { items, issues, ..plan() }).document().summary.exit
    };
    let one = |cluster: &str, action| item(id(cluster, None, "Namespace", "x"), action, Reason::Missing);
    let unreachable = |cluster: &str| Issue::error(Reach::Cluster(cluster.into()), IssueClass::Unreachable, "no route");
    assert_eq!(exit(vec![one("a", Action::Unchanged), one("a", Action::Skip)], Vec::new()), ExitStatus::Success);
    assert_eq!(exit(vec![one("a", Action::Create)], Vec::new()), ExitStatus::Differences);
    assert_eq!(exit(vec![one("a", Action::Create)], vec![unreachable("b")]), ExitStatus::Partial);
    assert_eq!(exit(vec![one("a", Action::Unchanged), one("b", Action::Blocked)], Vec::new()), ExitStatus::Partial);
    assert_eq!(exit(Vec::new(), vec![unreachable("b")]), ExitStatus::Error);
    assert_eq!(
        exit(vec![one("a", Action::Create)], vec![Issue::error(Reach::Run, IssueClass::Invalid, "x")]),
        ExitStatus::Error
    );
}
