//! Single steps on a Lease, each bounded in time and safe when its answer is lost; knows nothing of slots.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use tokio::time::Instant;

use super::api::{LeaseApi, LeaseError};
use super::lease;

/// How a renewal ended.
pub(super) enum Renewal {
    Done(Box<Lease>),
    /// It may be tried again.
    Failed(LeaseError),
    /// Somebody else holds the Lease, or it is gone.
    Lost,
}

pub(super) async fn within<T>(
    limit: Duration,
    request: impl Future<Output = Result<T, LeaseError>>,
) -> Result<T, LeaseError> {
    tokio::time::timeout(limit, request).await.unwrap_or(Err(LeaseError::Timeout { after: limit }))
}

/// Writes a Lease again. Returns when the write that counts began.
pub(super) async fn renew(
    api: &dyn LeaseApi,
    lease: Lease,
    limit: Duration,
    clock: &(dyn Fn() -> Timestamp + Send + Sync),
) -> (Instant, Renewal) {
    let began = Instant::now();
    let error = match within(limit, api.replace(lease::renewed(&lease, clock()))).await {
        Ok(lease) => return (began, Renewal::Done(Box::new(lease))),
        Err(error) => error,
    };
    if !matches!(error, LeaseError::Conflict) {
        return (began, Renewal::Failed(error));
    }
    // A label was changed, or the answer to an earlier write of ours was lost; or it is not ours any more.
    let current = match current(api, &lease, limit).await {
        Ok(Some(current)) => current,
        Ok(None) => return (began, Renewal::Lost),
        Err(error) => return (began, Renewal::Failed(error)),
    };
    let began = Instant::now();
    match within(limit, api.replace(lease::renewed(&current, clock()))).await {
        Ok(lease) => (began, Renewal::Done(Box::new(lease))),
        Err(error) => (began, Renewal::Failed(error)),
    }
}

/// Writes that a Lease is held by nobody, unless somebody else holds it by now. Tries twice: others wait for it.
pub(super) async fn release(
    api: &dyn LeaseApi,
    lease: Lease,
    limit: Duration,
    clock: &(dyn Fn() -> Timestamp + Send + Sync),
) -> Result<(), LeaseError> {
    if within(limit, api.replace(lease::released(&lease, clock()))).await.is_ok() {
        return Ok(());
    }
    match current(api, &lease, limit).await? {
        Some(current) => within(limit, api.replace(lease::released(&current, clock()))).await.map(drop),
        None => Ok(()),
    }
}

/// Deletes a Lease, unless somebody else holds it by now. Tries twice: others wait until it is gone or has run out.
pub(super) async fn leave(api: &dyn LeaseApi, lease: Lease, limit: Duration) -> Result<(), LeaseError> {
    if within(limit, api.delete(lease.clone())).await.is_ok() {
        return Ok(());
    }
    match current(api, &lease, limit).await? {
        Some(current) => within(limit, api.delete(current)).await,
        None => Ok(()),
    }
}

/// The Lease as it is now, if it is still the same holding of the same holder.
async fn current(api: &dyn LeaseApi, ours: &Lease, limit: Duration) -> Result<Option<Lease>, LeaseError> {
    let name = ours.metadata.name.clone().unwrap_or_default();
    let holding =
        |lease: &Lease| lease.spec.as_ref().map(|spec| (spec.holder_identity.clone(), spec.lease_transitions));
    let current = within(limit, api.get(&name)).await?;
    Ok(current.filter(|current| holding(current) == holding(ours)))
}
