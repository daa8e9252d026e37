//! Claims about notifications, and about the end.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;

use super::usual;
use crate::store::{ClusterQuery, ClusterStore, StoreError};

/// In order, whatever the topic looks like.
pub async fn a_topic_is_heard_by_all_who_listen(store: Arc<dyn ClusterStore>) {
    let (mut first, mut second) = (store.subscribe().await.unwrap(), store.subscribe().await.unwrap());
    let topics = ["reconcile:cluster", "'; NOTIFY x; --"];
    for topic in topics {
        store.notify(topic).await.unwrap();
    }
    for stream in [&mut first, &mut second] {
        for topic in topics {
            let heard = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
            assert_eq!(heard.expect("it is heard in time").as_deref(), Some(topic));
        }
    }
}

/// It answers at once, and those who listen hear the end.
pub async fn a_closed_store_says_so(store: Arc<dyn ClusterStore>) {
    let mut stream = store.subscribe().await.unwrap();
    store.close().await;
    store.close().await;
    let is_closed = |error: StoreError| assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    is_closed(store.insert(usual(), None).await.unwrap_err());
    is_closed(store.list(ClusterQuery::all()).await.unwrap_err());
    is_closed(store.lease_acquire("manager", "a", Duration::ZERO).await.unwrap_err());
    is_closed(store.notify("x").await.unwrap_err());
    is_closed(store.subscribe().await.err().unwrap());
    let end = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
    assert_eq!(end.expect("the end is heard in time"), None);
}
