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
    let options = ObserveOptions { request_timeout: Duration::from_secs(3), attempts: 1, ..options() };
    let within = Duration::from_secs(30);
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
    let options = ObserveOptions { cluster_deadline: Duration::from_secs(4), ..options() };
    let desired = managed(&[("default", "ConfigMap"), ("default", "Secret")]);
    let observed = see(&desired, &one(&cluster), &options).await;
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    assert_eq!(completeness(&observed, &bucket("default", "Secret")), Completeness::Partial);
    let issue = only_issue(&observed);
    assert_eq!((&issue.reach, issue.class), (&Reach::Kind(bucket("default", "Secret")), IssueClass::Unavailable));
    cluster.shutdown().await;
}

/// Has one of the two connections to a cluster.
struct Half(StaticClusters, bool);

#[async_trait::async_trait]
impl Clusters for Half {
    async fn access(&self, cluster: &str, privileged: bool) -> Result<crate::clusters::ClusterAccess, Issue> {
        if privileged == self.1 {
            return self.0.access(cluster, privileged).await;
        }
        Err(Issue::error(Reach::Cluster(cluster.into()), IssueClass::Unreachable, "no token for this"))
    }
}

#[tokio::test]
async fn a_connection_that_is_missing_takes_away_only_what_needs_it() {
    let cluster = start().await;
    let inventory = ResourceInventory::new();
    let ordinary = inventory.initialize_resource_type("c", Some("default"), "ConfigMap", None).unwrap();
    let privileged = inventory.initialize_resource_type("c", Some("default"), "Secret", None).unwrap();
    assert!(inventory.use_privileged(&privileged));
    for (has_privileged, seen, unseen) in [(false, &ordinary, &privileged), (true, &privileged, &ordinary)] {
        let clusters = Half(one(&cluster), has_privileged);
        let observed = see(&inventory.desired(), &clusters, &options()).await;
        assert_eq!(only_issue(&observed).reach, Reach::Kind(unseen.clone()));
        assert_eq!(completeness(&observed, unseen), Completeness::Partial);
        assert_eq!(completeness(&observed, seen), Completeness::Complete);
    }
    let records =
        [NamespaceRecord { cluster_admin: Some(true), ..NamespaceRecord::new("c", "default").managing("Secret") }];
    let clusters = Half(one(&cluster), true);
    let input = SpecInput::namespaces(&records);
    let fetched = fetch_current_state(input, &clusters, &policy(), &SpecOptions::default(), &options(), &Quiet).await;
    let (inventory, _) = fetched.unwrap();
    assert!(inventory.issues().is_empty(), "the other one is not asked for: {:?}", inventory.issues());
    cluster.shutdown().await;
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_may_be() {
    let cluster = start().await;
    let kinds = ["ConfigMap", "Secret", "Service", "Pod", "ServiceAccount", "Deployment.apps"];
    let latency = Duration::from_millis(100);
    let fault = cluster.faults().add(Fault::new(Effect::latency(latency)).on_namespace("default"));
    let clusters = one(&cluster);
    for (options, rounds) in [
        (ObserveOptions { per_cluster: 3, ..options() }, 2),
        (ObserveOptions { in_total: 2, ..options() }, 3),
        (ObserveOptions { per_cluster: 0, in_total: 0, ..options() }, 6),
    ] {
        let begun = std::time::Instant::now();
        let observed = see(&managed(&kinds.map(|kind| ("default", kind))), &clusters, &options).await;
        assert!(begun.elapsed() >= rounds * latency, "{rounds}");
        assert!(observed.issues.is_empty());
    }
    assert_eq!(fault.hits(), 18);
    cluster.shutdown().await;
}

#[tokio::test]
async fn what_the_server_asks_for_is_waited_for_or_the_request_is_given_up() {
    let cluster = start().await;
    fill(&cluster, "default", 1);
    let desired = managed(&[("default", "ConfigMap")]);
    let busy = Fault::new(Effect::too_many_requests(1)).on_resource("configmaps").times(1);
    cluster.faults().add(busy.clone());
    let begun = std::time::Instant::now();
    let patient = ObserveOptions { longest_pause: Duration::from_secs(5), ..options() };
    let observed = see(&desired, &one(&cluster), &patient).await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!((observed.len(), observed.issues.len()), (1, 0));

    let fault = cluster.faults().add(busy.times(9));
    let observed = see(&desired, &one(&cluster), &options()).await;
    assert_eq!(fault.hits(), 1, "asking sooner than one is asked to is worse than not asking");
    assert_eq!(only_issue(&observed).class, IssueClass::Unavailable);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_stops_answering_is_not_asked_for_everything() {
    let cluster = start().await;
    let clusters = one(&cluster);
    clusters.access("c", false).await.unwrap().discovery.catalogue().await.unwrap();
    let fault = cluster.faults().add(Fault::new(Effect::Hang).on_path("/api"));
    let names: Vec<String> = (0..60).map(|number| format!("ns-{number}")).collect();
    let kinds: Vec<_> = names.iter().map(|name| (name.as_str(), "ConfigMap")).collect();
    let options = ObserveOptions { request_timeout: Duration::from_millis(100), ..options() };
    let observed = see(&managed(&kinds), &clusters, &options).await;
    assert!(fault.hits() < 15, "{}", fault.hits());
    assert!(observed.buckets.values().all(|bucket| bucket.completeness == Completeness::Partial));
    assert_eq!(observed.buckets.len(), 60);
    let whole = |issue: &&Issue| issue.severity == Severity::Error && issue.reach == Reach::Cluster("c".into());
    assert_eq!(observed.issues.iter().filter(whole).count(), 1);
    assert!(observed.issues.len() < 15, "{:?}", observed.issues);
    cluster.shutdown().await;
}

#[tokio::test]
async fn one_cluster_in_trouble_does_not_hold_the_others_up() {
    let fleet = FakeFleet::start(6).await.unwrap();
    let inventory = ResourceInventory::new();
    let mut clusters = StaticClusters::new();
    for cluster in fleet.clusters() {
        fill(cluster, "default", 1);
        clusters = clusters.with(cluster.name(), client(cluster));
        for kind in ["ConfigMap", "Secret", "Service", "Pod", "ServiceAccount", "Deployment.apps"] {
            inventory.initialize_resource_type(cluster.name(), Some("default"), kind, None).unwrap();
        }
    }
    let ill = &fleet.clusters()[0];
    ill.faults().add(Fault::new(Effect::too_many_requests(1)).on_verb(Verb::List).on_namespace("default"));
    let options = ObserveOptions { in_total: 2, longest_pause: Duration::from_secs(2), attempts: 9, ..options() };
    let desired = inventory.desired();
    let reading = see(&desired, &clusters, &options);
    // The ill one goes on and on; the future is dropped with it.
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::select! {
            _ = reading => {}
            () = all_read(&fleet.clusters()[1..], 1 + 6) => {}
        }
    });
    waited.await.unwrap();
    fleet.shutdown().await;
}

async fn all_read(clusters: &[FakeCluster], lists: u64) {
    while clusters.iter().any(|cluster| cluster.counters().requests(Verb::List) < lists) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
