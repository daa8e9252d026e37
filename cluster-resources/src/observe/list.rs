//! Reads one list, page by page, to its end or as far as that goes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use kube::api::{DynamicObject, GetParams, ListParams};
use kube::core::{ApiResource, Request};

use super::decode::{self, As, Comparison, Decoded, Lost};
use super::page::Unreadable;
use super::request::{Failure, Requests, What};
use super::route::{List, Place, Wanted, alone};
use crate::id::{BucketId, Scope};
use crate::issue::{Issue, IssueClass, Reach};
use crate::observed::{Completeness, ObservedBucket};
use crate::outcome::{Event, EventSink};

/// What became of a list.
pub(super) enum Listed {
    /// This was seen.
    Done(Gathered),
    /// These lists answer it better.
    Split(Vec<List>),
    /// The server does not know the kind.
    NotFound(Failure),
}

/// What was seen so far, bucket by bucket.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) buckets: BTreeMap<BucketId, ObservedBucket>,
    pub(super) issues: Vec<Issue>,
}

pub(super) struct Lister<'a> {
    pub(super) requests: Requests<'a>,
    pub(super) sink: &'a dyn EventSink,
    pub(super) comparison: &'a Arc<Comparison>,
}

impl Gathered {
    fn of(wanted: &[Wanted]) -> Self {
        let empty = |wanted: &Wanted| (wanted.id.clone(), ObservedBucket::new(Completeness::Complete));
        Self { buckets: wanted.iter().map(empty).collect(), issues: Vec::new() }
    }

    /// Something is missing everywhere.
    fn cut_short(&mut self, failure: &Failure) {
        for (id, bucket) in &mut self.buckets {
            bucket.completeness = Completeness::Partial;
            if failure.what == What::Silent {
                // The whole cluster has an issue for that.
                continue;
            }
            let message = match bucket.objects.len() {
                0 => format!("cannot be listed: {}", failure.message),
                some => format!("only the first {some} could be listed: {}", failure.message),
            };
            self.issues.push(Issue::error(Reach::Kind(id.clone()), failure.class(), message));
        }
    }

    fn unreadable(&mut self, object: &Unreadable, place: &Place) {
        let scope = match (place, &object.namespace) {
            (Place::One(scope), _) => Some(scope.clone()),
            (Place::Everywhere, namespace) => namespace.clone().map(Scope::Namespace),
        };
        for (id, bucket) in &mut self.buckets {
            if scope.as_ref().is_some_and(|scope| *scope != id.scope) {
                continue;
            }
            bucket.completeness = Completeness::Partial;
            let reach = object.name.clone().map_or(Reach::Kind(id.clone()), |name| Reach::Object(id.object(name)));
            let message = format!("an object in the list cannot be read: {}", object.why);
            self.issues.push(Issue::error(reach, IssueClass::PartialView, message));
        }
    }
}

