//! Which namespaces a cluster has, listed once and kept; knows nothing of connections.
//!
//! One list of names answers every question until it is old, so that a thousand "is it there?" cost one request. Who may not list
//! namespaces is asked one by one, and what is learnt that way is kept as well. On OpenShift a namespace is asked for as a Project,
//! except those of the platform (`openshift-…`).

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::{ApiResource, DeleteParams, DynamicObject, ListParams, PartialObjectMeta, PostParams};
use kube::core::GroupVersionKind;
use kube::{Api, Client};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::discovery::{Discovery, DiscoveryError};

/// For how long an answer is kept.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// How many names one page of the list holds.
const PAGE: u32 = 500;

/// Why a question about namespaces has no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum NamespaceError {
    /// The cluster does not say whether it has projects.
    #[error("the API server does not say whether it has projects")]
    Discovery(#[from] DiscoveryError),
    /// The API server refuses.
    #[error("namespace {name:?}: the API server answers {}", code(source))]
    Api {
        /// Which namespace.
        name: String,
        /// What the client says.
        #[source]
        source: Arc<kube::Error>,
    },
    /// The API server refuses the list.
    #[error("namespaces cannot be listed")]
    List {
        /// What the client says.
        #[source]
        source: Arc<kube::Error>,
    },
}

fn code(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.code.to_string(),
        _ => "nothing".into(),
    }
}

impl NamespaceError {
    /// Status of the API server's answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api { source, .. } | Self::List { source } => match &**source {
                kube::Error::Api(status) => Some(status.code),
                _ => None,
            },
            Self::Discovery(_) => None,
        }
    }
}

/// The namespaces of one cluster. Cheap to clone; clones share what was learnt.
#[derive(Clone)]
pub struct Namespaces(Arc<Inner>);

struct Inner {
    client: Client,
    discovery: Discovery,
    learnt: Mutex<Learnt>,
    asking: Semaphore,
}

#[derive(Default)]
struct Learnt {
    /// Every name, and when they were listed.
    listed: Option<(HashSet<String>, Instant)>,
    /// When we were told that we may not list.
    refused: Option<Instant>,
    /// What was asked one by one.
    asked: HashMap<String, (bool, Instant)>,
}

impl Learnt {
    fn answer(&self, name: &str) -> Option<bool> {
        if let Some((names, at)) = &self.listed
            && at.elapsed() < KEPT_FOR
        {
            return Some(names.contains(name));
        }
        let (there, at) = self.asked.get(name)?;
        (at.elapsed() < KEPT_FOR).then_some(*there)
    }

    fn may_list(&self) -> bool {
        self.refused.is_none_or(|at| at.elapsed() >= KEPT_FOR)
    }
}

impl Namespaces {
    /// Asks nothing yet. `discovery` is shared with whoever else asks about this cluster's kinds.
    #[must_use]
    pub fn new(client: Client, discovery: Discovery) -> Self {
        Self(Arc::new(Inner { client, discovery, learnt: Mutex::default(), asking: Semaphore::new(1) }))
    }

    /// Whether a namespace (or project) of this name is there; up to a minute old.
    ///
    /// # Errors
    /// [`NamespaceError`] when the cluster cannot be asked.
    ///
    /// # Cancel safety
    /// Safe; another caller asks again.
    pub async fn exists(&self, name: &str) -> Result<bool, NamespaceError> {
        if let Some(known) = self.learnt().answer(name) {
            return Ok(known);
        }
        let _turn = self.0.asking.acquire().await;
        let may_list = {
            let learnt = self.learnt();
            if let Some(known) = learnt.answer(name) {
                return Ok(known);
            }
            learnt.may_list()
        };
        if may_list {
            match self.list().await {
                Ok(names) => {
                    let there = names.contains(name);
                    self.learnt().listed = Some((names, Instant::now()));
                    return Ok(there);
                }
                Err(error) if error.status() == Some(403) => self.learnt().refused = Some(Instant::now()),
                Err(error) => return Err(error),
            }
        }
        let there = self.ask(name).await?;
        self.learnt().asked.insert(name.into(), (there, Instant::now()));
        Ok(there)
    }

    /// Whether the cluster has OpenShift's projects.
    ///
    /// # Errors
    /// [`NamespaceError::Discovery`] when the cluster cannot be asked.
    pub async fn has_projects(&self) -> Result<bool, NamespaceError> {
        Ok(self.0.discovery.supports("Project.project.openshift.io").await?)
    }

    /// Makes a namespace, or a project through a ProjectRequest where there are projects. One that is there already is fine.
    ///
    /// # Errors
    /// [`NamespaceError`].
    pub async fn create(&self, name: &str) -> Result<(), NamespaceError> {
        let kind = if self.is_project(name).await? { "ProjectRequest" } else { "Namespace" };
        let created = self.api(kind).create(&PostParams::default(), &bare(kind, name)).await;
        self.forget(name);
        match created {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
            Err(source) => Err(NamespaceError::Api { name: name.into(), source: Arc::new(source) }),
        }
    }

    /// Deletes a namespace or project. One that is not there is fine. Returns when the server has taken the request, which is before
    /// the namespace is gone.
    ///
    /// # Errors
    /// [`NamespaceError`].
    pub async fn delete(&self, name: &str) -> Result<(), NamespaceError> {
        let kind = if self.is_project(name).await? { "Project" } else { "Namespace" };
        let deleted = self.api(kind).delete(name, &DeleteParams::default()).await;
        self.forget(name);
        match deleted {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            Err(source) => Err(NamespaceError::Api { name: name.into(), source: Arc::new(source) }),
        }
    }

    /// Forgets everything that was learnt.
    pub fn invalidate(&self) {
        *self.learnt() = Learnt::default();
    }

    fn forget(&self, name: &str) {
        let mut learnt = self.learnt();
        learnt.listed = None;
        learnt.asked.remove(name);
    }

    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn is_project(&self, name: &str) -> Result<bool, NamespaceError> {
        Ok(!name.starts_with("openshift-") && self.has_projects().await?)
    }

    fn api(&self, kind: &str) -> Api<DynamicObject> {
        Api::all_with(self.0.client.clone(), &resource(kind))
    }

    async fn ask(&self, name: &str) -> Result<bool, NamespaceError> {
        let kind = if self.is_project(name).await? { "Project" } else { "Namespace" };
        let found = self.api(kind).get_metadata_opt(name).await;
        found
            .map(|found| found.is_some())
            .map_err(|source| NamespaceError::Api { name: name.into(), source: Arc::new(source) })
    }

    /// Every name, page by page and without the objects.
    async fn list(&self) -> Result<HashSet<String>, NamespaceError> {
        let api: Api<Namespace> = Api::all(self.0.client.clone());
        let mut names = HashSet::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list =
                api.list_metadata(&page).await.map_err(|source| NamespaceError::List { source: Arc::new(source) })?;
            let name = |object: PartialObjectMeta<Namespace>| object.metadata.name;
            names.extend(list.items.into_iter().filter_map(name));
            match list.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page = page.continue_token(&token),
                None => return Ok(names),
            }
        }
    }
}

fn resource(kind: &str) -> ApiResource {
    match kind {
        "Namespace" => ApiResource::erase::<Namespace>(&()),
        "Project" => project("Project", "projects"),
        _ => project("ProjectRequest", "projectrequests"),
    }
}

fn project(kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("project.openshift.io", "v1", kind), plural)
}

fn bare(kind: &str, name: &str) -> DynamicObject {
    DynamicObject::new(name, &resource(kind))
}

impl std::fmt::Debug for Namespaces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Namespaces").finish_non_exhaustive()
    }
}
