//! The cases both directions share.

use std::collections::BTreeMap;

use anyhow::Result;
use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use serde::{Deserialize, Serialize};
use testkit::pki::{Ca, KeyKind, Leaf, Pair};

/// Organization and project of every request path.
pub(crate) const ORGANIZATION: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
pub(crate) const PROJECT: &str = "550e8400-e29b-41d4-a716-446655440000";

/// The services that call, by their certificates.
pub(crate) struct Identities {
    pub(crate) ca: Ca,
    pub(crate) rsa: Pair,
    pub(crate) other_rsa: Pair,
    pub(crate) ec: Pair,
}

#[derive(Deserialize)]
pub(crate) struct Vectors {
    pub(crate) principals: Vec<PrincipalVector>,
    pub(crate) principal_decode: Vec<DecodeVector>,
    pub(crate) client_certificate: CertificateVector,
}

#[derive(Deserialize)]
pub(crate) struct PrincipalVector {
    pub(crate) json: String,
    pub(crate) x_principal: String,
}

#[derive(Deserialize)]
pub(crate) struct DecodeVector {
    pub(crate) header: String,
    pub(crate) ok: bool,
    #[serde(default)]
    pub(crate) json: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct CertificateVector {
    pub(crate) common_name: String,
    pub(crate) pem: String,
    pub(crate) escaped_form: String,
    pub(crate) escaped_nginx: String,
    pub(crate) thumbprint_original_padded: String,
}

/// An object that refers to others, or that a controller works for.
#[derive(Clone, Serialize)]
pub(crate) struct Resource {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) name: &'static str,
    pub(crate) labels: Option<BTreeMap<&'static str, &'static str>>,
    pub(crate) annotations: Option<BTreeMap<&'static str, &'static str>>,
}

impl Identities {
    pub(crate) fn new() -> Self {
        let ca = Ca::new("clients");
        let issue = |name: &str, kind| ca.issue(Leaf::client(name).kind(kind));
        let rsa = issue("unikorn-region", KeyKind::Rsa2048);
        let other_rsa = issue("unikorn-compute", KeyKind::Rsa2048);
        let ec = issue("unikorn-storage", KeyKind::P256);
        Self { ca, rsa, other_rsa, ec }
    }
}

impl Vectors {
    pub(crate) fn read() -> Result<Self> {
        Ok(serde_json::from_str(include_str!("../../../identity-client/tests/data/vectors.json"))?)
    }
}

impl Resource {
    pub(crate) fn api_resource(&self) -> ApiResource {
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(self.group, "v1alpha1", self.kind), self.plural)
    }

    pub(crate) fn object(&self) -> DynamicObject {
        let owned = |map: &BTreeMap<&'static str, &'static str>| {
            map.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let mut object = DynamicObject::new(self.name, &self.api_resource());
        object.metadata.labels = self.labels.as_ref().map(owned);
        object.metadata.annotations = self.annotations.as_ref().map(owned);
        object
    }

    fn cluster(labels: &[(&'static str, &'static str)], annotations: &[(&'static str, &'static str)]) -> Self {
        Self {
            group: "kubernetes.unikorn-cloud.org",
            kind: "Cluster",
            plural: "clusters",
            name: "abc",
            labels: Some(labels.iter().copied().collect()),
            annotations: Some(annotations.iter().copied().collect()),
        }
    }

    fn placed(group: &'static str, kind: &'static str, plural: &'static str, name: &'static str) -> Self {
        Self { group, kind, plural, name, ..Self::cluster(&PLACEMENT, &CREATOR) }
    }
}

const PLACEMENT: [(&str, &str); 2] =
    [("unikorn-cloud.org/organization", ORGANIZATION), ("unikorn-cloud.org/project", PROJECT)];
const CREATOR: [(&str, &str); 1] = [("unikorn-cloud.org/creator", "joe@acme.com")];

/// Objects by what their labels and annotations say about whom they are for.
pub(crate) fn attributions() -> Vec<(&'static str, Resource)> {
    let principal_organization = ("principal.unikorn-cloud.org/organization", "0c9f2a52-7a3c-4b8b-9a51-3c1f2d4e5f60");
    let principal_project = ("principal.unikorn-cloud.org/project", "1d8e3b63-8b4d-4c9c-8b62-4d203e5f6a71");
    let principal_creator = ("principal.unikorn-cloud.org/creator", "eve@acme.com");
    let labels = |more: &[_]| [&PLACEMENT[..], more].concat();
    let annotations = |more: &[_]| [&CREATOR[..], more].concat();
    let overridden = labels(&[principal_organization, principal_project]);
    vec![
        ("placement only", Resource::cluster(&PLACEMENT, &CREATOR)),
        ("all overridden", Resource::cluster(&overridden, &annotations(&[principal_creator]))),
        ("organization overridden", Resource::cluster(&labels(&[principal_organization]), &CREATOR)),
        (
            "overridden with nothing",
            Resource::cluster(
                &labels(&[(principal_organization.0, ""), (principal_project.0, "")]),
                &annotations(&[(principal_creator.0, "")]),
            ),
        ),
        (
            "name to be escaped",
            Resource::cluster(&PLACEMENT, &[("unikorn-cloud.org/creator", "zoë <z&z> \u{2028} 😀")]),
        ),
        ("empty maps", Resource::cluster(&[], &[])),
        ("no labels", Resource { labels: None, ..Resource::cluster(&[], &CREATOR) }),
        ("no annotations", Resource { annotations: None, ..Resource::cluster(&PLACEMENT, &[]) }),
    ]
}

/// Objects by what they are.
pub(crate) fn referrers() -> Vec<Resource> {
    vec![
        Resource::placed("kubernetes.unikorn-cloud.org", "Cluster", "clusters", "abc"),
        Resource::placed("unikorn-cloud.org", "KubernetesCluster", "kubernetesclusters", "abc"),
        Resource::placed("networking.k8s.io", "Ingress", "ingresses", "foo"),
        Resource::placed("identity.unikorn-cloud.org", "Project", "projects", ORGANIZATION),
        Resource::placed("compute.unikorn-cloud.org", "ComputeInstance", "computeinstances", "a.b-C_d"),
    ]
}
