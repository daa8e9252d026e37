//! Ownership of the replica count through the `scale` subresource, which is an object of its own.
use serde_json::Value;

use crate::apply::managed::{self, Manager};
use crate::apply::path::Element;
use crate::apply::set::Set;

const SCALE: &str = "autoscaling/v1";

fn replicas_in_scale() -> Vec<Element> {
    vec![Element::field("spec"), Element::field("replicas")]
}

fn path_of(replicas_path: &str) -> Vec<Element> {
    replicas_path.split('.').filter(|name| !name.is_empty()).map(Element::field).collect()
}

fn single(path: &[Element]) -> Set {
    let mut set = Set::new();
    set.insert(path);
    set
}

/// The `metadata.managedFields` of a `Scale`, from those of the object it scales.
///
/// `api_version` is the scaled object's; `replicas_path` is where it keeps the count, `.spec.replicas`.
#[must_use]
pub fn scale_from_parent(parent: Option<&Value>, api_version: &str, replicas_path: &str) -> Option<Value> {
    let path = path_of(replicas_path);
    let managers = managed::decode(parent).ok()?;
    let scaled = managers
        .into_iter()
        .filter(|manager| manager.api_version == api_version && manager.set.has(&path))
        .map(|manager| Manager { api_version: SCALE.to_owned(), set: single(&replicas_in_scale()), ..manager });
    managed::encode(scaled.collect())
}

/// The `metadata.managedFields` of the scaled object after its `Scale`, with managed fields `scale`, was written.
///
/// `parent` are the scaled object's managed fields before; the other arguments as in [`scale_from_parent`].
#[must_use]
pub fn scale_to_parent(
    parent: Option<&Value>,
    scale: Option<&Value>,
    api_version: &str,
    replicas_path: &str,
) -> Option<Value> {
    let path = path_of(replicas_path);
    let (Ok(parents), Ok(mut scales)) = (managed::decode(parent), managed::decode(scale)) else {
        return parent.cloned();
    };
    let mut out = Vec::new();
    for mut manager in parents {
        if manager.api_version != api_version || !manager.set.has(&path) {
            out.push(manager);
            continue;
        }
        // The entry of the same manager in the scale, which is in the version of the scale.
        let twin = Manager { api_version: SCALE.to_owned(), ..manager.clone() };
        match scales.iter().position(|scale| scale.is(&twin)) {
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
    for manager in scales {
        if manager.set.has(&replicas_in_scale()) {
            out.push(Manager { api_version: api_version.to_owned(), set: single(&path), ..manager });
        }
    }
    managed::encode(out)
}
