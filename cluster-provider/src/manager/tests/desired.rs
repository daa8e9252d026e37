//! What a source lists is recorded, changed, and taken away slowly.

use super::*;
use crate::manager::Phase;
use crate::manager::desired::{
    DesiredClusters, DesiredStateSource, DirectorySource, MockDesiredStateSource, RemovalLimits, SourceError,
};
use futures::StreamExt as _;

fn source(text: Arc<Mutex<String>>) -> Arc<MockDesiredStateSource> {
    let mut source = MockDesiredStateSource::new();
    source.expect_name().returning(|| "test".to_owned());
    source.expect_load().returning(move || {
        DesiredClusters::from_yaml(&text.lock().unwrap())
            .map_err(|source| SourceError::Invalid { place: "the test".to_owned(), source })
    });
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

async fn staying(bed: &Bed) -> usize {
    let page = bed.service.list(&call(), crate::store::ClusterQuery::all()).await.unwrap();
    page.items.iter().filter(|cluster| !cluster.status.is_leaving()).count()
}

#[tokio::test]
async fn a_file_that_became_empty_deletes_nothing() {
    let bed = Bed::new();
    let text = Arc::new(Mutex::new(listing(&["one", "two"])));
    let limits = RemovalLimits::default().with_grace(Duration::ZERO);
    let manager = bed.manager().desired_state(source(Arc::clone(&text)), limits).build();
    manager.reconcile_once().await;
    "clusters: []".clone_into(&mut text.lock().unwrap());
    for _ in 0..5 {
        assert!(manager.reconcile_once().await.is_clean());
        bed.pass_time(Duration::from_secs(3_600));
    }
    assert_eq!(staying(&bed).await, 2);
    // Not even where everything may go: cut off it lists nothing, and does not say so.
    let manager = bed.manager().desired_state(source(Arc::clone(&text)), limits.with_cap(9, 1.0).allow_all()).build();
    text.lock().unwrap().clear();
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.iter().map(|failure| failure.phase).collect::<Vec<_>>(), [Phase::DesiredState]);
    assert_eq!(staying(&bed).await, 2);
}

#[tokio::test]
async fn a_source_that_hangs_or_panics_holds_up_no_phase() {
    for hangs in [true, false] {
        let bed = Bed::new();
        let source = Arc::new(Broken { hangs });
        let mut options = quick();
        options.source_timeout = Duration::from_millis(20);
        let manager = bed.manager().options(options).desired_state(source, RemovalLimits::default()).build();
        let id = bed.wanted().await;
        let report = manager.reconcile_once().await;
        assert_eq!(report.failures.len(), 1, "{report:?}");
        assert!(!report.interrupted);
        assert_ne!(bed.get(&id).await.status, ClusterStatus::Accepted);
    }
}

/// A source that never answers, or panics.
struct Broken {
    hangs: bool,
}

#[async_trait::async_trait]
impl DesiredStateSource for Broken {
    fn name(&self) -> String {
        "broken".to_owned()
    }

    async fn load(&self) -> Result<DesiredClusters, SourceError> {
        assert!(self.hangs, "this source is broken");
        std::future::pending().await
    }

    fn changes(&self) -> futures::stream::BoxStream<'static, ()> {
        futures::stream::pending().boxed()
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_read_is_told_and_takes_nothing_away() {
    let bed = Bed::new();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("1.yaml", &listing(&["one"]));
    write("2.yaml", &listing(&["two"]));
    let limits = RemovalLimits::default().with_grace(Duration::ZERO).with_cap(9, 1.0).allow_all();
    let source = Arc::new(DirectorySource::new("folder", folder.path()));
    let manager = bed.manager().desired_state(source, limits).build();
    assert!(manager.reconcile_once().await.is_clean());
    assert_eq!(staying(&bed).await, 2);
    write("2.yaml", "");
    write("3.yaml", &listing(&["three"]));
    let report = manager.reconcile_once().await;
    assert_eq!(report.failures.len(), 1, "{report:?}");
    assert!(report.failures[0].error.to_string().contains("2.yaml"));
    assert_eq!(staying(&bed).await, 3, "what is listed elsewhere is recorded, and nothing goes");
    write("2.yaml", "clusters: []");
    assert!(manager.reconcile_once().await.is_clean());
    assert_eq!(staying(&bed).await, 2, "now it is known");
}

#[tokio::test]
async fn passes_that_follow_each_other_at_once_take_no_more_than_one_would() {
    let bed = Bed::new();
    let names: Vec<String> = (0..10).map(|n| format!("c{n}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = Arc::new(Mutex::new(listing(&all)));
    let limits = RemovalLimits::default().with_grace(Duration::ZERO).with_cap(2, 0.0);
    let manager = bed.manager().desired_state(source(Arc::clone(&text)), limits).build();
    manager.reconcile_once().await;
    *text.lock().unwrap() = listing(&all[..1]);
    for left in [8, 6, 4] {
        // Their records go as quickly as they can, which makes no room for others.
        for _ in 0..6 {
            manager.reconcile_once().await;
            bed.provider.advance();
        }
        assert_eq!(staying(&bed).await, left);
        bed.pass_time(Duration::from_secs(301));
    }
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
