//! Claims about clusters that come, are looked at, and go.

use super::{
    Checked, LOOKS, ProviderUnderTest, Situation, Stop, answered, applicable, created, prepared, so, there, usable,
};
use crate::cluster::{ClusterStatus, CreateToken};
use crate::provider::{Claim, ClusterRequest, ClusterSpec, DeleteOptions, DeleteOutcome, ProviderErrorKind};

pub(super) async fn a_create_with_the_same_claim_is_one_cluster(subject: &dyn ProviderUnderTest) -> Checked {
    let (request, first) = created(subject).await?;
    let provider = subject.provider();
    for _ in 0..2 {
        let again = answered(provider.create(&subject.call(), &request).await, "the second create")?;
        so(again.internal_id == first.internal_id, || {
            format!("two creates with one claim are {} and {}", first.internal_id, again.internal_id)
        })?;
    }
    let found = answered(provider.find(&subject.call(), &request.claim()).await, "find")?;
    let found = there(found, "the cluster of the claim")?;
    so(found.internal_id == first.internal_id, || format!("found is {}", found.internal_id))
}

pub(super) async fn a_cluster_is_found_by_its_own_claim_only(subject: &dyn ProviderUnderTest) -> Checked {
    let before = subject.request().await;
    let provider = subject.provider();
    let found = answered(provider.find(&subject.call(), &before.claim()).await, "find before create")?;
    so(found.is_none() || !subject.keeps_tokens(), || "a cluster is found that nobody asked for".to_owned())?;
    let (request, made) = created(subject).await?;
    let found = answered(provider.find(&subject.call(), &request.claim()).await, "find")?;
    so(found.is_some_and(|found| found.internal_id == made.internal_id), || "it is not found".to_owned())?;
    let stranger = subject.request().await.claim();
    let found = answered(provider.find(&subject.call(), &stranger).await, "find of a stranger")?;
    let is_another = found.as_ref().is_some_and(|found| found.internal_id != made.internal_id);
    so(found.is_none() || (is_another && !subject.keeps_tokens()), || {
        "the claim of another request finds a cluster".to_owned()
    })
}

pub(super) async fn a_name_belongs_to_one_token(subject: &dyn ProviderUnderTest) -> Checked {
    let (request, made) = created(subject).await?;
    let provider = subject.provider();
    let other = applicable(subject.same_name(&request).await, "there are no two requests for one name")?;
    if !subject.keeps_tokens() {
        return one_cluster_under_one_external_id(subject, &request.claim(), &made, &other).await;
    }
    match provider.create(&subject.call(), &other).await {
        Ok(spec) => so(false, || format!("{} was given to another token", spec.internal_id))?,
        Err(error) => {
            let kind = error.kind();
            so(matches!(kind, ProviderErrorKind::AlreadyExists | ProviderErrorKind::Conflict), || {
                format!("the name is taken, and the answer is {kind}: {error}")
            })?;
        }
    }
    // A provider that sees the name says so; one that looks by token only finds nothing. None gives the cluster away.
    match provider.find(&subject.call(), &Claim::new(CreateToken::generate(), request.name.clone())).await {
        Ok(None) => {}
        Ok(Some(spec)) => so(false, || format!("{} is found by another token", spec.internal_id))?,
        Err(error) => {
            so(error.kind() == ProviderErrorKind::Conflict, || format!("find with another token: {error}"))?;
        }
    }
    let found = answered(provider.find(&subject.call(), &request.claim()).await, "find")?;
    so(found.is_some_and(|found| found.internal_id == made.internal_id), || "the first one has lost it".to_owned())
}

/// What is left of a name that belongs to one token, where tokens are kept nowhere: both are told of the same cluster by an external id that
/// tells it from others, so that only one record can have it.
async fn one_cluster_under_one_external_id(
    subject: &dyn ProviderUnderTest,
    claim: &Claim,
    made: &ClusterSpec,
    other: &ClusterRequest,
) -> Checked {
    let provider = subject.provider();
    let second = answered(provider.create(&subject.call(), other).await, "create of another token")?;
    so(made.external_id.as_ref().is_some_and(|id| !id.is_empty()), || "it has no external id".to_owned())?;
    for claim in [claim.clone(), other.claim()] {
        let found = answered(provider.find(&subject.call(), &claim).await, "find")?;
        let found = there(found, "the cluster of the name")?;
        for seen in [&second, &found] {
            so((&seen.internal_id, &seen.external_id) == (&made.internal_id, &made.external_id), || {
                format!("one name is {} and {}", made.internal_id, seen.internal_id)
            })?;
        }
    }
    Ok(())
}

