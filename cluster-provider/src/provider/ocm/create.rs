//! Making a cluster once, whatever happens to the answer.

use std::time::Duration;

use super::Ocm;
use super::body;
use super::client::{Ask, CLUSTERS};
use super::refusal::{Deed, renamed};
use super::search::Search;
use super::state::spec_of;
use super::wire::Cluster;
use crate::provider::{CallContext, Claim, ClusterRequest, ClusterSpec, ProviderError, ProviderErrorKind};
use crate::secrets::SecretData;

/// Between two looks for a cluster after a create without an answer.
const LOOK_EVERY: Duration = Duration::from_millis(500);

impl Ocm {
    pub(super) async fn create(
        &self,
        call: &CallContext,
        request: &ClusterRequest,
    ) -> Result<ClusterSpec, ProviderError> {
        let deed = self.deed("create").of(request.cluster_id.as_str());
        let credentials = self.cloud_credentials(deed, &request.cloud_provider).await?;
        // What cannot be is said before anybody is asked.
        let body = body::create(request, self.options(), credentials.as_ref()).map_err(|unfit| deed.invalid(unfit))?;
        let claim = request.claim();
        match self.find(call, deed, &claim).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(error) => return Err(taken(deed, error)),
        }
        if self.options().quota.check_before_create {
            self.ensure_room(call, deed).await?;
        }
        // Time is kept back to look for the cluster should there be no answer.
        let left = call.remaining();
        let kept = (left / 3).min(super::options::time(self.options().adopt_grace));
        let ask = Ask::post(deed, format!("{CLUSTERS}/clusters"), body).once();
        match self.client.read::<Cluster>(&call.at_most(left.saturating_sub(kept)), ask).await {
            Ok(made) => match self.made(deed, &made, &claim) {
                Ok(spec) => Ok(spec),
                // Something was made, and nobody said what.
                Err(garbled) => self.adopt(call, deed, &claim, garbled.ambiguous()).await,
            },
            Err(error) => self.after_failed_create(call, deed, &claim, error).await,
        }
    }

    async fn cloud_credentials(&self, deed: Deed<'_>, cloud: &str) -> Result<Option<SecretData>, ProviderError> {
        let Some(vault) = self.clouds.get(cloud) else { return Ok(None) };
        let read = vault.read().await.map_err(|error| {
            let kind = if error.is_transient() { ProviderErrorKind::Unavailable } else { ProviderErrorKind::Invalid };
            deed.failed(kind).with_reason("the credentials for the cloud cannot be read").with_source(error)
        })?;
        Ok(Some(read))
    }

    /// The answer to a create: it has to be about what was asked for.
    fn made(&self, deed: Deed<'_>, made: &Cluster, claim: &Claim) -> Result<ClusterSpec, ProviderError> {
        let carried = made.property(&self.options().token_property);
        if carried.is_some_and(|carried| carried != claim.token.as_str()) {
            return Err(deed.garbled("the answer is about another cluster"));
        }
        let spec = spec_of(made, None).map_err(|error| deed.garbled(error))?;
        self.client.was_born(spec.internal_id.as_str());
        Ok(spec)
    }

    /// The create has no answer, or one that does not say what became of it.
    async fn after_failed_create(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        claim: &Claim,
        error: ProviderError,
    ) -> Result<ClusterSpec, ProviderError> {
        use ProviderErrorKind as K;
        if error.is_ambiguous() {
            return self.adopt(call, deed, claim, error).await;
        }
        match error.kind() {
            // A name that is taken has been 400 and 409 at different times, and looks like any bad input.
            K::AlreadyExists | K::Conflict | K::Invalid => match self.find(call, deed, claim).await {
                Ok(Some(found)) => Ok(found),
                Ok(None) => Err(error),
                Err(other) if other.kind() == K::Conflict => Err(taken(deed, other)),
                Err(_) => Err(error),
            },
            // No code says that a quota is used up. The quota does.
            K::Forbidden => match self.is_used_up(call, deed).await {
                Ok(true) => {
                    let reason = "nothing is left of the quota for clusters";
                    Err(renamed(deed, K::QuotaExceeded, reason, error))
                }
                Ok(false) | Err(_) => Err(error),
            },
            _ => Err(error),
        }
    }

    /// Looks for the cluster until it is there or the grace is over: a list may show it later than it was made.
    async fn adopt(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        claim: &Claim,
        error: ProviderError,
    ) -> Result<ClusterSpec, ProviderError> {
        let grace = call.at_most(super::options::time(self.options().adopt_grace));
        loop {
            match self.find(&grace, deed, claim).await {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {}
                Err(other) if other.kind() == ProviderErrorKind::Conflict => return Err(taken(deed, other)),
                Err(other) if !other.is_retryable() => return Err(error),
                Err(_) => {}
            }
            if grace.remaining() <= LOOK_EVERY || grace.bound(tokio::time::sleep(LOOK_EVERY)).await.is_err() {
                return Err(error);
            }
        }
    }

    /// The cluster of a claim: by its name, then by its token alone, should somebody have changed the name.
    pub(super) async fn find(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        claim: &Claim,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let key = &self.options().token_property;
        let token = claim.token.as_str();
        let by_name = Search::equals("name", &claim.name).map_err(|error| deed.invalid(error))?;
        let named: Vec<Cluster> = self.search(call, deed, &by_name).await?;
        let named: Vec<_> = named.into_iter().filter(|cluster| cluster.name == claim.name).collect();
        let carries = |cluster: &&Cluster| cluster.property(key) == Some(token);
        if let Some(ours) = named.iter().find(carries) {
            return found(deed, ours).map(Some);
        }
        let by_token = Search::equals(&format!("properties.{key}"), token).map_err(|error| deed.invalid(error))?;
        let tagged = match self.search(call, deed, &by_token).await {
            Ok(tagged) => tagged,
            // Not every account may search by properties; then the name is all there is.
            Err(error) if matches!(error.kind(), ProviderErrorKind::Invalid | ProviderErrorKind::Forbidden) => {
                tracing::debug!(error = %error, "clusters cannot be searched by properties");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        if let Some(ours) = tagged.iter().find(carries) {
            return found(deed, ours).map(Some);
        }
        match named.first() {
            None => Ok(None),
            Some(other) => {
                let reason = format!("cluster {} has this name and was not asked for with this token", other.id);
                Err(deed.failed(ProviderErrorKind::Conflict).with_reason(reason))
            }
        }
    }

    async fn search(&self, call: &CallContext, deed: Deed<'_>, search: &Search) -> Result<Vec<Cluster>, ProviderError> {
        let ask = Ask::get(deed, format!("{CLUSTERS}/clusters")).query("search", search).query("order", "id asc");
        self.client.list(call, ask, |cluster: &Cluster| &cluster.id).await
    }
}

fn found(deed: Deed<'_>, cluster: &Cluster) -> Result<ClusterSpec, ProviderError> {
    spec_of(cluster, None).map_err(|error| deed.garbled(error))
}

/// Somebody else has the name.
fn taken(deed: Deed<'_>, error: ProviderError) -> ProviderError {
    if error.kind() != ProviderErrorKind::Conflict {
        return error;
    }
    let reason = error.reason().unwrap_or("the name belongs to another cluster").to_owned();
    deed.failed(ProviderErrorKind::AlreadyExists).with_reason(reason).with_source(error)
}
