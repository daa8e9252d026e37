//! The pods of a namespace, read page by page and kept as little as is needed: their names, who runs them, what they refer to.

use std::sync::Arc;

use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

use super::owners::{OwnerRef, controller_of};
use super::{Trouble, asked};
use crate::clusters::ClusterAccess;
use crate::id::GroupKind;
use crate::issue::IssueClass;
use crate::validate::{Reference, references, refers_to};

const PAGE: u32 = 500;
/// How often a list is begun again when its continuation expires.
const BEGUN: usize = 3;

/// What is kept of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PodView {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it has started: all that it needs to start is there.
    pub running: bool,
    /// Who runs it.
    pub controller: Option<OwnerRef>,
    /// What it refers to.
    pub references: Vec<Reference>,
}

impl PodView {
    /// What is kept of this pod.
    #[must_use]
    pub fn of(pod: &Value) -> Self {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        Self {
            name: name.into(),
            running: pod.pointer("/status/phase").and_then(Value::as_str) == Some("Running"),
            controller: pod.get("metadata").and_then(controller_of),
            references: pod.get("spec").map(|spec| references(spec, "spec")).unwrap_or_default(),
        }
    }
}

/// The pods that refer to an object of their namespace: through volumes (projected ones too), `envFrom`, `env` and image pull secrets, of
/// all their containers.
pub fn users_of<'a>(pods: &'a [PodView], kind: &GroupKind, name: &str) -> impl Iterator<Item = &'a PodView> {
    pods.iter().filter(move |pod| refers_to(&pod.references, kind, name))
}

/// Every pod of a namespace.
pub(crate) async fn list(access: &ClusterAccess, namespace: &str) -> Result<Vec<PodView>, Trouble> {
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk("", "v1", "Pod"), "pods");
    let api = Api::<DynamicObject>::namespaced_with(access.client.clone(), namespace, &resource);
    'begin: for _ in 0..BEGUN {
        let mut pods = Vec::new();
        let mut params = ListParams::default().limit(PAGE);
        loop {
            let page = asked(async {
                match api.list(&params).await {
                    Err(kube::Error::Api(status)) if status.code == 410 => Ok(None),
                    answer => answer.map(Some),
                }
            })
            .await?;
            let Some(page) = page else { continue 'begin };
            pods.extend(page.items.into_iter().filter_map(|pod| Some(PodView::of(&serde_json::to_value(pod).ok()?))));
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params = params.continue_token(&token),
                None => return Ok(pods),
            }
        }
    }
    Err(Trouble {
        class: IssueClass::PartialView,
        message: "the list of pods expired while it was read, three times".into(),
    })
}