pub(super) async fn an_unknown_cluster_is_none(subject: &dyn ProviderUnderTest) -> Checked {
    let id = applicable(subject.unknown_id(), "every id is known")?;
    let provider = subject.provider();
    let seen = answered(provider.get(&subject.call(), &id).await, "get")?;
    so(seen.is_none(), || "get shows a cluster that was never there".to_owned())?;
    let known = ClusterSpec::new(id, ClusterStatus::Provisioning);
    let seen = answered(provider.check_status(&subject.call(), &known).await, "check_status")?;
    so(seen.is_none(), || "check_status shows a cluster that was never there".to_owned())
}

pub(super) async fn a_lost_answer_leaves_one_cluster_that_is_found(subject: &dyn ProviderUnderTest) -> Checked {
    prepared(subject.lose_next_answer().await, "answers cannot be lost")?;
    let request = subject.request().await;
    let provider = subject.provider();
    if let Err(error) = provider.create(&subject.call(), &request).await {
        so(error.is_ambiguous(), || format!("the cluster may be there, and the error does not say so: {error}"))?;
    }
    let found = answered(provider.find(&subject.call(), &request.claim()).await, "find")?;
    let found = there(found, "the cluster whose answer was lost")?;
    let again = answered(provider.create(&subject.call(), &request).await, "the create after it")?;
    so(again.internal_id == found.internal_id, || "the create after a lost answer made another cluster".to_owned())
}

/// What [`creates_repeatably`](crate::provider::Provider::creates_repeatably) says: nobody has to look before the request is sent again.
pub(super) async fn a_create_that_may_be_repeated_is_one_cluster(subject: &dyn ProviderUnderTest) -> Checked {
    let provider = subject.provider();
    if !provider.creates_repeatably() {
        return Err(Stop::NotApplicable("it has to be looked for a cluster before it is asked for again"));
    }
    let lost = subject.lose_next_answer().await;
    let request = subject.request().await;
    match provider.create(&subject.call(), &request).await {
        Err(error) if lost == Situation::Prepared => {
            so(error.is_ambiguous(), || format!("the cluster may be there, and the error does not say so: {error}"))?;
        }
        answer => drop(answered(answer, "create")?),
    }
    // Somebody else who knows as little asks at the same time.
    let calls = [subject.call(), subject.call()];
    let (one, two) = tokio::join!(provider.create(&calls[0], &request), provider.create(&calls[1], &request));
    let one = answered(one, "the repeated create")?;
    let found = answered(provider.find(&subject.call(), &request.claim()).await, "find")?;
    for again in [answered(two, "the other repeated create")?, there(found, "the cluster of the claim")?] {
        so((&again.internal_id, &again.external_id) == (&one.internal_id, &one.external_id), || {
            format!("a repeated create is {} ({:?}) and {}", one.internal_id, one.external_id, again.internal_id)
        })?;
    }
    Ok(())
}

pub(super) async fn a_cluster_becomes_usable_under_one_id(subject: &dyn ProviderUnderTest) -> Checked {
    let (_, made) = created(subject).await?;
    so(matches!(made.status, ClusterStatus::Provisioning | ClusterStatus::Provisioned), || {
        format!("a new cluster is {}", made.status)
    })?;
    let spec = usable(subject).await?;
    let seen = answered(subject.provider().get(&subject.call(), &spec.internal_id).await, "get")?;
    let seen = there(seen, "a usable cluster")?;
    so(seen.internal_id == spec.internal_id && seen.status == ClusterStatus::Provisioned, || {
        format!("get shows {} that is {}", seen.internal_id, seen.status)
    })
}

/// W-20
pub(super) async fn a_look_keeps_what_was_known(subject: &dyn ProviderUnderTest) -> Checked {
    // What came with the create is known, and nothing that was said since.
    let (_, mut known) = created(subject).await?;
    subject.provision(&known).await;
    for _ in 0..3 {
        let seen = answered(subject.provider().check_status(&subject.call(), &known).await, "check_status")?;
        let seen = there(seen, "a cluster that was made")?;
        if let Some(before) = known.additional_info.as_object() {
            let lost = before.keys().find(|key| seen.additional_info.get(key.as_str()).is_none());
            so(lost.is_none(), || format!("{lost:?} of what the provider wants to hear again is lost"))?;
        }
        so(known.external_id.is_none() || seen.external_id == known.external_id, || {
            format!("the external id was {:?} and is {:?}", known.external_id, seen.external_id)
        })?;
        so(seen.internal_id == known.internal_id, || "the id has changed".to_owned())?;
        known = seen;
    }
    Ok(())
}

