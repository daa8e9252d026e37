//! What fails takes nothing else with it, and is never taken for absence.

use fake_cluster::api::{Rule, User};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::fleet::Fleet as FakeFleet;

use super::*;

fn only_issue(observed: &Observed) -> &Issue {
    let [issue] = &observed.issues[..] else { panic!("{:?}", observed.issues) };
    issue
}

#[tokio::test]
async fn a_refused_list_is_partial_and_its_issue_reaches_that_list_alone() {
    let cluster = start().await;
    namespace(&cluster, "other");
    fill(&cluster, "default", 2);
    let fault = Fault::new(Effect::Refuse(fake_cluster::api::Status::forbidden("", "secrets", "", "no")))
        .on_resource("secrets");
    cluster.faults().add(fault.on_namespace("default"));
    let desired = managed(&[("default", "Secret"), ("other", "Secret"), ("default", "ConfigMap")]);
    let observed = see(&desired, &one(&cluster), &options()).await;
    let refused = bucket("default", "Secret");
    let issue = only_issue(&observed);
    assert_eq!((issue.severity, issue.class), (Severity::Error, IssueClass::Forbidden));
    assert_eq!(issue.reach, Reach::Kind(refused.clone()));
    for (id, bucket) in &observed.buckets {
        let expected = if *id == refused { Completeness::Partial } else { Completeness::Complete };
        assert_eq!(bucket.completeness, expected, "{id}");
    }
    assert_eq!(names(&observed, &bucket("default", "ConfigMap")).len(), 2);
    cluster.shutdown().await;
}

#[tokio::test]
async fn who_may_only_look_into_some_namespaces_sees_those() {
    let cluster = start().await;
    for name in ["a", "b", "d", "e"] {
        namespace(&cluster, name);
        fill(&cluster, name, 2);
    }
    cluster.api().access().allow(Rule {
        subjects: vec!["robot".into()],
        verbs: vec!["list".into()],
        resources: vec!["configmaps".into(), "namespaces".into()],
        namespaces: vec!["a".into(), "b".into(), "d".into()],
    });
    cluster.api().access().allow(Rule {
        subjects: vec!["robot".into()],
        verbs: vec!["get".into(), "list".into()],
        resources: vec!["namespaces".into()],
        namespaces: Vec::new(),
    });
    let token = cluster.issue_token(User::new("robot", &[]), None);
    let clusters = StaticClusters::new().with("c", client_as(&cluster, &Credential::Token(token)));
    let kinds = ["a", "b", "d", "e"].map(|name| (name, "ConfigMap"));
    let (observed, lists) = lists(&cluster, see(&managed(&kinds), &clusters, &options())).await;
    assert_eq!(lists, 1 + 1 + 4, "namespaces, everywhere in vain, each of them");
    assert_eq!(observed.len(), 6);
    assert_eq!(only_issue(&observed).reach, Reach::Kind(bucket("e", "ConfigMap")));
    assert_eq!(completeness(&observed, &bucket("e", "ConfigMap")), Completeness::Partial);
    assert_eq!(completeness(&observed, &bucket("a", "ConfigMap")), Completeness::Complete);
    cluster.shutdown().await;
}

