//! Clusters of EKS, from a key pair of AWS to an answer of an API server: tokens made in this process, connections of `cluster-client`, and
//! an API server that lets in whom STS says a token is of. Everything is on loopback and by one clock, which the tests move.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use cloud_client::aws::{AccountConfig, AwsApi, AwsOptions, CredentialSource, StsOperation, key_pair};
use cloud_client::eks::{EksExecs, EksTokens, TOKEN_LIFE};
use cloud_client::secret::SecretsInMemory;
use cloud_client::testing::sts::{StsDouble, StsFault, TestClock};
use cluster_client::auth::ExecOptions;
use cluster_client::connect::{Connect as _, Connection};
use cluster_client::kubeconfig::{self, ExecPolicy, TrustPolicy};
use cluster_client::path::{PathOptions, Paths};
use cluster_client::spec::{CredentialSpec, ServerTrust};
use cluster_client::transport::{Connector, TransportOptions};
use cluster_client::{ClusterKey, ClusterSpec, ConnectError, ErrorClass};
use core_client::ErrorChain;
use core_client::bearer::{Bearer, BearerError, BearerSource, ExecResolver, ExecStanza};
use core_client::credentials::Clock as _;
use core_client::http::Token;
use fake_cluster::api::{MASTERS, User};
use fake_cluster::server::{FakeCluster, FakeClusterOptions};
use jiff::Timestamp;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};

const UID: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// For how long a cluster accepts a token, from its date.
const ACCEPTED: Duration = Duration::from_secs(15 * 60);

/// An account that may assume the role of administrators, by a clock that the tests move.
struct Cloud {
    sts: Arc<StsDouble>,
    clock: TestClock,
    aws: AwsApi,
}

impl Cloud {
    async fn new() -> Self {
        let sts = StsDouble::start_at(TestClock::at(Timestamp::now())).await.unwrap();
        sts.add_key("AKIA1", "SENTINEL-key", UID.parse().unwrap(), "alice");
        sts.add_role(&ROLE.parse().unwrap());
        let secrets = SecretsInMemory::default().with("aws/prod", key_pair("AKIA1", "SENTINEL-key"));
        let account = AccountConfig::new("prod", "eu-west-1", CredentialSource::keys("aws/prod"));
        let aws = AwsApi::builder()
            .secrets(secrets)
            .clock(sts.clock())
            .options(AwsOptions::default().with_retry(RetryConfig::disabled()))
            .account(account.with_endpoint_url(sts.url()))
            .build()
            .unwrap();
        Self { clock: sts.clock(), sts: Arc::new(sts), aws }
    }
}

/// A cluster of EKS: an API server, and what asks STS about the tokens that are shown to it.
struct Eks {
    server: Arc<FakeCluster>,
    authenticator: Arc<Authenticator>,
    connector: Connector,
}

/// Asks STS whose a token is that is meant for this cluster. The API server has no webhook, so it is told of a token when that is made.
struct Authenticator {
    cluster: &'static str,
    sts: Arc<StsDouble>,
    server: Arc<FakeCluster>,
    verdicts: Mutex<Vec<(Token, Result<String, String>)>>,
}

impl Authenticator {
    fn look(&self, token: &Token) {
        let caller = self.sts.caller_of_token(token.expose(), self.cluster);
        if let Ok(arn) = &caller {
            let until = self.server.api().now().checked_add(ACCEPTED).ok();
            self.server.api().access().add_token(token.expose(), User::new(arn, &[MASTERS]), until);
        }
        let mut verdicts = self.verdicts.lock().unwrap();
        if verdicts.last().is_none_or(|(last, _)| last != token) {
            verdicts.push((token.clone(), caller));
        }
    }

    /// What STS said of each token so far.
    fn callers(&self) -> Vec<Result<String, String>> {
        self.verdicts.lock().unwrap().iter().map(|(_, caller)| caller.clone()).collect()
    }

    fn last(&self) -> Token {
        self.verdicts.lock().unwrap().last().unwrap().0.clone()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("cluster", &self.cluster).finish_non_exhaustive()
    }
}

/// Tokens that the authenticator looks at.
#[derive(Debug)]
struct Shown {
    source: Arc<dyn BearerSource>,
    authenticator: Arc<Authenticator>,
}

#[async_trait]
impl BearerSource for Shown {
    async fn bearer(&self) -> Result<Bearer, BearerError> {
        let bearer = self.source.bearer().await?;
        self.authenticator.look(&bearer.token);
        Ok(bearer)
    }

