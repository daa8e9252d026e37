use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::*;

/// Says when it is dropped.
struct Gone(Calls, String);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.note(&self.1);
    }
}

fn start(provider: &Arc<Clusters>) -> (Calls, ForEachCluster) {
    let calls = Calls::default();
    let note = calls.clone();
    let each = for_each_cluster(provider.clone(), Arc::new(Semaphore::new(1)), move |handle, _| {
        let note = note.clone();
        async move {
            let name = format!("{} {}", handle.key(), handle.revision().generation);
            note.note(format!("began {name}"));
            let _gone = Gone(note, format!("ended {name}"));
            std::future::pending().await
        }
    });
    (calls, each)
}

#[tokio::test]
async fn work_begins_and_ends_with_its_cluster_and_begins_anew_with_a_new_revision() {
    let (fleet, provider) = two().await;
    let client = || fleet.clusters()[0].client().unwrap();
    let (calls, each) = start(&provider);
    until("both began", || calls.has("began c0 1") && calls.has("began c1 2")).await;
    provider.replace("c0", client(), false);
    until("it began anew", || calls.has("began c0 3")).await;
    let order = calls.all();
    let at = |what: &str| order.iter().position(|call| call == what);
    assert!(at("ended c0 1") < at("began c0 3"), "never two at once: {order:?}");
    provider.remove("c1");
    until("it ended", || calls.has("ended c1 2")).await;
    provider.add("c2", client());
    until("a new one began", || calls.has("began c2 4")).await;
    within("all of it ends", each.shutdown()).await;
    assert!(calls.has("ended c0 3") && calls.has("ended c2 4"));
    assert_eq!(calls.all().len(), 8);
}

#[tokio::test]
async fn work_ends_when_its_owner_is_dropped() {
    let (_fleet, provider) = two().await;
    let (calls, each) = start(&provider);
    until("both began", || calls.has("began c0 1") && calls.has("began c1 2")).await;
    drop(each);
    until("both ended", || calls.has("ended c0 1") && calls.has("ended c1 2")).await;
}

#[tokio::test]
async fn all_clusters_share_the_permits() {
    let (fleet, provider) = two().await;
    let (now, most, done) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (at, highest, count) = (now.clone(), most.clone(), done.clone());
    let each = for_each_cluster(provider.clone(), Arc::new(Semaphore::new(1)), move |_, permits| {
        let (at, highest, count) = (at.clone(), highest.clone(), count.clone());
        async move {
            for _ in 0..10 {
                let _permit = permits.acquire().await.unwrap();
                highest.fetch_max(at.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                at.fetch_sub(1, Ordering::SeqCst);
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    until("both have ended by themselves", || done.load(Ordering::SeqCst) == 20).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
    each.shutdown().await;
    drop(fleet);
}

#[tokio::test]
async fn a_stock_controller_works_in_every_cluster() {
    use kube::Api;
    use kube::runtime::controller::{Action, Controller};

    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    let calls = Calls::default();
    let note = calls.clone();
    let each = for_each_cluster(provider.clone(), Arc::new(Semaphore::new(4)), move |handle, _| {
        let note = note.clone();
        async move {
            let reconcile = |map: Arc<ConfigMap>, (key, note): (ClusterKey, Calls)| async move {
                note.note(format!("{key} {}", map.metadata.name.as_deref().unwrap_or_default()));
                Ok::<_, Failed>(Action::await_change())
            };
            let maps: Api<ConfigMap> = Api::all(handle.client().clone());
            let policy = |_: Arc<ConfigMap>, _: &Failed, _: Arc<(ClusterKey, Calls)>| Action::await_change();
            let context = Arc::new((handle.key().clone(), note));
            Controller::new(maps, shop())
                .run(move |map, context| reconcile(map, (*context).clone()), policy, context)
                .for_each(|_| async {})
                .await;
        }
    });
    until("both are reconciled", || calls.has("c0 a") && calls.has("c1 a")).await;
    within("all of it ends", each.shutdown()).await;
    for cluster in fleet.clusters() {
        until("no watch is left", || cluster.open_connections() <= 1).await;
    }
}
