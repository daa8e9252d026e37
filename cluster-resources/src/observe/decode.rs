//! What is kept of one page: read, compared with what is declared and let go, off the task that asks for pages.

use std::collections::HashMap;
use std::sync::Arc;

use kube::core::ApiResource;
use tokio_util::task::AbortOnDropHandle;

use super::page::{self, Page, Read, Unreadable};
use super::route::{List, Place};
use crate::desired::DesiredSet;
use crate::id::{BucketId, Scope};
use crate::observed::LiveObject;
use crate::plan;
use crate::policy::Policy;

/// Objects after which others get a turn.
const BREATH: usize = 64;

/// What objects are compared with while they are read.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) desired: DesiredSet,
    pub(super) policy: Policy,
    /// Whether everything is kept of what is not declared.
    pub(super) whole: bool,
}

/// What is kept of a page.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) kept: Vec<(BucketId, Arc<str>, LiveObject)>,
    pub(super) unreadable: Vec<Unreadable>,
    /// How many objects the page held.
    pub(super) objects: usize,
    /// Leads to the next page.
    pub(super) next: Option<String>,
    /// How many objects are left, if the server says so.
    pub(super) remaining: Option<u64>,
}

/// What a text is to be: a page, or one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    Page,
    Object,
}

/// Why a page is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// It is no list.
    NoList,
    /// Reading or comparing it panicked; which is our fault, and takes nothing else with it.
    Panicked,
}

/// Reads a text elsewhere, so that a fleet's objects are not all read by one thread. Dropping the future ends that.
pub(super) async fn elsewhere(
    text: String,
    list: Arc<List>,
    comparison: Arc<Comparison>,
    form: As,
) -> Result<Decoded, Lost> {
    let reading = tokio::spawn(async move {
        match form {
            As::Page => whole_page(&text, &list, &comparison).await,
            As::Object => {
                let mut decoded = Decoded { objects: 1, ..Decoded::default() };
                decoded.object(&text, &list, &places(&list), &comparison);
                Ok(decoded)
            }
        }
    });
    AbortOnDropHandle::new(reading).await.unwrap_or(Err(Lost::Panicked))
}

async fn whole_page(text: &str, list: &List, comparison: &Comparison) -> Result<Decoded, Lost> {
    let page = Page::read(text).map_err(|_| Lost::NoList)?;
    let mut decoded = Decoded {
        objects: page.items().len(),
        next: page.next().map(str::to_owned),
        remaining: page.remaining(),
        ..Decoded::default()
    };
    let places = places(list);
    for (number, item) in page.items().iter().enumerate() {
        decoded.object(item.get(), list, &places, comparison);
        if number % BREATH == BREATH - 1 {
            tokio::task::yield_now().await;
        }
    }
    Ok(decoded)
}

type Places<'a> = HashMap<&'a Scope, &'a BucketId>;

fn places(list: &List) -> Places<'_> {
    list.wanted.iter().map(|wanted| (&wanted.id.scope, &wanted.id)).collect()
}

impl Decoded {
    fn object(&mut self, text: &str, list: &List, places: &Places<'_>, comparison: &Comparison) {
        let ApiResource { api_version, kind, .. } = &list.resource;
        let read = match page::object(text, api_version, kind) {
            Ok(read) => read,
            Err(object) => return self.unreadable.push(object),
        };
        let scope = match (&list.place, &read.namespace) {
            (Place::One(scope), _) => scope.clone(),
            (Place::Everywhere, Some(namespace)) => Scope::Namespace(namespace.clone()),
            (Place::Everywhere, None) => return,
        };
        let Some(id) = places.get(&scope).copied() else { return };
        let name = read.name.clone();
        if let Some(live) = comparison.reduced(id, read, list.whole) {
            self.kept.push((id.clone(), name, live));
        }
    }
}

impl Comparison {
    /// What is kept of an object, of which everything was read or its metadata alone.
    fn reduced(&self, id: &BucketId, read: Read, whole: bool) -> Option<LiveObject> {
        let declared = self.desired.bucket(id).and_then(|bucket| bucket.objects.get(&read.name));
        match declared {
            Some(_) if !whole => LiveObject::new(read.value, false),
            None if self.whole => LiveObject::new(read.value, whole),
            declared => plan::reduce(read.value, declared, &self.policy),
        }
    }
}
