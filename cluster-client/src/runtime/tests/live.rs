use fake_cluster::api::Verb;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::path::{PathOptions, Paths};
use crate::registry::Registry;
use crate::source::{ClusterSink, ClusterSource, SourceError};
use crate::spec::{ClusterSpec, CredentialSpec, ServerTrust};
use crate::transport::{Connector, TransportOptions};

/// A source that pushes what a test says.
struct Hand(tokio::sync::Mutex<mpsc::UnboundedReceiver<Option<ClusterSpec>>>);

#[async_trait]
impl ClusterSource for Hand {
    fn name(&self) -> &str {
        "hand"
    }

    async fn run(self: Arc<Self>, sink: ClusterSink, stop: CancellationToken) -> Result<(), SourceError> {
        let (mut specs, key) = (self.0.lock().await, ClusterKey::new("c").unwrap());
        while let Some(Some(spec)) = stop.run_until_cancelled(specs.recv()).await {
            match spec {
                Some(spec) => sink.upsert(key.clone(), spec),
                None => sink.remove(&key),
            }
        }
        Ok(())
    }
}

fn spec(cluster: &FakeCluster, host: &str) -> ClusterSpec {
    let admin = cluster.admin();
    let url = format!("https://{host}:{}", cluster.address().port()).parse().unwrap();
    let certificate =
        CredentialSpec::Certificate { chain: admin.certificate.into_bytes().into(), key: admin.key.into() };
    ClusterSpec::new(url, ServerTrust::Roots(cluster.ca_pem().into_bytes().into()), certificate)
}

#[tokio::test]
async fn a_controller_follows_a_registry_through_rotation_replacement_and_removal() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.create(map("a")).unwrap();
    let (say, specs) = mpsc::unbounded_channel();
    let connector = Connector::new(TransportOptions::default(), Paths::new(PathOptions::default()));
    let registry =
        Registry::builder(Arc::new(connector)).source(Arc::new(Hand(tokio::sync::Mutex::new(specs)))).seed(7).start();
    let calls = Calls::default();
    let note = calls.clone();
    let running = MultiClusterController::<ConfigMap>::new(Arc::new(registry.clone()))
        .watch_options(
            WatchOptions::default().with_backoff(Backoff::new(Duration::from_millis(5), Duration::from_millis(20))),
        )
        .watches_main(shop())
        .run(move |request, ctx| {
            note.note(format!("{request} {}", ctx.handle().revision().generation));
            async { Ok::<_, Failed>(Action::await_change()) }
        })
        .unwrap();

    say.send(Some(spec(&cluster, "127.0.0.1"))).unwrap();
    until("it is reconciled", || calls.has("cluster://c/default/a 1")).await;

    // Another credential changes beneath the client; the engagement goes on.
    let admins = fake_cluster::api::User::new("admin", &["system:masters"]);
    let token = cluster.issue_token(admins, None);
    let mut rotated = spec(&cluster, "127.0.0.1");
    rotated.credential = CredentialSpec::Token(token.into());
    say.send(Some(rotated.clone())).unwrap();
    cluster.create(map("b")).unwrap();
    until("changes are seen", || calls.has("cluster://c/default/b 1")).await;
    assert_eq!((instance(&running, "c"), cluster.counters().requests(Verb::List)), (Some(1), 1));

    // Another address is another connection to the same cluster: a successor takes over.
    let mut moved = rotated;
    moved.server.url = format!("https://localhost:{}", cluster.address().port()).parse().unwrap();
    say.send(Some(moved)).unwrap();
    until("it is reconciled by the successor", || {
        calls.has("cluster://c/default/a 2") && calls.has("cluster://c/default/b 2")
    })
    .await;
    assert_eq!(instance(&running, "c"), Some(2));

    say.send(None).unwrap();
    until("it is disengaged", || running.stats().clusters.is_empty()).await;
    until("its connections are closed", || cluster.open_connections() == 0).await;
    running.shutdown().await;
    within("the registry ends", registry.shutdown()).await;
    cluster.shutdown().await;
}
