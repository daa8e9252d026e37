//! A double of AWS STS for tests: an HTTP server on loopback that checks signatures, hands out credentials by a clock of the test's, counts
//! what it is asked, and goes wrong when it is told to.
//!
//! It knows the keys and roles that a test gives it, and four operations: `GetCallerIdentity`, `AssumeRole`, `AssumeRoleWithWebIdentity` and
//! `GetSessionToken`. It stands in for a cluster's side of EKS tokens too: [`StsDouble::caller_of_token`].
//!
//! ```
//! use cloud_client::aws::{AccountConfig, AwsApi, CredentialSource, StsOperation, key_pair};
//! use cloud_client::secret::SecretsInMemory;
//! use cloud_client::testing::sts::StsDouble;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let sts = StsDouble::start().await.unwrap();
//! sts.add_key("AKIDEXAMPLE", "a secret", "123456789012".parse().unwrap(), "deployer");
//!
//! let secrets = SecretsInMemory::default().with("aws/prod", key_pair("AKIDEXAMPLE", "a secret"));
//! let prod = AccountConfig::new("prod", "eu-west-1", CredentialSource::keys("aws/prod")).with_endpoint_url(sts.url());
//! let aws = AwsApi::builder().secrets(secrets).clock(sts.clock()).account(prod).build().unwrap();
//!
//! let identity = aws.verify_account("prod").await.unwrap();
//! assert_eq!(identity.arn, "arn:aws:iam::123456789012:user/deployer");
//! assert_eq!(sts.count(StsOperation::GetCallerIdentity), 1);
//! aws.cleanup().await;
//! sts.shutdown().await;
//! # });
//! ```

mod answer;
mod clock;
mod serve;
mod signature;
#[cfg(test)]
mod tests;
mod world;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_client::credentials::Clock as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use self::answer::StsFault;
pub use self::clock::TestClock;
pub use self::world::StsCall;
use self::world::{Planned, World};
use crate::aws::{AccountId, RoleArn, StsOperation};

/// The server. Ends with [`shutdown`](Self::shutdown), or at once when it is dropped.
pub struct StsDouble {
    url: Url,
    shared: Arc<Shared>,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

struct Shared {
    world: Mutex<World>,
    clock: TestClock,
    /// Whether answers are held back.
    held: watch::Sender<bool>,
    under_way: watch::Sender<usize>,
}

/// Answers that are held back for as long as this lives.
#[must_use = "answers are held back for as long as this lives"]
pub struct Held(Arc<Shared>);

impl StsDouble {
    /// What every secret that it hands out begins with. No message, log line or `Debug` may hold it.
    pub const SENTINEL: &'static str = world::SENTINEL;

    /// Starts one, with a clock that stands still.
    ///
    /// # Errors
    /// When no port of loopback can be had.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(TestClock::default()).await
    }

    /// Starts one with this clock.
    ///
    /// # Errors
    /// When no port of loopback can be had.
    pub async fn start_at(clock: TestClock) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let url = Url::parse(&url).map_err(io::Error::other)?;
        let shared = Arc::new(Shared {
            world: Mutex::default(),
            clock,
            held: watch::Sender::new(false),
            under_way: watch::Sender::new(0),
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve::serve(listener, Arc::clone(&shared), stop.clone()));
        Ok(Self { url, shared, stop, task: Some(task) })
    }

    /// Where it is, for [`AccountConfig::with_endpoint_url`](crate::aws::AccountConfig::with_endpoint_url).
    #[must_use]
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// The clock that its credentials end by.
    #[must_use]
    pub fn clock(&self) -> TestClock {
        self.shared.clock.clone()
    }

    /// Adds an access key of a user.
    pub fn add_key(&self, id: &str, secret: &str, account: AccountId, user: &str) {
        self.world().add_key(id, secret, account, user);
    }

    /// Takes an access key away: it is `InvalidClientTokenId` from now on.
    pub fn remove_key(&self, id: &str) {
        self.world().remove_key(id);
    }

    /// Adds a role that whoever has credentials may assume.
    pub fn add_role(&self, role: &RoleArn) {
        self.world().add_role(role, None);
    }

    /// Adds a role for those who know its external id.
    pub fn add_role_with_external_id(&self, role: &RoleArn, external_id: &str) {
        self.world().add_role(role, Some(external_id));
    }

    /// Sets whether a role refuses everybody.
    pub fn refuse_role(&self, role: &RoleArn, refuses: bool) {
        self.world().refuse_role(role, refuses);
    }

    /// Adds the token of a web identity.
    pub fn add_web_token(&self, token: &str, subject: &str) {
        self.world().add_web_token(token, subject);
    }

    /// Lets the next calls go wrong: those of one operation, or all.
    pub fn fail_next(&self, calls: usize, operation: Option<StsOperation>, fault: StsFault) {
        if calls > 0 {
            self.world().faults.push(Planned { operation, left: Some(calls), fault });
        }
    }

    /// Lets calls go wrong until [`recover`](Self::recover): those of one operation, or all.
    pub fn fail(&self, operation: Option<StsOperation>, fault: StsFault) {
        self.world().faults.push(Planned { operation, left: None, fault });
    }

    /// Forgets everything that was to go wrong.
    pub fn recover(&self) {
        self.world().faults.clear();
    }

    /// Holds back all answers until the returned value is dropped.
    pub fn hold(&self) -> Held {
        self.shared.held.send_replace(true);
        Held(Arc::clone(&self.shared))
    }

    /// Waits until so many calls are under way at least. The caller bounds how long.
    pub async fn wait_for_calls_under_way(&self, calls: usize) {
        let mut under_way = self.shared.under_way.subscribe();
        // The sender is ours.
        let _open = under_way.wait_for(|now| *now >= calls).await.is_ok();
    }

    /// How many calls are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        *self.shared.under_way.borrow()
    }

    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<StsCall> {
        self.world().calls.clone()
    }

    /// How many calls of this operation there were so far.
    #[must_use]
    pub fn count(&self, operation: StsOperation) -> usize {
        self.world().calls.iter().filter(|call| call.operation == Some(operation)).count()
    }

    /// What the cluster of this name finds out about who shows this token: an ARN.
    ///
    /// # Errors
    /// In a few words, why the cluster would not let them in.
    pub fn caller_of_token(&self, token: &str, cluster: &str) -> Result<String, String> {
        serve::caller_of_token(&self.world(), token, cluster, self.shared.clock.now())
    }

    /// Stops serving, and waits until that is done.
    pub async fn shutdown(mut self) {
        self.shared.held.send_replace(false);
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            // However it ended, it has ended.
            let _ended = task.await;
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StsDouble {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.held.send_replace(false);
    }
}

impl fmt::Debug for StsDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsDouble").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}
