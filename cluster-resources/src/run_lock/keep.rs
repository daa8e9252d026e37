//! The task that keeps a lock: renews its Lease, tells when it is lost, gives it back.

use cluster_client::shard::LeaseError;
use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Claim, touch};

/// How a renewal ended.
enum Renewal {
    Done(Box<Lease>),
    Failed(LeaseError),
    Lost,
}

/// Keeps a Lease until it is told to stop or loses it. `began` is when the write that took it began.
pub(super) async fn keep(
    claim: Claim,
    mut lease: Lease,
    mut began: Instant,
    held: CancellationToken,
    stop: CancellationToken,
) {
    // However this ends, what is done under the lock ends too.
    let _lost = held.clone().drop_guard();
    let mut due = began + claim.options.renew_every;
    loop {
        let deadline = began + claim.options.good_for();
        let renewal = async {
            tokio::time::sleep_until(due).await;
            let began = Instant::now();
            (began, claim.renew(&lease).await)
        };
        let renewed = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = tokio::time::sleep_until(deadline) => {
                tracing::warn!(lease = claim.name, "a run lock could not be renewed in time and counts as lost");
                return;
            }
            renewed = renewal => renewed,
        };
        match renewed {
            (started, Renewal::Done(renewed)) => {
                (lease, began) = (*renewed, started);
                due = began + claim.options.renew_every;
            }
            (_, Renewal::Failed(error)) => {
                tracing::debug!(lease = claim.name, %error, "a run lock is renewed again");
                due = Instant::now() + claim.options.retry_after;
            }
            (_, Renewal::Lost) => {
                tracing::warn!(lease = claim.name, "a run lock was lost to somebody else");
                return;
            }
        }
    }
    held.cancel();
    claim.release(&lease).await;
}

impl Claim {
    async fn renew(&self, lease: &Lease) -> Renewal {
        match self.within(self.leases.replace(renewed(lease))).await {
            Ok(lease) => return Renewal::Done(Box::new(lease)),
            Err(LeaseError::Conflict) => {}
            Err(error) => return Renewal::Failed(error),
        }
        // A label was changed, or the answer to an earlier write was lost; or it is not ours any more.
        match self.current(lease).await {
            Ok(Some(current)) => match self.within(self.leases.replace(renewed(&current))).await {
                Ok(lease) => Renewal::Done(Box::new(lease)),
                Err(error) => Renewal::Failed(error),
            },
            Ok(None) => Renewal::Lost,
            Err(error) => Renewal::Failed(error),
        }
    }

    /// The Lease as it is now, if it is still the same holding of ours.
    async fn current(&self, ours: &Lease) -> Result<Option<Lease>, LeaseError> {
        let holding =
            |lease: &Lease| lease.spec.as_ref().map(|spec| (spec.holder_identity.clone(), spec.lease_transitions));
        let found = self.within(self.leases.get(&self.name)).await?;
        Ok(found.filter(|found| holding(found) == holding(ours)))
    }

    /// Writes that nobody holds it, unless somebody else does by now. Tries twice: others wait for it.
    async fn release(&self, lease: &Lease) {
        if self.within(self.leases.replace(released(lease))).await.is_ok() {
            return;
        }
        let again = match self.current(lease).await {
            Ok(Some(current)) => self.within(self.leases.replace(released(&current))).await.map(drop),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = again {
            tracing::debug!(lease = self.name, %error, "a run lock was not given back and runs out");
        }
    }
}

fn renewed(lease: &Lease) -> Lease {
    let mut lease = lease.clone();
    touch(lease.spec.get_or_insert_default());
    lease
}

fn released(lease: &Lease) -> Lease {
    let mut lease = renewed(lease);
    lease.spec.get_or_insert_default().holder_identity = None;
    lease
}
