use std::sync::Mutex;

use async_trait::async_trait;
use fake_cluster::server::FakeCluster;

use super::*;
use crate::policy::InventoryKind;

/// One Lease in memory, with trouble on demand. Virtual time.
#[derive(Default)]
struct Memory {
    lease: Mutex<Option<Lease>>,
    version: Mutex<u64>,
    /// Requests that end in failure from now on.
    down: Mutex<bool>,
    /// Writes that happen and whose answer is lost.
    lost: Mutex<u32>,
}

impl Memory {
    fn lease(&self) -> Option<Lease> {
        self.lease.lock().unwrap().clone()
    }

    fn holder(&self) -> Option<String> {
        self.lease()?.spec?.holder_identity
    }

    fn set_down(&self, down: bool) {
        *self.down.lock().unwrap() = down;
    }

    fn up(&self) -> Result<(), LeaseError> {
        if *self.down.lock().unwrap() { Err(LeaseError::Failed("down".into())) } else { Ok(()) }
    }

    fn write(&self, mut lease: Lease) -> Result<Lease, LeaseError> {
        let mut version = self.version.lock().unwrap();
        *version += 1;
        lease.metadata.resource_version = Some(version.to_string());
        *self.lease.lock().unwrap() = Some(lease.clone());
        let mut lost = self.lost.lock().unwrap();
        if *lost > 0 {
            *lost -= 1;
            return Err(LeaseError::Timeout { after: Duration::ZERO });
        }
        Ok(lease)
    }

    /// Somebody else takes it, whatever it says.
    fn seize(&self) {
        let mut lease = self.lease().unwrap();
        let spec = lease.spec.as_mut().unwrap();
        spec.holder_identity = Some("thief".into());
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default() + 1);
        drop(self.write(lease));
    }
}

#[async_trait]
impl LeaseApi for Memory {
    async fn list(&self, _: &str) -> Result<Vec<Lease>, LeaseError> {
        Ok(self.lease().into_iter().collect())
    }

    async fn get(&self, _: &str) -> Result<Option<Lease>, LeaseError> {
        self.up()?;
        Ok(self.lease())
    }

    async fn create(&self, lease: Lease) -> Result<Lease, LeaseError> {
        self.up()?;
        if self.lease().is_some() { Err(LeaseError::Conflict) } else { self.write(lease) }
    }

    async fn replace(&self, lease: Lease) -> Result<Lease, LeaseError> {
        self.up()?;
        match self.lease() {
            Some(old) if old.metadata.resource_version == lease.metadata.resource_version => self.write(lease),
            _ => Err(LeaseError::Conflict),
        }
    }

    async fn delete(&self, _: Lease) -> Result<(), LeaseError> {
        Ok(())
    }
}

fn config() -> InventoryConfig {
    InventoryConfig {
        namespace: "default".into(),
        name: "set".into(),
        kind: InventoryKind::Secret,
        migrate_from: Vec::new(),
    }
}

fn actor() -> Actor {
    Actor::new("mooring", "tests", "1.0.0")
}

