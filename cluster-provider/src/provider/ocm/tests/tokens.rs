//! Who the provider is to OCM.

use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::ExposeSecret as _;

use super::*;
use crate::secrets::{MemorySecrets, SecretRef, SecretStore, SecretStoreError};

const TOKEN_PATH: &str = "/auth/realms/redhat-external/protocol/openid-connect/token";

/// W-60
#[tokio::test]
async fn tokens_come_from_the_place_in_the_options_once_for_everybody() {
    let rig = Rig::new().await;
    let call = call();
    let ids: Vec<_> = (0..8).map(|n| ProviderClusterId::new(format!("c{n}")).unwrap()).collect();
    let looks = ids.iter().map(|id| rig.provider.get(&call, id));
    for outcome in futures::future::join_all(looks).await {
        assert_eq!(outcome.unwrap(), None);
    }
    assert_eq!(rig.ocm.tokens_issued(), 1);
    assert_eq!(rig.ocm.count(&Method::POST, TOKEN_PATH), 1);
    rig.end().await;
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_and_the_request_repeated() {
    let rig = Rig::new().await;
    let known = rig.ready().await;
    rig.ocm.expire_tokens();
    rig.provider.check_status(&call(), &known).await.unwrap().unwrap();
    assert_eq!(rig.ocm.tokens_issued(), 2);
    rig.ocm.fault(Fault::unauthenticated().on_path(EVERY_CLUSTER));
    let error = rig.provider.check_status(&call(), &known).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ProviderErrorKind::Unauthenticated, false));
    rig.end().await;
}

#[tokio::test]
async fn a_create_is_repeated_when_only_its_token_was_refused() {
    let rig = Rig::of(OcmSimulator::builder().allow_equal_names()).await;
    rig.ocm.fault(Fault::unauthenticated().on_method(Method::POST).on_path(CLUSTERS).once());
    rig.provider.create(&call(), &request("aws")).await.unwrap();
    assert_eq!(rig.ocm.clusters().len(), 1);
    rig.end().await;
}

#[tokio::test]
async fn an_offline_token_that_is_replaced_is_used_no_more() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let token = OcmCredentials::token(ocm.credentials().offline_token);
    let provider = OcmProvider::builder(quick(&ocm)).credentials(token).build().unwrap();
    let id = ProviderClusterId::new("c1").unwrap();
    for _ in 0..3 {
        provider.get(&call(), &id).await.unwrap();
        ocm.expire_tokens();
    }
    assert_eq!(ocm.tokens_issued(), 3);
    provider.shutdown().await;
    ocm.shutdown().await;
}

#[tokio::test]
async fn wrong_credentials_are_said_to_be_wrong_and_a_broken_endpoint_to_be_broken() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let id = ProviderClusterId::new("c1").unwrap();
    let with = |credentials| OcmProvider::builder(quick(&ocm)).credentials(credentials).build().unwrap();
    let wrong = with(OcmCredentials::client("simulated-service-account", "s3ntinel"));
    let error = wrong.get(&call(), &id).await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unauthenticated, "{error}");
    let chain = core_client::ErrorChain::new(&error).to_string();
    assert!(!chain.contains("s3ntinel") && !format!("{error:?}").contains("s3ntinel"), "{chain}");
    let half = with(OcmCredentials::client("simulated-service-account", ""));
    assert_eq!(kind(half.get(&call(), &id).await), ProviderErrorKind::Unauthenticated);
    ocm.fault(Fault::internal().on_path(TOKEN_PATH));
    let credentials = ocm.credentials();
    let right = with(OcmCredentials::client(credentials.client_id, credentials.client_secret));
    assert_eq!(kind(right.get(&call(), &id).await), ProviderErrorKind::Unavailable);
    ocm.shutdown().await;
}

/// One secret that changes.
struct Store {
    reads: AtomicU32,
    data: Mutex<SecretData>,
}