/// W-08
pub(super) async fn a_cluster_that_vanished_is_none_and_its_delete_is_over(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    prepared(subject.vanish(&spec).await, "clusters do not vanish")?;
    let provider = subject.provider();
    let seen = answered(provider.check_status(&subject.call(), &spec).await, "check_status")?;
    so(seen.is_none(), || "a cluster that vanished is still shown".to_owned())?;
    let seen = answered(provider.get(&subject.call(), &spec.internal_id).await, "get")?;
    so(seen.is_none(), || "a cluster that vanished is still had".to_owned())?;
    let options = subject.delete_options();
    let outcome = provider.delete(&subject.call(), &spec, &options).await;
    let outcome = answered(outcome, "delete of a cluster that vanished")?;
    if subject.owns_clusters() {
        return so(outcome == DeleteOutcome::AlreadyGone, || {
            format!("nobody asked for it, and the delete of a cluster that vanished is {outcome:?}")
        });
    }
    if outcome.is_over() {
        return Ok(());
    }
    let forced = provider.delete(&subject.call(), &spec, &options.force()).await;
    let forced = answered(forced, "forced delete of a cluster that vanished")?;
    so(forced.is_over(), || format!("the forced delete of a cluster that vanished goes on: {forced:?}"))
}

pub(super) async fn a_delete_is_asked_for_until_it_is_over(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    let provider = subject.provider();
    let options = subject.delete_options();
    let mut over = false;
    for _ in 0..LOOKS {
        let outcome = answered(provider.delete(&subject.call(), &spec, &options).await, "delete")?;
        so(outcome != DeleteOutcome::WouldDelete, || "a delete is answered as a dry run".to_owned())?;
        over = outcome.is_over();
        if over {
            break;
        }
        subject.go_on(&spec).await;
    }
    so(over, || format!("the delete is not over after {LOOKS} times"))?;
    let again = answered(provider.delete(&subject.call(), &spec, &options).await, "delete of what is gone")?;
    so(again.is_over(), || format!("the delete of what is gone is {again:?}"))?;
    if subject.owns_clusters() {
        let seen = answered(provider.get(&subject.call(), &spec.internal_id).await, "get")?;
        so(seen.is_none(), || "the delete is over, and the cluster is there".to_owned())?;
    }
    Ok(())
}

pub(super) async fn a_dry_run_deletes_nothing(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    let provider = subject.provider();
    let options = DeleteOptions { dry_run: true, ..subject.delete_options() };
    match provider.delete(&subject.call(), &spec, &options).await {
        Ok(outcome) => {
            so(outcome == DeleteOutcome::WouldDelete, || format!("a dry run is answered with {outcome:?}"))?;
        }
        Err(error) => so(error.kind() == ProviderErrorKind::Unsupported, || format!("a dry run: {error}"))?,
    }
    let seen = answered(provider.check_status(&subject.call(), &spec).await, "check_status")?;
    so(seen.is_some_and(|seen| seen.status == ClusterStatus::Provisioned), || "a dry run deleted it".to_owned())
}

pub(super) async fn a_protected_cluster_is_not_deleted(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    prepared(subject.protect(&spec).await, "clusters cannot be protected")?;
    let provider = subject.provider();
    match provider.delete(&subject.call(), &spec, &subject.delete_options()).await {
        Ok(outcome) => so(false, || format!("a protected cluster is deleted: {outcome:?}"))?,
        Err(error) => so(error.kind() == ProviderErrorKind::Forbidden, || format!("not forbidden: {error}"))?,
    }
    let seen = answered(provider.check_status(&subject.call(), &spec).await, "check_status")?;
    so(seen.is_some(), || "a protected cluster is gone".to_owned())
}

pub(super) async fn a_domain_is_known_or_none_and_never_empty(subject: &dyn ProviderUnderTest) -> Checked {
    let provider = subject.provider();
    let (_, young) = created(subject).await?;
    // Before a cluster is usable its domain may not be known; an error is none of a domain's states.
    let early = answered(provider.dns(&subject.call(), &young).await, "dns of a new cluster")?;
    so(early.as_deref() != Some(""), || "the domain of a new cluster is the empty text".to_owned())?;
    let spec = usable(subject).await?;
    let domain = answered(provider.dns(&subject.call(), &spec).await, "dns")?;
    so(domain.as_deref() != Some(""), || "the domain is the empty text".to_owned())?;
    so(domain.is_some() || !subject.has_dns(), || "the domain of a usable cluster is not known".to_owned())
}
