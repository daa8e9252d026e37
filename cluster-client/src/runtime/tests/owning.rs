use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::BoxStream;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::runtime::guard::refusal;
use crate::runtime::ownership::{ClusterOwnership, OwnershipToken};

/// Rights that are given and taken as a test says.
struct Rights {
    held: Mutex<HashMap<ClusterKey, OwnershipToken>>,
    changes: broadcast::Sender<ClusterKey>,
}

impl Rights {
    fn new() -> Arc<Self> {
        Arc::new(Self { held: Mutex::default(), changes: broadcast::Sender::new(64) })
    }

    fn give(&self, name: &str, fencing: u64) {
        let key = ClusterKey::new(name).unwrap();
        self.held.lock().unwrap().insert(key.clone(), OwnershipToken::new(CancellationToken::new(), fencing));
        drop(self.changes.send(key));
    }

    fn take(&self, name: &str) {
        let key = ClusterKey::new(name).unwrap();
        // The token alone says it; no change is announced.
        self.held.lock().unwrap().remove(&key).unwrap().cancel.cancel();
    }
}

impl ClusterOwnership for Rights {
    fn owns(&self, key: &ClusterKey) -> Option<OwnershipToken> {
        self.held.lock().unwrap().get(key).cloned()
    }

    fn changes(&self) -> BoxStream<'static, ClusterKey> {
        BroadcastStream::new(self.changes.subscribe()).filter_map(|key| async { key.ok() }).boxed()
    }
}

#[tokio::test]
async fn only_clusters_that_this_replica_owns_are_worked_in_and_only_for_as_long() {
    let (fleet, provider) = two().await;
    fleet.clusters().iter().for_each(|cluster| drop(cluster.create(map("a")).unwrap()));
    let rights = Rights::new();
    rights.give("c0", 7);
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .ownership(rights.clone())
        .run(move |request: Request<ConfigMap>, ctx| {
            let note = note.clone();
            async move {
                let allowed = ctx.guarded_client().apiserver_version().await.is_ok();
                note.note(format!("{request} {} {allowed}", ctx.fencing()));
                if ctx.fencing() == 7 {
                    ctx.cancelled().await;
                    let refused = ctx.guarded_client().apiserver_version().await.unwrap_err();
                    note.note(format!("{:?}", refusal(&refused)));
                }
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("the owned one is worked in", || calls.has("cluster://c0/default/a 7 true")).await;
    assert!(running.stats().of(&fleet_name("c1")).is_none(), "the other one is another replica's");
    rights.take("c0");
    until("it is refused at once", || calls.has("Some(NotOwned)")).await;
    until("it is let go", || running.stats().clusters.is_empty()).await;
    rights.give("c1", 1);
    until("another one is taken over", || calls.has("cluster://c1/default/a 1 true")).await;
    rights.give("c0", 9);
    until("the right may come back, with a higher number", || calls.has("cluster://c0/default/a 9 true")).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_right_that_has_run_out_is_refused_before_anybody_has_cancelled_it() {
    let (cluster, provider) = one().await;
    cluster.create(map("a")).unwrap();
    provider.add("c", cluster.client().unwrap());
    let (rights, held) = (Rights::new(), Arc::new(AtomicBool::new(true)));
    let (check, end) = (held.clone(), held.clone());
    let token = OwnershipToken::new(CancellationToken::new(), 1).checked(move || check.load(Ordering::SeqCst));
    rights.held.lock().unwrap().insert(ClusterKey::new("c").unwrap(), token);
    let calls = Calls::default();
    let note = calls.clone();
    let running = controller(&provider)
        .ownership(rights)
        .run(move |_, ctx| {
            let (note, end) = (note.clone(), end.clone());
            async move {
                note.note(ctx.guarded_client().apiserver_version().await.is_ok());
                end.store(false, Ordering::SeqCst);
                let refused = ctx.guarded_client().apiserver_version().await.unwrap_err();
                note.note(format!("{:?} {}", refusal(&refused), ctx.is_cancelled()));
                Ok::<_, Failed>(Action::await_change())
            }
        })
        .unwrap();
    until("it is refused", || calls.all() == ["true", "Some(NotOwned) false"]).await;
    running.shutdown().await;
}
