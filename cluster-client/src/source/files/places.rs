//! Which files are kubeconfigs; knows nothing of what is in them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

const PATTERNS: [&str; 5] =
    ["kubeconfig.yaml", "kubeconfig.yml", "*.kubeconfig", "*.kubeconfig.yaml", "*.kubeconfig.yml"];

/// Where kubeconfigs are looked for.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// Files that must be there.
    pub(super) required: Vec<PathBuf>,
    /// Files that may be there.
    pub(super) optional: Vec<PathBuf>,
    /// Folders.
    pub(super) directories: Vec<PathBuf>,
    /// Names of the files in the folders.
    pub(super) patterns: Vec<String>,
}

/// One file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Whether it is an error when it is not there.
    pub(super) required: bool,
}

/// What was in the folders the last time they could be read.
pub(super) type Listings = HashMap<PathBuf, Vec<PathBuf>>;

impl Default for Places {
    fn default() -> Self {
        Self {
            required: Vec::new(),
            optional: Vec::new(),
            directories: Vec::new(),
            patterns: PATTERNS.map(str::to_owned).into(),
        }
    }
}

impl Places {
    /// Every file, each once: those that are named, then those in folders, in order.
    ///
    /// A folder that is not there is empty; one that cannot be read holds what it held before.
    pub(super) fn find(&self, listings: &mut Listings) -> Vec<Place> {
        let named = self.required.iter().map(|path| (path.clone(), true));
        let mut places: Vec<Place> = Vec::new();
        let mut known = HashSet::new();
        let mut add = |path: PathBuf, required| {
            if known.insert(path.clone()) {
                places.push(Place { path, required });
            }
        };
        named
            .chain(self.optional.iter().map(|path| (path.clone(), false)))
            .for_each(|(path, required)| add(path, required));
        for directory in &self.directories {
            match self.list(directory) {
                Ok(files) => {
                    listings.insert(directory.clone(), files);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    listings.remove(directory);
                }
                Err(error) => tracing::warn!(directory = %directory.display(), %error, "a folder cannot be read"),
            }
            for path in listings.get(directory).into_iter().flatten() {
                add(path.clone(), false);
            }
        }
        places
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            // What begins with a dot is a link's other end, a lock, or being written.
            if !name.starts_with('.') && self.patterns.iter().any(|pattern| matches(pattern, name)) {
                files.push(entry.path());
            }
        }
        files.sort_unstable();
        Ok(files)
    }
}

/// Whether a name matches a pattern in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "kubeconfig.yaml",
            "kubeconfig.yml",
            "b.kubeconfig",
            "a.kubeconfig.yaml",
            "a.kubeconfig.yml",
            "config",
            "kubeconfig",
            "a.yaml",
            ".#b.kubeconfig",
            "b.kubeconfig~",
            "kubeconfig.json",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let named = folder.path().join("config");
        let places = Places {
            required: vec![named.clone(), folder.path().join("b.kubeconfig")],
            optional: vec![named],
            directories: vec![folder.path().to_owned(), folder.path().join("none")],
            ..Places::default()
        };
        let found = places.find(&mut Listings::new());
        let names: Vec<_> = found.iter().map(|place| place.path.file_name().unwrap().to_str().unwrap()).collect();
        let expected =
            ["config", "b.kubeconfig", "a.kubeconfig.yaml", "a.kubeconfig.yml", "kubeconfig.yaml", "kubeconfig.yml"];
        assert_eq!(names, expected);
        assert!(found[0].required && !found[2].required);
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("*.k", ".k", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*a", "ba", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_made_from_a_name_matches_it(parts in proptest::collection::vec("[a-cé]{0,3}", 1..5), fill in "[a-cé]{0,3}") {
            prop_assert!(matches(&parts.join("*"), &parts.join(&fill)));
        }
    }
}
