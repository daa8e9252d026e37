//! How many requests it takes, and that nothing is lost between pages.

use fake_cluster::api::Status;
use fake_cluster::faults::{Effect, Fault};

use super::*;

#[tokio::test]
async fn a_list_takes_one_request_for_every_500_objects() {
    let cluster = start().await;
    let clusters = one(&cluster);
    for (namespace_name, objects, pages) in
        [("none", 0, 1), ("some", 3, 1), ("full", 500, 1), ("more", 501, 2), ("many", 1_250, 3)]
    {
        namespace(&cluster, namespace_name);
        fill(&cluster, namespace_name, objects);
        let desired = managed(&[(namespace_name, "ConfigMap")]);
        let (observed, lists) = lists(&cluster, see(&desired, &clusters, &options())).await;
        assert_eq!(lists, 1 + pages, "{namespace_name}: namespaces once, and the pages");
        let bucket = bucket(namespace_name, "ConfigMap");
        assert_eq!(observed.len(), objects);
        assert_eq!(completeness(&observed, &bucket), Completeness::Complete);
        assert!(observed.issues.is_empty(), "{:?}", observed.issues);
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn five_thousand_objects_are_all_there_and_events_tell_of_every_page() {
    #[derive(Default)]
    struct Pages(Mutex<Vec<(usize, bool)>>);
    impl EventSink for Pages {
        fn event(&self, event: &Event) {
            if let Event::Listed { bucket, objects, last, .. } = event
                && &*bucket.kind.kind == "ConfigMap"
            {
                self.0.lock().unwrap().push((*objects, *last));
            }
        }
    }
    let cluster = start().await;
    fill(&cluster, "default", 5_000);
    let pages = Pages::default();
    let desired = managed(&[("default", "ConfigMap")]);
    let observed = observe(&desired, &one(&cluster), &policy(), &options(), &pages).await;
    assert_eq!(observed.len(), 5_000);
    let pages = pages.0.into_inner().unwrap();
    assert_eq!(pages.iter().map(|(objects, _)| objects).sum::<usize>(), 5_000);
    assert_eq!(pages.iter().map(|(_, last)| *last).collect::<Vec<_>>(), [vec![false; 9], vec![true]].concat());
    cluster.shutdown().await;
}

fn expired() -> Effect {
    Effect::Refuse(Status::expired("The provided continue parameter is too old to display a consistent list result."))
}

#[tokio::test]
async fn pages_that_expire_are_read_again_from_the_start() {
    let cluster = start().await;
    fill(&cluster, "default", 25);
    let options = ObserveOptions { page: 10, ..options() };
    let fault =
        cluster.faults().add(Fault::new(expired()).on_verb(Verb::List).on_resource("configmaps").after(2).times(1));
    let desired = managed(&[("default", "ConfigMap")]);
    let (observed, lists) = lists(&cluster, see(&desired, &one(&cluster), &options)).await;
    assert_eq!(fault.hits(), 1);
    assert_eq!(lists, 1 + 3 + 3, "two pages and a refusal, and all three again");
    assert_eq!(observed.len(), 25);
    assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    assert!(observed.issues.is_empty());
    cluster.shutdown().await;
}

#[tokio::test]
async fn pages_that_expire_every_time_are_seen_in_part() {
    let cluster = start().await;
    fill(&cluster, "default", 25);
    let options = ObserveOptions { page: 10, restarts: 2, ..options() };
    // A first page is never too old: only its followers are refused.
    for round in 0..3 {
        let fault = Fault::new(expired()).on_verb(Verb::List).on_resource("configmaps");
        // A refused request is not counted by the rules behind the one that refuses it.
        cluster.faults().add(fault.after(1 + round).times(1));
    }
    let desired = managed(&[("default", "ConfigMap")]);
    let observed = see(&desired, &one(&cluster), &options).await;
    let bucket = bucket("default", "ConfigMap");
    assert_eq!(completeness(&observed, &bucket), Completeness::Partial);
    let [issue] = &observed.issues[..] else { panic!("{:?}", observed.issues) };
    assert_eq!((&issue.reach, issue.class), (&Reach::Kind(bucket), IssueClass::PartialView));
    assert!(issue.message.contains("expired 3 times"), "{issue}");
    cluster.shutdown().await;
}

#[tokio::test]
async fn many_namespaces_are_one_list_where_that_is_less() {
    let cluster = start().await;
    let wanted: Vec<String> = (0..6).map(|number| format!("ns-{number}")).collect();
    for name in &wanted {
        namespace(&cluster, name);
        fill(&cluster, name, 3);
    }
    let kinds: Vec<_> = wanted.iter().map(|name| (name.as_str(), "ConfigMap")).collect();
    let desired = managed(&kinds);
    let (observed, requests) = lists(&cluster, see(&desired, &one(&cluster), &options())).await;
    assert_eq!(requests, 1 + 1);
    assert!(observed.buckets.values().all(|bucket| bucket.objects.len() == 3));
    assert_eq!(observed.len(), 18, "those of other namespaces are not kept");

    // Most of the kind is elsewhere: the first page says so, and the namespaces are asked one by one.
    fill(&cluster, "default", 60);
    let small = ObserveOptions { page: 5, ..options() };
    let (observed, requests) = lists(&cluster, see(&desired, &one(&cluster), &small)).await;
    assert_eq!(requests, 2 + 1 + 6, "pages of namespaces, the first page, each namespace");
    assert_eq!(observed.len(), 18);
    assert!(observed.buckets.values().all(|bucket| bucket.completeness == Completeness::Complete));
    cluster.shutdown().await;
}

#[tokio::test]
async fn names_are_read_in_as_few_requests_as_that_takes() {
    let cluster = start().await;
    fill(&cluster, "default", 40);
    let clusters = one(&cluster);
    let small = ObserveOptions { page: 10, ..options() };
    for (wanted, found, gets, pages) in [
        (&[][..], 0, 0, 0),
        (&["map-00007"], 1, 1, 0),
        (&["nothing"], 0, 1, 0),
        (&["map-00001", "map-00002"], 2, 0, 1),
        (&["map-00031", "map-00032", "map-00033", "map-00034", "nothing"], 4, 0, 4),
        (&["map-00001", "map-00039"], 2, 1, 1),
        (&["map-00021", "map-00022", "map-00023", "nothing", "no", "none", "not"], 3, 0, 4),
    ] {
        let inventory = ResourceInventory::new();
        inventory.initialize_resource_type("c", Some("default"), "ConfigMap", Some(wanted)).unwrap();
        clusters.access("c", false).await.unwrap().discovery.catalogue().await.unwrap();
        let before = cluster.counters().requests(Verb::Get);
        let (observed, lists) = lists(&cluster, see(&inventory.desired(), &clusters, &small)).await;
        let namespaces = 1;
        assert_eq!(lists, namespaces + pages, "{wanted:?}");
        assert_eq!(cluster.counters().requests(Verb::Get) - before, gets, "{wanted:?}");
        assert_eq!(observed.len(), found, "{wanted:?}");
        assert_eq!(completeness(&observed, &bucket("default", "ConfigMap")), Completeness::Complete);
    }
    cluster.shutdown().await;
}

#[tokio::test]
async fn only_metadata_is_read_where_nothing_is_declared() {
    let cluster = start().await;
    cluster.create(secret("default", "token")).unwrap();
    let clusters = one(&cluster);
    let body = |observed: &Observed| observed.get(&bucket("default", "Secret").object("token")).unwrap().clone();
    let bare = body(&see(&managed(&[("default", "Secret")]), &clusters, &options()).await);
    let LiveBody::Metadata(value) = &bare.body else { panic!("{bare:?}") };
    assert_eq!((&value["kind"], &value["apiVersion"]), (&json!("Secret"), &json!("v1")));
    assert!(value.get("data").is_none() && !value.to_string().contains("PartialObject"));

    let inventory = ResourceInventory::new();
    inventory.initialize_resource_type("c", Some("default"), "Secret", None).unwrap();
    inventory.add_desired("c", Some("default"), "Secret", resource(secret("default", "token")), false).unwrap();
    let observed = see(&inventory.desired(), &clusters, &options()).await;
    assert!(matches!(body(&observed).body, LiveBody::Full(_)));
    assert!(!format!("{observed:?}").contains(SENTINEL));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_list_is_in_the_version_that_is_declared() {
    let cluster = start().await;
    cluster.create(definition(true)).unwrap();
    let widget = |version: &str| json!({ "apiVersion": format!("example.com/{version}"), "kind": "Widget", "metadata": { "name": "a", "namespace": "default" } });
    cluster.create(widget("v2")).unwrap();
    for (declared, read) in [("v1", "v1"), ("v2", "v2"), ("v9", "v2")] {
        let inventory = ResourceInventory::new();
        let kind = "Widget.example.com";
        inventory.initialize_resource_type("c", Some("default"), kind, None).unwrap();
        inventory.add_desired_resource("c", Some("default"), resource(widget(declared)), false).unwrap();
        let observed = see(&inventory.desired(), &one(&cluster), &options()).await;
        let seen = observed.get(&bucket("default", kind).object("a")).unwrap();
        assert_eq!(seen.value().unwrap()["apiVersion"], format!("example.com/{read}"));
        assert_eq!(observed.issues.len(), usize::from(declared != read), "another version is said");
    }
    cluster.shutdown().await;
}
