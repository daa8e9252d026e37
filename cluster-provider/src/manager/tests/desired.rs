//! What a source lists is recorded, changed, and taken away slowly.

use super::*;
use crate::manager::desired::{DesiredClusters, MockDesiredStateSource, RemovalLimits};
use futures::StreamExt as _;

fn source(text: Arc<Mutex<String>>) -> Arc<MockDesiredStateSource> {
    let mut source = MockDesiredStateSource::new();
    source.expect_name().returning(|| "test".to_owned());
    source.expect_load().returning(move || Ok(DesiredClusters::from_yaml(&text.lock().unwrap()).unwrap()));
    source.expect_changes().returning(|| futures::stream::pending().boxed());
    Arc::new(source)
}

fn listing(ids: &[&str]) -> String {
    let entry = |id: &&str| {
        format!(
            "- {{cluster_id: {id}, provider_type: standalone, name: {id}, cluster_dns: {id}.example.com, status: ready}}\n"
        )
    };
    format!("clusters:\n{}", ids.iter().map(entry).collect::<String>())
}

#[tokio::test]
async fn what_is_listed_is_recorded_once_and_in_the_status_it_is_listed_with() {
    let bed = Bed::new();
    let text = Arc::new(Mutex::new(listing(&["one", "two"])));
    let manager = bed.manager().desired_state(source(text), RemovalLimits::default()).build();
    for _ in 0..3 {
        manager.reconcile_once().await;
    }
    let page = bed.service.list(&call(), crate::store::ClusterQuery::all()).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert!(page.items.iter().all(|cluster| cluster.provider_cluster_id.is_some()));
}

#[tokio::test]
async fn a_file_that_became_empty_deletes_nothing() {
    let bed = Bed::new();
    let text = Arc::new(Mutex::new(listing(&["one", "two"])));
    let limits = RemovalLimits::default().with_grace(Duration::ZERO);
    let manager = bed.manager().desired_state(source(Arc::clone(&text)), limits).build();
    manager.reconcile_once().await;
    text.lock().unwrap().clear();
    for _ in 0..5 {
        manager.reconcile_once().await;
        bed.pass_time(Duration::from_secs(3_600));
    }
    let page = bed.service.list(&call(), crate::store::ClusterQuery::all()).await.unwrap();
    assert_eq!(page.items.iter().filter(|cluster| !cluster.status.is_leaving()).count(), 2);
}

#[tokio::test]
async fn what_is_listed_no_more_goes_after_a_while_and_comes_back_when_it_is_listed_again() {
    let bed = Bed::new();
    let text = Arc::new(Mutex::new(listing(&["one", "two"])));
    let manager = bed.manager().desired_state(source(Arc::clone(&text)), RemovalLimits::default()).build();
    manager.reconcile_once().await;
    *text.lock().unwrap() = listing(&["one"]);
    manager.reconcile_once().await;
    let two = async || {
        let page = bed.service.list(&call(), crate::store::ClusterQuery::all()).await.unwrap();
        page.items.into_iter().find(|one| one.provider_cluster_id.as_ref().is_some_and(|id| id.as_str() == "two"))
    };
    assert!(!two().await.unwrap().status.is_leaving(), "it is kept for a while");
    bed.pass_time(Duration::from_secs(600));
    manager.reconcile_once().await;
    assert!(two().await.is_none_or(|cluster| cluster.status.is_leaving()));
}
