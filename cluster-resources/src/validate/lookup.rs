//! Looking up what is there: metadata, or the names of keys. Values are skipped while they are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use kube::api::{Api, DynamicObject, GetParams};
use kube::core::{ApiResource, GroupVersionKind, Request};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Known;
use super::references::{Reference, Referent};
use crate::clusters::{ClusterAccess, Clusters};
use crate::id::{ClusterName, ObjectId};
use crate::issue::Issue;
use crate::restart::{Trouble, asked};

/// Objects that are looked up together.
const TOGETHER: usize = 16;

/// What is to be found out about an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    to: Referent,
    keys: bool,
}

impl Question {
    pub(super) fn new(to: Referent) -> Self {
        Self { to, keys: false }
    }

    /// And what this reference needs to know.
    pub(super) fn add(&mut self, reference: &Reference) {
        self.keys |= reference.key.is_some();
    }
}

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) known: BTreeMap<(ObjectId, bool), Known>,
    /// Clusters that could not be asked.
    pub(super) issues: Vec<Issue>,
}

/// Asks about each object once.
pub(super) async fn ask(questions: BTreeMap<(ObjectId, bool), Question>, clusters: &dyn Clusters) -> Answers {
    let mut answers = Answers::default();
    let places: std::collections::BTreeSet<(ClusterName, bool)> =
        questions.keys().map(|(id, privileged)| (id.cluster.clone(), *privileged)).collect();
    let reaching: Vec<BoxFuture<'_, _>> = places
        .into_iter()
        .map(|(cluster, privileged)| {
            async move {
                let access = clusters.access(&cluster, privileged).await;
                ((cluster, privileged), access)
            }
            .boxed()
        })
        .collect();
    let reached: Vec<_> = futures::stream::iter(reaching).buffered(TOGETHER).collect().await;
    let mut accesses: BTreeMap<(ClusterName, bool), ClusterAccess> = BTreeMap::new();
    for (place, access) in reached {
        match access {
            Ok(access) => drop(accesses.insert(place, access)),
            Err(issue) if answers.issues.contains(&issue) => {}
            Err(issue) => answers.issues.push(issue),
        }
    }
    let accesses = &accesses;
    let looking: Vec<BoxFuture<'_, _>> = questions
        .into_iter()
        .map(|((id, privileged), question)| {
            async move {
                let known = match accesses.get(&(id.cluster.clone(), privileged)) {
                    Some(access) => look(access, &id, question).await,
                    None => Known::Unreachable,
                };
                ((id, privileged), known)
            }
            .boxed()
        })
        .collect();
    let found: Vec<_> = futures::stream::iter(looking).buffer_unordered(TOGETHER).collect().await;
    answers.known.extend(found);
    answers
}

/// Names of keys, and nothing of what stands there.
#[derive(Debug, Clone, Deserialize)]
struct Keys {
    #[serde(default)]
    data: Option<BTreeMap<Arc<str>, IgnoredAny>>,
    #[serde(default, rename = "binaryData")]
    binary_data: Option<BTreeMap<Arc<str>, IgnoredAny>>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

async fn look(access: &ClusterAccess, id: &ObjectId, question: Question) -> Known {
    let Some(namespace) = id.namespace() else { return Known::Absent };
    // The name comes from a declaration and becomes part of an address.
    if !is_name(&id.name) {
        return Known::Absent;
    }
    let kind = GroupVersionKind::gvk("", "v1", question.to.as_str());
    let plural = match question.to {
        Referent::ConfigMap => "configmaps",
        Referent::Secret => "secrets",
        Referent::ServiceAccount => "serviceaccounts",
        Referent::Claim => "persistentvolumeclaims",
    };
    let resource = ApiResource::from_gvk_with_plural(&kind, plural);
    let api = Api::<DynamicObject>::namespaced_with(access.client.clone(), namespace, &resource);
    let found = if question.keys {
        keys(access, &api, &id.name).await
    } else {
        asked(api.get_metadata_opt(&id.name)).await.map(|found| found.map_or(Known::Absent, |_| Known::There))
    };
    found.unwrap_or_else(|trouble| Known::Unclear(trouble.message))
}

async fn keys(access: &ClusterAccess, api: &Api<DynamicObject>, name: &str) -> Result<Known, Trouble> {
    let request = Request::new(api.resource_url()).get(name, &GetParams::default());
    let request = request.map_err(|error| Trouble::of(&kube::Error::BuildRequest(error)))?;
    let answer = asked(async {
        match access.client.request::<Keys>(request).await {
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
            answer => answer.map(Some),
        }
    })
    .await?;
    Ok(match answer {
        None => Known::Absent,
        Some(keys) if keys.kind.as_deref() == Some("kubernetes.io/service-account-token") => Known::There,
        Some(keys) => {
            let maps = keys.data.into_iter().chain(keys.binary_data);
            Known::Keys(maps.flat_map(BTreeMap::into_keys).collect())
        }
    })
}

/// Whether an object can have this name: a DNS subdomain, which needs no escaping in an address.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=253).contains(&name.len())
        && name.split('.').all(|label| label.starts_with(plain) && label.ends_with(plain))
        && name.chars().all(|c| plain(c) || matches!(c, '-' | '.'))
}
