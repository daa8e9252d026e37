use super::*;

fn secret(name: &str) -> Value {
    let metadata = json!({ "name": name, "namespace": "default", "labels": { "app": "shop" } });
    json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata })
}

#[tokio::test]
async fn one_controller_works_at_home_and_in_the_fleet() {
    let (fleet, provider) = two().await;
    let home = FakeCluster::start().await.unwrap();
    home.create(map("a")).unwrap();
    fleet.clusters()[1].create(map("a")).unwrap();
    let calls = Calls::default();
    let running = noting(controller(&provider).home(home.client().unwrap()).engage_home(true), &calls);
    until("both are reconciled", || calls.has("cluster:///default/a") && calls.has("cluster://c1/default/a")).await;
    provider.remove("c0");
    provider.remove("c1");
    home.create(map("b")).unwrap();
    until("home goes on", || calls.has("cluster:///default/b")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn an_object_at_home_asks_for_work_in_all_clusters_also_in_those_that_come_later() {
    let (fleet, provider) = two().await;
    provider.remove("c1");
    let home = FakeCluster::start().await.unwrap();
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    home.create(map("not-of-the-fleet")).unwrap();
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .home(home.client().unwrap())
        .watches_local::<Secret>(shop(), |clusters, _| clusters.requests())
        .run(move |request, ctx| {
            let policies = ctx.home_store::<Secret>().map_or(0, |store| store.len());
            note.note(format!("{request} {policies}"));
            async { Ok::<_, Failed>(Action::await_change()) }
        })
        .unwrap();
    until("the first one is reconciled", || calls.all().iter().any(|call| call.starts_with("cluster://c0/default/a")))
        .await;
    home.create(secret("policy")).unwrap();
    until("it is asked for", || calls.has("cluster://c0/default/a 1")).await;
    calls.clear();
    provider.add("c1", fleet.clusters()[1].client().unwrap());
    until("the later one is reconciled", || calls.has("cluster://c1/default/a 1")).await;
    settle().await;
    assert!(calls.all().iter().all(|call| call.starts_with("cluster://c1/")), "only what is new: {:?}", calls.all());
    running.shutdown().await;
}

#[tokio::test]
async fn an_object_at_home_may_ask_for_what_is_nowhere_to_be_seen() {
    let (fleet, provider) = two().await;
    provider.remove("c1");
    let home = FakeCluster::start().await.unwrap();
    home.create(secret("wanted")).unwrap();
    let calls = Calls::default();
    let controller = controller(&provider).home(home.client().unwrap()).watches_local::<Secret>(shop(), |_, secret| {
        let name = secret.metadata.name.clone().unwrap_or_default();
        ["c0", "c1"].map(|cluster| request(cluster, &name)).into()
    });
    let running = noting(controller, &calls);
    until("it is asked for where there is a cluster", || calls.has("cluster://c0/default/wanted")).await;
    assert!(!calls.has("cluster://c1/default/wanted"), "there is no such cluster");
    provider.add("c1", fleet.clusters()[1].client().unwrap());
    until("now there is", || calls.has("cluster://c1/default/wanted")).await;
    running.shutdown().await;
}
