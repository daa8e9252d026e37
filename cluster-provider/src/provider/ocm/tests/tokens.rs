//! Who the provider is to OCM.

use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::ExposeSecret as _;

use super::*;
use crate::secrets::{SecretRef, SecretStore, SecretStoreError};

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
