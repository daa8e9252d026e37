//! Resource sets: syncsets, and manifests where the control plane runs elsewhere. What OCM does with a set it has taken, it does not say.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::Value;

use super::Ocm;
use super::client::{Ask, if_there, segment};
use super::refusal::Deed;
use super::sets::{self, Comparison};
use super::wire;
use crate::provider::{
    ApplyAction, ApplyReport, CallContext, ClusterSpec, ProviderError, ProviderErrorKind, Remaining, RemoveReport,
    ResourceSet, ResourceSets, SetDiff,
};

/// Into how many parts a set is cut at most.
const MOST_PARTS: usize = 64;

/// Where the sets of one cluster are, and what they are called there.
struct Shelf<'a> {
    deed: Deed<'a>,
    path: String,
    member: &'static str,
}

/// A set as it is stored: in one piece, in parts, or not at all.
struct Stored {
    whole: Option<Vec<Value>>,
    parts: Vec<Vec<Value>>,
}

// === impl Shelf ===

impl Shelf<'_> {
    fn at(&self, id: &str) -> String {
        format!("{}/{id}", self.path)
    }
}

// === impl Stored ===

impl Stored {
    fn all(&self) -> Vec<Value> {
        self.whole.iter().flatten().chain(self.parts.iter().flatten()).cloned().collect()
    }

    fn is_there(&self) -> bool {
        self.whole.is_some() || !self.parts.is_empty()
    }
}

