//! Resource references and the finalizers they become.
//! Knows nothing of the services that keep them: networks and projects are the crates above.
//!
//! A reference says *this object uses that one*. It names the user as `<plural>.<group>/<name>` and is kept as a
//! finalizer on the object that is used, which therefore cannot disappear first.
//!
//! ```
//! use core_client::reference::ResourceReference;
//!
//! let reference = ResourceReference::new("clusters", "kubernetes.unikorn-cloud.org", "abc")?;
//! assert_eq!(reference.as_str(), "clusters.kubernetes.unikorn-cloud.org/abc");
//! assert_eq!(reference.escaped_once(), "clusters.kubernetes.unikorn-cloud.org%2Fabc");
//! # Ok::<(), core_client::reference::ReferenceError>(())
//! ```

mod escape;
pub mod finalizers;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use kube::Resource;

use crate::error::{ConstructionError, ConstructionKind, Error};

pub use escape::path_escape;
pub use finalizers::resource_references;

/// A group name of an early release; references were always written with the later one
/// (`uni-core pkg/manager/reference.go`).
const LEGACY_GROUP: &str = "unikorn-cloud.org";
/// What the early group name is written as.
const LEGACY_GROUP_WRITTEN: &str = "kubernetes.unikorn-cloud.org";

/// Longest `<plural>.<group>`, by Kubernetes' rule for the prefix of a qualified name.
const MAX_PREFIX: usize = 253;
/// Longest name, by Kubernetes' rule for the name part of a qualified name.
const MAX_NAME: usize = 63;

/// Names an object that uses another one: `<plural>.<group>/<name>`.
///
/// Always a valid Kubernetes qualified name, so it can be a finalizer. Namespace and version are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceReference {
    text: String,
    /// Where `.` stands between plural and group.
    dot: usize,
    /// Where `/` stands before the name.
    slash: usize,
}

/// Why something cannot be a reference.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The object has no name yet.
    #[error("the {plural} object has no metadata.name; create it before referring to it")]
    Unnamed {
        /// Plural of its kind.
        plural: String,
    },
    /// The object is of the core group, whose name is empty.
    #[error("{plural}/{name} belongs to the core group, which references cannot name; refer to a custom resource")]
    CoreGroup {
        /// Plural of its kind.
        plural: String,
        /// Its name.
        name: String,
    },
    /// The part before the slash breaks Kubernetes' rule.
    #[error(
        "{prefix:?} is no reference prefix; write plural and group in lower case letters, digits, '-' and '.', at most \
         253 together"
    )]
    Prefix {
        /// What stands there.
        prefix: String,
    },
    /// The name breaks Kubernetes' rule.
    #[error(
        "{name:?} is no reference name; use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a \
         letter or digit"
    )]
    Name {
        /// What stands there.
        name: String,
    },
    /// A text is not of the form.
    #[error("{text:?} is no reference; write <plural>.<group>/<name>")]
    Form {
        /// The text.
        text: String,
    },
}

// === impl ResourceReference ===

impl ResourceReference {
    /// A reference by the object whose type knows its plural and group.
    ///
    /// # Errors
    /// [`ReferenceError`] when the object has no name, is of the core group, or its name is too long for a finalizer.
    pub fn of<K: Resource<DynamicType = ()>>(object: &K) -> Result<Self, ReferenceError> {
        Self::of_dynamic(object, &())
    }

    /// The same for any object, with what it takes to know its type: an `ApiResource` for a `DynamicObject`.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn of_dynamic<K: Resource>(object: &K, kind: &K::DynamicType) -> Result<Self, ReferenceError> {
        let plural = K::plural(kind);
        let Some(name) = object.meta().name.as_deref().filter(|name| !name.is_empty()) else {
            return Err(ReferenceError::Unnamed { plural: plural.into_owned() });
        };
        Self::new(&plural, &K::group(kind), name)
    }

    /// A reference by an object of this plural, group and name. The group `unikorn-cloud.org` is written as
    /// `kubernetes.unikorn-cloud.org`, as the Go services do.
    ///
    /// # Errors
    /// [`ReferenceError`] when the parts do not make a valid qualified name.
    pub fn new(plural: &str, group: &str, name: &str) -> Result<Self, ReferenceError> {
        match group {
            "" => Err(ReferenceError::CoreGroup { plural: plural.to_owned(), name: name.to_owned() }),
            LEGACY_GROUP => Self::checked(plural, LEGACY_GROUP_WRITTEN, name),
            group => Self::checked(plural, group, name),
        }
    }

    fn checked(plural: &str, group: &str, name: &str) -> Result<Self, ReferenceError> {
        let text = format!("{plural}.{group}/{name}");
        let slash = text.len() - name.len() - 1;
        if plural.contains('.') || !is_prefix(&text[..slash]) {
            return Err(ReferenceError::Prefix { prefix: text[..slash].to_owned() });
        }
        if !is_name(name) {
            return Err(ReferenceError::Name { name: name.to_owned() });
        }
        Ok(Self { text, dot: plural.len(), slash })
    }

    /// The whole reference, which is also the finalizer.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the slash: `<plural>.<group>`. Allocations call it the kind.
    pub fn kind(&self) -> &str {
        &self.text[..self.slash]
    }

    /// The plural of the kind.
    pub fn plural(&self) -> &str {
        &self.text[..self.dot]
    }

    /// The API group.
    pub fn group(&self) -> &str {
        &self.text[self.dot + 1..self.slash]
    }

    /// The object's name.
    pub fn name(&self) -> &str {
        &self.text[self.slash + 1..]
    }

    /// The reference with [`path_escape`] applied once.
    ///
    /// The services need it escaped **twice** in the request line (`%252F`), because their router decodes once and their
    /// parameter binding once more; under-escaped requests are answered 404, which a removal takes for success. Generated
    /// clients escape a path parameter once themselves, so hand them this.
    pub fn escaped_once(&self) -> String {
        path_escape(&self.text)
    }
}

impl fmt::Display for ResourceReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for ResourceReference {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl FromStr for ResourceReference {
    type Err = ReferenceError;

    /// Takes a reference as it stands: a group is not rewritten.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let form = || ReferenceError::Form { text: text.to_owned() };
        let (prefix, name) = text.split_once('/').ok_or_else(form)?;
        let (plural, group) = prefix.split_once('.').ok_or_else(form)?;
        Self::checked(plural, group, name)
    }
}

// === impl ReferenceError ===

impl From<ReferenceError> for Error {
    fn from(error: ReferenceError) -> Self {
        ConstructionError::new(ConstructionKind::Consistency, "the object cannot be referred to")
            .with_source(error)
            .into()
    }
}

/// A DNS-1123 subdomain, as Kubernetes checks it.
fn is_prefix(text: &str) -> bool {
    let label = |label: &str| {
        let bytes = label.as_bytes();
        let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        bytes.iter().all(inner) && [bytes.first(), bytes.last()].iter().all(|end| end.is_some_and(|byte| *byte != b'-'))
    };
    text.len() <= MAX_PREFIX && text.split('.').all(label)
}

/// The name part of a qualified name, as Kubernetes checks it.
fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = [bytes.first(), bytes.last()];
    text.len() <= MAX_NAME
        && bytes.iter().all(inner)
        && ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()))
}
