//! What is known of the files, and what it makes of their contexts; knows nothing of sinks and timers.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::places::{Listings, Place};
use super::stamp::Stamp;
use super::{Contexts, KeyBy, KubeconfigFiles};
use crate::key::ClusterKey;
use crate::kubeconfig::{self, Kubeconfig, KubeconfigError, MAX_BYTES};
use crate::source::SourceError;
use crate::source::patience::Found;
use crate::spec::{ClusterSpec, SpecError};

/// What is known of all files.
#[derive(Default)]
pub(super) struct State {
    listings: Listings,
    files: BTreeMap<PathBuf, File>,
    order: Vec<Place>,
    // Absent before the first look, and when something changed since.
    found: Option<Arc<Found>>,
    looked: bool,
}

/// What is known of a file that is there.
struct File {
    stamp: Option<Stamp>,
    // Absent when it was read after it stopped changing.
    changing: Option<Changing>,
    digest: Option<[u8; 32]>,
    good: Option<Kubeconfig>,
    trouble: Option<SourceError>,
    // The files it refers to, as they were when it was looked at.
    referred: HashMap<PathBuf, Option<Stamp>>,
}

/// A file that is being written, as far as can be told.
struct Changing {
    since: Instant,
    last: Instant,
}

impl State {
    /// Whether a file is still changing, so that it is worth looking again soon.
    pub(super) fn is_unsettled(&self) -> bool {
        self.files.values().any(|file| file.changing.is_some())
    }

    /// Looks at every file, and reads those that have changed and stopped changing.
    pub(super) fn look(&mut self, options: &KubeconfigFiles, now: Instant) -> Arc<Found> {
        let order = options.places.find(&mut self.listings);
        let mut changed = order != self.order;
        let there: HashSet<&Path> = order.iter().map(|place| place.path.as_path()).collect();
        let before = self.files.len();
        self.files.retain(|path, _| there.contains(path.as_path()));
        changed |= self.files.len() != before;
        for place in &order {
            match Stamp::of(&place.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && !place.required => {
                    changed |= self.files.remove(&place.path).is_some();
                }
                seen => {
                    let gone = matches!(&seen, Err(error) if error.kind() == io::ErrorKind::NotFound);
                    let file = self.files.entry(place.path.clone()).or_insert_with(File::new);
                    changed |= file.look(&place.path, seen, options, now, !self.looked);
                    if gone {
                        // It is gone with all that was in it; only that it is missing remains to be said.
                        file.good = None;
                    }
                }
            }
        }
        self.order = order;
        self.looked = true;
        if changed {
            self.found = None;
        }
        let found = self.found.take().unwrap_or_else(|| Arc::new(self.describe(options)));
        self.found = Some(Arc::clone(&found));
        found
    }

    /// Every cluster that the files describe.
    fn describe(&self, options: &KubeconfigFiles) -> Found {
        let files = || self.order.iter().filter_map(|place| Some((place, self.files.get(&place.path)?)));
        let mut clusters = Clusters { options, found: Found::new() };
        let mut named = false;
        if options.merged {
            let all = files().filter_map(|(_, file)| file.good.clone()).reduce(Kubeconfig::merge);
            if let Some(all) = &all {
                named |=
                    clusters.take(all, |label| files().find(|(place, _)| label_of(place) == label)?.1.trouble.clone());
            }
        } else {
            for (_, file) in files() {
                if let Some(good) = &file.good {
                    named |= clusters.take(good, |_| file.trouble.clone());
                }
            }
        }
        // A file of which nothing is known is reported by its path.
        for (place, file) in files() {
            if let (None, Some(trouble)) = (&file.good, &file.trouble) {
                clusters.add(&label_of(place), Err(trouble.clone()));
            }
        }
        if let (Contexts::Named(name), false) = (&options.contexts, named) {
            let missing = SpecError::Missing { what: "context", name: name.clone() };
            clusters.add(name, Err(missing.into()));
        }
        clusters.found
    }
}

fn label_of(place: &Place) -> String {
    place.path.to_string_lossy().into_owned()
}

/// Clusters as they are found.
struct Clusters<'a> {
    options: &'a KubeconfigFiles,
    found: Found,
}