    fn invalidate(&self, token: &Token) {
        self.source.invalidate(token);
    }
}

/// Commands of kubeconfigs, done here.
#[derive(Debug)]
struct Done {
    execs: EksExecs,
    authenticator: Arc<Authenticator>,
}

impl ExecResolver for Done {
    fn resolve(&self, exec: &ExecStanza<'_>) -> Result<Option<Arc<dyn BearerSource>>, BearerError> {
        let authenticator = &self.authenticator;
        let shown =
            |source| Arc::new(Shown { source, authenticator: Arc::clone(authenticator) }) as Arc<dyn BearerSource>;
        Ok(self.execs.resolve(exec)?.map(shown))
    }
}

impl Eks {
    async fn start(cloud: &Cloud, cluster: &'static str) -> Self {
        let clock = cloud.clock.clone();
        let options = FakeClusterOptions::default().with_clock(move || clock.now());
        let server = Arc::new(FakeCluster::start_with(options).await.unwrap());
        let (sts, verdicts) = (Arc::clone(&cloud.sts), Mutex::default());
        let authenticator = Arc::new(Authenticator { cluster, sts, server: Arc::clone(&server), verdicts });
        let execs = EksExecs::new(cloud.aws.clone());
        let resolver = Done { execs, authenticator: Arc::clone(&authenticator) };
        let exec = ExecOptions::default().with_resolver(Arc::new(resolver));
        let clock = Arc::new(cloud.clock.clone());
        let connector = Connector::with(TransportOptions::default(), exec, Paths::new(PathOptions::default()), clock);
        Self { server, authenticator, connector }
    }

    /// What `aws eks update-kubeconfig` writes for the cluster of this name, with this one's address.
    fn kubeconfig(&self, cluster: &str) -> ClusterSpec {
        let mut config: Value = serde_json::from_str(&self.server.kubeconfig()).unwrap();
        config["users"][0]["user"] = json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": ["--region", "eu-west-1", "eks", "get-token", "--cluster-name", cluster, "--output", "json", "--role-arn", ROLE],
            "env": [{"name": "AWS_PROFILE", "value": "prod"}],
            "interactiveMode": "IfAvailable",
        }});
        // Nothing that it names is run, whatever the resolver knows.
        let policy = TrustPolicy::for_secrets().with_exec(ExecPolicy::InProcess);
        kubeconfig::parse(config.to_string(), &policy, None).unwrap().current().unwrap()
    }

    async fn connect(&self, spec: &ClusterSpec) -> Result<Connection, ConnectError> {
        self.connector.connect(&ClusterKey::new("edge").unwrap(), spec).await
    }
}

/// Whom the API server takes us for.
async fn who_am_i(connection: &Connection) -> kube::Result<String> {
    let reviews: Api<SelfSubjectReview> = Api::all(connection.client.clone());
    let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await?;
    Ok(review.status.unwrap().user_info.unwrap().username.unwrap())
}

fn admin() -> String {
    format!("arn:aws:sts::{UID}:assumed-role/admin/mooring-prod")
}

#[tokio::test]
async fn a_kubeconfig_that_runs_aws_reaches_its_cluster_without_it() {
    let cloud = Cloud::new().await;
    let eks = Eks::start(&cloud, "blue").await;
    let connection = eks.connect(&eks.kubeconfig("blue")).await.unwrap();
    assert!(connection.identity.is_some(), "the cluster was asked who it is");
    for _ in 0..20 {
        assert_eq!(who_am_i(&connection).await.unwrap(), admin());
    }
    assert_eq!(eks.authenticator.callers(), [Ok(admin())], "one token for all requests");
    assert_eq!(cloud.sts.count(StsOperation::AssumeRole), 1);
    assert_eq!(cloud.sts.count(StsOperation::GetCallerIdentity), 0, "nobody but the cluster asks whose it is");
    let expires = connection.control.credential_expires().unwrap();
    assert_eq!(expires, cloud.clock.now().checked_add(TOKEN_LIFE).unwrap());
    connection.control.close(Duration::from_secs(5)).await;
}

