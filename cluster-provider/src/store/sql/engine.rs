//! Every operation of a store on pools of connections: with a deadline, and writes in transactions.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::{Pool, QueryBuilder};

use super::failure::{Failure, classify};
use super::records::Named;
use super::{Dialect, leases, records};
use crate::cluster::{Cluster, ClusterId, ClusterPatch, ClusterStatus, NewCluster, ProviderType};
use crate::store::change::begin;
use crate::store::{ClusterQuery, Expect, Fence, Lease, Page, StoreError};

/// Pools, and how long an operation may take with everything it waits for.
pub(in crate::store) struct Engine<D: Dialect> {
    pub(in crate::store) reads: Pool<D>,
    pub(in crate::store) writes: Pool<D>,
    pub(in crate::store) deadline: Duration,
}

impl<D: Dialect> Engine<D> {
    async fn bounded<T>(
        &self,
        action: &'static str,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.deadline, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(Failure::Answer(answer))) => Err(answer),
            Ok(Err(Failure::Database(error))) => Err(classify::<D>(error, action, self.deadline)),
            Err(_) => Err(StoreError::Timeout(self.deadline)),
        }
    }

    pub(in crate::store) async fn insert(&self, new: NewCluster, fence: Option<Fence>) -> Result<Cluster, StoreError> {
        self.bounded("record a cluster", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            records::check_lease::<D>(&mut tx, fence.as_ref()).await?;
            // The times are the database's; these are in no column.
            let new = begin(new, fence.map_or(0, |fence| fence.epoch), Timestamp::UNIX_EPOCH);
            let written = records::insert::<D>(&mut tx, new).await?;
            tx.commit().await?;
            Ok(written)
        })
        .await
    }

    pub(in crate::store) async fn one(
        &self,
        named: Vec<Named>,
        deleted_too: bool,
    ) -> Result<Option<Cluster>, StoreError> {
        self.bounded("read a cluster", async {
            let mut connection = self.reads.acquire().await?;
            records::one::<D>(&mut connection, named, deleted_too).await
        })
        .await
    }

    pub(in crate::store) async fn patch(
        &self,
        id: &ClusterId,
        expect: Expect,
        patch: ClusterPatch,
    ) -> Result<Cluster, StoreError> {
        self.bounded("change a cluster", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            records::check_lease::<D>(&mut tx, expect.fence.as_ref()).await?;
            let written = records::patch::<D>(&mut tx, id, &expect, patch).await?;
            tx.commit().await?;
            Ok(written)
        })
        .await
    }

    pub(in crate::store) async fn transition_many(
        &self,
        query: ClusterQuery,
        from: &[ClusterStatus],
        to: ClusterStatus,
        fence: Option<Fence>,
    ) -> Result<Vec<ClusterId>, StoreError> {
        self.bounded("change many clusters", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            records::check_lease::<D>(&mut tx, fence.as_ref()).await?;
            let changed = records::transition_many::<D>(&mut tx, &query, from, to, fence.as_ref()).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    pub(in crate::store) async fn list(&self, query: ClusterQuery) -> Result<Page<Cluster>, StoreError> {
        self.bounded("list clusters", async {
            let mut connection = self.reads.acquire().await?;
            records::list::<D>(&mut connection, &query).await
        })
        .await
    }

    pub(in crate::store) async fn count_by_status(&self) -> Result<BTreeMap<ClusterStatus, u64>, StoreError> {
        self.bounded("count clusters", async {
            let mut connection = self.reads.acquire().await?;
            records::count_by_status::<D>(&mut connection).await
        })
        .await
    }

    pub(in crate::store) async fn count_by_region(
        &self,
        query: ClusterQuery,
    ) -> Result<BTreeMap<(String, String), u64>, StoreError> {
        self.bounded("count clusters", async {
            let mut connection = self.reads.acquire().await?;
            records::count_by_region::<D>(&mut connection, &query).await
        })
        .await
    }

    pub(in crate::store) async fn provider_types(&self) -> Result<Vec<ProviderType>, StoreError> {
        self.bounded("list types of providers", async {
            let mut connection = self.reads.acquire().await?;
            records::provider_types::<D>(&mut connection).await
        })
        .await
    }

    pub(in crate::store) async fn soft_delete(&self, id: &ClusterId, expect: Expect) -> Result<(), StoreError> {
        self.bounded("delete a cluster", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            records::check_lease::<D>(&mut tx, expect.fence.as_ref()).await?;
            records::soft_delete::<D>(&mut tx, id, &expect).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn hard_delete(&self, id: &ClusterId, expect: Expect) -> Result<bool, StoreError> {
        self.bounded("delete a cluster", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            records::check_lease::<D>(&mut tx, expect.fence.as_ref()).await?;
            let was_there = records::hard_delete::<D>(&mut tx, id, &expect).await?;
            tx.commit().await?;
            Ok(was_there)
        })
        .await
    }

    pub(in crate::store) async fn purge_deleted_before(&self, then: Timestamp) -> Result<u64, StoreError> {
        self.bounded("purge deleted clusters", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            let purged = records::purge::<D>(&mut tx, then).await?;
            tx.commit().await?;
            Ok(purged)
        })
        .await
    }

    pub(in crate::store) async fn now(&self) -> Result<Timestamp, StoreError> {
        self.bounded("tell the time", async {
            let mut connection = self.reads.acquire().await?;
            let mut sql = QueryBuilder::<D>::new("SELECT ");
            sql.push(D::CLOCK);
            let rows = D::fetch(&mut connection, sql).await?;
            let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
            let time = D::time(row, 0).map_err(sqlx::Error::Decode)?;
            Ok(time.ok_or(sqlx::Error::RowNotFound)?)
        })
        .await
    }

    pub(in crate::store) async fn lease_acquire(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        self.bounded("take a lease", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            let lease = leases::acquire::<D>(&mut tx, name, holder, ttl).await?;
            tx.commit().await?;
            Ok(lease)
        })
        .await
    }

    pub(in crate::store) async fn lease_renew(
        &self,
        lease: &Lease,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        self.bounded("renew a lease", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            let renewed = leases::renew::<D>(&mut tx, lease, ttl).await?;
            tx.commit().await?;
            Ok(renewed)
        })
        .await
    }

    pub(in crate::store) async fn lease_release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.bounded("give a lease back", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            leases::release::<D>(&mut tx, lease).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn fence_raise(&self, fence: &Fence) -> Result<(), StoreError> {
        self.bounded("remember an epoch", async {
            let mut tx = self.writes.begin_with(D::BEGIN).await?;
            leases::raise::<D>(&mut tx, fence).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn fence_check(&self, fence: &Fence) -> Result<(), StoreError> {
        self.bounded("check an epoch", async {
            let mut connection = self.reads.acquire().await?;
            records::check_lease::<D>(&mut connection, Some(fence)).await
        })
        .await
    }

    /// Runs a statement that answers nothing.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL notifies by a statement"))]
    pub(in crate::store) async fn run(&self, action: &'static str, sql: QueryBuilder<D>) -> Result<(), StoreError> {
        self.bounded(action, async {
            let mut connection = self.writes.acquire().await?;
            D::execute(&mut connection, sql).await?;
            Ok(())
        })
        .await
    }

    /// Ends all connections; whoever still has one is waited for, and has a deadline.
    pub(in crate::store) async fn close(&self) {
        futures::future::join(self.reads.close(), self.writes.close()).await;
    }
}

/// Implements [`ClusterStore`](crate::store::ClusterStore) for a type with an `engine`, and with `notify`, `subscribe` and `close` of its own.
macro_rules! store_over_engine {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::ClusterStore for $store {
            async fn insert(
                &self,
                cluster: $crate::cluster::NewCluster,
                fence: Option<$crate::store::Fence>,
            ) -> Result<$crate::cluster::Cluster, $crate::store::StoreError> {
                self.engine.insert(cluster, fence).await
            }

            async fn get(
                &self,
                id: &$crate::cluster::ClusterId,
            ) -> Result<Option<$crate::cluster::Cluster>, $crate::store::StoreError> {
                self.engine.one(vec![("id", text(id.as_str()))], false).await
            }

            async fn get_including_deleted(
                &self,
                id: &$crate::cluster::ClusterId,
            ) -> Result<Option<$crate::cluster::Cluster>, $crate::store::StoreError> {
                self.engine.one(vec![("id", text(id.as_str()))], true).await
            }

            async fn get_by_provider_id(
                &self,
                provider: &$crate::cluster::ProviderType,
                id: &$crate::cluster::ProviderClusterId,
            ) -> Result<Option<$crate::cluster::Cluster>, $crate::store::StoreError> {
                let named =
                    vec![("provider_type", text(provider.as_str())), ("provider_cluster_id", text(id.as_str()))];
                self.engine.one(named, false).await
            }

            async fn get_by_token(
                &self,
                token: &$crate::cluster::CreateToken,
            ) -> Result<Option<$crate::cluster::Cluster>, $crate::store::StoreError> {
                self.engine.one(vec![("create_token", text(token.as_str()))], true).await
            }

            async fn patch(
                &self,
                id: &$crate::cluster::ClusterId,
                expect: $crate::store::Expect,
                patch: $crate::cluster::ClusterPatch,
            ) -> Result<$crate::cluster::Cluster, $crate::store::StoreError> {
                self.engine.patch(id, expect, patch).await
            }

            async fn transition_many(
                &self,
                query: $crate::store::ClusterQuery,
                from: &[$crate::cluster::ClusterStatus],
                to: $crate::cluster::ClusterStatus,
                fence: Option<$crate::store::Fence>,
            ) -> Result<Vec<$crate::cluster::ClusterId>, $crate::store::StoreError> {
                self.engine.transition_many(query, from, to, fence).await
            }

            async fn list(
                &self,
                query: $crate::store::ClusterQuery,
            ) -> Result<$crate::store::Page<$crate::cluster::Cluster>, $crate::store::StoreError> {
                self.engine.list(query).await
            }

            async fn count_by_status(
                &self,
            ) -> Result<std::collections::BTreeMap<$crate::cluster::ClusterStatus, u64>, $crate::store::StoreError>
            {
                self.engine.count_by_status().await
            }

            async fn count_by_region(
                &self,
                query: $crate::store::ClusterQuery,
            ) -> Result<std::collections::BTreeMap<(String, String), u64>, $crate::store::StoreError> {
                self.engine.count_by_region(query).await
            }

            async fn provider_types(&self) -> Result<Vec<$crate::cluster::ProviderType>, $crate::store::StoreError> {
                self.engine.provider_types().await
            }

            async fn soft_delete(
                &self,
                id: &$crate::cluster::ClusterId,
                expect: $crate::store::Expect,
            ) -> Result<(), $crate::store::StoreError> {
                self.engine.soft_delete(id, expect).await
            }

            async fn hard_delete(
                &self,
                id: &$crate::cluster::ClusterId,
                expect: $crate::store::Expect,
            ) -> Result<bool, $crate::store::StoreError> {
                self.engine.hard_delete(id, expect).await
            }

            async fn purge_deleted_before(&self, then: jiff::Timestamp) -> Result<u64, $crate::store::StoreError> {
                self.engine.purge_deleted_before(then).await
            }

            async fn now(&self) -> Result<jiff::Timestamp, $crate::store::StoreError> {
                self.engine.now().await
            }

            async fn lease_acquire(
                &self,
                name: &str,
                holder: &str,
                ttl: std::time::Duration,
            ) -> Result<Option<$crate::store::Lease>, $crate::store::StoreError> {
                self.engine.lease_acquire(name, holder, ttl).await
            }

            async fn lease_renew(
                &self,
                lease: &$crate::store::Lease,
                ttl: std::time::Duration,
            ) -> Result<Option<$crate::store::Lease>, $crate::store::StoreError> {
                self.engine.lease_renew(lease, ttl).await
            }

            async fn lease_release(&self, lease: &$crate::store::Lease) -> Result<(), $crate::store::StoreError> {
                self.engine.lease_release(lease).await
            }

            async fn fence_raise(&self, fence: &$crate::store::Fence) -> Result<(), $crate::store::StoreError> {
                self.engine.fence_raise(fence).await
            }

            async fn fence_check(&self, fence: &$crate::store::Fence) -> Result<(), $crate::store::StoreError> {
                self.engine.fence_check(fence).await
            }

            async fn notify(&self, topic: &str) -> Result<(), $crate::store::StoreError> {
                self.send(topic).await
            }

            async fn subscribe(
                &self,
            ) -> Result<futures::stream::BoxStream<'static, String>, $crate::store::StoreError> {
                self.listen()
            }

            async fn close(&self) {
                self.end().await;
            }
        }

        fn text(value: &str) -> $crate::store::sql::Value {
            $crate::store::sql::Value::Text(Some(value.to_owned()))
        }
    };
}

pub(in crate::store) use store_over_engine;
