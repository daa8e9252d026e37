//! Ownership of the replica count through the `scale` subresource, which is an object of its own. Knows nothing of requests.
//!
//! The rules are those of `k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go`, with what they entail: updates
//! through a scale are known by the version of the scale, so that their times and their old entries are not found again.
use serde_json::Value;

use crate::apply::managed::{self, Manager};
use crate::apply::path::Element;
use crate::apply::set::Set;

const SCALE: &str = "autoscaling/v1";

/// Where each version of a kind keeps its replica count: `apps/v1` and `.spec.replicas`; no path for a version without
/// a scale.
pub type ReplicaPaths = [(String, Option<String>)];

fn replicas_in_scale() -> Vec<Element> {
    vec![Element::field("spec"), Element::field("replicas")]
}

fn elements(path: &str) -> Vec<Element> {
    path.split('.').filter(|name| !name.is_empty()).map(Element::field).collect()
}

fn single(path: &[Element]) -> Set {
    let mut set = Set::new();
    set.insert(path);
    set
}

/// The path in a version: nothing for an unknown version, and within it nothing for a version without a scale.
fn path_in(paths: &ReplicaPaths, api_version: &str) -> Option<Option<Vec<Element>>> {
    let (_, path) = paths.iter().find(|(known, _)| known == api_version)?;
    Some(path.as_deref().map(elements))
}

/// The `metadata.managedFields` of a `Scale`, from those of the object it scales.
#[must_use]
pub fn scale_from_parent(parent: Option<&Value>, paths: &ReplicaPaths) -> Option<Value> {
    let managers = managed::decode(parent).ok()?;
    let scaled = managers
        .into_iter()
        .filter(|manager| path_in(paths, &manager.api_version).flatten().is_some_and(|path| manager.set.has(&path)))
        .map(|manager| Manager { api_version: SCALE.to_owned(), set: single(&replicas_in_scale()), ..manager });
    managed::encode(scaled.collect())
}

/// The `metadata.managedFields` of the scaled object after its `Scale`, with managed fields `scale`, was written.
///
/// `parent` are the scaled object's managed fields before; `api_version` is the version of the request.
#[must_use]
pub fn scale_to_parent(
    parent: Option<&Value>,
    scale: Option<&Value>,
    api_version: &str,
    paths: &ReplicaPaths,
) -> Option<Value> {
    let (Ok(parents), Ok(mut scales)) = (managed::decode(parent), managed::decode(scale)) else {
        return parent.cloned();
    };
    let mut out: Vec<Manager> = Vec::new();
    // Appliers are known by their name alone, updaters also by the version they wrote in.
    let times: Vec<Manager> = parents.clone();
    for mut manager in parents {
        // Managers of versions that are gone are gone too.
        let Some(path) = path_in(paths, &manager.api_version) else { continue };
        let Some(path) = path.filter(|path| manager.set.has(path)) else {
            out.push(manager);
            continue;
        };
        match scales.iter().position(|scale| scale.is(&manager)) {
            Some(at) => {
                scales.remove(at);
                out.push(manager);
            }
            None => {
                manager.set = manager.set.difference(&single(&path));
                if !manager.set.is_empty() {
                    out.push(manager);
                }
            }
        }
    }
    let path = path_in(paths, api_version).flatten().unwrap_or_default();
    for manager in scales {
        if manager.set.has(&replicas_in_scale()) {
            let time = times.iter().find(|known| known.is(&manager)).and_then(|known| known.time.clone());
            out.retain(|known| !known.is(&manager));
            out.push(Manager { api_version: api_version.to_owned(), set: single(&path), time, ..manager });
        }
    }
    managed::encode(out)
}