#[async_trait]
impl SecretStore for Store {
    async fn get(&self, _: &SecretRef) -> Result<SecretData, SecretStoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(locked(&self.data).clone())
    }

    async fn put(&self, _: &SecretRef, data: SecretData) -> Result<(), SecretStoreError> {
        *locked(&self.data) = data;
        Ok(())
    }

    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::NotFound(reference.clone()))
    }
}

#[tokio::test]
async fn a_credential_in_a_store_is_read_again_for_each_token() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let mut options = quick(&ocm);
    options.credentials = Some(SecretRef::new("ocm"));
    assert!(matches!(OcmProvider::builder(options.clone()).build(), Err(OcmBuildError::NoStore)));
    let held = ocm.credentials();
    let data = SecretData::new().with("client_id", held.client_id).with("client_secret", held.client_secret);
    let store = Arc::new(Store { reads: AtomicU32::new(0), data: Mutex::new(data) });
    let provider = OcmProvider::builder(options).secret_store(Arc::clone(&store) as _).build().unwrap();
    let id = ProviderClusterId::new("c1").unwrap();
    provider.get(&call(), &id).await.unwrap();
    ocm.expire_tokens();
    provider.get(&call(), &id).await.unwrap();
    assert_eq!(store.reads.load(Ordering::Relaxed), 2);
    ocm.shutdown().await;
}

/// A provider with this offline token, which keeps what comes in its place.
fn keeping(ocm: &OcmSimulator, token: secrecy::SecretString, store: Arc<dyn SecretStore>) -> OcmProvider {
    let mut options = quick(ocm);
    options.rotated_token = Some(SecretRef::new("rotated"));
    OcmProvider::builder(options).credentials(OcmCredentials::token(token)).secret_store(store).build().unwrap()
}

async fn ask(provider: &OcmProvider) -> Result<(), ProviderError> {
    provider.get(&call(), &ProviderClusterId::new("c1").unwrap()).await.map(drop)
}

#[tokio::test]
async fn a_rotated_token_outlives_the_process_that_got_it() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let configured = ocm.credentials().offline_token;
    let store = Arc::new(MemorySecrets::new());
    for round in 1..4 {
        let provider = keeping(&ocm, configured.clone(), Arc::clone(&store) as _);
        ask(&provider).await.unwrap();
        provider.shutdown().await;
        assert_eq!((ocm.tokens_issued(), ocm.count(&Method::POST, TOKEN_PATH)), (round, round as usize));
    }
    // Whoever keeps nothing has only the one that is good for nothing any more.
    let forgetful = OcmProvider::builder(quick(&ocm)).credentials(OcmCredentials::token(configured)).build().unwrap();
    assert_eq!(kind(ask(&forgetful).await), ProviderErrorKind::Unauthenticated);
    ocm.shutdown().await;
}

#[tokio::test]
async fn several_processes_with_one_token_take_up_what_another_one_got() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let store = Arc::new(MemorySecrets::new());
    let make = || keeping(&ocm, ocm.credentials().offline_token, Arc::clone(&store) as _);
    let (one, other) = (make(), make());
    for provider in [&one, &other, &other, &one, &other] {
        ocm.expire_tokens();
        ask(provider).await.unwrap();
    }
    assert_eq!(ocm.count(&Method::POST, TOKEN_PATH), 5, "none was shown that was replaced");
    ocm.shutdown().await;
}

#[tokio::test]
async fn a_token_that_is_newly_configured_goes_before_what_came_in_place_of_another() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let store = Arc::new(MemorySecrets::new());
    let old = SecretData::new().with("refresh_token", "stale".to_owned()).with("configured_sha256", "00".to_owned());
    store.put(&SecretRef::new("rotated"), old).await.unwrap();
    let provider = keeping(&ocm, ocm.credentials().offline_token, Arc::clone(&store) as _);
    ask(&provider).await.unwrap();
    assert_eq!(ocm.count(&Method::POST, TOKEN_PATH), 1);
    let kept = store.get(&SecretRef::new("rotated")).await.unwrap();
    assert_eq!(
        kept.get("refresh_token").unwrap().expose_secret(),
        ocm.credentials().offline_token.expose_secret(),
        "what came is kept in its place"
    );
    ocm.shutdown().await;
}

