use super::*;
use crate::runtime::queue::Limits;

#[tokio::test]
async fn a_cluster_with_little_to_do_does_not_wait_for_one_with_much() {
    let (fleet, provider) = two().await;
    provider.remove("c1");
    for n in 0..150 {
        fleet.clusters()[0].create(map(&format!("m{n}"))).unwrap();
    }
    for n in 0..10 {
        fleet.clusters()[1].create(map(&format!("m{n}"))).unwrap();
    }
    let (calls, gate) = (Calls::default(), Arc::new(tokio::sync::Semaphore::new(0)));
    let (note, at) = (calls.clone(), gate.clone());
    let burst = 8;
    let running = controller(&provider)
        .limits(Limits::default().with_global(1).with_burst(burst))
        .run(move |request: Request<ConfigMap>, _| {
            let (note, at) = (note.clone(), at.clone());
            async move {
                at.acquire().await.unwrap().forget();
                note.note(&request.cluster);
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    let depth = |name: &str| running.stats().of(&fleet_name(name)).map_or(0, |stats| stats.depth);
    until("the large one is in line", || depth("c0") == 149).await;
    provider.add("c1", fleet.clusters()[1].client().unwrap());
    until("the small one is in line", || depth("c1") == 10).await;
    gate.add_permits(1000);
    until("the small one is served", || calls.count("c1") == 10).await;
    let order = calls.all();
    let last = order.iter().rposition(|cluster| cluster == "c1").unwrap();
    let longest = order[..last].split(|cluster| cluster == "c1").map(<[String]>::len).max().unwrap();
    assert!(longest <= burst + 1, "{longest} of the large one in a row");
    running.shutdown().await;
}

#[tokio::test]
async fn a_cluster_whose_reconciles_hang_takes_no_more_than_its_share() {
    let (fleet, provider) = two().await;
    for cluster in fleet.clusters() {
        (0..10).for_each(|n| drop(cluster.create(map(&format!("m{n}"))).unwrap()));
    }
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .limits(Limits::default().with_global(6).with_per_cluster(4))
        .drain(Duration::from_millis(20))
        .run(move |request: Request<ConfigMap>, _| {
            note.note(&request.cluster);
            async move {
                if request.cluster == fleet_name("c0") {
                    std::future::pending::<()>().await;
                }
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("the other one is served", || calls.count("c1") == 10).await;
    until("the hanging one has its share", || calls.count("c0") == 4).await;
    running.shutdown().await;
}
