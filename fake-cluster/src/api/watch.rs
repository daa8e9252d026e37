//! Watch: a stream of events that follows the store from a revision on.
//!
//! [`WatchStream::step`] is a state machine without sockets or timers: the caller asks for the next piece and waits
//! where it is told to.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;

use super::ctx::Ctx;
use super::negotiate::Shape;
use super::options::ListOptions;
use super::read::Filter;
use super::resource::Resource;
use super::status::Status;
use crate::storage::{Change, ChangeKind, Object, Select, Store};

/// How many changes are turned into events at once.
const BATCH: usize = 256;

/// One open watch.
#[derive(Debug)]
pub struct WatchStream {
    resource: Arc<Resource>,
    prefix: String,
    shape: Shape,
    /// Whether a table was sent: only the first has columns.
    announced: bool,
    filter: Filter,
    /// Events up to this revision have been sent.
    seen: u64,
    /// Objects still to be announced as they were when the watch began.
    initial: VecDeque<Arc<Object>>,
    /// Whether the end of the initial objects is announced.
    announce_initial: bool,
    bookmarks: bool,
    timeout: Option<Duration>,
    changed: Receiver<u64>,
    done: bool,
}

/// What a watch has to say.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a watch speaks, waits or ends")]
pub enum Step {
    /// Send this.
    Send(Bytes),
    /// Nothing new: wait for [`WatchStream::changed`].
    Wait,
    /// The watch is over.
    End,
}

impl Ctx<'_> {
    /// Opens a watch on a collection.
    pub(super) fn watch(&self, resource: &Arc<Resource>, shape: Shape) -> Result<WatchStream, Status> {
        let filter = self.filter(resource)?;
        let options = ListOptions::parse(&self.call.query, true)?;
        let wanted = self.revision(&options.revision)?;
        let store = &self.api.store;
        let changed = store.subscribe(&resource.storage);
        let mut watch = WatchStream {
            resource: resource.clone(),
            prefix: resource.prefix(&self.path.namespace),
            shape,
            announced: false,
            filter,
            seen: wanted,
            initial: VecDeque::new(),
            announce_initial: options.bookmarks && options.send_initial == Some(true),
            bookmarks: options.bookmarks,
            timeout: options.timeout_seconds.map(Duration::from_secs),
            changed,
            done: false,
        };
        if options.send_initial.unwrap_or(wanted == 0) {
            self.reached(wanted)?;
            let select = Select { prefix: &watch.prefix, ..Select::default() };
            let range = store.range(&resource.storage, select).map_err(Status::internal)?;
            watch.initial = range.objects.into_iter().filter(|object| watch.filter.matches(object)).collect();
            watch.seen = range.revision;
        } else if wanted == 0 {
            watch.seen = store.revision();
        }
        Ok(watch)
    }
}

// === impl WatchStream ===

impl WatchStream {
    /// A signal that fires when [`WatchStream::step`] may have more to say.
    pub fn changed(&mut self) -> &mut Receiver<u64> {
        &mut self.changed
    }

    /// How long the client wants to watch.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The next piece.
    pub fn step(&mut self, store: &Store) -> Step {
        if self.done {
            return Step::End;
        }
        let mut out = BytesMut::new();
        for _ in 0..BATCH {
            let Some(object) = self.initial.pop_front() else { break };
            self.event(&mut out, "ADDED", &object);
        }
        if !out.is_empty() && !self.initial.is_empty() {
            return Step::Send(out.freeze());
        }
        if std::mem::take(&mut self.announce_initial) {
            let annotations = json!({"k8s.io/initial-events-end": "true"});
            self.bookmark_into(&mut out, self.seen, Some(annotations));
        }
        self.changed.borrow_and_update();
        match store.changes(&self.resource.storage, self.seen, BATCH) {
            Ok((changes, upto)) => {
                for change in &changes {
                    self.change(&mut out, change);
                }
                self.seen = self.seen.max(upto);
                match (out.is_empty(), changes.len() == BATCH) {
                    (false, _) => Step::Send(out.freeze()),
                    (true, true) => self.step(store),
                    (true, false) => Step::Wait,
                }
            }
            Err(compacted) => {
                self.done = true;
                let message = format!("too old resource version: {} ({})", self.seen, compacted.oldest);
                self.error_into(&mut out, &Status::expired(message));
                Step::Send(out.freeze())
            }
        }
    }

    /// A bookmark at the revision up to which the client has seen everything; nothing if it did not ask for any.
    pub fn bookmark(&mut self) -> Option<Bytes> {
        if !self.bookmarks {
            return None;
        }
        let mut out = BytesMut::new();
        self.bookmark_into(&mut out, self.seen, None);
        Some(out.freeze())
    }

    /// Ends the watch with an error event.
    pub fn fail(&mut self, status: &Status) -> Bytes {
        self.done = true;
        let mut out = BytesMut::new();
        self.error_into(&mut out, status);
        out.freeze()
    }

    fn change(&mut self, out: &mut BytesMut, change: &Change) {
        if !change.object().key().starts_with(&self.prefix) {
            return;
        }
        let was = change.before().is_some_and(|before| self.filter.matches(before));
        let is = change.kind() != ChangeKind::Deleted && self.filter.matches(change.object());
        match (was, is) {
            (false, true) => self.event(out, "ADDED", change.object()),
            (true, true) => self.event(out, "MODIFIED", change.object()),
            (true, false) if change.kind() == ChangeKind::Deleted => self.event(out, "DELETED", change.object()),
            (true, false) => {
                // The object left the selection: its last selected state, at the revision of the change.
                if let Some(before) = change.before() {
                    let last = Object::new(before.key().into(), change.revision(), before.value().clone());
                    self.event(out, "DELETED", &last);
                }
            }
            (false, false) => {}
        }
    }

    fn event(&mut self, out: &mut BytesMut, kind: &str, object: &Object) {
        let shown = match &self.shape {
            Shape::Table(table) => table.one(&self.resource, object, !std::mem::replace(&mut self.announced, true)),
            shape => shape.object(&self.resource, object),
        };
        put_event(out, kind, &shown);
    }

    fn bookmark_into(&mut self, out: &mut BytesMut, revision: u64, annotations: Option<Value>) {
        let mut metadata = json!({"resourceVersion": revision.to_string()});
        if let Some(annotations) = annotations {
            metadata["annotations"] = annotations;
        }
        let (kind, api_version) = match &self.shape {
            Shape::Table(table) => {
                let columns = !std::mem::replace(&mut self.announced, true);
                return put_event(out, "BOOKMARK", &table.bookmark(&self.resource, metadata, columns));
            }
            Shape::Whole => (self.resource.kind.as_str(), self.resource.api_version.as_str()),
            Shape::Metadata(version) => ("PartialObjectMetadata", *version),
        };
        let object = json!({"kind": kind, "apiVersion": api_version, "metadata": metadata});
        put_event(out, "BOOKMARK", object.to_string().as_bytes());
    }

    fn error_into(&self, out: &mut BytesMut, status: &Status) {
        put_event(out, "ERROR", status.to_value().to_string().as_bytes());
    }
}

fn put_event(out: &mut BytesMut, kind: &str, object: &[u8]) {
    out.reserve(object.len() + 40);
    out.put_slice(b"{\"type\":\"");
    out.put_slice(kind.as_bytes());
    out.put_slice(b"\",\"object\":");
    out.put_slice(object);
    out.put_slice(b"}\n");
}