async fn take(leases: &Arc<Memory>, who: &str) -> Result<RunLock, Issue> {
    RunLock::acquire_with(leases.clone(), &"prod".into(), &config(), &actor(), who, LockOptions::default()).await
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_lock_is_renewed_while_it_is_held_and_free_after_it_was_given_back() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    assert_eq!(lock.fence(), 1);
    let first = leases.lease().unwrap().spec.unwrap().renew_time;
    tokio::time::sleep(seconds(100)).await;
    assert!(lock.is_held());
    assert_ne!(leases.lease().unwrap().spec.unwrap().renew_time, first);
    assert!(leases.holder().unwrap().starts_with("one_"));
    let held = lock.held();
    lock.shutdown().await;
    assert!(held.is_cancelled());
    assert_eq!(leases.holder(), None);
    let began = Instant::now();
    let next = take(&leases, "two").await.unwrap();
    assert_eq!((next.fence(), began.elapsed()), (2, Duration::ZERO), "nobody waits for a lock that was given back");
    next.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_held_is_told_with_its_holder() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    let issue = take(&leases, "two").await.unwrap_err();
    assert_eq!(issue.class, IssueClass::Inventory);
    assert!(issue.message.contains("held by one_"), "{issue}");
    assert!(lock.is_held());
    lock.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_of_a_run_that_died_is_taken_over_when_it_has_run_out() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    let held = lock.held();
    drop(lock);
    assert!(held.is_cancelled());
    let began = Instant::now();
    let next = take(&leases, "two").await.unwrap();
    assert!(began.elapsed() >= seconds(30), "not before it has run out: {:?}", began.elapsed());
    assert_eq!(next.fence(), 2);
    next.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_cannot_be_renewed_is_lost_before_anybody_may_take_it() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    let held = lock.held();
    leases.set_down(true);
    let began = Instant::now();
    held.cancelled().await;
    assert!(began.elapsed() <= seconds(25), "{:?}", began.elapsed());
    leases.set_down(false);
    lock.shutdown().await;
    assert!(leases.holder().unwrap().starts_with("one_"), "what was lost is not given back");
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_loses_nothing() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    leases.set_down(true);
    tokio::time::sleep(seconds(18)).await;
    leases.set_down(false);
    tokio::time::sleep(seconds(60)).await;
    assert!(lock.is_held());
    lock.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_somebody_took_is_lost_at_the_next_look() {
    let leases = Arc::new(Memory::default());
    let lock = take(&leases, "one").await.unwrap();
    let held = lock.held();
    leases.seize();
    let began = Instant::now();
    held.cancelled().await;
    assert!(began.elapsed() <= seconds(10));
    lock.shutdown().await;
    assert_eq!(leases.holder().as_deref(), Some("thief"));
}

#[tokio::test(start_paused = true)]
async fn lost_answers_cost_nothing() {
    let leases = Arc::new(Memory::default());
    *leases.lost.lock().unwrap() = 1;
    let lock = take(&leases, "one").await.unwrap();
    *leases.lost.lock().unwrap() = 1;
    tokio::time::sleep(seconds(60)).await;
    assert!(lock.is_held());
    *leases.lost.lock().unwrap() = 1;
    lock.shutdown().await;
    assert_eq!(leases.holder(), None);
}

#[tokio::test(start_paused = true)]
async fn leases_that_cannot_be_read_are_told_in_time() {
    let leases = Arc::new(Memory::default());
    leases.set_down(true);
    let began = Instant::now();
    let issue = take(&leases, "one").await.unwrap_err();
    assert_eq!(issue.class, IssueClass::Unavailable);
    assert!(began.elapsed() <= seconds(50), "{:?}", began.elapsed());
}

#[tokio::test]
async fn one_run_at_a_time_in_a_cluster() {
    let cluster = FakeCluster::start().await.unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    let (name, config, actor) = ("prod".into(), config(), actor());
    let options = LockOptions {
        wait: Duration::from_millis(50),
        retry_after: Duration::from_millis(10),
        ..LockOptions::default()
    };
    let first = RunLock::acquire(&name, &access, &config, &actor, "one", options.clone()).await.unwrap();
    assert!(RunLock::acquire(&name, &access, &config, &actor, "two", options.clone()).await.is_err());
    first.shutdown().await;
    let second = RunLock::acquire(&name, &access, &config, &actor, "two", options.clone()).await.unwrap();
    assert_eq!(second.fence(), 2);
    second.shutdown().await;
    let elsewhere = InventoryConfig { namespace: "nowhere".into(), ..config };
    let issue = RunLock::acquire(&name, &access, &elsewhere, &actor, "one", options).await.unwrap_err();
    assert!(issue.message.contains("nowhere"), "{issue}");
    cluster.shutdown().await;
}

#[test]
fn names_of_locks_are_names() {
    assert_eq!(lease_name("set"), "set-run");
    let long = lease_name(&"a".repeat(253));
    assert!(long.len() <= 253 && long.ends_with("-run"), "{}", long.len());
    assert_eq!(lease_name(&format!("{}.x", "a".repeat(248))).trim_end_matches("-run").len(), 248);
}