impl Clusters<'_> {
    fn add(&mut self, name: &str, described: Result<ClusterSpec, SourceError>) {
        if let Ok(key) = ClusterKey::new(name) {
            self.found.entry(key).or_insert(described);
        }
    }

    /// Takes the contexts that are asked for; whether there was one.
    fn take(&mut self, config: &Kubeconfig, trouble: impl Fn(&str) -> Option<SourceError>) -> bool {
        let current = config.current_context();
        let asked: Vec<&str> = match &self.options.contexts {
            Contexts::All => config.context_names().collect(),
            Contexts::Named(name) => config.context_names().filter(|context| context == name).collect(),
            Contexts::Current => match current {
                Some(current) => vec![current],
                None => config.context_names().collect(),
            },
        };
        if matches!(self.options.contexts, Contexts::Current) && asked.len() > 1 {
            let label = config.label_of("").to_owned();
            self.add(&label, config.current().map_err(SourceError::from));
            return true;
        }
        for &context in &asked {
            let label = config.label_of(context);
            let described = match trouble(label) {
                Some(trouble) => Err(trouble),
                None => config.context(context).map_err(SourceError::from),
            };
            let long = format!("{label}+{context}");
            match self.options.keys {
                KeyBy::PathAndContext => self.add(&long, described),
                KeyBy::Context => self.add_short(context, &long, described),
            }
        }
        !asked.is_empty()
    }

    /// Under the short name, or, when another file has it already, as an error under the long one.
    fn add_short(&mut self, short: &str, long: &str, described: Result<ClusterSpec, SourceError>) {
        let Ok(key) = ClusterKey::new(short) else { return };
        match self.found.entry(key) {
            Entry::Vacant(free) => {
                free.insert(described);
            }
            Entry::Occupied(taken) => {
                let (key, second) = (taken.key().clone(), long.to_owned());
                let first = "an earlier file".to_owned();
                self.add(long, Err(SourceError::Duplicate { key, first, second }));
            }
        }
    }
}

impl File {
    fn new() -> Self {
        Self { stamp: None, changing: None, digest: None, good: None, trouble: None, referred: HashMap::new() }
    }

    /// Takes what was seen of the file; whether that changes anything.
    fn look(
        &mut self,
        path: &Path,
        seen: io::Result<Stamp>,
        options: &KubeconfigFiles,
        now: Instant,
        first: bool,
    ) -> bool {
        let stamp = match seen {
            Ok(stamp) => stamp,
            Err(error) => {
                self.stamp = None;
                self.changing = None;
                self.digest = None;
                return self.troubled(SourceError::File { path: path.to_owned(), source: Arc::new(error) });
            }
        };
        let same = self.stamp == Some(stamp);
        self.stamp = Some(stamp);
        if same && self.changing.is_none() {
            return self.has_referred_changed();
        }
        let changing = self.changing.get_or_insert(Changing { since: now, last: now });
        if !same {
            changing.last = now;
        }
        let settled = now.saturating_duration_since(changing.last) >= options.settle;
        // At the start there is nothing to lose by reading at once; what never stops changing is read as it is.
        let impatient = first || now.saturating_duration_since(changing.since) >= options.grace;
        if settled {
            self.changing = None;
        }
        if settled || impatient { self.read(path, stamp, options) } else { false }
    }

    fn read(&mut self, path: &Path, stamp: Stamp, options: &KubeconfigFiles) -> bool {
        let label = path.to_string_lossy();
        let unusable = |source| SourceError::Kubeconfig { origin: label.clone().into_owned(), source };
        let bytes = usize::try_from(stamp.len()).unwrap_or(usize::MAX);
        if bytes > MAX_BYTES {
            return self.troubled(unusable(KubeconfigError::TooLarge { bytes, limit: MAX_BYTES }));
        }
        let content = match std::fs::read(path) {
            Ok(content) => zeroize::Zeroizing::new(content),
            Err(error) => {
                // It is there and could not be read: it is tried again without waiting for a change.
                self.stamp = None;
                return self.troubled(SourceError::File { path: path.to_owned(), source: Arc::new(error) });
            }
        };
        let digest: [u8; 32] = Sha256::digest(&*content).into();
        if self.digest == Some(digest) && self.trouble.is_none() {
            return self.has_referred_changed();
        }
        // Whoever truncates a file and then writes it does not mean to say that there are no clusters.
        if content.trim_ascii().is_empty() && self.good.is_some() {
            return self.troubled(unusable(KubeconfigError::NotAKubeconfig { reason: "it is empty" }));
        }
        match kubeconfig::parse_as(&label, &content, &options.policy, path.parent()) {
            Ok(config) => {
                self.referred = config.files().into_iter().map(|file| (file, None)).collect();
                self.has_referred_changed();
                self.good = Some(config);
                self.digest = Some(digest);
                self.trouble = None;
                true
            }
            Err(error) => self.troubled(unusable(error)),
        }
    }

    fn troubled(&mut self, trouble: SourceError) -> bool {
        let told = |error: &SourceError| crate::source::ledger::with_causes(error);
        if self.changing.is_some() && self.good.is_none() {
            // It may be half written; it is read again soon.
            return false;
        }
        let changed = self.trouble.as_ref().map(told) != Some(told(&trouble));
        self.trouble = Some(trouble);
        changed
    }

    /// Looks at the files that this one refers to.
    fn has_referred_changed(&mut self) -> bool {
        let mut changed = false;
        for (path, before) in &mut self.referred {
            let now = Stamp::of(path).ok();
            changed |= std::mem::replace(before, now) != now;
        }
        changed
    }
}
