//! A real proxy between the provider and OCM.

use testkit::proxy::{Proxy as RealProxy, ProxyFault};

use super::*;
use crate::secrets::{MemorySecrets, SecretRef, SecretStore as _};

fn login(password: &str) -> SecretData {
    SecretData::new().with("username", "me".to_owned()).with("password", password.to_owned())
}

#[tokio::test]
async fn everything_is_asked_through_the_proxy_with_a_login_from_the_store() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    let proxy = RealProxy::http().login("me", "s3ntinel").start().await;
    let store = Arc::new(MemorySecrets::new());
    let held = SecretRef::new("proxy");
    let options = quick(&ocm).with_proxy(ProxyOptions::new(proxy.url_as(None)).with_credentials(held.clone()));
    assert!(matches!(builder_of(options.clone(), &ocm).build(), Err(OcmBuildError::NoStore)));
    let make = || builder_of(options.clone(), &ocm).secret_store(Arc::clone(&store) as _).build().unwrap();
    let id = ProviderClusterId::new("c1").unwrap();
    // Without a login, and with another one.
    for wrong in [None, Some(login("other"))] {
        if let Some(wrong) = wrong {
            store.put(&held, wrong).await.unwrap();
        }
        let error = make().get(&call(), &id).await.unwrap_err();
        assert!(matches!(error.kind(), ProviderErrorKind::Unavailable | ProviderErrorKind::Unreachable), "{error}");
        let told = format!("{error:?} {}", core_client::ErrorChain::new(&error));
        assert!(told.contains(&proxy.address().to_string()), "{told}");
    }
    assert_eq!(ocm.requests().len(), 0, "nothing goes past it");
    store.put(&held, login("s3ntinel")).await.unwrap();
    let provider = make();
    assert_eq!(provider.get(&call(), &id).await.unwrap(), None);
    let known = provider.create(&call(), &request("aws")).await.unwrap();
    provider.check_status(&call(), &known).await.unwrap().unwrap();
    let target = format!("127.0.0.1:{}", ocm.url().port().unwrap());
    assert!(!proxy.targets().is_empty() && proxy.targets().iter().all(|one| *one == target), "{:?}", proxy.targets());
    proxy.set_fault(ProxyFault::Refuse(403));
    let told = format!("{provider:?} {:?}", provider.get(&call(), &id).await);
    assert!(!told.contains("s3ntinel"), "{told}");
    provider.shutdown().await;
    proxy.shutdown().await;
    ocm.shutdown().await;
}

#[tokio::test]
async fn a_proxy_that_cannot_be_is_found_at_start_and_its_login_is_not_told() {
    let ocm = OcmSimulator::builder().start().await.unwrap();
    for url in ["http://me:s3ntinel@proxy", "socks5://proxy", "proxy"] {
        let error = builder_of(quick(&ocm).with_proxy(ProxyOptions::new(url)), &ocm).build().unwrap_err();
        assert!(matches!(error, OcmBuildError::Proxy(_)), "{error}");
        assert!(!format!("{error:?}").contains("s3ntinel"));
    }
    let builder = builder_of(quick(&ocm), &ocm).proxy_credentials(login("s3ntinel"));
    assert!(!format!("{builder:?}").contains("s3ntinel"));
    ocm.shutdown().await;
}
