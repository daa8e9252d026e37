//! What an organisation may use and does, and whose a cluster is.

use async_trait::async_trait;

use super::Ocm;
use super::client::{ACCOUNTS, Ask, segment};
use super::options::QuotaFilter;
use super::refusal::Deed;
use super::search::Search;
use super::wire::{self, RelatedResource};
use crate::provider::{CallContext, ClusterSpec, OwnershipCheck, ProviderError, ProviderErrorKind, Quota, QuotaCost};

#[async_trait]
impl Quota for Ocm {
    async fn costs(&self, call: &CallContext) -> Result<Vec<QuotaCost>, ProviderError> {
        let costs = self.quota_costs(call, self.deed("quota")).await?;
        Ok(costs.into_iter().map(|cost| QuotaCost::new(cost.quota_id, cost.allowed, cost.consumed)).collect())
    }
}

#[async_trait]
impl OwnershipCheck for Ocm {
    async fn check(&self, call: &CallContext, organisation: &str, known: &ClusterSpec) -> Result<(), ProviderError> {
        let deed = self.deed("check_ownership").of(known.internal_id.as_str());
        let refused = |reason: &str| Err(deed.failed(ProviderErrorKind::Forbidden).with_reason(reason));
        let Some(organisation) = self.organization(call, deed, organisation).await? else {
            return refused("OCM knows no such organisation");
        };
        let condition = owned(known, &organisation).map_err(|error| deed.invalid(error))?;
        let ask =
            Ask::get(deed, format!("{ACCOUNTS}/subscriptions")).query("search", condition).query("order", "id asc");
        let found: Vec<wire::Link> = self.client.list(call, ask, |one: &wire::Link| &one.id).await?;
        if found.is_empty() { refused("it does not belong to the organisation") } else { Ok(()) }
    }
}

fn owned(known: &ClusterSpec, organisation: &str) -> Result<Search, super::search::Unsearchable> {
    let mut condition = Search::equals("cluster_id", known.internal_id.as_str())?;
    if let Some(external) = &known.external_id {
        condition = condition.and(&Search::equals("external_cluster_id", external)?);
    }
    Ok(condition.and(&Search::equals("organization_id", organisation)?))
}

impl Ocm {
    /// OCM's id of an organisation, by the id that others know it by.
    async fn organization(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        external: &str,
    ) -> Result<Option<String>, ProviderError> {
        if let Some(known) = self.organizations.get(external) {
            return Ok(Some(known));
        }
        let search = Search::equals("external_id", external).map_err(|error| deed.invalid(error))?;
        let ask = Ask::get(deed, format!("{ACCOUNTS}/organizations")).query("search", search).query("order", "id asc");
        let found: Vec<wire::Link> = self.client.list(call, ask, |one: &wire::Link| &one.id).await?;
        match found.as_slice() {
            [] => Ok(None),
            [one] if !one.id.is_empty() => {
                self.organizations.put(external, one.id.clone());
                Ok(Some(one.id.clone()))
            }
            _ => Err(deed.garbled("more than one organisation, or one without an id, answers to this name")),
        }
    }

    /// The quotas that are looked at.
    async fn quota_costs(&self, call: &CallContext, deed: Deed<'_>) -> Result<Vec<wire::QuotaCost>, ProviderError> {
        let account: wire::Account =
            self.client.read(call, Ask::get(deed, format!("{ACCOUNTS}/current_account"))).await?;
        if account.organization.id.is_empty() {
            return Err(deed.garbled("the account belongs to no organisation"));
        }
        let organisation = segment(deed, "the organisation", &account.organization.id)?.to_owned();
        let ask = Ask::get(deed, format!("{ACCOUNTS}/organizations/{organisation}/quota_cost"))
            .query("fetchRelatedResources", true)
            .query("fetchCloudAccounts", false);
        let mut costs: Vec<wire::QuotaCost> =
            self.client.list(call, ask, |cost: &wire::QuotaCost| &cost.quota_id).await?;
        costs.retain(|cost| is_meant(&self.options().quota.filters, cost));
        Ok(costs)
    }

    /// Refuses when nothing that is looked at has room for another cluster.
    pub(super) async fn ensure_room(&self, call: &CallContext, deed: Deed<'_>) -> Result<(), ProviderError> {
        let costs = self.quota_costs(call, deed).await?;
        if has_room(&self.options().quota.filters, &costs) {
            Ok(())
        } else {
            let reason = "nothing is left of the quota for clusters";
            Err(deed.failed(ProviderErrorKind::QuotaExceeded).with_reason(reason))
        }
    }

    /// Whether the quota explains a refusal: there is one, and nothing is left of it.
    pub(super) async fn is_used_up(&self, call: &CallContext, deed: Deed<'_>) -> Result<bool, ProviderError> {
        let costs = self.quota_costs(call, deed).await?;
        Ok(!costs.is_empty() && !has_room(&self.options().quota.filters, &costs))
    }
}

