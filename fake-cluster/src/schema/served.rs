//! What every API server serves: the resources of the built-in groups, in the order of a real server's discovery. Knows no
//! fields and no rules.

use std::sync::LazyLock;

const TABLE: &str = include_str!("data/resources.txt");

/// One version of a group.
#[derive(Debug)]
pub(crate) struct Version {
    /// The group, empty for the core group.
    pub(crate) group: &'static str,
    /// The version alone.
    pub(crate) version: &'static str,
    pub(crate) resources: Vec<Served>,
}

/// A resource in one version.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) plural: &'static str,
    pub(crate) singular: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) namespaced: bool,
    pub(crate) verbs: Vec<&'static str>,
    pub(crate) short: Vec<&'static str>,
    pub(crate) categories: Vec<&'static str>,
    /// What discovery says of the stored version; resources without one are not stored.
    pub(crate) hash: Option<&'static str>,
    /// The `apiVersion` of stored objects, if another version stores them.
    pub(crate) stored: Option<&'static str>,
    pub(crate) subresources: Vec<Subresource>,
}

/// A subresource: what it is shown as, and what may be done with it.
#[derive(Debug)]
pub(crate) struct Subresource {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) verbs: Vec<&'static str>,
}

/// All versions of all groups, the core group first.
pub(crate) static SERVED: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let mut versions: Vec<Version> = Vec::new();
    for line in TABLE.lines() {
        if let Some(name) = line.strip_prefix("version ") {
            let (group, version) = split(name);
            versions.push(Version { group, version, resources: Vec::new() });
        } else if let (Some(entry), Some(version)) = (line.strip_prefix(' '), versions.last_mut()) {
            version.read(entry);
        }
    }
    versions
});

// === impl Version ===

impl Version {
    /// Reads a line of the table; one that cannot be read is a defect that the tests find.
    fn read(&mut self, line: &'static str) {
        let mut words = line.split(' ');
        let (Some(name), Some(kind), Some(scope), Some(verbs)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return;
        };
        let verbs = verbs.split(',').collect();
        if let Some((plural, name)) = name.split_once('/') {
            let (group, version, kind) = match kind.rsplit_once('/') {
                Some((of, kind)) => (split(of).0, split(of).1, kind),
                None => (self.group, self.version, kind),
            };
            if let Some(of) = self.resources.iter_mut().find(|served| served.plural == plural) {
                of.subresources.push(Subresource { name, group, version, kind, verbs });
            }
            return;
        }
        let mut served = Served {
            plural: name,
            singular: "",
            kind,
            namespaced: scope == "namespaced",
            verbs,
            short: Vec::new(),
            categories: Vec::new(),
            hash: None,
            stored: None,
            subresources: Vec::new(),
        };
        for (key, value) in words.filter_map(|word| word.split_once('=')) {
            match key {
                "singular" => served.singular = value,
                "short" => served.short = value.split(',').collect(),
                "categories" => served.categories = value.split(',').collect(),
                "hash" => served.hash = Some(value),
                "stored" => served.stored = Some(value),
                _ => {}
            }
        }
        self.resources.push(served);
    }
}

// === impl Served ===

impl Served {
    pub(crate) fn subresource(&self, name: &str) -> Option<&Subresource> {
        self.subresources.iter().find(|subresource| subresource.name == name)
    }
}

/// Group and version of `group/version`.
fn split(api_version: &'static str) -> (&'static str, &'static str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog::{Builtin, CATALOG};
    use crate::schema::{KindSchema, Scope};

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| line.starts_with(' ')).count();
        let read: usize =
            SERVED.iter().flat_map(|version| &version.resources).map(|served| 1 + served.subresources.len()).sum();
        assert_eq!(read, lines);
        assert!(TABLE.lines().any(|line| line == format!("release {}", CATALOG.release)));
    }

    #[test]
    fn every_resource_has_a_schema_of_its_scope_and_status() {
        for version in SERVED.iter() {
            for served in &version.resources {
                let schema = KindSchema::builtin(version.group, version.version, served.kind);
                let schema = schema.unwrap_or_else(|| panic!("no schema of {}", served.kind));
                if served.hash.is_none() {
                    continue;
                }
                let scope = if served.namespaced { Scope::Namespaced } else { Scope::Cluster };
                assert_eq!(schema.scope(), scope, "{}", served.kind);
                assert_eq!(schema.has_status_subresource(), served.subresource("status").is_some(), "{}", served.kind);
                assert_ne!(Builtin::of(version.group, served.kind), Builtin::Other, "{}", served.kind);
            }
        }
    }
}