#[tokio::test]
async fn names_are_read_one_by_one_where_lists_are_refused() {
    let cluster = start().await;
    fill(&cluster, "default", 3);
    let refused = Effect::Refuse(fake_cluster::api::Status::forbidden("", "configmaps", "", "no"));
    cluster.faults().add(Fault::new(refused).on_verb(Verb::List).on_resource("configmaps"));
    let inventory = ResourceInventory::new();
    let wanted = ["map-00000", "map-00002", "nothing"];
    inventory.initialize_resource_type("c", Some("default"), "ConfigMap", Some(&wanted)).unwrap();
    let observed = see(&inventory.desired(), &one(&cluster), &options()).await;
    assert!(observed.issues.is_empty(), "{:?}", observed.issues);
    assert_eq!(names(&observed, &bucket("default", "ConfigMap")), ["map-00000", "map-00002"]);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_namespace_or_a_kind_that_is_not_there_is_no_failure() {
    let cluster = start().await;
    let desired = managed(&[("absent", "Secret"), ("default", "Secret"), ("default", "Widget.example.com")]);
    let (observed, lists) = lists(&cluster, see(&desired, &one(&cluster), &options())).await;
    assert!(observed.issues.is_empty(), "{:?}", observed.issues);
    assert_eq!(completeness(&observed, &bucket("absent", "Secret")), Completeness::NoNamespace);
    assert_eq!(completeness(&observed, &bucket("default", "Secret")), Completeness::Complete);
    assert_eq!(completeness(&observed, &bucket("default", "Widget.example.com")), Completeness::NotServed);
    assert_eq!(lists, 1 + 1, "nothing is asked of what is not there");
    cluster.shutdown().await;
}

#[tokio::test]
async fn who_may_not_list_namespaces_asks_for_them_one_by_one() {
    let cluster = start().await;
    let refused = Effect::Refuse(fake_cluster::api::Status::forbidden("", "namespaces", "", "no"));
    cluster.faults().add(Fault::new(refused).on_verb(Verb::List).on_resource("namespaces"));
    let observed = see(&managed(&[("absent", "Secret"), ("default", "Secret")]), &one(&cluster), &options()).await;
    assert!(observed.issues.is_empty(), "{:?}", observed.issues);
    assert_eq!(completeness(&observed, &bucket("absent", "Secret")), Completeness::NoNamespace);
    assert_eq!(completeness(&observed, &bucket("default", "Secret")), Completeness::Complete);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_kind_in_the_wrong_place_or_under_half_a_name_is_refused() {
    let cluster = start().await;
    let desired =
        managed(&[("default", "ClusterRole.rbac.authorization.k8s.io"), ("", "Secret"), ("default", "Deployment")]);
    let observed = see(&desired, &one(&cluster), &options()).await;
    let classes: Vec<_> = observed.issues.iter().map(|issue| (issue.class, issue.reach.to_string())).collect();
    assert_eq!(
        classes,
        [
            (IssueClass::Invalid, "[c] Secret".into()),
            (IssueClass::AmbiguousKind, "[c/default] Deployment".into()),
            (IssueClass::Invalid, "[c/default] ClusterRole.rbac.authorization.k8s.io".into()),
        ]
    );
    assert!(observed.buckets.values().all(|bucket| bucket.completeness == Completeness::Partial));
    cluster.shutdown().await;
}

#[tokio::test]
async fn trouble_that_passes_is_waited_for_and_trouble_that_stays_is_partial() {
    let cluster = start().await;
    fill(&cluster, "default", 2);
    let desired = managed(&[("default", "ConfigMap")]);
    for effect in [
        Effect::too_many_requests(1),
        Effect::unavailable(),
        Effect::internal_error("oops"),
        Effect::Reset,
        Effect::bad_gateway(),
        Effect::Truncate(20),
    ] {
        let fault = cluster.faults().add(Fault::new(effect.clone()).on_resource("configmaps").times(2));
        let observed = see(&desired, &one(&cluster), &options()).await;
        assert!(observed.issues.is_empty(), "{effect:?}: {:?}", observed.issues);
        assert_eq!((fault.hits(), observed.len()), (2, 2), "{effect:?}");

        let fault = cluster.faults().add(Fault::new(effect.clone()).on_resource("configmaps"));
        let observed = see(&desired, &one(&cluster), &options()).await;
        assert_eq!(fault.hits(), 3, "{effect:?}");
        let issue = only_issue(&observed);
        assert_eq!(issue.class, IssueClass::Unavailable, "{effect:?}: {issue}");
        assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Partial);
        cluster.faults().clear();
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_its_own_issue() {
    let cluster = start().await;
    let page = json!({
        "kind": "ConfigMapList", "apiVersion": "v1", "metadata": { "resourceVersion": "9" },
        "items": [
            { "metadata": { "name": "good", "namespace": "default", "uid": "1", "resourceVersion": "2" } },
            { "metadata": { "name": "bad", "namespace": "default", "uid": "2" }, "data": { "k": SENTINEL } },
        ],
    });
    let reply = Effect::Reply { code: 200, content_type: "application/json".into(), body: page.to_string() };
    cluster.faults().add(Fault::new(reply).on_resource("configmaps"));
    let observed = see(&managed(&[("default", "ConfigMap"), ("default", "Secret")]), &one(&cluster), &options()).await;
    let bucket = bucket("default", "ConfigMap");
    assert_eq!(names(&observed, &bucket), ["good"]);
    assert_eq!(completeness(&observed, &bucket), Completeness::Partial);
    let issue = only_issue(&observed);
    assert_eq!((&issue.reach, issue.class), (&Reach::Object(bucket.object("bad")), IssueClass::PartialView));
    assert!(!format!("{observed:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

/// Three clusters: one is well, one is down, one takes connections and never answers.
#[tokio::test]
async fn a_cluster_that_is_down_or_silent_takes_no_other_with_it() {
    let fleet = FakeFleet::start(3).await.unwrap();
    let [well, down, silent] = fleet.clusters() else { panic!() };
    fill(well, "default", 2);
    silent.faults().add(Fault::new(Effect::Hang));
    let clusters = StaticClusters::new().with("well", client(well)).with("silent", client(silent));
    let why = Issue::error(Reach::Cluster("down".into()), IssueClass::Unreachable, "nobody is there");
    let clusters = clusters.with("down", client(down)).without("down", why);
    let inventory = ResourceInventory::new();
    for cluster in ["well", "down", "silent"] {
        inventory.initialize_resource_type(cluster, Some("default"), "ConfigMap", None).unwrap();
    }
    let options = ObserveOptions { request_timeout: Duration::from_millis(200), ..options() };
    let within = Duration::from_secs(20);
    let observed = tokio::time::timeout(within, see(&inventory.desired(), &clusters, &options)).await.unwrap();
    let seen: Vec<_> = observed.buckets.iter().map(|(id, bucket)| (&*id.cluster, bucket.completeness)).collect();
    assert_eq!(seen, [("well", Completeness::Complete)]);
    let reaches: Vec<_> = observed.issues.iter().map(|issue| issue.reach.to_string()).collect();
    assert_eq!(reaches, ["[down]", "[silent]"]);
    fleet.shutdown().await;
}

#[tokio::test]
async fn what_was_read_before_the_deadline_of_a_cluster_counts() {
    let cluster = start().await;
    fill(&cluster, "default", 2);
    cluster.faults().add(Fault::new(Effect::Hang).on_resource("secrets"));
    let options = ObserveOptions { cluster_deadline: Duration::from_secs(2), ..options() };
    let desired = managed(&[("default", "ConfigMap"), ("default", "Secret")]);
    let observed = see(&desired, &one(&cluster), &options).await;
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    assert_eq!(completeness(&observed, &bucket("default", "Secret")), Completeness::Partial);
    let issue = only_issue(&observed);
    assert_eq!((&issue.reach, issue.class), (&Reach::Kind(bucket("default", "Secret")), IssueClass::Unavailable));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_privileged_client_that_is_missing_takes_away_only_what_needs_it() {
    struct Ordinary(StaticClusters);
    #[async_trait::async_trait]
    impl Clusters for Ordinary {
        async fn access(&self, cluster: &str, privileged: bool) -> Result<crate::clusters::ClusterAccess, Issue> {
            if privileged {
                return Err(Issue::error(Reach::Cluster(cluster.into()), IssueClass::Unreachable, "no admin token"));
            }
            self.0.access(cluster, false).await
        }
    }
    let cluster = start().await;
    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("default"), "ConfigMap", None).unwrap();
    let privileged = inventory.initialize_resource_type("c", Some("default"), "Secret", None).unwrap();
    assert!(inventory.use_privileged(&privileged));
    let observed = see(&inventory.desired(), &Ordinary(one(&cluster)), &options()).await;
    assert_eq!(only_issue(&observed).reach, Reach::Kind(privileged.clone()));
    assert_eq!(completeness(&observed, &privileged), Completeness::Partial);
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    cluster.shutdown().await;
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_may_be() {
    let cluster = start().await;
    let kinds =
        ["ConfigMap", "Secret", "Service", "Pod", "ServiceAccount", "Deployment.apps"].map(|kind| ("default", kind));
    let options =
        ObserveOptions { per_cluster: 3, request_timeout: Duration::from_millis(300), attempts: 1, ..options() };
    let fault = cluster.faults().add(Fault::new(Effect::Hang).on_namespace("default"));
    let clusters = one(&cluster);
    let begun = std::time::Instant::now();
    let observed = see(&managed(&kinds), &clusters, &options).await;
    assert!(begun.elapsed() >= 2 * options.request_timeout, "two rounds of three");
    assert_eq!(fault.hits(), 6);
    assert_eq!(observed.issues.len(), 6);
    cluster.shutdown().await;
}
