//! Claims about resource sets.

use std::sync::Arc;

use serde_json::json;

use super::{Checked, LOOKS, ProviderUnderTest, Stop, answered, applicable, so, usable};
use crate::provider::{ClusterSpec, ProviderErrorKind, ResourceSet, ResourceSets};

async fn ready(subject: &dyn ProviderUnderTest) -> Result<(Arc<dyn ResourceSets>, ClusterSpec), Stop> {
    let sets = applicable(subject.provider().resource_sets(), "it applies no resource sets")?;
    Ok((sets, usable(subject).await?))
}

pub(super) async fn a_set_is_applied_once(subject: &dyn ProviderUnderTest) -> Checked {
    let (sets, spec) = ready(subject).await?;
    let set = subject.resource_set("ext-suite", "first");
    let first = answered(sets.apply(&subject.call(), &spec, &set).await, "apply")?;
    so(first.is_complete() && first.has_changed(), || format!("the first time is {first:?}"))?;
    so(!first.hash.is_empty(), || "the report has no hash of the content".to_owned())?;
    let second = answered(sets.apply(&subject.call(), &spec, &set).await, "apply again")?;
    so(second.is_complete() && !second.has_changed(), || format!("the second time is {second:?}"))?;
    so(second.hash == first.hash, || "one content has two hashes".to_owned())?;
    // W-27: the order of the objects is not part of what they say.
    let mut turned = set.clone();
    turned.resources.reverse();
    let third = answered(sets.apply(&subject.call(), &spec, &turned).await, "apply in another order")?;
    so(!third.has_changed(), || format!("another order is {third:?}"))
}

pub(super) async fn a_changed_set_is_written_and_a_diff_writes_nothing(subject: &dyn ProviderUnderTest) -> Checked {
    let (sets, spec) = ready(subject).await?;
    let set = subject.resource_set("ext-suite", "first");
    answered(sets.apply(&subject.call(), &spec, &set).await, "apply")?;
    let none = answered(sets.diff(&subject.call(), &spec, &set).await, "diff of what is applied")?;
    so(none.objects.is_empty(), || format!("what is applied differs: {none:?}"))?;
    let changed = subject.resource_set("ext-suite", "second");
    for _ in 0..2 {
        let diff = answered(sets.diff(&subject.call(), &spec, &changed).await, "diff")?;
        so(!diff.objects.is_empty(), || "a changed set does not differ".to_owned())?;
    }
    let report = answered(sets.apply(&subject.call(), &spec, &changed).await, "apply of the changed set")?;
    so(report.is_complete() && report.has_changed(), || format!("a changed set is {report:?}"))?;
    let mut smaller = changed.clone();
    smaller.resources.truncate(1);
    let report = answered(sets.apply(&subject.call(), &spec, &smaller).await, "apply of a smaller set")?;
    so(report.has_changed(), || "what is in the set no longer is left".to_owned())
}

pub(super) async fn a_set_that_is_not_there_is_removed_already(subject: &dyn ProviderUnderTest) -> Checked {
    let (sets, spec) = ready(subject).await?;
    let never = answered(sets.remove(&subject.call(), &spec, "ext-never").await, "remove of what was never there")?;
    so(!never.existed && never.is_over(), || format!("what was never there is {never:?}"))?;
    let set = subject.resource_set("ext-suite", "first");
    answered(sets.apply(&subject.call(), &spec, &set).await, "apply")?;
    let mut report = answered(sets.remove(&subject.call(), &spec, &set.name).await, "remove")?;
    so(report.existed, || "what was applied was not there".to_owned())?;
    for _ in 0..LOOKS {
        if report.is_over() {
            break;
        }
        subject.go_on(&spec).await;
        report = answered(sets.remove(&subject.call(), &spec, &set.name).await, "remove again")?;
    }
    so(report.is_over(), || format!("it is not over: {report:?}"))?;
    let again = answered(sets.remove(&subject.call(), &spec, &set.name).await, "remove of what is gone")?;
    so(!again.existed && again.is_over(), || format!("what is gone is {again:?}"))
}

pub(super) async fn an_object_without_a_name_is_in_no_set(subject: &dyn ProviderUnderTest) -> Checked {
    let (sets, spec) = ready(subject).await?;
    let set = ResourceSet::new("ext-nameless", vec![json!({ "apiVersion": "v1", "kind": "ConfigMap" })]);
    match sets.apply(&subject.call(), &spec, &set).await {
        Err(error) => so(error.kind() == ProviderErrorKind::Invalid, || format!("not invalid: {error}")),
        Ok(report) => so(!report.is_complete(), || "an object without a name is applied".to_owned()),
    }
}
