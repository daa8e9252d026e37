//! Looking at clusters, taking them away, and how to reach them.

use cluster_client::kubeconfig::{self, TrustPolicy};
use secrecy::ExposeSecret as _;

use super::client::{Ask, CLUSTERS, if_there, segment};
use super::refusal::Deed;
use super::state::{is_hosted, spec_of};
use super::wire::{Cluster, ClusterCredentials, Ingress};
use super::{Ocm, locked};
use crate::cluster::{ConditionStatus, DeletionPolicy};
use crate::provider::{CallContext, ClusterSpec, DeleteOptions, DeleteOutcome, ProviderError, ProviderErrorKind};

/// State of a cluster on its way out.
const UNINSTALLING: &str = "uninstalling";

/// Where a cluster is.
pub(super) fn path(deed: Deed<'_>, id: &str) -> Result<String, ProviderError> {
    Ok(format!("{CLUSTERS}/clusters/{}", segment(deed, "the cluster id", id)?))
}

impl Ocm {
    /// A cluster as OCM describes it; nothing when there is none.
    pub(super) async fn fetch(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        id: &str,
    ) -> Result<Option<Cluster>, ProviderError> {
        let found: Option<Cluster> = if_there(self.client.read(call, Ask::get(deed, path(deed, id)?)).await)?;
        match found {
            // What answers something else was not asked for this cluster, or is no OCM.
            Some(other) if other.id != id => {
                Err(deed.garbled("the answer is not about the cluster that was asked for"))
            }
            found => Ok(found),
        }
    }

    /// What it means.
    pub(super) async fn look(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        id: &str,
        known: Option<&ClusterSpec>,
    ) -> Result<Option<ClusterSpec>, ProviderError> {
        let found = self.fetch(call, deed, id).await?;
        found.map(|cluster| spec_of(&cluster, known).map_err(|error| deed.garbled(error))).transpose()
    }

    /// Whether the control plane runs elsewhere; asked for when it is not known.
    pub(super) async fn hosted(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        known: &ClusterSpec,
    ) -> Result<bool, ProviderError> {
        if let Some(hosted) = is_hosted(known) {
            return Ok(hosted);
        }
        match self.fetch(call, deed, known.internal_id.as_str()).await? {
            Some(cluster) => Ok(cluster.hypershift.enabled),
            None => Err(deed.failed(ProviderErrorKind::NotFound)),
        }
    }

    pub(super) async fn delete(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        options: &DeleteOptions,
    ) -> Result<DeleteOutcome, ProviderError> {
        let (deed, path) = self.for_cluster("delete", known)?;
        match options.policy {
            DeletionPolicy::Delete => {}
            DeletionPolicy::Orphan if options.dry_run => return Ok(DeleteOutcome::WouldDelete),
            DeletionPolicy::Orphan => return Ok(DeleteOutcome::Orphaned),
            DeletionPolicy::RemoveResourcesOnly => {
                let reason = "OCM does not say which sets are ours; remove each, then delete with the policy orphan";
                return Err(deed.failed(ProviderErrorKind::Unsupported).with_reason(reason));
            }
        }
        let id = known.internal_id.as_str();
        let Some(cluster) = self.fetch(call, deed, id).await? else {
            locked(&self.sent).retain(|(cluster, _), _| cluster != id);
            let asked = locked(&self.leaving).remove(id) || was_leaving(known);
            return Ok(if asked { DeleteOutcome::Gone } else { DeleteOutcome::AlreadyGone });
        };
        if cluster.state() == UNINSTALLING {
            return Ok(DeleteOutcome::in_progress("Uninstalling", "OCM is uninstalling it"));
        }
        if cluster.delete_protection.enabled {
            let reason = "delete protection is on; switch it off at OCM first";
            return Err(deed.failed(ProviderErrorKind::Forbidden).with_code("DeleteProtection").with_reason(reason));
        }
        let mut ask = Ask::delete(deed, path);
        if options.dry_run {
            ask = ask.query("dry_run", true);
        }
        if options.force {
            ask = ask.query("best_effort", true);
        }
        match self.client.done(call, ask).await {
            Ok(()) if options.dry_run => Ok(DeleteOutcome::WouldDelete),
            Ok(()) => {
                locked(&self.leaving).insert(id.to_owned());
                Ok(DeleteOutcome::in_progress("Requested", "OCM was asked to uninstall it"))
            }
            Err(error) => self.after_refused_delete(call, deed, id, error).await,
        }
    }

    /// How a second delete is refused is documented nowhere. What counts is what has become of the cluster.
    async fn after_refused_delete(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        id: &str,
        error: ProviderError,
    ) -> Result<DeleteOutcome, ProviderError> {
        use ProviderErrorKind as K;
        if error.kind() == K::NotFound {
            return Ok(DeleteOutcome::Gone);
        }
        if !matches!(error.kind(), K::Invalid | K::AlreadyExists | K::Conflict | K::Forbidden) && !error.is_ambiguous()
        {
            return Err(error);
        }
        match self.fetch(call, deed, id).await {
            Ok(None) => Ok(DeleteOutcome::Gone),
            Ok(Some(cluster)) if cluster.state() == UNINSTALLING => {
                locked(&self.leaving).insert(id.to_owned());
                Ok(DeleteOutcome::in_progress("Uninstalling", "OCM is uninstalling it"))
            }
            Ok(Some(_)) | Err(_) => Err(error),
        }
    }

    pub(super) async fn dns(&self, call: &CallContext, known: &ClusterSpec) -> Result<Option<String>, ProviderError> {
        let (deed, path) = self.for_cluster("dns", known)?;
        // Without an order: ingresses cannot be ordered, and a cluster has a handful.
        let ask = Ask::get(deed, format!("{path}/ingresses"));
        let ingresses: Vec<Ingress> = self.client.list(call, ask, |_| "").await?;
        let default = ingresses.into_iter().find(|ingress| ingress.is_default);
        Ok(default.and_then(|ingress| ingress.dns_name).filter(|name| !name.is_empty()))
    }

    pub(super) async fn connection(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
    ) -> Result<cluster_client::ClusterSpec, ProviderError> {
        let (deed, path) = self.for_cluster("connection", known)?;
        let credentials: ClusterCredentials =
            self.client.read(call, Ask::get(deed, format!("{path}/credentials"))).await?;
        let none = "OCM has no kubeconfig for it, or does not show it to this account";
        let kubeconfig = credentials.kubeconfig.filter(|text| !text.expose_secret().trim().is_empty());
        let kubeconfig = kubeconfig.ok_or_else(|| deed.failed(ProviderErrorKind::NotFound).with_reason(none))?;
        let text = kubeconfig.expose_secret().as_bytes();
        let read = kubeconfig::parse_as("the kubeconfig from OCM", text, &TrustPolicy::for_secrets(), None);
        let read = read.map_err(|error| deed.garbled("it is no kubeconfig").with_source(error))?;
        read.current().map_err(|error| deed.garbled("its kubeconfig cannot be used").with_source(error))
    }
}

/// Whether the record says that OCM had begun, for a process that did not ask itself.
fn was_leaving(known: &ClusterSpec) -> bool {
    let deleting = known.conditions.iter().find(|one| one.kind == crate::cluster::Condition::DELETING);
    deleting.is_some_and(|deleting| deleting.status == ConditionStatus::True)
        || known.additional_info.get("state").and_then(serde_json::Value::as_str) == Some(UNINSTALLING)
}