/// Whether one of the filters means this quota. Without filters everything is meant.
fn is_meant(filters: &[QuotaFilter], cost: &wire::QuotaCost) -> bool {
    filters.is_empty() || cost.related_resources.iter().any(|resource| matching(filters, resource))
}

fn matching(filters: &[QuotaFilter], resource: &RelatedResource) -> bool {
    filters.iter().any(|filter| matches(filter, resource))
}

/// Everything that is set has to be the same.
fn matches(filter: &QuotaFilter, resource: &RelatedResource) -> bool {
    let same = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
    same(&filter.resource_name, &resource.resource_name)
        && same(&filter.resource_type, &resource.resource_type)
        && same(&filter.product, &resource.product)
        && same(&filter.billing_model, &resource.billing_model)
        && same(&filter.byoc, &resource.byoc)
        && same(&filter.cloud_provider, &resource.cloud_provider)
        && same(&filter.availability_zone_type, &resource.availability_zone_type)
}

/// Whether any quota has room for the cheapest of the clusters it is for.
fn has_room(filters: &[QuotaFilter], costs: &[wire::QuotaCost]) -> bool {
    costs.iter().any(|cost| {
        let clusters = cost.related_resources.iter().filter(|resource| {
            resource.resource_type.as_deref() == Some("cluster") && (filters.is_empty() || matching(filters, resource))
        });
        clusters
            .map(|resource| resource.cost)
            .min()
            .is_some_and(|price| price <= 0 || cost.allowed.saturating_sub(cost.consumed) >= price)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::cluster::{ClusterStatus, ProviderClusterId};
    use crate::provider::ocm::QuotaOptions;

    fn cost(allowed: i64, consumed: i64, price: i64, kind: &str) -> wire::QuotaCost {
        serde_json::from_value(json!({
            "quota_id": "cluster|byoc|osd", "allowed": allowed, "consumed": consumed,
            "related_resources": [{"resource_type": kind, "product": "OSD", "cost": price, "cloud_provider": "any"}],
        }))
        .unwrap()
    }

    #[test]
    fn each_property_that_is_set_has_to_match() {
        let cost = cost(1, 0, 1, "cluster");
        let resource = &cost.related_resources[0];
        assert!(matches(&QuotaFilter::default(), resource));
        let text = |text: &str| Some(text.to_owned());
        let fits = QuotaFilter { resource_type: text("cluster"), product: text("OSD"), ..QuotaFilter::default() };
        assert!(matches(&fits, resource));
        for wrong in [
            QuotaFilter { resource_name: text("x"), ..fits.clone() },
            QuotaFilter { resource_type: text("x"), ..fits.clone() },
            QuotaFilter { product: text("x"), ..fits.clone() },
            QuotaFilter { billing_model: text("x"), ..fits.clone() },
            QuotaFilter { byoc: text("x"), ..fits.clone() },
            QuotaFilter { cloud_provider: text("x"), ..fits.clone() },
            QuotaFilter { availability_zone_type: text("x"), ..fits.clone() },
        ] {
            assert!(!matches(&wrong, resource), "{wrong:?}");
        }
        assert!(is_meant(&[], &wire::QuotaCost::default()));
        assert!(!is_meant(&[QuotaFilter::default()], &wire::QuotaCost::default()));
    }

    #[test]
    fn there_is_room_when_any_quota_for_clusters_has_some() {
        let filters = QuotaOptions::default().filters;
        let room = |costs: &[wire::QuotaCost]| has_room(&filters, costs);
        assert!(room(&[cost(2, 2, 1, "cluster"), cost(2, 1, 1, "cluster")]));
        assert!(room(&[cost(0, 0, 0, "cluster")]), "what costs nothing needs no quota");
        assert!(!room(&[cost(2, 2, 1, "cluster")]));
        assert!(!room(&[cost(20, 2, 1, "compute.node")]), "machines are no clusters");
        assert!(!room(&[]));
    }

    /// W-41
    #[test]
    fn an_owner_is_searched_for_by_values_only() {
        let known = ClusterSpec::new(ProviderClusterId::new("c' or 'a' = 'a").unwrap(), ClusterStatus::Ready)
            .with_external_id("e1");
        assert_eq!(
            owned(&known, "o1").unwrap().to_string(),
            "cluster_id = 'c'' or ''a'' = ''a' and external_cluster_id = 'e1' and organization_id = 'o1'"
        );
        assert!(owned(&known, "o\n1").is_err());
    }

    proptest! {
        #[test]
        fn room_is_never_more_than_what_is_left(allowed: i64, consumed: i64, price in 1_i64..i64::MAX) {
            let room = has_room(&[], &[cost(allowed, consumed, price, "cluster")]);
            prop_assert_eq!(room, allowed.saturating_sub(consumed) >= price);
        }
    }
}
