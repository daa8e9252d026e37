//! What was asked of a cluster, by whom, and what came of it: an audit log in memory, for tests to look into.
//!
//! Off by default; [`FakeClusterOptions::with_audit`](crate::server::FakeClusterOptions::with_audit) says how much is kept. It holds what
//! `audit.k8s.io/v1` holds at level `Metadata`, and never a body. Requests that a [fault](crate::faults) answered never reached the API and
//! are not in it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::api::User;

/// The log of one cluster: a ring, oldest first.
#[derive(Debug, Default)]
pub struct Audit {
    limit: usize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<Arc<AuditEvent>>,
    dropped: u64,
}

/// One request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// Who called; nobody if the credentials were bad.
    pub user: User,
    /// Whom the caller acted as, if the caller was allowed to.
    pub impersonated: Option<User>,
    /// The verb in the authorizer's words, such as `create`; for a path that is no resource the method in lower case.
    pub verb: String,
    /// Path and query, as they came.
    pub uri: String,
    /// What the request was about; nothing for a path that is no resource.
    pub object: Option<ObjectReference>,
    /// The `User-Agent`.
    pub user_agent: String,
    /// The status code of the answer; of a watch, that of its beginning.
    pub code: u16,
    /// The reason of a refusal, such as `Conflict`; empty otherwise.
    pub reason: String,
    /// Whether the authorizer let it pass.
    pub allowed: bool,
    /// Whether the request was a rehearsal (`dryRun=All` in the query).
    pub dry_run: bool,
    /// When it came, by the cluster's clock.
    pub received: Timestamp,
    /// How long it took until there was an answer, with the time that webhooks and the rest of the body took; of a watch, until it began.
    pub latency: Duration,
}

/// What a request is about. Name, uid and version are those of the answer where the request did not name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectReference {
    /// The API group; empty for the core group.
    pub api_group: String,
    /// The version.
    pub api_version: String,
    /// The plural name of the resource.
    pub resource: String,
    /// The subresource; may be empty.
    pub subresource: String,
    /// The namespace; empty for what is in none.
    pub namespace: String,
    /// The name; empty for a collection.
    pub name: String,
    /// The uid of the object that was answered; may be empty.
    pub uid: String,
    /// The version of the object that was answered; may be empty.
    pub resource_version: String,
}

// === impl Audit ===

impl Audit {
    /// A log that keeps the latest `limit` requests; with 0 it keeps none.
    pub(crate) fn keeping(limit: usize) -> Self {
        Self { limit, ring: Mutex::default() }
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.limit > 0
    }

    /// What is kept, oldest first.
    pub fn events(&self) -> Vec<Arc<AuditEvent>> {
        self.lock().events.iter().cloned().collect()
    }

    /// Writes that were made or at least tried: create, update, patch, delete and deletecollection, rehearsals left out.
    pub fn writes(&self) -> Vec<Arc<AuditEvent>> {
        self.matching(AuditEvent::is_write)
    }

    /// What fits, oldest first.
    pub fn matching(&self, fits: impl Fn(&AuditEvent) -> bool) -> Vec<Arc<AuditEvent>> {
        self.lock().events.iter().filter(|event| fits(event)).cloned().collect()
    }

    /// How many requests were forgotten because the ring was full.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// Forgets everything, so that a test looks only at what follows.
    pub fn clear(&self) {
        let mut ring = self.lock();
        ring.events.clear();
        ring.dropped = 0;
    }

    pub(crate) fn record(&self, event: AuditEvent) {
        let mut ring = self.lock();
        if ring.events.len() >= self.limit {
            ring.events.pop_front();
            ring.dropped += 1;
        }
        ring.events.push_back(Arc::new(event));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl AuditEvent ===

impl AuditEvent {
    /// Whether it changes, or would have changed, something: a write that is no rehearsal.
    pub fn is_write(&self) -> bool {
        let writes = matches!(self.verb.as_str(), "create" | "update" | "patch" | "delete" | "deletecollection");
        writes && !self.dry_run && !self.is_question()
    }

    /// Whether the answer is no refusal.
    pub fn succeeded(&self) -> bool {
        self.code < 400
    }

    /// On whose behalf it was made: whom the caller acted as, or the caller.
    pub fn actor(&self) -> &User {
        self.impersonated.as_ref().unwrap_or(&self.user)
    }

    /// Whether it is about objects of this resource, such as `pods` or `deployments.apps`, and of no subresource.
    pub fn concerns(&self, resource: &str) -> bool {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        let of = |object: &ObjectReference| object.resource == plural && object.api_group == group;
        self.object.as_ref().is_some_and(|object| of(object) && object.subresource.is_empty())
    }

    /// Reviews are created, and change nothing.
    fn is_question(&self) -> bool {
        let groups = ["authentication.k8s.io", "authorization.k8s.io"];
        self.object.as_ref().is_some_and(|object| groups.contains(&object.api_group.as_str()))
    }
}