/// A place that fails as often as it is told to.
#[derive(Default)]
struct Flaky {
    secrets: MemorySecrets,
    failing: AtomicU32,
}

impl Flaky {
    fn fails(&self) -> Result<(), SecretStoreError> {
        let left = self.failing.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let (reference, wait) = (SecretRef::new("rotated"), Duration::from_secs(1));
        left.map_or(Ok(()), |_| Err(SecretStoreError::Timeout { reference, action: "asked", wait }))
    }
}

#[async_trait]
impl SecretStore for Flaky {
    async fn get(&self, reference: &SecretRef) -> Result<SecretData, SecretStoreError> {
        self.fails()?;
        self.secrets.get(reference).await
    }

    async fn put(&self, reference: &SecretRef, data: SecretData) -> Result<(), SecretStoreError> {
        self.fails()?;
        self.secrets.put(reference, data).await
    }

    async fn delete(&self, reference: &SecretRef) -> Result<(), SecretStoreError> {
        self.secrets.delete(reference).await
    }
}

#[tokio::test]
async fn a_place_that_fails_loses_no_token_and_costs_none() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let (configured, store) = (ocm.credentials().offline_token, Arc::new(Flaky::default()));
    // What may have been replaced is not shown before that is known.
    store.failing.store(1, Ordering::Relaxed);
    let provider = keeping(&ocm, configured.clone(), Arc::clone(&store) as _);
    let error = ask(&provider).await.unwrap_err();
    assert_eq!((error.kind(), ocm.count(&Method::POST, TOKEN_PATH)), (ProviderErrorKind::Unavailable, 0));
    provider.shutdown().await;

    let provider = keeping(&ocm, configured.clone(), Arc::clone(&store) as _);
    ask(&provider).await.unwrap();
    // It could not be kept, and is used all the same.
    ocm.expire_tokens();
    store.secrets.delete(&SecretRef::new("rotated")).await.unwrap();
    for _ in 0..2 {
        store.failing.store(u32::MAX, Ordering::Relaxed);
        ocm.expire_tokens();
        ask(&provider).await.unwrap();
    }
    // As soon as the place is there again, the last one is kept.
    store.failing.store(0, Ordering::Relaxed);
    ocm.expire_tokens();
    ask(&provider).await.unwrap();
    provider.shutdown().await;
    let next = keeping(&ocm, configured, Arc::clone(&store) as _);
    ask(&next).await.unwrap();
    ocm.shutdown().await;
}

#[tokio::test]
async fn a_provider_without_credentials_is_not_made() {
    assert!(matches!(OcmProvider::builder(OcmOptions::new()).build(), Err(OcmBuildError::NoCredentials)));
    let plain = OcmOptions::new().with_base_url("http://api.openshift.com");
    let error = OcmProvider::builder(plain).credentials(OcmCredentials::token("t")).build().unwrap_err();
    assert!(matches!(error, OcmBuildError::Options(_)));
}

#[tokio::test]
async fn no_secret_is_shown() {
    let rig = Rig::new().await;
    let secret = rig.ocm.credentials().client_secret;
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        rig.provider,
        builder_of(quick(&rig.ocm), &rig.ocm),
        OcmCredentials::token("s3ntinel"),
        OcmCredentials::client("id", secret.clone()),
    );
    assert!(!shown.contains("s3ntinel") && !shown.contains(secret.expose_secret()), "{shown}");
    // What is refused does not repeat what was sent.
    rig.ocm.fault(Fault::refuse(http::StatusCode::BAD_REQUEST, "no").on_method(Method::POST).on_path(CLUSTERS));
    let error = rig.provider.create(&call(), &request("aws")).await.unwrap_err();
    let shown = format!("{error:?} {}", core_client::ErrorChain::new(&error));
    assert!(!shown.contains("s3ntinel") && !shown.contains("simulated-client-secret"), "{shown}");
    rig.end().await;
}
