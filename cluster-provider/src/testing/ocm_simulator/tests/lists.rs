use super::*;

async fn names(caller: &Caller, query: &str) -> Vec<String> {
    let (status, list) = caller.get(&format!("{CLUSTERS}?{query}")).await;
    assert_eq!((status, &list["kind"]), (200, &json!("ClusterList")), "{query} {list}");
    assert_eq!(list["size"], list["items"].as_array().unwrap().len());
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn five() -> Caller {
    let caller = Caller::new().await;
    for name in ["c", "a", "e", "b", "d"] {
        caller.cluster(body(name)).await;
    }
    caller
}

#[tokio::test(start_paused = true)]
async fn a_list_comes_in_pages() {
    let caller = five().await;
    assert_eq!(names(&caller, "order=name&page=1&size=2").await, ["a", "b"]);
    assert_eq!(names(&caller, "order=name+desc&page=3&size=2").await, ["a"]);
    assert_eq!(names(&caller, "order=name&page=4&size=2").await, [""; 0]);
    assert_eq!(names(&caller, "size=-1").await.len(), 5);
    assert_eq!(names(&caller, "order=creation_timestamp&size=3").await, ["c", "a", "e"]);
    assert_eq!(caller.get(&format!("{CLUSTERS}?size=2")).await.1["total"], 5);
    for wrong in ["page=0", "size=x", "order=colour", "order=name+sideways", "search=colour+%3D+'x'", "search=name+%3D"]
    {
        assert_eq!(caller.get(&format!("{CLUSTERS}?{wrong}")).await.0, 400, "{wrong}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_finds_by_name_property_and_region() {
    let caller = five().await;
    for (search, found) in [
        ("properties.token+%3D+'b'", vec!["b"]),
        ("name+in+('a','d')+and+region.id+%3D+'us-east-1'", vec!["a", "d"]),
        ("name+like+'%25e'", vec!["e"]),
        ("properties.token+%3D+'b''+or+name+like+''%25'", vec![]),
    ] {
        assert_eq!(names(&caller, &format!("order=name&search={search}")).await, found, "{search}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_without_an_order_do_not_fit_together_when_it_is_so() {
    let caller = five().await;
    caller.ocm.fault(Fault::new(Effect::UnorderedPages).on_path(CLUSTERS));
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..10 {
        orders.insert(names(&caller, "").await);
    }
    assert!(orders.len() > 1);
    assert_eq!(names(&caller, "order=id").await, names(&caller, "order=id").await);
}

#[tokio::test(start_paused = true)]
async fn a_new_cluster_is_not_found_before_its_time() {
    let caller = Caller::of(OcmSimulator::builder().hidden_after_create(Duration::from_secs(5))).await;
    let href = caller.cluster(body("one")).await;
    assert_eq!(names(&caller, "").await, [""; 0]);
    assert_eq!(caller.get(&href).await.0, 200);
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(names(&caller, "").await, ["one"]);
}

#[tokio::test(start_paused = true)]
async fn clouds_and_regions_come_in_pages_too() {
    let caller = Caller::new().await;
    caller.ocm.add_regions("gcp", (0..248).map(|number| format!("r{number:03}")));
    let clouds = "/api/clusters_mgmt/v1/cloud_providers";
    assert_eq!(caller.get(clouds).await.1["total"], 3);
    let (_, page) = caller.get(&format!("{clouds}/gcp/regions?page=3&order=id")).await;
    assert_eq!((&page["kind"], &page["size"], &page["total"]), (&json!("CloudRegionList"), &json!(50), &json!(250)));
    assert_eq!(page["items"][0]["cloud_provider"]["id"], "gcp");
    assert_eq!(caller.get(&format!("{clouds}/none/regions")).await.0, 404);
    let (_, with) = caller.get(&format!("{clouds}?fetchRegions=true&search=id+%3D+'aws'")).await;
    assert_eq!(with["items"][0]["regions"].as_array().unwrap().len(), 4);
}