impl Lister<'_> {
    pub(super) async fn run(&self, list: &Arc<List>) -> Listed {
        if let [Wanted { names: Some(names), .. }] = &list.wanted[..] {
            return self.named(list, names).await;
        }
        let mut gathered = Gathered::of(&list.wanted);
        let namespaces = list.wanted.len();
        let mut first = true;
        let read = self.pages(list, &mut gathered, |page, _| {
            let (begun, limit) = (std::mem::take(&mut first), u64::from(self.requests.options.page.max(1)));
            let more = page.remaining.map_or(0, |left| usize::try_from(left.div_ceil(limit)).unwrap_or(usize::MAX));
            // The kind is mostly elsewhere: asking in each namespace is less.
            if begun && list.place == Place::Everywhere && more > namespaces {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        match read.await {
            Ok(ControlFlow::Continue(())) => Listed::Done(gathered),
            Ok(ControlFlow::Break(())) => Listed::Split(split(list)),
            Err(Failure { what: What::Forbidden, .. }) if list.place == Place::Everywhere => Listed::Split(split(list)),
            Err(failure) if failure.what == What::NotFound => Listed::NotFound(failure),
            Err(failure) => {
                gathered.cut_short(&failure);
                Listed::Done(gathered)
            }
        }
    }

    /// Every name that there is; begun again when the pages expire on the way.
    pub(super) async fn names(&self, resource: &ApiResource, id: &BucketId) -> Result<BTreeSet<Arc<str>>, Failure> {
        let list = Arc::new(alone(Wanted {
            id: id.clone(),
            resource: resource.clone(),
            privileged: false,
            whole: false,
            names: None,
            label: None,
        }));
        let mut gathered = Gathered::of(&list.wanted);
        let _all = self.pages(&list, &mut gathered, |_, _| ControlFlow::Continue(())).await?;
        let objects = gathered.buckets.into_values().flat_map(|bucket| bucket.objects.into_keys());
        Ok(objects.collect())
    }

    /// Reads pages until there are none left, or `enough`.
    async fn pages(
        &self,
        list: &Arc<List>,
        gathered: &mut Gathered,
        mut enough: impl FnMut(&Decoded, &Gathered) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Failure> {
        let mut token: Option<String> = None;
        let mut begun = 1;
        loop {
            let request = self.page_request(list, token.as_deref())?;
            match self.requests.text(&request).await {
                Ok(text) => {
                    let mut page = self.decoded(text, list, As::Page).await?;
                    self.gather(list, &mut page, gathered);
                    self.tell(list, &page);
                    if enough(&page, gathered).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    match page.next {
                        Some(next) => token = Some(next),
                        None => return Ok(ControlFlow::Continue(())),
                    }
                }
                // What is left of the pages is of another moment: all of it is read again.
                Err(failure) if failure.what == What::Gone && token.is_some() => {
                    if begun > self.requests.options.restarts {
                        let message = format!("the list expired {begun} times before it was read: {}", failure.message);
                        return Err(Failure { message, ..failure });
                    }
                    begun += 1;
                    token = None;
                    *gathered = Gathered::of(&list.wanted);
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The objects with these names, in as few requests as that takes.
    async fn named(&self, list: &Arc<List>, names: &BTreeSet<Arc<str>>) -> Listed {
        let by_name = Arc::new(List { label: None, ..List::clone(list) });
        let mut gathered = Gathered::of(&list.wanted);
        let mut missing: BTreeSet<Arc<str>> = names.clone();
        if names.len() > 1 {
            let limit = u64::from(self.requests.options.page.max(1));
            let read = self.pages(&by_name, &mut gathered, |page, gathered| {
                let seen = gathered.buckets.values().next().map(|bucket| &bucket.objects);
                missing =
                    names.iter().filter(|name| seen.is_none_or(|seen| !seen.contains_key(*name))).cloned().collect();
                let pages = page.remaining.map_or(1, |left| left.div_ceil(limit));
                // The last page says of all the others that they are not there.
                if page.next.is_some() && missing.len() as u64 <= pages {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            match read.await {
                // Whoever is not in a whole list is not there.
                Ok(ControlFlow::Continue(())) => missing.clear(),
                Ok(ControlFlow::Break(())) => {}
                // Single objects may be allowed.
                Err(failure) if failure.what == What::Forbidden => {}
                Err(failure) if failure.what == What::NotFound => return Listed::NotFound(failure),
                Err(failure) => {
                    gathered.cut_short(&failure);
                    missing.clear();
                }
            }
        }
        for name in missing {
            if let Err(failure) = self.get(list, &name, &mut gathered).await {
                gathered.cut_short(&failure);
                break;
            }
        }
        for bucket in gathered.buckets.values_mut() {
            bucket.objects.retain(|name, _| names.contains(name));
        }
        if let Some(label) = &list.label {
            self.others(list, label, &mut gathered).await;
        }
        Listed::Done(gathered)
    }

    /// Adds what the label chooses under other names, its metadata alone.
    async fn others(&self, list: &List, label: &Arc<str>, gathered: &mut Gathered) {
        let labelled = Arc::new(List { whole: false, label: Some(Arc::clone(label)), ..list.clone() });
        let mut others = Gathered::of(&list.wanted);
        if let Err(failure) = self.pages(&labelled, &mut others, |_, _| ControlFlow::Continue(())).await {
            others.cut_short(&failure);
        }
        gathered.issues.append(&mut others.issues);
        for (id, more) in others.buckets {
            let Some(bucket) = gathered.buckets.get_mut(&id) else { continue };
            for (name, live) in more.objects {
                bucket.objects.entry(name).or_insert(live);
            }
            if bucket.completeness == Completeness::Complete {
                bucket.completeness = more.completeness;
            }
        }
    }

    async fn get(&self, list: &Arc<List>, name: &str, gathered: &mut Gathered) -> Result<(), Failure> {
        let request = path(list);
        let params = GetParams::default();
        let built = if list.whole { request.get(name, &params) } else { request.get_metadata(name, &params) };
        let text = match self.requests.text(&built.map_err(not_built)?).await {
            Err(failure) if failure.what == What::NotFound => return Ok(()),
            answer => answer?,
        };
        let mut decoded = self.decoded(text, list, As::Object).await?;
        self.gather(list, &mut decoded, gathered);
        Ok(())
    }

    /// Puts what is kept of a page to the rest.
    fn gather(&self, list: &List, decoded: &mut Decoded, gathered: &mut Gathered) {
        for (id, name, live) in decoded.kept.drain(..) {
            if let Some(bucket) = gathered.buckets.get_mut(&id) {
                bucket.objects.insert(name, live);
            }
        }
        for object in decoded.unreadable.drain(..) {
            gathered.unreadable(&object, &list.place);
        }
    }

    fn tell(&self, list: &List, decoded: &Decoded) {
        let bucket = match (&list.place, &list.wanted[..]) {
            (Place::One(_), [wanted]) => wanted.id.clone(),
            (_, [wanted, ..]) => BucketId { scope: Scope::Cluster, ..wanted.id.clone() },
            (_, []) => return,
        };
        self.sink.event(&Event::Listed { bucket, objects: decoded.objects, last: decoded.next.is_none() });
    }

    async fn decoded(&self, text: String, list: &Arc<List>, form: As) -> Result<Decoded, Failure> {
        let read = decode::elsewhere(text, Arc::clone(list), Arc::clone(self.comparison), form).await;
        read.map_err(|lost| {
            let message = match lost {
                Lost::NoList => "the answer of the API server is no list",
                Lost::Panicked => {
                    "an object in the answer of the API server cannot be compared; this is a defect, report it"
                }
            };
            Failure { what: What::Unreadable, message: message.into() }
        })
    }

    fn page_request(&self, list: &List, token: Option<&str>) -> Result<http::Request<Vec<u8>>, Failure> {
        let mut params = ListParams::default().limit(self.requests.options.page.max(1));
        if let Some(label) = &list.label {
            params = params.labels(label);
        }
        if let Some(token) = token {
            params = params.continue_token(token);
        }
        let path = path(list);
        let request = if list.whole { path.list(&params) } else { path.list_metadata(&params) };
        request.map_err(not_built)
    }
}

/// A list of its own for each bucket.
fn split(list: &List) -> Vec<List> {
    list.wanted.iter().cloned().map(alone).collect()
}

fn path(list: &List) -> Request {
    use kube::Resource as _;
    let namespace = match &list.place {
        Place::One(scope) => scope.namespace(),
        Place::Everywhere => None,
    };
    Request::new(DynamicObject::url_path(&list.resource, namespace))
}

fn not_built(error: kube::core::request::Error) -> Failure {
    Failure { what: What::Unreadable, message: format!("the request cannot be made: {error}") }
}
