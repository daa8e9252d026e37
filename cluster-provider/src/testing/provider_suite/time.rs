//! Claims about calls that are not answered.

use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Checked, ProviderUnderTest, prepared, so, usable};
use crate::provider::{CallContext, ClusterSpec, ProviderError, ProviderErrorKind};

/// What can be asked while nobody answers, by name. Each ends with the error that it ends with, or with none.
type Attempt<'a> = (&'static str, BoxFuture<'a, Option<ProviderError>>);

async fn attempts<'a>(
    subject: &'a dyn ProviderUnderTest,
    call: &'a CallContext,
    spec: &'a ClusterSpec,
) -> Vec<Attempt<'a>> {
    let request = subject.request().await;
    let claim = request.claim();
    vec![
        ("create", Box::pin(async move { subject.provider().create(call, &request).await.err() })),
        ("find", Box::pin(async move { subject.provider().find(call, &claim).await.err() })),
        ("get", Box::pin(async move { subject.provider().get(call, &spec.internal_id).await.err() })),
        ("check_status", Box::pin(async move { subject.provider().check_status(call, spec).await.err() })),
        ("dns", Box::pin(async move { subject.provider().dns(call, spec).await.err() })),
        (
            "delete",
            Box::pin(async move { subject.provider().delete(call, spec, &subject.delete_options()).await.err() }),
        ),
    ]
}

pub(super) async fn a_call_ends_by_its_deadline(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    prepared(subject.stall().await, "it always answers")?;
    let (wait, late) = subject.short();
    // A budget of its own for each: what one call used up is not missing to the next.
    for index in 0..6 {
        let call = CallContext::within(wait);
        let began = Instant::now();
        let Some((name, attempt)) = attempts(subject, &call, &spec).await.into_iter().nth(index) else { break };
        let error = within(attempt, wait + late, name).await?;
        so(began.elapsed() <= wait + late, || format!("{name} took {:?}", began.elapsed()))?;
        check_end(name, error, ProviderErrorKind::Timeout)?;
    }
    subject.resume().await;
    Ok(())
}

pub(super) async fn a_cancelled_call_ends_at_once(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    prepared(subject.stall().await, "it always answers")?;
    let (wait, late) = subject.short();
    for index in 0..6 {
        let cancel = CancellationToken::new();
        let call = CallContext::within(wait + late + Duration::from_secs(30)).with_cancel(cancel.clone());
        let Some((name, attempt)) = attempts(subject, &call, &spec).await.into_iter().nth(index) else { break };
        let ended = async {
            tokio::time::sleep(wait).await;
            cancel.cancel();
        };
        let (error, ()) = tokio::join!(within(attempt, wait + late, name), ended);
        check_end(name, error?, ProviderErrorKind::Cancelled)?;
    }
    subject.resume().await;
    Ok(())
}

async fn within(
    attempt: BoxFuture<'_, Option<ProviderError>>,
    wait: Duration,
    name: &str,
) -> Result<Option<ProviderError>, super::Stop> {
    let ended = tokio::time::timeout(wait, attempt).await;
    ended.map_err(|_| super::Stop::Broken(format!("{name} was still waiting after {wait:?}")))
}

/// A create that was not answered is no success, and its error says that it may have been done. What a provider knows without asking it may
/// still answer.
fn check_end(name: &str, error: Option<ProviderError>, kind: ProviderErrorKind) -> Checked {
    match error {
        None => so(name != "create", || "a create that was not answered is a success".to_owned()),
        Some(error) => {
            so(error.kind() == kind, || format!("{name} ends as {} and not as {kind}: {error}", error.kind()))
        }
    }
}
