//! Claims about what a provider may be able to do besides.

use std::collections::BTreeSet;

use super::{Checked, LOOKS, ProviderUnderTest, Stop, answered, applicable, so, there, usable};
use crate::provider::{AddonState, CapabilitySet, ProviderErrorKind};

/// W-13
pub(super) async fn what_is_there_is_what_is_said_to_be_there(subject: &dyn ProviderUnderTest) -> Checked {
    let provider = subject.provider();
    for _ in 0..2 {
        let (said, there) = (provider.capabilities(), CapabilitySet::of(&*provider));
        so(said == there, || format!("said is {said:?}, there is {there:?}"))?;
    }
    Ok(())
}

/// W-22
pub(super) async fn an_identity_provider_is_one_however_often_it_is_ensured(
    subject: &dyn ProviderUnderTest,
) -> Checked {
    let providers = applicable(subject.provider().identity_providers(), "it has no identity providers")?;
    let first = applicable(subject.identity_provider("first-secret"), "it knows no such identity provider")?;
    let second = applicable(subject.identity_provider("second-secret"), "it knows no such identity provider")?;
    let spec = usable(subject).await?;
    let one = answered(providers.ensure(&subject.call(), &spec, &first).await, "ensure")?;
    for again in [&first, &second] {
        let two = answered(providers.ensure(&subject.call(), &spec, again).await, "ensure again")?;
        so(two == one, || format!("one identity provider is {one:?} and {two:?}"))?;
    }
    let all = answered(providers.list(&subject.call(), &spec).await, "list")?;
    so(all.iter().filter(|held| held.name == one.name).count() == 1, || format!("listed are {all:?}"))?;
    so(answered(providers.remove(&subject.call(), &spec, &one.name).await, "remove")?, || {
        "it was not there to be removed".to_owned()
    })?;
    so(!answered(providers.remove(&subject.call(), &spec, &one.name).await, "remove of what is gone")?, || {
        "what is gone was there".to_owned()
    })?;
    let left = answered(providers.list(&subject.call(), &spec).await, "list")?;
    so(!left.iter().any(|held| held.name == one.name), || "it is still listed".to_owned())
}

pub(super) async fn an_addon_comes_and_goes(subject: &dyn ProviderUnderTest) -> Checked {
    let addons = applicable(subject.provider().addons(), "it has no add-ons")?;
    let addon = applicable(subject.addon(), "it has no such add-on")?;
    let spec = usable(subject).await?;
    let mut state = AddonState::Absent;
    for _ in 0..LOOKS {
        state = answered(addons.ensure(&subject.call(), &spec, &addon).await, "ensure")?;
        if state == AddonState::Ready {
            break;
        }
        so(state == AddonState::Installing, || format!("on its way it is {state:?}"))?;
        subject.go_on(&spec).await;
    }
    so(state == AddonState::Ready, || format!("it is {state:?} after {LOOKS} looks"))?;
    for _ in 0..LOOKS {
        state = answered(addons.remove(&subject.call(), &spec, &addon.id).await, "remove")?;
        if state == AddonState::Absent {
            break;
        }
        subject.go_on(&spec).await;
    }
    so(state == AddonState::Absent, || format!("it is {state:?} after {LOOKS} removals"))?;
    let again = answered(addons.remove(&subject.call(), &spec, &addon.id).await, "remove of what is gone")?;
    so(again == AddonState::Absent, || format!("what is gone is {again:?}"))
}

/// W-40
pub(super) async fn a_machine_pool_is_what_the_provider_made_of_it(subject: &dyn ProviderUnderTest) -> Checked {
    let pools = applicable(subject.provider().machine_pools(), "it has no machine pools")?;
    let request = applicable(subject.machine_pool(), "it has no such machines")?;
    let spec = usable(subject).await?;
    let none = answered(pools.get(&subject.call(), &spec, "suite-none").await, "get of what is not there")?;
    so(none.is_none(), || "a pool is had that is not there".to_owned())?;
    let made = answered(pools.ensure(&subject.call(), &spec, &request).await, "ensure")?;
    so(made.cluster_id == spec.internal_id && made.effective.id == request.id, || format!("made is {made:?}"))?;
    let seen = answered(pools.get(&subject.call(), &spec, &request.id).await, "get")?;
    so(there(seen, "the pool")? == made, || "what is had is not what was answered".to_owned())?;
    let again = answered(pools.ensure(&subject.call(), &spec, &request).await, "ensure again")?;
    so(again == made, || format!("the second time it is {again:?}"))?;
    let mut other = request.clone();
    other.instance_size.push_str("-other");
    match pools.ensure(&subject.call(), &spec, &other).await {
        Ok(pool) => so(false, || format!("machines became others: {pool:?}"))?,
        Err(error) => so(error.kind() == ProviderErrorKind::Conflict, || format!("no conflict: {error}"))?,
    }
    so(answered(pools.remove(&subject.call(), &spec, &request.id).await, "remove")?, || {
        "the pool was not there to be removed".to_owned()
    })?;
    let gone = !answered(pools.remove(&subject.call(), &spec, &request.id).await, "remove of what is gone")?;
    so(gone, || "what is gone was there".to_owned())
}

/// W-35
pub(super) async fn clouds_have_regions_without_doubles(subject: &dyn ProviderUnderTest) -> Checked {
    let clouds = applicable(subject.provider().clouds(), "it knows no clouds")?;
    // What there is may come from the clusters there are.
    usable(subject).await?;
    let all = answered(clouds.cloud_providers(&subject.call()).await, "cloud_providers")?;
    let ids: BTreeSet<_> = all.iter().map(|cloud| &cloud.id).collect();
    so(ids.len() == all.len(), || format!("a cloud is told twice: {all:?}"))?;
    for cloud in &all {
        let regions = answered(clouds.regions(&subject.call(), &cloud.id).await, "regions")?;
        let ids: BTreeSet<_> = regions.iter().map(|region| &region.id).collect();
        so(ids.len() == regions.len(), || format!("a region of {} is told twice", cloud.id))?;
        so(regions.iter().all(|region| region.cloud_provider_id == cloud.id), || {
            format!("a region of {} is of another cloud", cloud.id)
        })?;
    }
    match clouds.regions(&subject.call(), "no-such-cloud").await {
        Ok(regions) => so(regions.is_empty(), || format!("a cloud that is not there has {regions:?}")),
        Err(error) => so(error.kind() == ProviderErrorKind::NotFound, || format!("a cloud that is not there: {error}")),
    }
}

pub(super) async fn quota_is_told_once_for_each_thing(subject: &dyn ProviderUnderTest) -> Checked {
    let quota = applicable(subject.provider().quota(), "it has no quota")?;
    let costs = answered(quota.costs(&subject.call()).await, "costs")?;
    let ids: BTreeSet<_> = costs.iter().map(|cost| &cost.id).collect();
    so(ids.len() == costs.len(), || format!("something is told twice: {costs:?}"))
}

/// W-42
pub(super) async fn a_cluster_does_not_belong_to_strangers(subject: &dyn ProviderUnderTest) -> Checked {
    let ownership = applicable(subject.provider().ownership(), "it does not know whose clusters are")?;
    let spec = usable(subject).await?;
    match ownership.check(&subject.call(), "somebody'; drop table clusters", &spec).await {
        Ok(()) => Err(Stop::Broken("a cluster belongs to a stranger".to_owned())),
        Err(error) => so(
            matches!(
                error.kind(),
                ProviderErrorKind::Forbidden | ProviderErrorKind::NotFound | ProviderErrorKind::Invalid
            ),
            || format!("neither forbidden nor invalid: {error}"),
        ),
    }
}
