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
use crate::plan::{self, Membership};
use crate::policy::Policy;

/// Objects after which others get a turn.
const BREATH: usize = 64;

/// What objects are compared with while they are read.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) desired: DesiredSet,
    pub(super) policy: Policy,
    /// The set that members belong to.
    pub(super) set: Option<Membership>,
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
            declared => plan::reduce_in(read.value, declared, &self.policy, self.set.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use kube::core::GroupVersionKind;

    use super::super::route::{Wanted, alone};
    use super::*;
    use crate::id::GroupKind;
    use crate::observed::LiveBody;
    use crate::policy::Actor;

    /// A page of Secrets as a server writes them.
    fn page(number: usize, sentinel: &str) -> String {
        let mut items = String::new();
        for item in 0..500 {
            let comma = if item == 0 { "" } else { "," };
            write!(
                items,
                r#"{comma}{{"metadata":{{"name":"s-{number}-{item}","namespace":"ns","uid":"u-{number}-{item}","resourceVersion":"1",
                "annotations":{{"kubectl.kubernetes.io/last-applied-configuration":"{filler}{sentinel}"}},
                "managedFields":[{{"manager":"m","fieldsV1":{{"f:data":{{"f:{filler}":{{}}}}}}}}]}},"data":{{"k":"{sentinel}{filler}"}}}}"#,
                filler = "x".repeat(200),
            )
            .unwrap();
        }
        format!(r#"{{"metadata":{{"continue":"more"}},"items":[{items}]}}"#)
    }

    #[tokio::test]
    async fn fifty_thousand_objects_that_nobody_declared_take_little_room_and_no_secrets() {
        let list = Arc::new(alone(Wanted {
            id: BucketId::new("c", Some("ns"), GroupKind::core("Secret")),
            resource: ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Secret")),
            privileged: false,
            whole: true,
            names: None,
            label: None,
        }));
        let policy = Policy::new(Actor::new("mooring", "tests", "1.0.0"));
        let comparison = Arc::new(Comparison { desired: DesiredSet::default(), policy, set: None, whole: false });
        let (mut read, mut kept, mut objects) = (0, 0, 0);
        for number in 0..100 {
            let text = page(number, "sentinel-3c59");
            read += text.len();
            let decoded = elsewhere(text, Arc::clone(&list), Arc::clone(&comparison), As::Page).await.unwrap();
            objects += decoded.kept.len();
            for (_, _, live) in decoded.kept {
                let LiveBody::Metadata(value) = &live.body else { panic!("{live:?}") };
                let text = value.to_string();
                assert!(!text.contains("sentinel"));
                kept += text.len();
            }
        }
        assert_eq!(objects, 50_000);
        assert!(kept / objects < 200, "{} bytes an object", kept / objects);
        assert!(kept * 4 < read, "{kept} of {read} bytes are kept");
    }

    #[tokio::test]
    async fn what_is_no_list_is_lost_whole() {
        let wanted = Wanted {
            id: BucketId::new("c", None, GroupKind::core("Node")),
            resource: ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Node")),
            privileged: false,
            whole: true,
            names: None,
            label: None,
        };
        let policy = Policy::new(Actor::new("mooring", "tests", "1.0.0"));
        let comparison = Arc::new(Comparison { desired: DesiredSet::default(), policy, set: None, whole: false });
        for text in ["<html></html>", "", r#"{"items":7}"#] {
            let lost = elsewhere(text.into(), Arc::new(alone(wanted.clone())), Arc::clone(&comparison), As::Page);
            assert_eq!(lost.await.unwrap_err(), Lost::NoList, "{text}");
        }
    }
}