#[async_trait]
impl ResourceSets for Ocm {
    async fn apply(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        set: &ResourceSet,
    ) -> Result<ApplyReport, ProviderError> {
        let shelf = self.shelf(call, "apply_resources", known).await?;
        let id = sets::set_id(&set.name).map_err(|unfit| shelf.deed.invalid(unfit))?;
        let hash = sets::hash(&sets::objects(&set.resources).map_err(|unfit| shelf.deed.invalid(unfit))?);
        // What is there has to be known before anything is written.
        let stored = self.stored(call, &shelf, &id).await?;
        let Comparison { objects, is_same } = sets::compare(&stored.all(), &set.resources);
        if !(is_same && stored.is_there()) {
            self.store(call, &shelf, &id, &stored, &set.resources).await?;
        }
        Ok(ApplyReport::new(objects, hash))
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<RemoveReport, ProviderError> {
        let shelf = self.shelf(call, "remove_resources", known).await?;
        let id = sets::set_id(name).map_err(|unfit| shelf.deed.invalid(unfit))?;
        let mut existed = self.take(call, &shelf, &id).await?;
        if self.options().split_large_sets {
            existed |= self.take_parts(call, &shelf, &id, 0).await?;
        }
        let remaining = if existed { Remaining::Unknown } else { Remaining::Nothing };
        Ok(RemoveReport::new(existed, remaining))
    }

    async fn diff(&self, call: &CallContext, known: &ClusterSpec, set: &ResourceSet) -> Result<SetDiff, ProviderError> {
        let shelf = self.shelf(call, "diff_resources", known).await?;
        let id = sets::set_id(&set.name).map_err(|unfit| shelf.deed.invalid(unfit))?;
        sets::objects(&set.resources).map_err(|unfit| shelf.deed.invalid(unfit))?;
        let stored = self.stored(call, &shelf, &id).await?.all();
        let mut changed = sets::compare(&stored, &set.resources).objects;
        changed.retain(|outcome| outcome.action != ApplyAction::Unchanged);
        let text = sets::text(&stored, &set.resources, &changed);
        Ok(SetDiff::new(changed, text))
    }
}

impl Ocm {
    async fn shelf<'a>(
        &'a self,
        call: &CallContext,
        operation: &'static str,
        known: &'a ClusterSpec,
    ) -> Result<Shelf<'a>, ProviderError> {
        let (deed, cluster) = self.for_cluster(operation, known)?;
        let (kind, member) =
            if self.hosted(call, deed, known).await? { ("manifests", "workloads") } else { ("syncsets", "resources") };
        Ok(Shelf { deed, path: format!("{cluster}/external_configuration/{kind}"), member })
    }

    async fn stored(&self, call: &CallContext, shelf: &Shelf<'_>, id: &str) -> Result<Stored, ProviderError> {
        let whole = self.stored_as(call, shelf, id).await?;
        let mut parts = Vec::new();
        // Also beside a whole one: somebody was cut off between writing the one and taking the other away.
        if self.options().split_large_sets {
            while parts.len() < MOST_PARTS
                && let Some(part) = self.stored_as(call, shelf, &sets::part_id(id, parts.len())).await?
            {
                parts.push(part);
            }
        }
        Ok(Stored { whole, parts })
    }

    async fn stored_as(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
    ) -> Result<Option<Vec<Value>>, ProviderError> {
        let ask = Ask::get(shelf.deed, shelf.at(segment(shelf.deed, "the set", id)?));
        let set: Option<wire::Set> = if_there(self.client.read(call, ask).await)?;
        match set {
            Some(set) if set.id != id => Err(shelf.deed.garbled("the answer is not about the set that was asked for")),
            Some(set) => Ok(Some(if shelf.member == "workloads" { set.workloads } else { set.resources })),
            None => Ok(None),
        }
    }

    /// Writes a set: in as many parts as it has, or in more when it is too large for them.
    async fn store(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
        stored: &Stored,
        resources: &[Value],
    ) -> Result<(), ProviderError> {
        if stored.parts.is_empty() {
            match self.write(call, shelf, id, stored.whole.is_some(), resources).await {
                Err(error) if self.is_too_large(&error) && resources.len() > 1 => {}
                outcome => return outcome,
            }
        }
        let mut count = stored.parts.len().max(2);
        loop {
            match self.write_parts(call, shelf, id, stored, sets::parts(resources, count)).await {
                Err(error) if self.is_too_large(&error) && count < resources.len().min(MOST_PARTS) => count *= 2,
                Err(error) => return Err(error),
                Ok(written) => {
                    // Only now, so that at no time anything is missing.
                    self.take_parts(call, shelf, id, written).await?;
                    if stored.whole.is_some() {
                        self.take(call, shelf, id).await?;
                    }
                    return Ok(());
                }
            }
        }
    }

    fn is_too_large(&self, error: &ProviderError) -> bool {
        self.options().split_large_sets && error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE)
    }

    async fn write_parts(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
        stored: &Stored,
        parts: Vec<&[Value]>,
    ) -> Result<usize, ProviderError> {
        for (number, part) in parts.iter().enumerate() {
            match stored.parts.get(number) {
                Some(held) if sets::compare(held, part).is_same => {}
                held => self.write(call, shelf, &sets::part_id(id, number), held.is_some(), part).await?,
            }
        }
        Ok(parts.len())
    }

    /// Writes one object of OCM: anew, or over what is there.
    async fn write(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
        is_there: bool,
        resources: &[Value],
    ) -> Result<(), ProviderError> {
        let change = || Ask::patch(shelf.deed, shelf.at(id), sets::body(None, shelf.member, resources));
        if is_there {
            return self.client.done(call, change()).await;
        }
        let body = sets::body(Some(id), shelf.member, resources);
        let made = self.client.done(call, Ask::post(shelf.deed, shelf.path.clone(), body)).await;
        let Err(error) = made else { return Ok(()) };
        // Somebody else was quicker, or an earlier attempt of ours came through: whichever status says so, what counts is what is there.
        let may_be_there = error.is_ambiguous()
            || matches!(error.kind(), ProviderErrorKind::AlreadyExists | ProviderErrorKind::Invalid);
        if !may_be_there || error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            return Err(error);
        }
        match self.stored_as(call, shelf, id).await {
            Ok(Some(held)) if sets::compare(&held, resources).is_same => Ok(()),
            Ok(Some(_)) => self.client.done(call, change()).await,
            Ok(None) | Err(_) => Err(error),
        }
    }

    /// Takes one object of OCM away. Whether it was there.
    async fn take(&self, call: &CallContext, shelf: &Shelf<'_>, id: &str) -> Result<bool, ProviderError> {
        let ask = Ask::delete(shelf.deed, shelf.at(segment(shelf.deed, "the set", id)?));
        Ok(if_there(self.client.done(call, ask).await)?.is_some())
    }

    /// Takes the parts of a set away from this one on, the last one first: whoever is cut off leaves parts that are found again. Whether there
    /// were any.
    async fn take_parts(
        &self,
        call: &CallContext,
        shelf: &Shelf<'_>,
        id: &str,
        from: usize,
    ) -> Result<bool, ProviderError> {
        let mut end = from;
        while end < MOST_PARTS && self.stored_as(call, shelf, &sets::part_id(id, end)).await?.is_some() {
            end += 1;
        }
        for number in (from..end).rev() {
            self.take(call, shelf, &sets::part_id(id, number)).await?;
        }
        Ok(end > from)
    }
}