/// Beneath one client: nobody who holds it notices.
#[tokio::test]
async fn tokens_and_the_role_behind_them_are_made_anew_when_they_end() {
    let cloud = Cloud::new().await;
    let eks = Eks::start(&cloud, "blue").await;
    let connection = eks.connect(&eks.kubeconfig("blue")).await.unwrap();
    for round in 1..=6 {
        assert_eq!(who_am_i(&connection).await.unwrap(), admin());
        assert_eq!(eks.authenticator.callers().len(), round);
        // The role's session lives for an hour. Whether it is renewed in the fifth round, four minutes ahead of its end, is left to chance.
        match round {
            1..=4 => assert_eq!(cloud.sts.count(StsOperation::AssumeRole), 1),
            5 => {}
            _ => assert_eq!(cloud.sts.count(StsOperation::AssumeRole), 2),
        }
        cloud.clock.advance(TOKEN_LIFE);
    }
    assert_eq!(connection.control.stats().auth_refused, 0, "no token was shown that had ended");
    connection.control.close(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_token_that_the_cluster_takes_back_is_made_anew_and_the_request_sent_again() {
    let cloud = Cloud::new().await;
    let eks = Eks::start(&cloud, "blue").await;
    let connection = eks.connect(&eks.kubeconfig("blue")).await.unwrap();
    assert_eq!(who_am_i(&connection).await.unwrap(), admin());
    // A token is the same for as long as it is signed at the same second.
    cloud.clock.advance(Duration::from_secs(1));
    assert!(eks.server.revoke_token(eks.authenticator.last().expose()));
    assert_eq!(who_am_i(&connection).await.unwrap(), admin());
    assert_eq!((eks.authenticator.callers().len(), connection.control.stats().auth_refused), (2, 1));
    connection.control.close(Duration::from_secs(5)).await;
}

/// The name of the cluster is in the signature, so a kubeconfig with another server in it gets nobody in.
#[tokio::test]
async fn a_token_for_one_cluster_opens_no_other() {
    let cloud = Cloud::new().await;
    let green = Eks::start(&cloud, "green").await;
    let error = green.connect(&green.kubeconfig("blue")).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::CredentialRejected, "{error:?}");
    let verdicts = green.authenticator.callers();
    assert!(!verdicts.is_empty() && verdicts.iter().all(|caller| *caller == Err("SignatureDoesNotMatch".to_owned())));
    let connection = green.connect(&green.kubeconfig("green")).await.unwrap();
    assert_eq!(who_am_i(&connection).await.unwrap(), admin());
    connection.control.close(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_cluster_is_reached_with_tokens_that_an_application_asks_for_by_account() {
    let cloud = Cloud::new().await;
    let eks = Eks::start(&cloud, "blue").await;
    let source = Arc::new(EksTokens::new(cloud.aws.clone(), "prod", "eu-west-1", "blue").unwrap());
    let shown = Shown { source, authenticator: Arc::clone(&eks.authenticator) };
    let trust = ServerTrust::Roots(eks.server.ca_pem().into_bytes().into());
    let credential = CredentialSpec::bearer(Arc::new(shown));
    let spec = ClusterSpec::new(eks.server.url().parse().unwrap(), trust, credential);
    let connection = eks.connect(&spec).await.unwrap();
    let alice = format!("arn:aws:iam::{UID}:user/alice");
    assert_eq!(who_am_i(&connection).await.unwrap(), alice);
    cloud.clock.advance(TOKEN_LIFE);
    assert_eq!(who_am_i(&connection).await.unwrap(), alice);
    assert_eq!(eks.authenticator.callers(), [Ok(alice.clone()), Ok(alice)]);
    assert_eq!(cloud.sts.calls().len(), 0, "a key pair needs nobody to make a token");
    connection.control.close(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_role_that_is_refused_is_told_through_the_connection_and_no_secret_with_it() {
    let cloud = Cloud::new().await;
    let eks = Eks::start(&cloud, "blue").await;
    let spec = eks.kubeconfig("blue");
    cloud.sts.fail(Some(StsOperation::AssumeRole), StsFault::AccessDenied);
    let error = eks.connect(&spec).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::CredentialUnavailable);
    let shown = ErrorChain::new(&error).to_string();
    for word in ["EKS cluster \"blue\"", "account \"prod\"", ROLE, "eu-west-1"] {
        assert!(shown.contains(word), "{word} is not in {shown}");
    }
    let shown = format!("{shown}{error:?}{spec:?}{:?}", eks.connector);
    assert!(!shown.contains(StsDouble::SENTINEL) && !shown.contains("k8s-aws-v1"), "{shown}");
    cloud.sts.recover();
    cloud.aws.renew("prod").unwrap();
    let connection = eks.connect(&spec).await.unwrap();
    assert_eq!(who_am_i(&connection).await.unwrap(), admin());
    connection.control.close(Duration::from_secs(5)).await;
}
