//! The service over every store there is.

use std::sync::Arc;

use crate::store::ClusterStore;

mod memory {
    use super::*;
    use crate::store::memory::MemoryStore;

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        Some((Arc::new(MemoryStore::new()) as _, async {}))
    }

    crate::cluster_service_suite!(open);
}

mod sqlite {
    use super::*;
    use crate::store::sqlite::{SqliteOptions, SqliteStore};

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        let folder = tempfile::TempDir::new().unwrap();
        let options = SqliteOptions::file(folder.path().join("clusters.db")).durable(false);
        let store = SqliteStore::open(options).await.unwrap();
        Some((Arc::new(store) as _, async move { folder.close().unwrap() }))
    }

    crate::cluster_service_suite!(open);
}

mod postgres {
    use super::*;
    use crate::testing::postgres::TestSchema;

    async fn open() -> Option<(Arc<dyn ClusterStore>, impl Future<Output = ()>)> {
        let schema = TestSchema::create().await?;
        Some((schema.store().await, schema.drop()))
    }

    crate::cluster_service_suite!(open);
}

mod one_cluster_in_two_records {
    use std::time::Duration;

    use super::*;
    use crate::cluster::{ClusterStatus, NewCluster, ProviderClusterId, ProviderType};
    use crate::factory::DefaultProviderFactory;
    use crate::provider::{CallContext, ClusterSpec, DeleteOutcome, MockProvider};
    use crate::service::{ClusterService as _, DefaultClusterService, Deregistration, ServiceError};
    use crate::store::memory::MemoryStore;

    /// Adopts whatever it is asked for, and always finds the same cluster behind it.
    fn adopting() -> MockProvider {
        let spec = |name: &str| {
            let id = ProviderClusterId::new(format!("context/{name}")).unwrap();
            ClusterSpec::new(id, ClusterStatus::Provisioned).with_external_id("the-uid-of-kube-system")
        };
        let mut provider = MockProvider::new();
        provider.expect_provider_type().returning(|| ProviderType::STANDALONE);
        provider.expect_create().returning(move |_, request| Ok(spec(&request.name)));
        provider.expect_find().returning(move |_, claim| Ok(Some(spec(&claim.name))));
        provider.expect_delete().never();
        provider
    }

    #[tokio::test]
    async fn the_second_is_refused_and_its_end_does_not_touch_the_first() {
        let factory = DefaultProviderFactory::builder()
            .register(Arc::new(adopting()))
            .default_type(ProviderType::STANDALONE)
            .build()
            .unwrap();
        let service = DefaultClusterService::builder(Arc::new(factory), Arc::new(MemoryStore::new())).build();
        let call = CallContext::within(Duration::from_secs(10));
        let register = |name: &'static str| service.register(&call, NewCluster::new("", "dc", "one").with_name(name));
        let first = register("blue").await.unwrap();
        let first = service.create(&call, &first.id).await.unwrap();
        assert_eq!(first.status, ClusterStatus::Provisioned);
        let second = register("also-blue").await.unwrap();
        let error = service.create(&call, &second.id).await.unwrap_err();
        assert!(matches!(error, ServiceError::Conflict { .. }), "{error}");
        let second = service.get(&call, &second.id).await.unwrap();
        assert_eq!((second.status, second.provider_cluster_id), (ClusterStatus::Failed, None));
        service.deregister(&call, &second.id, Deregistration::default()).await.unwrap();
        assert_eq!(service.delete(&call, &second.id).await.unwrap(), DeleteOutcome::Gone);
        assert_eq!(service.get(&call, &first.id).await.unwrap(), first);
    }
}
